"""The patients of the demo day: each visit from the door to check-out, a walk-in, and what goes wrong with money."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import cycle

from sqlalchemy import select

from psc_desk.demo.cards import card_image
from psc_desk.demo.day_desk import DayDesk, money_words
from psc_desk.demo.day_drawer import SECOND
from psc_desk.demo.names import draw_name
from psc_desk.errors import OverridableError, RefusedError
from psc_desk.models.clinic import Provider, VisitType
from psc_desk.models.patient import Patient
from psc_desk.models.patient_input import PatientInput, PhoneInput
from psc_desk.models.payment import PaymentKind, TenderKind
from psc_desk.models.visit import Status, Visit
from psc_desk.money import Cents, format_money
from psc_desk.queries.money import balance
from psc_desk.queries.openings import OpeningsQuery, openings
from psc_desk.queries.visit import CheckOutRow
from psc_desk.schedule_rules import BookingInput
from psc_desk.usecases.charges import ChargeInput, post_charges
from psc_desk.usecases.chart import open_chart
from psc_desk.usecases.check_in import Seen, begin_check_in, check_in_with_copay
from psc_desk.usecases.check_out import begin_check_out, finish_check_out, make_visit_summary
from psc_desk.usecases.documents import file_document
from psc_desk.usecases.patients import add_alert, register_patient, register_patient_anyway
from psc_desk.usecases.payments import TenderInput, refund_payment, void_payment
from psc_desk.usecases.schedule import book, cancel, mark_missed
from psc_desk.usecases.visits import arrive, room, walk_in, walk_in_anyway, with_provider, write_summary
from psc_desk.work import Read

FEWEST = 4
_WALK_IN = 620
_SUMMARIES = 3
"""So many summaries are kept on paper besides the first of each other language."""
_ADVICE = {
    "en": "Drink plenty of water and rest.\nCall us if you do not feel better in three days.",
    "es": "Tome mucha agua y descanse.\nLlámenos si no se siente mejor en tres días.",
}
_KINDS = (TenderKind.CASH, TenderKind.CHECK, TenderKind.CARD)


@dataclass(frozen=True)
class Booked:
    """A visit that is booked for today."""

    visit_id: int
    patient_id: int
    name: str
    start: int
    minutes: int
    confirmed: bool


def booked_today(read: Read) -> list[Booked]:
    """Return today's booked visits in order of time."""
    found = read.session.execute(
        select(
            Visit.id, Visit.patient_id, Patient.first_name, Patient.last_name, Visit.start_minute, Visit.minutes,
            Visit.confirmation,
        )
        .join(Patient, Patient.id == Visit.patient_id)
        .where(Visit.day == read.today, Visit.status == Status.BOOKED)
        .order_by(Visit.start_minute, Visit.id)
    )  # fmt: skip
    return [
        Booked(visit_id, patient_id, f"{first} {last}", start, minutes, bool(confirmation))
        for visit_id, patient_id, first, last, start, minutes, confirmation in found
    ]


class Patients:
    """Plays the visits; ways of paying take turns, so that a day has all of them."""

    def __init__(self, play: DayDesk) -> None:
        self.play = play
        self.seen = 0
        self._turn = cycle((*_KINDS, None))
        self._languages: set[str] = set()
        self._summaries = 0
        self._card_filed = self._next_booked = False

    def plan(self) -> None:
        """Plan the day of everybody who is booked, with one who does not come, one who cancels late, one walk-in."""
        visits = self.play.ask(booked_today)
        if len(visits) < FEWEST:
            raise RefusedError(
                f"Only {len(visits)} visits are booked for this day; it takes {FEWEST} to play it. If it was played "
                "already, make a new demo clinic or set PSC_DESK_TODAY to another day."
            )
        unsure = [visit for visit in visits if not visit.confirmed] or visits
        missing = self.play.rng.choice(unsure)
        others = [visit for visit in visits if visit.patient_id != missing.patient_id]
        cancelling = max(others, key=lambda visit: (not visit.confirmed, visit.start), default=None)
        for visit in visits:
            if visit is missing:
                self.play.at(visit.start + 20, lambda _play, visit=visit: self._missed(visit))  # type: ignore[misc]
            elif visit is cancelling:
                self.play.at(visit.start - 50, lambda _play, visit=visit: self._cancelled(visit))  # type: ignore[misc]
            else:
                self._plan_visit(visit)
        self.play.at(_WALK_IN, lambda _play: self._walk_in())

    def _plan_visit(self, visit: Booked, *, arrived: bool = False) -> None:
        steps: list[tuple[int, Callable[[Booked], None]]] = [
            (-6, self._check_in), (1, self._room), (7, self._provider), (visit.minutes, self._check_out)
        ]  # fmt: skip
        if not arrived:
            steps.insert(0, (-10, self._arrive))
        for offset, step in steps:
            minute = max(visit.start + offset, 470 + offset // 20)
            self.play.at(minute, lambda _play, step=step: step(visit))  # type: ignore[misc]

    def _missed(self, visit: Booked) -> None:
        self.play.do(mark_missed, visit.visit_id, "Did not come")
        self.play.say(f"{visit.name} did not come.")

    def _cancelled(self, visit: Booked) -> None:
        self.play.do(cancel, visit.visit_id, "Patient ill")
        self.play.say(f"{visit.name} calls and cancels, less than a day ahead: cancelled late.")

    def _arrive(self, visit: Booked) -> None:
        self.play.do(arrive, visit.visit_id)

    def _room(self, visit: Booked) -> None:
        self.play.do(room, visit.visit_id)

    def _provider(self, visit: Booked) -> None:
        self.play.do(with_provider, visit.visit_id)

    def _check_in(self, visit: Booked) -> None:
        play = self.play
        play.do(open_chart, visit.patient_id)
        row = play.do(begin_check_in, visit.visit_id)
        if not self._card_filed:
            self._file_card(visit)
        seen = Seen(self_pay=row.coverage is None)
        if not row.copay_open_cents or row.self_pay:
            play.do(check_in_with_copay, visit.visit_id, None, seen=seen)
            play.say(f"{visit.name} is checked in; no co-pay.")
            return
        tenders = self._tenders(row.copay_open_cents)
        payment = play.payment(PaymentKind.COPAY, visit.patient_id, visit.visit_id, *tenders)
        done = play.do(check_in_with_copay, visit.visit_id, payment, seen=seen)
        play.took(tenders)
        number = done.payment.receipt_no if done.payment else 0
        play.say(f"{visit.name} is checked in and pays {money_words(tenders)}, receipt {number}.")

    def _file_card(self, visit: Booked) -> None:
        self._card_filed = True
        content = card_image(("Blue Harbor", visit.name, "Seen at check-in", "Not a real card"))
        self.play.do(
            file_document, visit.patient_id, "card_front", "Insurance card, front", content, media_type="image/png",
            visit_id=visit.visit_id,
        )  # fmt: skip
        self.play.say(f"The card of {visit.name} is filed in the chart.")

    def _tenders(self, cents: Cents) -> tuple[TenderInput, ...]:
        """Return the next way of paying; every fourth pays in two ways."""
        kind = next(self._turn)
        if kind is not None:
            return (self.play.tender(kind, cents),)
        return self._split(cents)

    def _split(self, cents: Cents) -> tuple[TenderInput, ...]:
        half = cents // 2
        return self.play.tender(TenderKind.CASH, half), self.play.tender(TenderKind.CARD, cents - half)

    def _check_out(self, visit: Booked) -> None:
        play = self.play
        view = play.do(begin_check_out, visit.visit_id)
        self._charge(view)
        if self.seen == 0:
            self._prepay_and_refund(visit)
        elif view.coverage_title in ("", "Self-pay"):
            self._settle_balance(visit)
        if not self._next_booked:
            self._book_next(view)
        language = "es" if view.language == "es" else "en"
        play.do(write_summary, visit.visit_id, _ADVICE[language], "Acetaminophen 500 mg as needed (DEMO)")
        self._summary(view)
        play.do(finish_check_out, visit.visit_id)
        self.seen += 1

    def _charge(self, view: CheckOutRow) -> None:
        codes = [row.code for row in view.codes if row.usual] or [row.code for row in view.codes[:1]]
        if codes:
            self.play.do(post_charges, view.visit_id, [ChargeInput(code) for code in codes], key=self.play.key())

    def _settle_balance(self, visit: Booked) -> None:
        owed = self.play.ask(balance, visit.patient_id)
        if owed <= 0:
            return
        tenders = self._tenders(owed)
        self.play.take(self.play.payment(PaymentKind.BALANCE, visit.patient_id, visit.visit_id, *tenders))
        self.play.say(f"{visit.name} checks out and pays {money_words(tenders)}.")

    def _prepay_and_refund(self, visit: Booked) -> None:
        """Somebody pays ahead by check and in cash, and gets a part of the cash back."""
        play = self.play
        play.take(play.payment(PaymentKind.PREPAYMENT, visit.patient_id, None, play.tender(TenderKind.CHECK, 6000)))
        cash = (play.tender(TenderKind.CASH, 4000),)
        paid = play.take(play.payment(PaymentKind.PREPAYMENT, visit.patient_id, None, *cash))
        play.do(refund_payment, paid.payment_id, 1500, key=play.key(), reason="Overpaid")
        play.took((replace(cash[0], cents=1500),), -1)
        play.say(f"{visit.name} pays $60.00 by check and $40.00 in cash ahead; $15.00 is refunded.")

    def _book_next(self, view: CheckOutRow) -> None:
        play = self.play
        wish = OpeningsQuery(view.type_id, (view.provider_id,), earliest=play.day + timedelta(days=21), limit=1)
        for found in play.ask(openings, wish):
            booking = BookingInput(
                view.patient_id, found.provider_id, view.type_id, found.day, found.start_minute, room_id=found.room_id
            )
            try:
                play.do(book, booking)
            except OverridableError:
                return
            self._next_booked = True
            play.say(f"The next visit of {view.called} is booked for {found.day:%m/%d/%Y}.")

    def _summary(self, view: CheckOutRow) -> None:
        fresh = view.language not in self._languages
        if not fresh and self._summaries >= _SUMMARIES:
            return
        self._languages.add(view.language)
        self._summaries += 1
        content = self.play.do(make_visit_summary, view.visit_id)
        self.play.save(f"visit-summary-{view.record_no}-{view.language}.pdf", content)

    def _walk_in(self) -> None:
        """Somebody new comes without a booking, pays in two ways, and is by mistake charged twice on the card."""
        play = self.play
        name, reason = draw_name(play.rng), "Fever, cannot wait"
        patient_id = self._register(name.first, name.last, name.sex)
        with_type = play.ask(_new_patient_type)
        booked = None
        for provider_id in play.ask(_providers):
            try:
                booked = play.do(walk_in, patient_id, provider_id, with_type, reason=reason)
                break
            except OverridableError:
                continue
        if booked is None:
            first = play.ask(_providers)[0]
            booked = play.do(walk_in_anyway, patient_id, first, with_type, override_reason=reason, reason=reason)
        play.say(f"{booked.patient_name} walks in, is registered and waits for {booked.provider_name}.")
        visit = Booked(booked.visit_id, patient_id, booked.patient_name, play.minute + 10, booked.minutes, True)
        self._plan_visit(visit, arrived=True)
        play.at(visit.start + visit.minutes + 3, lambda _play: self._entered_twice(visit))

    def _register(self, first: str, last: str, sex: str) -> int:
        play = self.play
        typed = PatientInput(
            first_name=first, last_name=last, sex=sex, birth_date=date(1970 + play.rng.randrange(30), 5, 17),
            street="77 Demo Street", city="Salem", state="MA", zip="01970", phones=(PhoneInput("978-555-0177"),),
        )  # fmt: skip
        try:
            patient_id = play.do(register_patient, typed)
        except OverridableError:
            patient_id = play.do(register_patient_anyway, typed, "Showed a photo ID with another middle name")
        play.do(add_alert, patient_id, "DEMO")
        return patient_id

    def _entered_twice(self, visit: Booked) -> None:
        play = self.play
        tenders = self._split(12000)
        play.take(play.payment(PaymentKind.PREPAYMENT, visit.patient_id, None, *tenders))
        twice = (play.tender(TenderKind.CARD, 6000),)
        wrong = play.take(play.payment(PaymentKind.PREPAYMENT, visit.patient_id, None, *twice))
        play.do(void_payment, wrong.payment_id, key=play.key(), reason="Entered twice", approval=play.approval(SECOND))
        play.took(twice, -1)
        paid, again = money_words(tenders), format_money(twice[0].cents)
        play.say(f"{visit.name} pays {paid} ahead; {again} entered twice is voided with {SECOND}.")


def _new_patient_type(read: Read) -> int:
    chosen = select(VisitType.id).where(VisitType.active).order_by(VisitType.patient_rule != "new", VisitType.id)
    return read.session.scalars(chosen.limit(1)).one()


def _providers(read: Read) -> list[int]:
    chosen = select(Provider.id).where(Provider.active, Provider.specialty != "Pediatrics")
    return list(read.session.scalars(chosen.order_by(Provider.position)))
