"""Fee schedules as files: what is read, what an import would do, what it does, and what it writes."""

from __future__ import annotations

from datetime import date

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from psc_desk.errors import InputError, RefusedError
from psc_desk.exchange.fees_csv import MOST_BYTES, FeeLine, FeesFile, read_fees, write_fees
from psc_desk.money import LIMIT
from psc_desk.queries.clinic import fee_on, fee_schedule
from psc_desk.queries.fees import CHANGED, NEW, SAME, WRONG, FeePreview, fees_file, preview_fees, schedule_list
from psc_desk.usecases.fees import FeeInput, add_fee, end_fee, import_fees, import_fees_without_wrong
from tests.money.support import charged_visit
from tests.support.clinic import MANAGER, TODAY, SmallClinic

APRIL = date(2026, 4, 1)
GOOD = "code,label,price\nOV,Office visit,125.00\nLAB,Blood test,45.50\nEKG,Heart test,90\n"


@pytest.fixture
def managed(clinic: SmallClinic) -> SmallClinic:
    """The manager is signed in."""
    clinic.desk.actor_id = MANAGER
    return clinic


def look(clinic: SmallClinic, text: str | bytes, schedule: str = "Standard", day: date = APRIL) -> FeePreview:
    """What the file would do."""
    data = text.encode() if isinstance(text, str) else text
    return clinic.desk.ask(preview_fees, data, schedule, day)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_any_usual_encoding_and_delimiter_is_read(delimiter: str, encoding: str) -> None:
    rows = [("Code", "Description", "Fee", "Spanish"), ("ov", "Café visit", "$1,250.00", "Consulta año")]
    text = "\r\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)
    file = read_fees(text.encode(encoding), TODAY)
    assert file == FeesFile((FeeLine(2, "OV", "Café visit", "Consulta año", 125000),), ())


def test_every_wrong_line_has_its_number_and_a_sentence() -> None:
    text = (
        "code,label,price,from,to,needs diagnosis\nOV,a,12.345\n,b,1\nTOO LONG A CODE,c,1\nLAB,d,-1\nINJ,e,\n"
        "A,f,1,31/31/2026\nB,g,1,2026-05-01,2026-04-01\nC,h,1,,,perhaps\nD,ok,1,04/01/2026,,yes\nD,again,2,2026-04-01\n"
        f"E,{'x' * 101},1\n"
    )
    file = read_fees(text.encode(), TODAY)
    assert [line.code for line in file.lines] == ["D"]
    assert file.lines[0].effective_from == APRIL
    assert [one.line_no for one in file.wrong] == [2, 3, 4, 5, 6, 7, 8, 9, 11, 12]
    assert all(one.sentence.endswith(".") for one in file.wrong)
    assert file.wrong[-2].sentence == "D stands in line 10 already."


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n",
        b"name,age\nx,1\n",
        b'code,price\n"OV,1\n',
        b"\x00\x01\x02",
        b"x" * (MOST_BYTES + 1),
        b"\xff\xfe\x00",
    ],
)
def test_what_is_no_fee_schedule_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(InputError) as refused:
        read_fees(data, TODAY)
    assert refused.value.field == "file"
    assert str(refused.value).endswith(".")


def test_too_many_lines_are_refused() -> None:
    with pytest.raises(InputError, match="more than 20,000 lines"):
        read_fees(("code,price\n" + "A,1\n" * 20_001).encode(), TODAY)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.binary(max_size=400), st.text(max_size=300).map(str.encode),
                 st.text(max_size=200).map(lambda text: ("code,label,price\n" + text).encode())))  # fmt: skip
def test_no_file_breaks_the_reader(data: bytes) -> None:
    try:
        file = read_fees(data, TODAY)
    except InputError as error:
        file = FeesFile((), ())
        refused = error.field
    else:
        refused = "file"
    assert refused == "file"
    assert all(0 <= line.cents <= LIMIT and line.code for line in file.lines)
    assert all(one.sentence for one in file.wrong)


CELL = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=60).map(
    lambda text: " ".join(text.split()).lstrip("'").strip()
)
LINE = st.builds(
    FeeLine, st.just(0), st.from_regex(r"[A-Z0-9][A-Z0-9._\-]{0,11}", fullmatch=True), CELL, CELL,
    st.integers(0, LIMIT), st.dates(date(2000, 1, 1), date(2040, 1, 1)), st.none(), st.booleans(),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(LINE, max_size=8, unique_by=lambda line: line.code))
def test_what_is_written_is_read_again(lines: list[FeeLine]) -> None:
    file = read_fees(write_fees(lines), TODAY)
    assert file.wrong == ()
    assert [(one.code, one.label, one.label_es, one.cents, one.effective_from, one.needs_diagnosis)
            for one in file.lines] == [
        (one.code, one.label, one.label_es, one.cents, one.effective_from, one.needs_diagnosis) for one in lines
    ]  # fmt: skip


def test_a_cell_that_a_spreadsheet_would_run_is_neutralised() -> None:
    data = write_fees([FeeLine(0, "A", "=cmd|calc", "+1", 100)])
    assert b"'=cmd|calc" in data
    assert b"'+1" in data


def test_the_preview_says_new_changed_same_and_wrong(managed: SmallClinic) -> None:
    preview = look(managed, GOOD + "INJ,,0x3\n")
    assert [(row.code, row.state, row.old_cents, row.cents) for row in preview.rows] == [
        ("", WRONG, None, None), ("OV", CHANGED, 12000, 12500), ("EKG", NEW, None, 9000), ("LAB", SAME, 4550, 4550),
    ]  # fmt: skip
    assert managed.desk.ask(fee_on, "EKG", APRIL) is None


def test_an_import_is_all_or_nothing(managed: SmallClinic) -> None:
    bad = (GOOD + "INJ,Injection,much\n").encode()
    with pytest.raises(RefusedError, match="Line 5"):
        managed.desk.do(import_fees, bad, "Standard", APRIL)
    assert managed.desk.ask(fee_on, "EKG", APRIL) is None
    done = managed.desk.do(import_fees_without_wrong, bad, "Standard", APRIL)
    assert (done.new, done.changed, done.same, done.left_out) == (1, 1, 1, 1)
    prices = [getattr(managed.desk.ask(fee_on, "OV", day), "cents", None) for day in (TODAY, APRIL)]
    assert prices == [12000, 12500]
    assert look(managed, GOOD).count(SAME) == 3


def test_a_price_not_yet_charged_is_corrected_in_its_place_a_charged_one_never(managed: SmallClinic) -> None:
    managed.desk.do(import_fees, GOOD.encode(), "Standard", TODAY)
    again = GOOD.replace("125.00", "126.00")
    managed.desk.do(import_fees, again.encode(), "Standard", TODAY)
    assert managed.desk.ask(lambda read: fee_on(read, "OV", TODAY).cents) == 12600  # type: ignore[union-attr]  # it is there
    charged_visit(managed, "OV")
    wrong = look(managed, GOOD, day=TODAY).rows[0]
    assert (wrong.state, wrong.sentence) == (
        WRONG, "OV was charged at the price from 03/04/2026. Choose a later day.",
    )  # fmt: skip


def test_a_schedule_of_its_own_leaves_the_standard_as_it_is(managed: SmallClinic) -> None:
    managed.desk.do(import_fees, GOOD.encode(), "Self-pay", TODAY)
    assert managed.desk.ask(lambda read: {row.code: row.cents for row in fee_schedule(read, TODAY)})["OV"] == 12000
    own = managed.desk.ask(lambda read: {row.code: row.cents for row in fee_schedule(read, TODAY, "Self-pay")})
    assert own == {"OV": 12500, "LAB": 4550, "INJ": 3000, "EKG": 9000}
    assert managed.desk.ask(schedule_list, "Self-pay").names == ("Standard", "Self-pay")


def test_the_export_of_a_schedule_imports_as_the_same(managed: SmallClinic) -> None:
    managed.desk.do(add_fee, FeeInput("X1", "-risky", 100, TODAY, "Otra", True))
    preview = look(managed, managed.desk.ask(fees_file, "Standard"))
    assert preview.count(SAME) == len(preview.rows) == 4


def test_an_ended_code_has_no_price_afterwards_and_is_not_exported(managed: SmallClinic) -> None:
    row = next(one for one in managed.desk.ask(schedule_list, "Standard").rows if one.code == "LAB")
    with pytest.raises(InputError, match="before"):
        managed.desk.do(end_fee, row.fee_id, date(2025, 1, 1))
    managed.desk.do(end_fee, row.fee_id, date(2026, 3, 3))
    assert managed.desk.ask(fee_on, "LAB", TODAY) is None
    assert b"LAB" not in managed.desk.ask(fees_file, "Standard")


def test_a_new_code_needs_its_wording_and_a_schedule_its_name(managed: SmallClinic) -> None:
    assert look(managed, "code,price\nNEW,1\nOV,1\n").rows[0].sentence.startswith("A new code needs")
    with pytest.raises(InputError) as refused:
        managed.desk.do(import_fees, GOOD.encode(), " ", TODAY)
    assert refused.value.field == "schedule"
