"""The support bundle: what a helper needs to know of the devices, as a zip without a word about patients."""

from __future__ import annotations

import io
import json
import platform
import sys
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib import metadata

from psc_desk.devices.diary import Note
from psc_desk.devices.printer import PrinterStatus

_LIBRARIES = ("psc-desk", "PySide6-Essentials", "pyserial", "pyusb", "Pillow", "SQLAlchemy", "sqlcipher3")


def bundle(at: datetime, facts: Mapping[str, object], status: PrinterStatus | None, notes: Sequence[Note]) -> bytes:
    """Return the zip: versions.json, facts.json (settings, counts, failures), status.json, diary.txt.

    `facts` must hold no text of a paper and no name; what a printer or a queue said stands in `notes`.
    """
    files = {
        "versions.json": _json(_versions()),
        "facts.json": _json(facts),
        "status.json": _json(_status(status)),
        "diary.txt": "".join(map(_line, notes)),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(f"psc-desk-devices/{name}", at.timetuple()[:6]), text)
    return out.getvalue()


def _line(note: Note) -> str:
    return f"{note.at:%Y-%m-%d %H:%M:%S}Z {'!' if note.trouble else ' '} {note.words}\n"


def _versions() -> dict[str, str]:
    found = {"system": platform.platform(), "python": sys.version.split()[0]}
    for name in _LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found


def _status(status: PrinterStatus | None) -> dict[str, str]:
    if status is None:
        return {"printer": "not asked yet"}
    return {
        "asked at": status.asked_at.isoformat(),
        "paper": status.paper,
        "paper near end": status.paper_near_end,
        "cover closed": status.cover_closed,
        "online": status.online,
        "drawer closed": status.drawer_closed,
        "words": status.words(),
    }


def _json(content: object) -> str:
    return json.dumps(content, indent=2, sort_keys=True, default=str) + "\n"
