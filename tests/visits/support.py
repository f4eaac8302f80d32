"""Short words for the waiting room."""

from __future__ import annotations

from psc_desk.models.payment import PaymentKind, TenderKind
from psc_desk.models.visit import Status, Visit
from psc_desk.usecases.payments import PaymentInput, TenderInput
from psc_desk.usecases.till import open_till
from tests.support.clinic import INES, SmallClinic


def copay(visit_id: int, cents: int = 2500, *, key: str = "copay-1", patient_id: int = INES) -> PaymentInput:
    """A co-pay in cash, paid with the exact amount."""
    tenders = (TenderInput(TenderKind.CASH, cents),)
    return PaymentInput(key, 1, patient_id, PaymentKind.COPAY, tenders, visit_id)


def open_drawer(clinic: SmallClinic) -> None:
    """Open the drawer with its float."""
    clinic.desk.do(open_till, 1, {2000: 5, 500: 8, 100: 10})


def status_of(clinic: SmallClinic, visit_id: int) -> Status:
    """Where a visit stands."""
    return clinic.desk.ask(lambda read: read.get(Visit, visit_id).status)
