"""The shipped virtual receipt printer with its drawer: for practice, for the demo clinic and as the fake of all tests.

It reads every byte, answers what a real printer answers, draws what it prints, and fails on demand.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Literal, Protocol

from psc_desk.devices.channels import GONE, STALLED, ChannelError
from psc_desk.devices.virtual_faults import Fault, Verb, parse_faults
from psc_desk.devices.virtual_parser import Command, StreamParser
from psc_desk.devices.virtual_render import Head, Paper, TextRow

DrawerSwitch = Literal["high_open", "high_closed", "none"]


class Roll(Enum):
    """How much paper is left."""

    OK = "ok"
    NEAR_END = "near end"
    OUT = "out"


@dataclass(frozen=True)
class Pulse:
    """A pulse on the drawer connector; `at` is `time.monotonic()`."""

    pin: int
    on_ms: int
    off_ms: int
    at: float


class Link(Protocol):
    """Where the printer's answers go."""

    def deliver(self, data: bytes, delay: float) -> None:
        """Give `data` to the host after `delay` seconds."""
        ...

    def reset(self) -> None:
        """Break the connection."""
        ...


class ReplyBox:
    """Answers on their way to the host, each with the moment at which it arrives; also the broken-connection mark."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[float, bytes]] = deque()
        self._changed = threading.Condition()
        self.broken = False

    def deliver(self, data: bytes, delay: float) -> None:
        """Take an answer."""
        with self._changed:
            self._waiting.append((time.monotonic() + delay, data))
            self._changed.notify_all()

    def reset(self) -> None:
        """Mark the connection as broken."""
        with self._changed:
            self.broken = True
            self._changed.notify_all()

    def take(self, timeout: float) -> bytes:
        """Return the answers that have arrived, waiting up to `timeout` seconds for the first."""
        until = time.monotonic() + timeout
        with self._changed:
            while not self.broken:
                now = time.monotonic()
                if self._waiting and self._waiting[0][0] <= now:
                    return self._take_due(now)
                if now >= until:
                    return b""
                due = self._waiting[0][0] if self._waiting else until
                self._changed.wait(min(due, until) - now)
            return b""

    def _take_due(self, now: float) -> bytes:
        taken = b""
        while self._waiting and self._waiting[0][0] <= now:
            taken += self._waiting.popleft()[1]
        return taken


class VirtualPrinter:
    """State, buffer and paper of the virtual printer. Safe to use from any thread."""

    def __init__(
        self,
        *,
        dots: int = 512,
        faults: str = "",
        drawer_switch: DrawerSwitch = "high_open",
        buffer_size: int = 65536,
        on_event: Callable[[str], None] | None = None,
    ) -> None:
        self.dots = dots
        self.drawer_switch = drawer_switch
        self.buffer_size = buffer_size
        self._tell = on_event or (lambda _line: None)
        self._changed = threading.Condition(threading.RLock())
        self._roll, self._cover_open, self._online, self._drawer_open = Roll.OK, False, True, False
        self._reading, self._lost, self._jammed = True, False, False
        self._link: Link | None = None
        self._delay, self._drop, self._garbage, self._stuck = 0.0, False, False, False
        self._lacks: set[Verb] = set()
        self._asb_link: Link | None = None
        self._parser = StreamParser()
        self._pending: deque[tuple[Command, Link]] = deque()
        self._unread: list[tuple[bytes, Link]] = []
        self._lines = self._cuts = 0
        self._head = Head(dots, self._line_printed)
        self._papers: list[Paper] = []
        self._pulses: list[Pulse] = []
        self._problems: list[str] = []
        self._faults: list[Fault] = []
        self.inject(faults)

    # what a person sees

    def papers(self) -> list[Paper]:
        """Return the papers cut so far."""
        with self._changed:
            return list(self._papers)

    def unfinished(self) -> Paper:
        """Return what hangs out of the printer uncut: a torn receipt."""
        with self._changed:
            return Paper(len(self._papers) + 1, self.dots, tuple(self._head.items))

    def paper_record(self) -> str:
        """Return all text that is physically on paper, cut or not."""
        with self._changed:
            return "".join(paper.text for paper in [*self._papers, self.unfinished()])

    def pulses(self) -> list[Pulse]:
        """Return the pulses that the drawer got."""
        with self._changed:
            return list(self._pulses)

    def problems(self) -> list[str]:
        """Return what a real printer would have choked on: unknown commands, lines too long, hidden commands."""
        with self._changed:
            return list(self._problems)

    def wait_for_papers(self, count: int, timeout: float) -> list[Paper]:
        """Return the papers as soon as there are `count`, or what there is after `timeout` seconds."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._papers) >= count, timeout)
            return list(self._papers)

    def wait_for_pulses(self, count: int, timeout: float) -> list[Pulse]:
        """Return the pulses as soon as there are `count`, or what there is after `timeout` seconds."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._pulses) >= count, timeout)
            return list(self._pulses)

    @property
    def drawer_open(self) -> bool:
        """Return whether the drawer stands open."""
        with self._changed:
            return self._drawer_open

    @property
    def roll(self) -> Roll:
        """Return how much paper is left."""
        with self._changed:
            return self._roll

    # what a person does

    def set_roll(self, roll: Roll) -> None:
        """Load, use up or nearly use up the paper; with paper again, what waits in the buffer is printed."""
        self._change(f"paper {roll.value}", _roll=roll)

    def set_cover(self, *, is_open: bool) -> None:
        """Open or close the cover."""
        self._change("cover open" if is_open else "cover closed", _cover_open=is_open)

    def set_online(self, online: bool) -> None:
        """Press the online button."""
        self._change("online" if online else "offline", _online=online)

    def open_drawer_by_key(self) -> None:
        """Open the drawer without a pulse."""
        self._change("drawer opened by key", _drawer_open=True)

    def shut_drawer(self) -> None:
        """Push the drawer shut."""
        self._change("drawer shut", _drawer_open=False)

    def resume_reading(self) -> None:
        """Take data again after the fault "stop reading"; what was held back is read first."""
        with self._changed:
            self._change("reading again", _reading=True)
            unread, self._unread = self._unread, []
            for data, link in unread:
                self.receive(data, link)

    def power_cycle(self) -> None:
        """Switch off and on: the buffer is lost, settings are as new, what is on paper stays."""
        with self._changed:
            for _, link in [*self._pending, *self._unread]:
                link.reset()
            self._pending.clear()
            self._unread.clear()
            self._parser = StreamParser()
            self._head.reset()
            self._asb_link = None
            self._change("power cycle", _reading=True)

    def inject(self, script: str) -> None:
        """Add faults (see `virtual_faults`); those without "at" happen now. Raises InputError for a bad script."""
        faults = parse_faults(script)
        with self._changed:
            counters = {"byte": self._parser.print_bytes, "line": self._lines, "cut": self._cuts}
            for fault in faults:
                if fault.when == "now":
                    self._fail(fault, None)
                else:
                    at = counters[fault.when] + fault.number
                    self._faults.append(Fault(fault.when, at, fault.verb, fault.seconds))

    # what the host does

    def receive(self, data: bytes, link: Link) -> None:
        """Take bytes from a host; answers go to `link`."""
        with self._changed:
            while data:
                if not self._reading:
                    self._unread.append((data, link))
                    return
                piece, data = self._up_to_fault(data)
                self._lost = False
                self._take(self._parser.feed(piece), link)
                self._fire("byte", self._parser.print_bytes, link)
                if self._lost:
                    return

    def wait_accepting(self, timeout: float) -> bool:
        """Return whether the printer takes data, waiting up to `timeout` seconds until it does."""
        with self._changed:
            return self._changed.wait_for(lambda: self._reading and len(self._pending) < self.buffer_size, timeout)

    def _up_to_fault(self, data: bytes) -> tuple[bytes, bytes]:
        ahead = [fault.number - self._parser.print_bytes for fault in self._faults if fault.when == "byte"]
        cut = max(min([len(data), *ahead]), 1)
        return data[:cut], data[cut:]

    def _take(self, commands: list[Command], link: Link) -> None:
        for command in commands:
            if command.realtime:
                self._obey_at_once(command, link)
            else:
                self._pending.append((command, link))
        self._pump()

    @property
    def _stopped(self) -> bool:
        return self._roll is Roll.OUT or self._cover_open or self._jammed or not self._online

    def _pump(self) -> None:
        while self._pending and not self._stopped:
            command, self._link = self._pending.popleft()
            self._obey(command, self._link)
        self._changed.notify_all()

    def _obey(self, command: Command, link: Link) -> None:
        if self._head.obey(command):
            return
        action = _BUFFERED.get(command.name)
        if action is not None:
            action(self, command, link)

    def _obey_at_once(self, command: Command, link: Link) -> None:
        if command.name == "DLE EOT" and Verb.NO_STATUS not in self._lacks:
            self._answer(bytes((self._status_byte(command.args[0]),)), link)
        elif command.name == "DLE DC4" and command.args[0] == 1:
            self._pulse(command.args[1], command.args[2] * 100, command.args[2] * 100)
        elif command.name == "DLE DC4" and command.args[0] == 8:
            self._pending.clear()

    def _status_byte(self, subject: int) -> int:
        drawer = self.drawer_switch != "none" and self._drawer_open == (self.drawer_switch == "high_open")
        return 0x12 | {
            1: 0x04 * drawer | 0x08 * self._stopped,
            2: 0x04 * self._cover_open | 0x20 * (self._roll is Roll.OUT) | 0x40 * self._jammed,
            3: 0x08 * self._jammed,
            4: 0x0C * (self._roll is not Roll.OK) | 0x60 * (self._roll is Roll.OUT),
        }.get(subject, 0)

    def _answer(self, data: bytes, link: Link) -> None:
        if not self._drop:
            link.deliver(b"AT\r\nERROR\r\n" if self._garbage else data, self._delay)

    def _cut(self, _command: Command, link: Link) -> None:
        self._head.feed(0)
        if Verb.NO_CUTTER in self._lacks:
            return
        paper = Paper(len(self._papers) + 1, self.dots, self._head.take())
        self._papers.append(paper)
        self._cuts += 1
        self._tell(f"paper {paper.number}: {len(paper.items)} lines, cut")
        self._fire("cut", self._cuts, link)

    def _kick(self, command: Command, _link: Link) -> None:
        self._pulse(command.args[0], command.args[1] * 2, command.args[2] * 2)

    def _pulse(self, connector: int, on_ms: int, off_ms: int) -> None:
        pulse = Pulse(5 if connector in (1, 49) else 2, on_ms, off_ms, time.monotonic())
        self._pulses.append(pulse)
        self._change(f"drawer pulse on pin {pulse.pin}, {on_ms} ms", _drawer_open=self._drawer_open or not self._stuck)

    def _report_process(self, command: Command, link: Link) -> None:
        if command.args[0:1] == b"H" and command.data[:2] == b"00" and Verb.CLONE not in self._lacks:
            self._answer(b"\x37\x22" + command.data[2:6] + b"\x00", link)

    def _report_paper(self, command: Command, link: Link) -> None:
        if Verb.NO_GS_R in self._lacks:
            return
        if command.args[0] in (1, 49):
            self._answer(b"\x00" if self._roll is Roll.OK else b"\x03", link)
        elif command.args[0] in (2, 50):
            self._answer(bytes((self._status_byte(1) >> 2 & 1,)), link)

    def _report_model(self, command: Command, link: Link) -> None:
        named = command.args[0] >= 65
        if Verb.NO_NAME in self._lacks:
            return
        self._answer(b"_PSC VIRTUAL\x00" if named else b"\x02", link)

    def _set_asb(self, command: Command, link: Link) -> None:
        self._asb_link = link if command.args[0] and Verb.NO_ASB not in self._lacks else None
        self._send_asb()

    def _send_asb(self) -> None:
        if self._asb_link is not None:
            self._answer(self._asb_block(), self._asb_link)

    def _asb_block(self) -> bytes:
        first = 0x10 | self._status_byte(1) & 0x0C | 0x20 * self._cover_open
        paper = 0x03 * (self._roll is not Roll.OK) | 0x0C * (self._roll is Roll.OUT)
        return bytes((first, 0x08 * self._jammed, paper, 0))

    def _unknown(self, command: Command, _link: Link) -> None:
        self._problem(f"unknown command {command.args.hex(' ')} at byte {command.offset}")

    def _hidden(self, command: Command, _link: Link) -> None:
        self._problem(f"real-time command {command.args.hex(' ')} inside a picture at byte {command.offset}")
        if command.args[1:3] == b"\x14\x01":
            self._pulse(command.args[3], 100, 100)

    def _problem(self, words: str) -> None:
        self._problems.append(words)
        self._tell(f"problem: {words}")

    def _line_printed(self, row: TextRow) -> None:
        self._lines += 1
        if row.wrapped:
            self._problem(f"line {self._lines} is longer than the paper is wide")
        self._fire("line", self._lines, self._link)

    # faults

    def _fire(self, when: str, count: int, link: Link | None) -> None:
        due = [fault for fault in self._faults if fault.when == when and fault.number <= count]
        for fault in due:
            # one fault may print what waited, and that may have been what the next one counted
            if fault in self._faults:
                self._faults.remove(fault)
                self._fail(fault, link)

    def _fail(self, fault: Fault, link: Link | None) -> None:
        self._tell(f"fault: {fault.verb}")
        if fault.verb is Verb.POWER_CYCLE:
            self.power_cycle()
        if fault.verb in (Verb.RESET, Verb.POWER_CYCLE) and link is not None:
            link.reset()
            self._lost = True
        if fault.verb is Verb.STRAY and link is not None:
            link.deliver(self._asb_block(), 0.0)
        if fault.verb is Verb.DELAY:
            self._delay = fault.seconds
        if fault.verb is Verb.ANSWERS:
            self._delay = 0.0
        if fault.verb in _LACKING:
            self._lacks.add(fault.verb)
            self._head.knows_code_pages = Verb.NO_CODE_PAGES not in self._lacks
        self._change("", **_CHANGES.get(fault.verb, {}))

    def _change(self, event: str, **state: Roll | bool) -> None:
        with self._changed:
            for name, value in state.items():
                setattr(self, name, value)
            if event:
                self._tell(event)
            self._send_asb()
            self._pump()


_CHANGES: dict[Verb, dict[str, Roll | bool]] = {
    Verb.PAPER_OUT: {"_roll": Roll.OUT},
    Verb.PAPER_LOW: {"_roll": Roll.NEAR_END},
    Verb.PAPER_OK: {"_roll": Roll.OK},
    Verb.COVER_OPEN: {"_cover_open": True},
    Verb.COVER_CLOSED: {"_cover_open": False},
    Verb.CUTTER_JAM: {"_jammed": True},
    Verb.CUTTER_FREE: {"_jammed": False},
    Verb.OFFLINE: {"_online": False},
    Verb.ONLINE: {"_online": True},
    Verb.STOP_READING: {"_reading": False},
    Verb.DROP: {"_drop": True},
    Verb.ANSWERS: {"_drop": False, "_garbage": False},
    Verb.GARBAGE: {"_garbage": True},
    Verb.DRAWER_STUCK: {"_stuck": True},
    Verb.DRAWER_FREE: {"_stuck": False},
}
_LACKING = (
    Verb.CLONE, Verb.NO_GS_R, Verb.NO_STATUS, Verb.NO_NAME, Verb.NO_ASB, Verb.NO_CODE_PAGES, Verb.NO_CUTTER,
)  # fmt: skip
_BUFFERED: dict[str, Callable[[VirtualPrinter, Command, Link], None]] = {
    "GS V": VirtualPrinter._cut,
    "ESC i": VirtualPrinter._cut,
    "ESC m": VirtualPrinter._cut,
    "ESC p": VirtualPrinter._kick,
    "GS (": VirtualPrinter._report_process,
    "GS r": VirtualPrinter._report_paper,
    "GS I": VirtualPrinter._report_model,
    "GS a": VirtualPrinter._set_asb,
    "unknown": VirtualPrinter._unknown,
    "hidden": VirtualPrinter._hidden,
}


class MemoryChannel:
    """A byte channel to a virtual printer in the same program."""

    can_read = True

    def __init__(self, printer: VirtualPrinter) -> None:
        self.printer = printer
        self._box: ReplyBox | None = None

    def open(self, timeout: float) -> None:
        """Connect."""
        self._box = ReplyBox()

    def write(self, data: bytes, timeout: float) -> None:
        """Hand over all of `data`, or none of it when the printer does not take any."""
        box = self._live_box()
        if not self.printer.wait_accepting(timeout):
            raise ChannelError(STALLED)
        self.printer.receive(data, box)
        if box.broken:
            raise ChannelError(GONE, len(data))

    def read(self, timeout: float) -> bytes:
        """Return what has come."""
        box = self._live_box()
        data = box.take(timeout)
        if box.broken:
            raise ChannelError(GONE)
        return data

    def close(self) -> None:
        """Hang up."""
        self._box = None

    def _live_box(self) -> ReplyBox:
        if self._box is None or self._box.broken:
            raise ChannelError(GONE)
        return self._box
