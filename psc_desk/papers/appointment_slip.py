"""The slip with the next visit that a patient takes home, for the receipt printer."""

from __future__ import annotations

from dataclasses import dataclass

from psc_desk.papers.escpos import Encoder, PrinterProfile
from psc_desk.papers.slip import Slip

_TITLES = {"en": "Your visit", "es": "Su cita"}


@dataclass(frozen=True)
class AppointmentSlipData:
    """What the read-back card says, a sentence each in `language` ("en" or "es")."""

    clinic_name: str
    clinic_phone: str
    language: str
    lines: tuple[str, ...]
    training: bool = False


def appointment_slip_bytes(data: AppointmentSlipData, profile: PrinterProfile) -> bytes:
    """Return the print job of the slip."""
    return Encoder(profile).job(_layout(data, profile.columns).rows)


def appointment_slip_text(data: AppointmentSlipData, columns: int = 42) -> str:
    """Return the same rows as text."""
    return _layout(data, columns).text()


def _layout(data: AppointmentSlipData, columns: int) -> Slip:
    slip = Slip(columns)
    if data.training:
        slip.bar("TRAINING")
    slip.title(data.clinic_name)
    slip.heading(_TITLES[data.language], tall=True)
    for line in data.lines:
        slip.left(line)
        slip.blank()
    slip.rule()
    slip.centered(data.clinic_phone)
    return slip
