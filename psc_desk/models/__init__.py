"""Tables and the rules that belong to them. Importing this package loads every table into `Base.metadata`."""

from psc_desk.models import (
    audit,
    clinic,
    coverage,
    ledger,
    patient,
    payment,
    print_job,
    staff,
    till,
    visit,
)

__all__ = [
    "audit",
    "clinic",
    "coverage",
    "ledger",
    "patient",
    "payment",
    "print_job",
    "staff",
    "till",
    "visit",
]
