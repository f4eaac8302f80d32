"""Who read the chart, in sentences; and whatever is done to the audit behind our back is named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from psc_desk.engine import raw_connect
from psc_desk.errors import AccessError
from psc_desk.events import ChartOpened
from psc_desk.models.audit import AuditRow
from psc_desk.queries.audit import AuditFilters, audit_rows, chart_readers, check_chain
from psc_desk.usecases.audit import look_at_audit
from psc_desk.usecases.chart import open_chart
from psc_desk.usecases.patients import add_note, verify_demographics
from tests.support.audit import audit_lines
from tests.support.clinic import INES, JONAH, KEY, LEO, MAYA, TODAY, SmallClinic

ROWS = 6


@pytest.fixture
def told(clinic: SmallClinic) -> SmallClinic:
    """Six rows of audit."""
    for _ in range(ROWS // 2):
        clinic.desk.do(open_chart, INES)
        clinic.desk.do(verify_demographics, JONAH)
        clinic.clock.advance(minutes=20)
    return clinic


def tamper(clinic: SmallClinic, *statements: str) -> None:
    clinic.desk.engine.dispose()
    connection: Any = raw_connect(clinic.folder / "desk.db", KEY)
    triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_row'"
    names = [row[0] for row in connection.execute(triggers).fetchall()]
    for statement in (*(f"DROP TRIGGER {name}" for name in names), *statements):
        connection.execute(statement)
    connection.close()


def faults(clinic: SmallClinic) -> list[str]:
    assert clinic.desk.head is not None
    return clinic.desk.ask(check_chain, clinic.desk.head.read())


def test_opening_a_chart_is_told(clinic: SmallClinic):
    clinic.desk.do(open_chart, INES, reason="Called about a bill")
    line = clinic.desk.ask(chart_readers, INES)[0]
    assert line.sentence == "Maya Okafor opened the chart on 03/04/2026 at 12:00 pm from Desk 1."
    assert line.reason == "Called about a bill"
    assert clinic.happened[-1] == ChartOpened(patient_id=INES)
    assert clinic.desk.ask(chart_readers, JONAH) == []


def test_nobody_signed_in_reads_nothing(clinic: SmallClinic):
    clinic.desk.actor_id = None
    for read in (chart_readers, open_chart):
        with pytest.raises(AccessError, match="Nobody is signed in"):
            clinic.desk.do(read, INES)
    clinic.desk.actor_id = MAYA
    assert clinic.desk.ask(chart_readers, INES) == []


def test_only_who_may_reads_the_audit_and_that_is_told(told: SmallClinic):
    with pytest.raises(AccessError, match="read the audit"):
        told.desk.ask(audit_rows, AuditFilters())
    told.desk.actor_id = LEO
    assert len(told.desk.do(look_at_audit, AuditFilters(patient_id=JONAH))) == ROWS // 2 + 1
    newest = told.desk.ask(audit_rows, AuditFilters())[0]
    assert (newest.event, newest.staff_name, newest.patient_id) == ("AuditRead", "Leo Marsh", JONAH)


def test_repeats_are_one_line_but_nothing_else_is_merged(clinic: SmallClinic):
    for _ in range(3):
        clinic.desk.do(open_chart, INES)
        clinic.clock.advance(minutes=4)
    clinic.desk.actor_id = LEO
    clinic.desk.do(open_chart, INES)
    clinic.desk.actor_id = MAYA
    clinic.clock.advance(minutes=60)
    clinic.desk.do(open_chart, INES)
    assert [line.sentence for line in clinic.desk.ask(chart_readers, INES)] == [
        "Maya Okafor opened the chart on 03/04/2026 at 1:12 pm from Desk 1.",
        "Leo Marsh opened the chart on 03/04/2026 at 12:12 pm from Desk 1.",
        "Maya Okafor opened the chart 3 times on 03/04/2026 at 12:00 pm from Desk 1.",
    ]
    assert len(audit_lines(clinic.desk)) == 5


def test_filters_and_pages(told: SmallClinic):
    def count(**chosen: Any) -> int:
        return len(audit_lines(told.desk, **chosen))

    assert count() == ROWS
    assert count(patient_id=INES, event="ChartOpened") == 3
    assert count(staff_id=LEO) == 0
    assert count(first=TODAY, last=TODAY) == ROWS
    assert count(last=date(2026, 3, 3)) == 0
    assert count(words="read back") == 3
    assert count(words="100%") == 0
    told.desk.actor_id = LEO
    assert told.desk.ask(audit_rows, AuditFilters(), 1) == []
    assert told.desk.ask(chart_readers, INES, date(2026, 3, 5)) == []


def test_an_untouched_audit_is_whole(told: SmallClinic):
    assert faults(told) == []


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE audit_row SET sentence = 'x' WHERE seq = 3", "Row 3 of the audit was edited."),
        ("UPDATE audit_row SET staff_name = 'Leo Marsh' WHERE seq = 1", "Row 1 of the audit was edited."),
        ("UPDATE audit_row SET at = '2026-03-04T12:00:00.000000Z' WHERE seq = 2", "Row 2 of the audit was edited."),
        ("UPDATE audit_row SET reason = 'because' WHERE seq = 6", "Row 6 of the audit was edited."),
        ("UPDATE audit_row SET patient_id = NULL WHERE seq = 1", "Row 1 of the audit was edited."),
        ("DELETE FROM audit_row WHERE seq = 1", "Row 1 of the audit was removed."),
        ("DELETE FROM audit_row WHERE seq IN (3, 4)", "Rows 3 to 4 of the audit were removed."),
        ("DELETE FROM audit_row WHERE seq = 6", "Row 6 of the audit was cut off its end."),
        ("DELETE FROM audit_row WHERE seq > 2", "Rows 3 to 6 of the audit were cut off its end."),
        ("DELETE FROM audit_row", "Rows 1 to 6 of the audit were cut off its end."),
    ],
)
def test_what_was_done_is_named(told: SmallClinic, statement: str, says: str):
    tamper(told, statement)
    assert faults(told) == [says]


def rehash(told: SmallClinic, change: Callable[[list[AuditRow]], list[AuditRow]], *, chain: bool) -> None:
    """Write changed rows with hashes that fit again, as someone who knows the program could."""
    rows = change(told.desk.ask(lambda read: list(read.session.query(AuditRow).order_by(AuditRow.seq))))
    tamper(told, "DELETE FROM audit_row")
    with told.desk.engine.begin() as connection:
        last = "0" * 64
        for row in rows:
            row.prev_hash = last if chain else row.prev_hash
            row.hash = last = row.digest()
            values = {column.name: getattr(row, column.name) for column in AuditRow.__table__.columns}
            connection.execute(AuditRow.__table__.insert(), values)


def test_reordered_rows_are_named(told: SmallClinic):
    def swap(rows: list[AuditRow]) -> list[AuditRow]:
        rows[1].seq, rows[2].seq = 3, 2
        rows[1], rows[2] = rows[2], rows[1]
        return rows

    rehash(told, swap, chain=False)
    assert any("does not follow row" in fault for fault in faults(told))


def test_a_rewritten_chain_does_not_fit_the_note_beside_the_data(told: SmallClinic):
    def soften(rows: list[AuditRow]) -> list[AuditRow]:
        rows[0].sentence = "Leo Marsh opened the chart"
        return rows

    rehash(told, soften, chain=True)
    assert faults(told) == ["Row 6 of the audit is not the one noted beside the data: it was replaced."]


def test_the_database_itself_refuses(told: SmallClinic):
    connection: Any = raw_connect(told.folder / "desk.db", KEY)
    for statement in ("UPDATE audit_row SET reason = 'x'", "DELETE FROM audit_row"):
        with pytest.raises(Exception, match="The audit cannot be"):
            connection.execute(statement)
    connection.close()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(min_size=1).filter(str.strip))
def test_any_text_keeps_the_chain_whole(clinic: SmallClinic, note: str):
    clinic.desk.do(open_chart, INES, reason=note)
    assert faults(clinic) == []


def test_notes_are_told_without_their_text(clinic: SmallClinic):
    clinic.desk.do(add_note, INES, "Secret worry")
    assert not any("Secret" in line.sentence for line in audit_lines(clinic.desk))
