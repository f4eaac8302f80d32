"""Print the slip with a booked visit for the patient to take home."""

from __future__ import annotations

from psc_desk.models.clinic import Clinic
from psc_desk.models.patient_input import format_phone
from psc_desk.models.print_job import PrintJob
from psc_desk.models.staff import Right
from psc_desk.models.visit import Visit
from psc_desk.papers.appointment_slip import AppointmentSlipData, appointment_slip_bytes, appointment_slip_text
from psc_desk.queries.receipts import printer_profile
from psc_desk.queries.schedule import read_back
from psc_desk.settings import TILL_ID
from psc_desk.usecases.print_queue import queue_job
from psc_desk.work import Work


def print_appointment(work: Work, visit_id: int) -> int:
    """Queue the read-back card of a visit, in the patient's language, for the receipt printer; return the job's id."""
    work.require(Right.SCHEDULE)
    card = read_back(work, visit_id)
    clinic = work.get(Clinic, 1, "clinic")
    data = AppointmentSlipData(
        clinic.name, format_phone(clinic.phone), card.language, card.lines, clinic.kind == "training"
    )
    profile = printer_profile(work)
    return queue_job(
        work,
        PrintJob(
            till_id=work.setting(TILL_ID), kind="slip", title="Appointment slip",
            content=appointment_slip_bytes(data, profile), text=appointment_slip_text(data, profile.columns),
        ),
        patient_id=work.get(Visit, visit_id, "visit").patient_id, visit_id=visit_id,
    )  # fmt: skip
