"""Set up this desk's printer and drawer, and hand out what support needs to know, which is never a patient."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass

from psc_desk.errors import InputError
from psc_desk.events import DeviceReportMade, SettingChanged
from psc_desk.models.clinic import Setting
from psc_desk.models.staff import Right
from psc_desk.queries.devices import SupportFacts, support_facts
from psc_desk.queries.receipts import LOGO_KEY
from psc_desk.queries.tills import till
from psc_desk.settings import (
    DRAWER_PIN,
    DRAWER_SENSOR,
    PRINTER_CODE_PAGE,
    PRINTER_COLUMNS,
    PRINTER_CUTTER,
    PRINTER_MODEL,
    PRINTER_PAPERS,
    PRINTER_PROOF,
    PRINTER_URL,
)
from psc_desk.usecases.settings import set_setting
from psc_desk.usecases.till import no_sale, pulse_drawer
from psc_desk.work import Work

_LOGO_SIZE = (576, 320)
_LOGO_BYTES = 8_000_000


@dataclass(frozen=True)
class PrinterChoice:
    """What the set-up found out and the person confirmed."""

    url: str
    columns: int
    code_page: int
    proof: str
    cutter: bool
    drawer_pin: int = 2
    drawer_sensor: str = "none"
    model: str = ""


def save_printer(work: Work, choice: PrinterChoice) -> None:
    """Keep the profile of this desk's printer and drawer."""
    work.require(Right.SETTINGS)
    set_setting(work, PRINTER_URL, choice.url.strip())
    set_setting(work, PRINTER_COLUMNS, choice.columns)
    set_setting(work, PRINTER_CODE_PAGE, choice.code_page)
    set_setting(work, PRINTER_PROOF, choice.proof)
    set_setting(work, PRINTER_CUTTER, "yes" if choice.cutter else "no")
    set_setting(work, PRINTER_MODEL, choice.model)
    set_setting(work, DRAWER_PIN, choice.drawer_pin)
    set_setting(work, DRAWER_SENSOR, choice.drawer_sensor)


def set_logo(work: Work, content: bytes) -> None:
    """Keep the picture that stands at the top of receipts; raises InputError (field "logo") when it is none."""
    work.require(Right.SETTINGS)
    kept = base64.b64encode(_small(content)).decode()
    row = work.session.get(Setting, (LOGO_KEY, ""))
    if row is None:
        work.session.add(Setting(key=LOGO_KEY, desk="", value={"v": kept}))
    else:
        row.value = {"v": kept}
    work.announce(SettingChanged(), "changed the logo on receipts")


def remove_logo(work: Work) -> None:
    """Print receipts without a logo."""
    work.require(Right.SETTINGS)
    row = work.session.get(Setting, (LOGO_KEY, ""))
    if row is not None:
        work.session.delete(row)
        work.announce(SettingChanged(), "removed the logo from receipts")


def try_drawer(work: Work, till_id: int, reason: str) -> None:
    """Open the drawer to try it, with a reason: an opening without a sale while the drawer is in use."""
    if till(work, till_id).session_id is not None:
        no_sale(work, till_id, reason)
    else:
        pulse_drawer(work, till_id)


def choose_page_printer(work: Work, kind: str, queue: str) -> None:
    """Remember the computer's printer for one kind of paper; an empty queue is the computer's default."""
    work.require(Right.READ_CHART)
    kept = dict(line.split("=", 1) for line in work.setting(PRINTER_PAPERS) if "=" in line)
    if kept.get(kind, "") == queue:
        return
    kept[kind] = queue
    lines = [f"{name}={value}" for name, value in sorted(kept.items())]
    place = (PRINTER_PAPERS.key, work.desk)
    row = work.session.get(Setting, place)
    if row is None:
        work.session.add(Setting(key=place[0], desk=place[1], value={"v": lines}))
    else:
        row.value = {"v": lines}
    work.announce(SettingChanged(), "chose another printer for a kind of paper", after={"kind": kind, "printer": queue})


def make_device_report(work: Work) -> SupportFacts:
    """Return what support may know of the devices, and record that it was handed out."""
    work.require(Right.OPEN_DRAWER)
    work.announce(DeviceReportMade(), "made a report on the devices for support")
    return support_facts(work)


def _small(content: bytes) -> bytes:
    from PIL import Image, UnidentifiedImageError

    wrong = "This file is not a picture that can be printed. Choose a PNG or JPEG of at most 8 MB."
    if len(content) > _LOGO_BYTES:
        raise InputError(wrong, "logo")
    try:
        with Image.open(io.BytesIO(content)) as opened:
            picture = opened.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        raise InputError(wrong, "logo") from error
    picture.thumbnail(_LOGO_SIZE)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
