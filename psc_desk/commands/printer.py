"""`psc-desk printer URL test|status|kick`: try a receipt printer without the window."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace

from psc_desk.devices import FORMS, open_printer
from psc_desk.devices.printer import Answer, PrinterStatus, ReceiptPrinter, Sent
from psc_desk.errors import DeviceError, InputError
from psc_desk.papers.escpos import PAPER_58, PAPER_80, PAPER_80_WIDE, PrinterProfile
from psc_desk.papers.till_slips import test_page_bytes

_TEST_JOB = 1
_PROFILES = {32: PAPER_58, 42: PAPER_80, 48: PAPER_80_WIDE}


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser("printer", help="test page, state or drawer of a receipt printer")
    parser.add_argument("url", help=FORMS)
    parser.add_argument("action", choices=("test", "status", "kick"))
    parser.add_argument("--columns", type=int, choices=(32, 42, 48), default=42, help="width of its paper")
    parser.add_argument(
        "--sensor", choices=("none", "high_open", "high_closed"), default="none", help="what the drawer's switch says"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Do it; 0 done, 1 done but something is wrong, 2 could not."""
    profile = replace(_PROFILES[args.columns], drawer_sensor=args.sensor)
    try:
        printer = open_printer(args.url, profile)
        done = _act(printer, args.action, args.url, profile)
        status = printer.status()
    except (InputError, DeviceError) as error:
        print(error, file=sys.stderr)
        return 2
    words = " ".join(part for part in (done, status.words()) if part)
    if args.json:
        print(json.dumps({**_answers(status), "words": words}))
    unreachable = args.action == "status" and bool(status.trouble) and status.online is Answer.NO
    if unreachable:
        print(words, file=sys.stderr)
        return 2
    if not args.json:
        print(words, *(f"{name}: {answer}" for name, answer in _answers(status).items()), sep="\n")
    return 0 if status.ready else 1


def _act(printer: ReceiptPrinter, action: str, url: str, profile: PrinterProfile) -> str:
    if action == "kick":
        printer.kick()
        return "The drawer was told to open."
    if action == "test":
        sent = printer.send(test_page_bytes("PSC Desk", url, profile), _TEST_JOB)
        return "The test page is printed." if sent is Sent.PRINTED else "The test page was sent; look at the paper."
    return ""


def _answers(status: PrinterStatus) -> dict[str, str]:
    """Say each state as yes (paper loaded, cover closed, online, drawer closed), no or unknown."""
    return {
        "paper": status.paper.value,
        "cover": status.cover_closed.value,
        "online": status.online.value,
        "drawer": status.drawer_closed.value,
    }
