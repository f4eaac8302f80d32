"""Where the audit stood last, kept beside the database, so that rows cut off its end are noticed.

The file holds the number and hash of the newest row, sealed with HMAC-SHA-256 under the database's key.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import threading
from dataclasses import dataclass
from pathlib import Path

from psc_desk.errors import DataError


@dataclass(frozen=True)
class AuditHead:
    """The file `path`, sealed with `key` (32 bytes)."""

    path: Path
    key: bytes

    def write(self, seq: int, digest: str) -> None:
        """Note that the newest row is `seq` with hash `digest`."""
        fresh = self.path.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
        fresh.write_text(
            json.dumps({"seq": seq, "hash": digest, "seal": self._seal(seq, digest)}),
            encoding="ascii",
        )
        fresh.chmod(0o600)
        fresh.replace(self.path)

    def read(self) -> tuple[int, str] | None:
        """Return the number and hash noted last, None when nothing was noted; DataError when the seal is broken."""
        if not self.path.exists():
            return None
        try:
            noted = json.loads(self.path.read_text(encoding="ascii"))
            seq, digest, seal = (
                int(noted["seq"]),
                str(noted["hash"]),
                str(noted["seal"]),
            )
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise DataError("The note of the audit's end cannot be read; it was damaged or edited.") from error
        if not hmac.compare_digest(seal, self._seal(seq, digest)):
            raise DataError("The note of the audit's end does not carry this clinic's seal; it was edited.")
        return seq, digest

    def _seal(self, seq: int, digest: str) -> str:
        return hmac.new(self.key, f"psc-desk audit {seq} {digest}".encode(), hashlib.sha256).hexdigest()
