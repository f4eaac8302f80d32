"""A file that a person asked for, written whole or not at all."""

from __future__ import annotations

from pathlib import Path

from psc_desk.errors import InputError


def save_file(path: Path, content: bytes) -> None:
    """Write `content` to `path`; a file that stood there stays until the new one is whole.

    Raises InputError with what to do, and leaves nothing half written.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        try:
            part.write_bytes(content)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise InputError(
            f"{path.name} could not be saved there ({error.strerror}). Choose another folder, or make room on this one."
        ) from error
