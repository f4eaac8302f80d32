"""The set-up of a printer finds out what it can do, each ability switched off in turn."""

import json
from pathlib import Path

import pytest

from psc_desk.devices import open_channel
from psc_desk.devices.printer import Answer
from psc_desk.devices.probe import Probe, polarity
from psc_desk.devices.virtual import VirtualPrinter
from psc_desk.errors import DeviceError
from psc_desk.papers.escpos import PAPER_80
from psc_desk.papers.till_slips import test_page_bytes as page_bytes
from tests.devices.conftest import QUICK
from tests.devices.test_commands import run

PAGE = page_bytes("Harbor Clinic", "tcp://printer", PAPER_80)


def probe_of(wire) -> Probe:
    channel = open_channel(wire.url, virtual=wire.printer)
    assert channel is not None
    return Probe(channel, QUICK)


def test_a_full_printer_shows_everything(wire):
    probe = probe_of(wire)
    heard = probe.look()
    assert set(heard.status) == {"printer", "cause", "error", "paper"}
    assert (heard.answers, heard.model, heard.trouble) == (Answer.YES, "PSC VIRTUAL", "")
    assert probe.print_page(PAGE) == "process_id"
    assert len(wire.printer.papers()) == 1
    assert wire.printer.problems() == []


@pytest.mark.parametrize(
    ("lack", "answers", "model", "proof"),
    [
        ("no process id", Answer.YES, "PSC VIRTUAL", "gs_r"),
        ("no gs r", Answer.YES, "PSC VIRTUAL", "process_id"),
        ("no process id; no gs r", Answer.YES, "PSC VIRTUAL", "none"),
        ("no model", Answer.YES, "", "process_id"),
        ("no dle eot", Answer.NO, "PSC VIRTUAL", "process_id"),
        ("no asb", Answer.YES, "PSC VIRTUAL", "process_id"),
        ("no cutter", Answer.YES, "PSC VIRTUAL", "process_id"),
        ("drop replies", Answer.NO, "", "none"),
    ],
)
def test_each_ability_that_is_missing_is_found_out(wire, lack, answers, model, proof):
    wire.printer.inject(lack)
    probe = probe_of(wire)
    heard = probe.look()
    assert (heard.answers, heard.model) == (answers, model)
    assert probe.print_page(PAGE) == proof
    assert "Printer test page" in wire.printer.paper_record()


@pytest.mark.parametrize(
    ("fault", "words"), [("paper out", "Load a roll"), ("cover open", "Close it"), ("offline", "online button")]
)
def test_what_a_person_must_put_right_is_said_before_the_page(wire, fault, words):
    wire.printer.inject(fault)
    heard = probe_of(wire).look()
    assert words in heard.trouble
    assert heard.trouble in heard.words()
    assert wire.printer.paper_record() == ""


def test_a_device_that_is_no_printer_is_named(wire):
    wire.printer.inject("garbage")
    with pytest.raises(DeviceError, match="not as a receipt printer does"):
        probe_of(wire).look()


@pytest.mark.parametrize("switch", ["high_open", "high_closed", "none"])
def test_the_switch_of_the_drawer_is_calibrated(switch, tmp_path):
    printer = VirtualPrinter(drawer_switch=switch)
    channel = open_channel("virtual:", virtual=printer)
    assert channel is not None
    probe = Probe(channel, QUICK)
    closed = probe.sensor()
    probe.kick(PAPER_80.pulse(2))
    assert polarity(closed, probe.sensor()) == switch
    assert [pulse.pin for pulse in printer.pulses()] == [2]


def test_a_drawer_that_is_stuck_or_a_silent_printer_has_no_switch(network):
    network.printer.inject("drawer stuck")
    probe = probe_of(network)
    closed = probe.sensor()
    probe.kick(PAPER_80.pulse(5))
    assert closed is not None
    assert polarity(closed, probe.sensor()) == "none"
    network.printer.inject("drop replies")
    assert probe.sensor() is None
    assert polarity(None, True) == "none"


@pytest.mark.parametrize("words", [("probe", "{url}"), ("{url}", "probe")])
def test_the_command_probes_and_says_what_to_set(network, capsys, words):
    network.printer.inject("no process id")
    assert run("printer", *(word.format(url=network.url) for word in words), "--drawer", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["model"], found["proof"], found["sensor"]) == ("PSC VIRTUAL", "gs_r", "high_open")
    assert "Which line shows these" in network.printer.papers()[0].text


def test_the_command_says_what_is_in_the_way(network, capsys, tmp_path: Path):
    network.printer.inject("paper out")
    assert run("printer", "probe", network.url) == 1
    assert "Load a roll" in capsys.readouterr().err
    assert run("printer", "probe", f"serial:{tmp_path}/none") == 2
    assert run("printer", "probe", "queue:RCPT") == 1
    assert run("printer", "dance", network.url) == 2
