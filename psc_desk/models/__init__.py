"""Tables and the rules that belong to them. Importing this package loads every table into `Base.metadata`."""

from psc_desk.models import (
    audit,
    card,
    charging,
    clinic,
    coverage,
    estimate,
    ledger,
    patient,
    payment,
    plan,
    print_job,
    retail,
    sliding,
    staff,
    till,
    visit,
)

__all__ = [
    "audit",
    "card",
    "charging",
    "clinic",
    "coverage",
    "estimate",
    "ledger",
    "patient",
    "payment",
    "plan",
    "print_job",
    "retail",
    "sliding",
    "staff",
    "till",
    "visit",
]
