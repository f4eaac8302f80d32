"""psc-desk printer and psc-desk virtual-printer."""

import argparse
import json
import os
import signal
import subprocess
import sys

import pytest

from psc_desk.commands import printer as printer_command
from psc_desk.commands import virtual_printer as virtual_command


def run(*words):
    parser = argparse.ArgumentParser()
    subparsers = parser.add_subparsers()
    printer_command.add_parser(subparsers)
    virtual_command.add_parser(subparsers)
    args = parser.parse_args(words)
    return args.run(args)


def test_status_as_json(network, capsys):
    assert run("printer", network.url, "status", "--json", "--sensor", "high_open") == 0
    answers = json.loads(capsys.readouterr().out)
    assert {key: answers[key] for key in ("paper", "cover", "online", "drawer")} == dict.fromkeys(
        ("paper", "cover", "online", "drawer"), "yes"
    )


def test_a_printer_without_paper_is_done_but_wrong(network, capsys):
    network.printer.inject("paper out")
    assert run("printer", network.url, "status") == 1
    assert "Load a roll" in capsys.readouterr().out


def test_the_test_page_and_the_drawer(network, capsys):
    assert run("printer", network.url, "test") == 0
    assert run("printer", network.url, "kick") == 0
    assert "Printer test page" in network.printer.papers()[0].text
    assert len(network.printer.wait_for_pulses(1, 2)) == 1
    assert "told to open" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words", [("nonsense", "status"), ("tcp://127.0.0.1:1", "status"), ("tcp://127.0.0.1:1", "kick")]
)
def test_what_cannot_run_says_why(words, capsys):
    assert run("printer", *words) == 2
    assert capsys.readouterr().err.rstrip().endswith(".")


def test_a_bad_fault_or_port_says_why(capsys):
    assert run("virtual-printer", "--fault", "burn") == 2
    assert "not known" in capsys.readouterr().err
    assert run("virtual-printer", "--port", "99999999") == 2
    assert "not a port" in capsys.readouterr().err


def test_a_port_that_is_taken_says_why(network, capsys):
    assert run("virtual-printer", "--port", network.url.rpartition(":")[2]) == 2
    assert "Choose another" in capsys.readouterr().err


def test_the_virtual_printer_serves_until_interrupted(tmp_path):
    code = (
        "import argparse, sys; from psc_desk.commands import virtual_printer as v\n"
        "p = argparse.ArgumentParser(); v.add_parser(p.add_subparsers()); a = p.parse_args(sys.argv[1:])\n"
        "sys.exit(a.run(a))"
    )
    words = [sys.executable, "-c", code, "virtual-printer", "--port", "0", "--out", str(tmp_path / "out")]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": "."}) as process:
        url = process.stdout.readline().split()[-1]
        assert run("printer", url, "test") == 0
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "paper 1" in said
    assert said.rstrip().endswith("stopped")
    assert (tmp_path / "out" / "paper-0001.png").read_bytes().startswith(b"\x89PNG")
    assert "Printer test page" in (tmp_path / "out" / "paper-0001.txt").read_text()
