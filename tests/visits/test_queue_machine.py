"""Whatever the desk presses: no illegal status, a complete history, and undo brings back exactly what was."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import select

from psc_desk.errors import DeskError, RefusedError
from psc_desk.models.visit import HERE, NEXT, Status, Visit, VisitChange
from psc_desk.queries.queue import queue
from psc_desk.usecases import visits
from psc_desk.usecases.check_in import check_in_with_copay
from psc_desk.work import Read
from tests.support.clinic import INES, JONAH, THAO, small_clinic
from tests.support.sizes import machine

indexes = st.integers(0, 2)


class QueueMachine(RuleBasedStateMachine):
    """Three visits of today, walked through the clinic by random keys."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.clinic = small_clinic(Path(self.folder.name))
        self.desk = self.clinic.desk
        self.ids = [self.clinic.visit(p, 600 + 30 * n) for n, p in enumerate((INES, JONAH, THAO))]
        self.model = dict.fromkeys(self.ids, Status.BOOKED)
        self.last: dict[int, tuple[int, Status, datetime]] = {}
        self.changes = 0

    def teardown(self) -> None:
        self.desk.engine.dispose()
        self.folder.cleanup()

    @rule(which=indexes, status=st.sampled_from(Status))
    def press(self, which: int, status: Status) -> None:
        visit_id = self.ids[which]
        before = self.model[visit_id]
        try:
            change_id = self.desk.do(visits.set_status, visit_id, status, "Because")
        except DeskError:
            return
        reached = Status.LATE_CANCELLED if status is Status.CANCELLED else status
        assert reached in NEXT[before]
        assert (before, reached) != (Status.ARRIVED, Status.CHECKED_IN)
        self.note(visit_id, reached, change_id)
        self.changes += reached is Status.DONE  # the reason for no charge is a row of its own

    @rule(which=indexes)
    def check_in(self, which: int) -> None:
        visit_id = self.ids[which]
        before = self.model[visit_id]
        try:
            done = self.desk.do(check_in_with_copay, visit_id, None, "Forgot wallet")
        except DeskError:
            assert before not in (Status.BOOKED, Status.ARRIVED)
            return
        assert before in (Status.BOOKED, Status.ARRIVED)
        self.changes += before is Status.BOOKED
        self.note(visit_id, Status.CHECKED_IN, done.change_id)
        if before is Status.BOOKED:
            self.last[visit_id] = (done.change_id, Status.ARRIVED, self.clinic.clock.now())

    @rule(minutes=st.integers(1, 6))
    def wait(self, minutes: int) -> None:
        self.clinic.clock.advance(minutes=minutes)

    @precondition(lambda self: self.last)
    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        visit_id = data.draw(st.sampled_from(sorted(self.last)))
        change_id, back, changed_at = self.last[visit_id]
        if self.clinic.clock.now() - changed_at > visits.UNDO_WITHIN:
            with pytest.raises(RefusedError, match="ten minutes"):
                self.desk.do(visits.undo_status, change_id)
            return
        self.desk.do(visits.undo_status, change_id)
        self.changes += 1
        self.model[visit_id] = back
        del self.last[visit_id]

    def note(self, visit_id: int, reached: Status, change_id: int) -> None:
        self.last[visit_id] = (change_id, self.model[visit_id], self.clinic.clock.now())
        self.model[visit_id] = reached
        self.changes += 1

    @invariant()
    def the_visits_stand_where_the_model_says(self) -> None:
        stands = self.desk.ask(lambda read: {v.id: v.status for v in read.session.scalars(select(Visit))})
        assert stands == self.model

    @invariant()
    def the_history_leads_there_without_a_gap(self) -> None:
        rows = self.desk.ask(_status_rows)
        assert len(self.desk.ask(lambda read: read.session.scalars(select(VisitChange.id)).all())) == self.changes
        for visit_id in self.ids:
            stands = "booked"
            for before, after in [(b, a) for of, b, a in rows if of == visit_id]:
                assert before == stands
                stands = after
            assert stands == self.model[visit_id].value

    @invariant()
    def the_queue_shows_them(self) -> None:
        shown = {row.visit_id: row for row in self.desk.ask(queue)}
        hidden = {v for v, s in self.model.items() if s in (Status.CANCELLED, Status.LATE_CANCELLED)}
        assert set(shown) == set(self.ids) - hidden
        for visit_id, row in shown.items():
            assert row.here == (self.model[visit_id] in HERE)
            assert 0 <= row.minutes_in_state <= max(row.waiting_minutes, 0)


def _status_rows(read: Read) -> list[tuple[int, str, str]]:
    found = read.session.scalars(select(VisitChange).where(VisitChange.what == "status").order_by(VisitChange.id))
    return [(change.visit_id, change.before["status"], change.after["status"]) for change in found]


TestQueue = QueueMachine.TestCase
TestQueue.settings = machine(20)
TestQueue.pytestmark = [pytest.mark.proof]
