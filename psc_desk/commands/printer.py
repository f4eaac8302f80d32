"""`psc-desk printer test|status|kick|probe URL`: try or set up a receipt printer without the window."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace

from psc_desk.devices import FORMS, open_channel, open_printer
from psc_desk.devices.printer import Answer, PrinterStatus, ReceiptPrinter, Sent
from psc_desk.devices.probe import PROOF_WORDS, SENSOR_WORDS, Probe, Sensor, polarity
from psc_desk.errors import DeviceError, InputError
from psc_desk.papers.escpos import PAPER_58, PAPER_80, PAPER_80_WIDE, PrinterProfile
from psc_desk.papers.probe_page import probe_page_bytes
from psc_desk.papers.till_slips import test_page_bytes

ACTIONS = ("test", "status", "kick", "probe")
_TEST_JOB = 1
_PROFILES = {32: PAPER_58, 42: PAPER_80, 48: PAPER_80_WIDE}


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser("printer", help="test page, state, drawer or abilities of a receipt printer")
    parser.add_argument("words", nargs=2, metavar="ACTION URL", help=f"one of {', '.join(ACTIONS)}; URL: {FORMS}")
    parser.add_argument("--columns", type=int, choices=range(32, 49), metavar="32-48", default=42, help="paper width")
    parser.add_argument(
        "--sensor", choices=("none", "high_open", "high_closed"), default="none", help="what the drawer's switch says"
    )
    parser.add_argument("--drawer", action="store_true", help="probe: also open the drawer, which must be shut")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Do it; 0 done, 1 done but something is wrong, 2 could not."""
    action, url = args.words if args.words[0] in ACTIONS else reversed(args.words)
    if action not in ACTIONS:
        print(f"Say what to do with the printer: one of {', '.join(ACTIONS)}, then its address.", file=sys.stderr)
        return 2
    base = _PROFILES.get(args.columns, PrinterProfile(columns=args.columns, dots=args.columns * 12))
    profile = replace(base, drawer_sensor=args.sensor)
    try:
        if action == "probe":
            return _probe(url, profile, drawer=args.drawer, as_json=args.json)
        printer = open_printer(url, profile)
        done = _act(printer, action, url, profile)
        status = printer.status()
    except (InputError, DeviceError) as error:
        print(error, file=sys.stderr)
        return 2
    return _tell(status, done, action, as_json=args.json)


def _tell(status: PrinterStatus, done: str, action: str, *, as_json: bool) -> int:
    words = " ".join(part for part in (done, status.words()) if part)
    if as_json:
        print(json.dumps({**_answers(status), "words": words}))
    if action == "status" and bool(status.trouble) and status.online is Answer.NO:
        print(words, file=sys.stderr)
        return 2
    if not as_json:
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


def _probe(url: str, profile: PrinterProfile, *, drawer: bool, as_json: bool) -> int:
    """Go through the steps of the set-up and print what to put into Settings."""
    channel = open_channel(url)
    if channel is None:
        print("A print queue gives no answers, so there is nothing to find out. Its proof is none, its drawer shut.")
        return 1
    probe = Probe(channel)
    heard = probe.look()
    if heard.trouble:
        print(heard.words(), file=sys.stderr)
        return 1
    proof = probe.print_page(probe_page_bytes(url, profile))
    sensor: Sensor = _try_drawer(probe, profile) if drawer else "none"
    if as_json:
        found = {"model": heard.model, "answers": heard.answers.value, "proof": proof, "sensor": sensor}
        print(json.dumps({**found, "status": heard.status}))
        return 0
    print(heard.words(), PROOF_WORDS[proof], *([SENSOR_WORDS[sensor]] if drawer else []), sep="\n")
    print(f"In Settings: proof {proof}, sensor {sensor}. Now look at the page: columns, letters and pictures.")
    return 0


def _try_drawer(probe: Probe, profile: PrinterProfile) -> Sensor:
    closed = probe.sensor()
    probe.kick(profile.pulse(profile.drawer_pin))
    return polarity(closed, probe.sensor())


def _answers(status: PrinterStatus) -> dict[str, str]:
    """Say each state as yes (paper loaded, cover closed, online, drawer closed), no or unknown."""
    return {
        "paper": status.paper.value,
        "cover": status.cover_closed.value,
        "online": status.online.value,
        "drawer": status.drawer_closed.value,
    }
