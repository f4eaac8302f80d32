"""`psc-desk virtual-printer`: the shipped ESC/POS printer on TCP."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path

from psc_desk.devices.virtual import VirtualPrinter
from psc_desk.devices.virtual_server import VirtualPrinterServer
from psc_desk.errors import InputError


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser("virtual-printer", help="a receipt printer without hardware, on TCP")
    parser.add_argument("--port", type=int, default=9100, help="where it listens (0: any free port; default 9100)")
    parser.add_argument("--out", type=Path, help="folder for a PNG and a text of every paper")
    parser.add_argument("--fault", default="", metavar="SCRIPT", help='e.g. "at line 3: paper out; delay replies 3"')
    parser.add_argument("--columns", type=int, choices=(32, 42, 48), default=42, help="width of its paper")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Serve until interrupted."""
    if not 0 <= args.port <= 65535:
        print(f"{args.port} is not a port. Choose one from 0 to 65535.", file=sys.stderr)
        return 2
    try:
        printer = VirtualPrinter(dots={32: 384, 42: 512, 48: 576}[args.columns], faults=args.fault, on_event=_say)
        server = VirtualPrinterServer(args.port, args.out, printer=printer)
        server.start()
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"The virtual printer cannot listen on port {args.port}: {error}. Choose another.", file=sys.stderr)
        return 2
    _say(f"listening on {server.url}")
    _wait_for_end()
    server.stop()
    _say("stopped")
    return 0


def _say(line: str) -> None:
    print(line, flush=True)


def _wait_for_end() -> None:
    ended = threading.Event()
    before = {number: signal.signal(number, lambda *_: ended.set()) for number in (signal.SIGINT, signal.SIGTERM)}
    while not ended.wait(0.5):
        pass
    for number, handler in before.items():
        signal.signal(number, handler)
