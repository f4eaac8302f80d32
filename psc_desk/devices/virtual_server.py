"""The virtual printer on TCP, as a network printer on port 9100: one host at a time, others wait."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from psc_desk.devices.virtual import ReplyBox, VirtualPrinter
from psc_desk.devices.virtual_render import Paper

_TICK = 0.05


class VirtualPrinterServer:
    """Serves a virtual printer; `with VirtualPrinterServer() as server: ... server.url`."""

    def __init__(
        self, port: int = 0, out: Path | None = None, *, printer: VirtualPrinter | None = None, host: str = "127.0.0.1"
    ) -> None:
        self.printer = printer or VirtualPrinter()
        self.out = out
        self.host = host
        self._port = port
        self._listener: socket.socket | None = None
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._written = 0

    @property
    def port(self) -> int:
        """Return the port on which it listens."""
        return self._port

    @property
    def url(self) -> str:
        """Return the address to give to `open_printer`."""
        return f"tcp://{self.host}:{self._port}"

    def start(self) -> None:
        """Listen; raises OSError when the port is taken."""
        self._listener = socket.create_server((self.host, self._port), backlog=4)
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._listener.settimeout(_TICK)
        self._port = self._listener.getsockname()[1]
        self._stop.clear()
        self._threads = [threading.Thread(target=self._serve, name="virtual-printer")]
        if self.out is not None:
            self.out.mkdir(parents=True, exist_ok=True)
            self._threads.append(threading.Thread(target=self._keep_papers, name="virtual-printer-papers"))
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop listening and wait for the threads."""
        self._stop.set()
        for thread in self._threads:
            thread.join()
        self._threads = []
        if self._listener is not None:
            self._listener.close()
            self._listener = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _serve(self) -> None:
        listener = self._listener
        while listener is not None and not self._stop.is_set():
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                continue
            with connection:
                self._talk(connection)

    def _talk(self, connection: socket.socket) -> None:
        box = ReplyBox()
        sender = threading.Thread(target=self._send_replies, args=(connection, box), name="virtual-printer-replies")
        sender.start()
        connection.settimeout(_TICK)
        with contextlib.suppress(OSError):
            while not (self._stop.is_set() or box.broken):
                if not self.printer.wait_accepting(_TICK):
                    continue
                with contextlib.suppress(TimeoutError):
                    data = connection.recv(4096)
                    if not data:
                        break
                    self.printer.receive(data, box)
        if box.broken:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        box.reset()
        sender.join()

    def _send_replies(self, connection: socket.socket, box: ReplyBox) -> None:
        with contextlib.suppress(OSError):
            while not box.broken:
                if data := box.take(1.0):
                    connection.sendall(data)

    def _keep_papers(self) -> None:
        while not self._stop.is_set():
            self._write_new(self.printer.wait_for_papers(self._written + 1, _TICK * 4))
        self._write_new(self.printer.papers())

    def _write_new(self, papers: list[Paper]) -> None:
        if self.out is None:
            return
        for paper in papers[self._written :]:
            (self.out / f"paper-{paper.number:04}.png").write_bytes(paper.png())
            (self.out / f"paper-{paper.number:04}.txt").write_text(paper.text, encoding="utf-8")
            self._written += 1
