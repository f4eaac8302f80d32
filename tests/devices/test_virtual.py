"""The virtual printer itself: exact parsing, hostile input, faults, pictures."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psc_desk.devices.escpos_protocol import Kind, ReplyFramer, ask_process, process_mark
from psc_desk.devices.virtual import MemoryChannel, ReplyBox, Roll, VirtualPrinter
from psc_desk.devices.virtual_parser import StreamParser
from psc_desk.errors import InputError
from psc_desk.papers.escpos import PAPER_80
from tests.papers.receipt_samples import RECEIPTS, receipt_bytes


@settings(max_examples=40, deadline=None)
@given(RECEIPTS)
def test_one_byte_at_a_time_reads_the_same(data):
    job = receipt_bytes(data, PAPER_80)
    single = StreamParser()
    assert StreamParser().feed(job) == [c for at in range(len(job)) for c in single.feed(job[at : at + 1])]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.binary(max_size=200) | st.sampled_from([b"\x1b", b"\x1d", b"\x10\x04\x01", b"\x1dVB\x00"])))
def test_random_bytes_never_break_the_printer(pieces):
    whole, split = VirtualPrinter(), VirtualPrinter()
    whole.receive(b"".join(pieces), ReplyBox())
    for piece in pieces:
        split.receive(piece, ReplyBox())
    assert whole.paper_record() == split.paper_record()
    assert whole.problems() == split.problems()
    for paper in whole.papers()[:2]:
        assert "\n" in paper.text or not paper.items or paper.text == ""


@settings(max_examples=200)
@given(st.binary(max_size=60))
def test_reply_framing_does_not_depend_on_chunks(data):
    whole, single = ReplyFramer(), ReplyFramer()
    assert whole.feed(data) == [r for at in range(len(data)) for r in single.feed(data[at : at + 1])]


def test_a_process_id_is_framed_among_status_bytes():
    replies = ReplyFramer().feed(b"\x12\x10\x00\x03\x00\x37\x22" + process_mark(7) + b"\x00\x00")
    assert [reply.kind for reply in replies] == [Kind.STATUS, Kind.ASB, Kind.PROCESS, Kind.PAPER]
    assert replies[2].data == process_mark(7)


@given(st.integers(0, 95**4 - 1))
def test_process_marks_are_printable_and_distinct(job_id):
    mark = process_mark(job_id)
    assert all(0x20 <= byte <= 0x7E for byte in mark)
    assert mark != process_mark(job_id + 1)
    assert len(ask_process(job_id)) == 11


@pytest.mark.parametrize(
    "data",
    [
        b"\x1dkA\x03123",
        b"\x1dk\x0212345\x00",
        b"\x1dk\x07\x02ab",
        b"\x1b*!\x02\x00abcdef",
        b"\x1b*\x01\x02\x00ab",
        b"\x1dv0\x00\x02\x00\x03\x00abcdef",
        b"\x1d(H\x06\x0000abcd",
        b"\x1dV\x00",
        b"\x1dVA\x05",
        b"\x1bD\x08\x10\x00",
        b"\x1d*\x01\x01abcdefgh",
        b"\x1cq\x01\x01\x00\x01\x00abcdefgh",
        b"\x1bp\x00\x19\xfa",
        b"\x1bc5\x00",
        b"\x10\x04\x07\x01",
        b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08",
    ],
)
def test_every_command_is_read_to_its_exact_length(data):
    commands = StreamParser().feed(data + b"A")
    assert len(commands) == 2
    assert (commands[1].name, commands[1].args, commands[1].offset) == ("text", b"A", len(data))


@pytest.mark.parametrize("data", [b"\x1bz", b"\x1d\x01", b"\x10\x99", b"\x00", b"\x7f"])
def test_unknown_commands_are_reported(data):
    printer = VirtualPrinter()
    printer.receive(b"ok" + data, ReplyBox())
    assert "unknown command" in printer.problems()[0]
    assert "byte 2" in printer.problems()[0]


def test_a_line_that_is_too_long_is_reported():
    printer = VirtualPrinter(dots=384)
    printer.receive(b"x" * 33 + b"\n", ReplyBox())
    assert "longer than the paper" in printer.problems()[0]


def test_a_pulse_hidden_in_a_picture_opens_the_drawer_as_on_a_real_printer():
    printer = VirtualPrinter()
    printer.receive(b"\x1dv0\x00\x05\x00\x01\x00" + b"\x10\x14\x01\x00\x01", ReplyBox())
    assert len(printer.pulses()) == 1
    assert "inside a picture" in printer.problems()[0]


def test_a_pulse_in_the_buffer_fires_when_paper_is_loaded():
    printer = VirtualPrinter()
    printer.set_roll(Roll.OUT)
    printer.receive(b"\x1bp\x00\x32\xfa", ReplyBox())
    assert printer.pulses() == []
    printer.set_roll(Roll.OK)
    assert len(printer.pulses()) == 1
    assert printer.drawer_open


@pytest.mark.parametrize(
    ("script", "question", "answer"),
    [
        ("", b"\x10\x04\x01", b"\x12"),
        ("paper out", b"\x10\x04\x01", b"\x1a"),
        ("paper out", b"\x10\x04\x02", b"\x32"),
        ("paper out", b"\x10\x04\x04", b"\x7e"),
        ("paper near end", b"\x10\x04\x04", b"\x1e"),
        ("cover open", b"\x10\x04\x02", b"\x16"),
        ("cutter jam", b"\x10\x04\x02", b"\x52"),
        ("cutter jam", b"\x10\x04\x03", b"\x1a"),
        ("paper near end", b"\x1dr\x01", b"\x03"),
        ("paper out", b"\x1dr\x01", b""),
        ("", b"\x1da\x0f", b"\x10\x00\x00\x00"),
        ("", b"\x1dIC", b"_PSC VIRTUAL\x00"),
    ],
)
def test_it_answers_as_the_manuals_say(script, question, answer):
    channel = MemoryChannel(VirtualPrinter(faults=script))
    channel.open(1)
    channel.write(question, 1)
    assert channel.read(0.0) == answer


def test_automatic_status_tells_changes():
    printer = VirtualPrinter()
    box = ReplyBox()
    printer.receive(b"\x1da\x0f", box)
    box.take(0.0)
    printer.set_cover(is_open=True)
    assert box.take(0.0) == b"\x38\x00\x00\x00"


@pytest.mark.parametrize("script", ["explode", "at byte x: paper out", "at page 3: paper out", "at byte 3 paper out"])
def test_a_bad_fault_script_gets_a_sentence(script):
    with pytest.raises(InputError, match="not known"):
        VirtualPrinter(faults=script)


def test_a_picture_of_the_paper_grows_with_its_lines():
    printer = VirtualPrinter()
    printer.receive(b"one\n\x1dVB\x00\x1d!\x11two\n\x1b-\x01three\n\x1dVB\x00", ReplyBox())
    short, tall = (paper.image() for paper in printer.papers())
    assert short.width == tall.width
    assert tall.height == short.height - 30 + 48 + 48
    assert printer.papers()[1].text == "two\nthree\n"
