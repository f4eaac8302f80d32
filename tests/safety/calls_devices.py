"""The use cases of printers, drawers and the bundle for support."""

from __future__ import annotations

import io

from PIL import Image

from psc_desk.models.staff import Right
from psc_desk.usecases import devices
from psc_desk.usecases.devices import PrinterChoice
from tests.safety.calls import Call, call
from tests.support.clinic import SmallClinic


def logo() -> bytes:
    """Return a small picture as a PNG file."""
    out = io.BytesIO()
    Image.linear_gradient("L").resize((200, 80)).save(out, "PNG")
    return out.getvalue()


def _with_logo(clinic: SmallClinic) -> tuple[tuple[object, ...], dict[str, object]]:
    clinic.desk.do(devices.set_logo, logo())
    return (), {}


CHOICE = PrinterChoice("tcp://10.0.0.9", 48, 19, "gs_r", cutter=True, drawer_pin=5, model="TM-T88VI")
CALLS = [
    call(devices.save_printer, Right.SETTINGS, CHOICE),
    call(devices.set_logo, Right.SETTINGS, logo()),
    Call(devices.remove_logo, Right.SETTINGS, _with_logo),
    call(devices.try_drawer, Right.OPEN_DRAWER, 1, "Try the spring"),
    call(devices.choose_page_printer, Right.READ_CHART, "day_sheet", "Office"),
    call(devices.make_device_report, Right.OPEN_DRAWER),
]
