"""Where the audit and the receipts stood last, kept beside the database, so that what is cut off their end is noticed.

The file holds the number and hash of the newest audit row and each drawer's highest receipt number, sealed with
HMAC-SHA-256 under the database's key. A torn disk or an older backup leaves the database behind it: see
`queries.lost_receipts`.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import os
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from psc_desk.errors import DataError

log = logging.getLogger("psc_desk")


@dataclass(frozen=True)
class AuditHead:
    """The file `path`, sealed with `key` (32 bytes)."""

    path: Path
    key: bytes

    def write(self, seq: int, digest: str, receipts: Mapping[int, int] | None = None) -> None:
        """Note that the newest row is `seq` with hash `digest`, and the receipts that were just numbered, by drawer.

        What is noted is committed already: a disk that refuses the note undoes nothing, and the next one catches up.
        """
        marks = self._marks()
        for till_id, number in (receipts or {}).items():
            marks[till_id] = max(number, marks.get(till_id, 0))
        fresh = self.path.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
        note = {"seq": seq, "hash": digest, "receipts": marks, "seal": self._seal(seq, digest, marks)}
        try:
            fresh.write_text(json.dumps(note), encoding="ascii")
            fresh.chmod(0o600)
            fresh.replace(self.path)
        except OSError as error:
            log.warning("the note of the audit's end was not written: %s", error.strerror)
            with suppress(OSError):
                fresh.unlink()

    def read(self) -> tuple[int, str] | None:
        """Return the number and hash noted last, None when nothing was noted; DataError when the seal is broken."""
        noted = self._noted()
        return None if noted is None else noted[:2]

    def receipts(self) -> dict[int, int]:
        """Return the highest receipt number given out, by drawer; DataError when the seal is broken."""
        noted = self._noted()
        return {} if noted is None else noted[2]

    def _marks(self) -> dict[int, int]:
        """What a note that cannot be read says is found by `read`; writing goes on without it."""
        try:
            return self.receipts()
        except DataError:
            return {}

    def _noted(self) -> tuple[int, str, dict[int, int]] | None:
        if not self.path.exists():
            return None
        try:
            noted = json.loads(self.path.read_text(encoding="ascii"))
            seq, digest, seal = int(noted["seq"]), str(noted["hash"]), str(noted["seal"])
            marks = {int(till_id): int(number) for till_id, number in noted["receipts"].items()}
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise DataError("The note of the audit's end cannot be read; it was damaged or edited.") from error
        if not hmac.compare_digest(seal, self._seal(seq, digest, marks)):
            raise DataError("The note of the audit's end does not carry this clinic's seal; it was edited.")
        return seq, digest, marks

    def _seal(self, seq: int, digest: str, marks: Mapping[int, int]) -> str:
        told = f"psc-desk audit {seq} {digest} {sorted(marks.items())}"
        return hmac.new(self.key, told.encode(), hashlib.sha256).hexdigest()
