"""Whatever is booked, moved, resized and cancelled: nobody is booked twice at once without a reason."""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule
from sqlalchemy import select

from psc_desk.errors import OverridableError, RefusedError
from psc_desk.models.visit import FREES_SLOT, Visit, VisitChange
from psc_desk.queries.schedule import conflicts
from psc_desk.usecases import schedule
from psc_desk.work import Read
from tests.schedule.support import wish
from tests.support.clinic import BRANDT, INES, JONAH, OSEI, THAO, TODAY, small_clinic
from tests.support.sizes import machine

days = st.integers(1, 2).map(lambda n: TODAY + timedelta(days=n))
starts = st.integers(0, 12).map(lambda n: 480 + 15 * n)
providers = st.sampled_from((OSEI, BRANDT))
patients = st.sampled_from((INES, JONAH, THAO))
lengths = st.sampled_from((15, 30, 60))


class ScheduleMachine(RuleBasedStateMachine):
    """Two days, two providers, three patients."""

    visits = Bundle("visits")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.clinic = small_clinic(Path(self.folder.name))
        self.desk = self.clinic.desk
        self.overridden: set[int] = set()
        self.changes = 0

    def teardown(self) -> None:
        self.desk.engine.dispose()
        self.folder.cleanup()

    @rule(target=visits, patient=patients, provider=providers, day=days, start=starts, minutes=lengths)
    def book(self, patient: int, provider: int, day: date, start: int, minutes: int) -> int:
        asked = wish(day, start, patient_id=patient, provider_id=provider, minutes=minutes)
        free = not self.desk.ask(conflicts, asked)
        try:
            booked = self.desk.do(schedule.book, asked)
        except OverridableError:
            assert not free
            booked = self.desk.do(schedule.book_anyway, asked, "Told to")
            self.overridden.add(booked.visit_id)
        else:
            assert free
        self.changes += 1
        return booked.visit_id

    @rule(visit=visits, provider=providers, day=days, start=starts)
    def move(self, visit: int, provider: int, day: date, start: int) -> None:
        before = self.place(visit)
        try:
            self.desk.do(schedule.move, visit, day, start, provider_id=provider)
        except OverridableError:
            assert self.place(visit) == before
        else:
            self.changes += self.place(visit) != before
            assert self.place(visit)[:3] == (provider, day, start)

    @rule(visit=visits, minutes=lengths)
    def resize(self, visit: int, minutes: int) -> None:
        before = self.place(visit)
        try:
            self.desk.do(schedule.resize, visit, minutes)
        except OverridableError:
            assert self.place(visit) == before
        else:
            self.changes += self.place(visit) != before

    @rule(visit=consumes(visits))
    def cancel(self, visit: int) -> None:
        provider, day, start, minutes = self.place(visit)
        patient = self.desk.ask(lambda read: read.get(Visit, visit).patient_id)
        self.desk.do(schedule.cancel, visit, "Patient ill")
        self.changes += 1
        asked = wish(day, start, patient_id=patient, provider_id=provider, minutes=minutes)
        in_the_way = {row.visit_id for row in self.desk.ask(conflicts, asked)}
        assert visit not in in_the_way
        with pytest.raises(RefusedError, match="cannot be changed"):
            self.desk.do(schedule.move, visit, day, 600)

    def place(self, visit_id: int) -> tuple[int, date, int, int]:
        def read_it(read: Read) -> tuple[int, date, int, int]:
            visit = read.get(Visit, visit_id)
            return visit.provider_id, visit.day, visit.start_minute, visit.minutes

        return self.desk.ask(read_it)

    @invariant()
    def nobody_is_double_booked_without_a_reason(self) -> None:
        standing = self.desk.ask(_standing)
        for place, one in enumerate(standing):
            for other in standing[place + 1 :]:
                same = one[1] == other[1] and (one[4] == other[4] or one[5] == other[5])
                if same and one[2] < other[3] and other[2] < one[3]:
                    assert self.overridden & {one[0], other[0]}

    @invariant()
    def every_change_has_a_history_row(self) -> None:
        assert len(self.desk.ask(lambda read: read.session.scalars(select(VisitChange.id)).all())) == self.changes


def _standing(read: Read) -> list[tuple[int, date, int, int, int, int]]:
    found = read.session.scalars(select(Visit).where(Visit.status.not_in(FREES_SLOT)))
    return [(v.id, v.day, v.start_minute, v.end_minute, v.provider_id, v.patient_id) for v in found]


TestSchedule = ScheduleMachine.TestCase
TestSchedule.settings = machine(20)
TestSchedule.pytestmark = [pytest.mark.proof]
