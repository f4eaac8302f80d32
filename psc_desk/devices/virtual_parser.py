"""Reads ESC/POS by exact command lengths, any chunking; what it does not know it reports instead of skipping."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass

_Bytes = Generator[None, int, bytes]

_FIXED = {
    b"\x1b": {
        0: b"@2imSLFN<", 1: b"!-3 =EGJKMRTVade rt{U", 2: b"$\\", 3: b"p", 8: b"W",
    },
    b"\x1d": {0: b":", 1: b"!/BHITabfhrw|", 2: b"$LPW\\"},
    b"\x1c": {0: b"&.", 1: b"!-CW", 2: b"Sp"},
}  # fmt: skip
_SINGLES = {0x09: "HT", 0x0A: "LF", 0x0C: "FF", 0x0D: "CR", 0x18: "CAN"}
_PREFIXES = {0x1B: "ESC", 0x1D: "GS", 0x1C: "FS"}
_LENGTHS = {
    (prefix, letter): count
    for prefix, by_count in _FIXED.items()
    for count, letters in by_count.items()
    for letter in letters
}


@dataclass(frozen=True)
class Command:
    """One command: `name` such as "ESC @" or "text", its parameters, its payload, where it began in the stream."""

    name: str
    args: bytes = b""
    data: bytes = b""
    offset: int = 0

    @property
    def realtime(self) -> bool:
        """Return whether a printer obeys it at once, whatever waits in its buffer."""
        return self.name.startswith("DLE")


class StreamParser:
    """Feeds on bytes, gives commands."""

    def __init__(self) -> None:
        self.received = 0
        self.realtime_bytes = 0
        self._found: list[Command] = []
        self._start = 0
        self._machine = self._run()
        next(self._machine)

    @property
    def print_bytes(self) -> int:
        """Return how many bytes came that are not real-time commands."""
        return self.received - self.realtime_bytes

    def feed(self, data: bytes) -> list[Command]:
        """Return the commands that `data` completes."""
        for byte in data:
            self.received += 1
            self._machine.send(byte)
        found, self._found = self._found, []
        return found

    def _run(self) -> Generator[None, int, None]:
        while True:
            byte = yield
            self._start = self.received - 1
            if byte in _PREFIXES:
                yield from self._escape(byte)
            elif byte == 0x10:
                yield from self._realtime()
            elif byte in _SINGLES:
                self._emit(_SINGLES[byte])
            elif byte >= 0x20 and byte != 0x7F:
                self._emit("text", bytes((byte,)))
            else:
                self._emit("unknown", bytes((byte,)))

    def _emit(self, name: str, args: bytes = b"", data: bytes = b"") -> None:
        self._found.append(Command(name, args, data, self._start))
        if name.startswith("DLE"):
            self.realtime_bytes += self.received - self._start

    def _take(self, count: int) -> _Bytes:
        taken = bytearray()
        while len(taken) < count:
            taken.append((yield))
        return bytes(taken)

    def _until_nul(self) -> _Bytes:
        taken = bytearray()
        while byte := (yield):
            taken.append(byte)
        return bytes(taken)

    def _realtime(self) -> Generator[None, int, None]:
        kind = yield
        if kind == 0x04:
            args = yield from self._take(1)
            self._emit("DLE EOT", args + (yield from self._take(1)) if args in (b"\x07", b"\x08") else args)
        elif kind == 0x05:
            self._emit("DLE ENQ", (yield from self._take(1)))
        elif kind == 0x14:
            function = yield from self._take(1)
            more = yield from self._take(7 if function == b"\x08" else 2)
            self._emit("DLE DC4", function + more)
        else:
            self._emit("unknown", bytes((0x10, kind)))

    def _escape(self, prefix: int) -> Generator[None, int, None]:
        letter = yield
        name = f"{_PREFIXES[prefix]} {chr(letter)}"
        count = _LENGTHS.get((bytes((prefix,)), letter))
        if count is not None:
            self._emit(name, (yield from self._take(count)))
        elif name in _SPECIAL:
            args, data = yield from _SPECIAL[name](self)
            self._emit(name, args, data)
            self._hidden(data)
        else:
            self._emit("unknown", bytes((prefix, letter)))

    def _hidden(self, payload: bytes) -> None:
        for index in range(len(payload) - 1):
            if payload[index] == 0x10 and payload[index + 1] in (0x04, 0x05, 0x14):
                self._found.append(Command("hidden", payload[index : index + 5], b"", self._start))

    def _cut(self) -> Generator[None, int, tuple[bytes, bytes]]:
        mode = yield from self._take(1)
        return mode + ((yield from self._take(1)) if mode[0] in (65, 66, 97, 98, 103, 104) else b""), b""

    def _counted(self) -> Generator[None, int, tuple[bytes, bytes]]:
        head = yield from self._take(3)
        return head, (yield from self._take(head[1] + 256 * head[2]))

    def _bit_image(self) -> Generator[None, int, tuple[bytes, bytes]]:
        head = yield from self._take(3)
        return head, (yield from self._take((head[1] + 256 * head[2]) * (3 if head[0] in (32, 33) else 1)))

    def _raster(self) -> Generator[None, int, tuple[bytes, bytes]]:
        head = yield from self._take(6)
        return head, (yield from self._take((head[2] + 256 * head[3]) * (head[4] + 256 * head[5])))

    def _bar_code(self) -> Generator[None, int, tuple[bytes, bytes]]:
        mode = yield from self._take(1)
        if mode[0] <= 6:
            return mode, (yield from self._until_nul())
        size = yield from self._take(1)
        return mode + size, (yield from self._take(size[0]))

    def _panel(self) -> Generator[None, int, tuple[bytes, bytes]]:
        return (yield from self._take(2)), b""

    def _tabs(self) -> Generator[None, int, tuple[bytes, bytes]]:
        return (yield from self._until_nul()), b""

    def _stored_image(self) -> Generator[None, int, tuple[bytes, bytes]]:
        size = yield from self._take(2)
        return size, (yield from self._take(size[0] * size[1] * 8))

    def _stored_images(self) -> Generator[None, int, tuple[bytes, bytes]]:
        count = yield from self._take(1)
        data = b""
        for _ in range(count[0]):
            size = yield from self._take(4)
            data += yield from self._take((size[0] + 256 * size[1]) * (size[2] + 256 * size[3]) * 8)
        return count, data


_SPECIAL: dict[str, Callable[[StreamParser], Generator[None, int, tuple[bytes, bytes]]]] = {
    "ESC *": StreamParser._bit_image,
    "ESC c": StreamParser._panel,
    "ESC D": StreamParser._tabs,
    "GS (": StreamParser._counted,
    "FS (": StreamParser._counted,
    "GS V": StreamParser._cut,
    "GS k": StreamParser._bar_code,
    "GS v": StreamParser._raster,
    "GS *": StreamParser._stored_image,
    "FS q": StreamParser._stored_images,
}
