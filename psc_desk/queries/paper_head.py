"""What stands on every paper: the clinic, when and by whom it was made, and whether it is for show."""

from __future__ import annotations

from psc_desk.clock import local
from psc_desk.models.clinic import Clinic
from psc_desk.models.patient_input import format_phone
from psc_desk.models.staff import StaffMember
from psc_desk.papers.pdf import ClinicBlock, PrintMark
from psc_desk.work import Read


def clinic_block(read: Read) -> ClinicBlock:
    """Return the clinic as it stands at the head of papers."""
    clinic = read.get(Clinic, 1, "clinic")
    return ClinicBlock(clinic.name, clinic.address_lines, format_phone(clinic.phone), format_phone(clinic.fax))


def print_mark(read: Read) -> PrintMark:
    """Return when (wall clock) and by whom, marked DEMO or TRAINING where the clinic is not a real one."""
    person = None if read.actor_id is None else read.session.get(StaffMember, read.actor_id)
    kind = read.get(Clinic, 1, "clinic").kind
    moment = local(read.now, read.zone)
    return PrintMark(moment, person.name if person else "", demo=kind == "demo", training=kind == "training")
