"""The set-up scripts: what they decide, and the sentences with which they stop."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import json
import os
import re
import socket
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
on_posix = pytest.mark.skipif(os.name == "nt", reason="the stand-ins for system programs are shell scripts")


@pytest.fixture
def scripts(monkeypatch):
    """The installer folder stands first on the path, as when one of its scripts runs."""
    monkeypatch.syspath_prepend(str(ROOT / "installer"))


@pytest.fixture
def setup(scripts):
    return importlib.import_module("setup_venv")


@pytest.fixture
def run(scripts):
    return importlib.import_module("run")


@pytest.fixture
def areas(scripts):
    return importlib.import_module("coverage_areas")


@pytest.fixture
def checks(scripts):
    """`installer/test.py`, under another name: the standard library has a package `test`."""
    spec = importlib.util.spec_from_file_location("run_checks", ROOT / "installer" / "test.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """Return a function that puts a shell script on an otherwise empty path."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))

    def add(name: str, script: str) -> Path:
        program = folder / name
        program.write_text("#!/bin/sh\n" + script + "\n")
        program.chmod(0o755)
        return program

    return add


@pytest.mark.parametrize("script", sorted((ROOT / "installer").glob("*.py")), ids=lambda path: path.name)
def test_an_old_python_can_read_the_scripts(script):
    ast.parse(script.read_text(encoding="utf-8"), feature_version=(3, 8))


@on_posix
def test_an_old_python_hands_over_to_a_newer_one(setup, programs, monkeypatch):
    programs("python3.12", "exit 0")
    monkeypatch.setattr(setup.sys, "version_info", (3, 9, 2))
    with pytest.raises(SystemExit) as ended:
        setup.ensure_python()
    assert ended.value.code == 0


@on_posix
def test_an_old_python_alone_says_what_to_install(setup, programs, monkeypatch, capsys):
    programs("python3", "exit 1")
    monkeypatch.setattr(setup.sys, "version_info", (3, 9, 2))
    with pytest.raises(SystemExit) as ended:
        setup.ensure_python()
    assert ended.value.code == 2
    assert "needs Python 3.11 or newer; this is Python 3.9" in capsys.readouterr().err


def test_the_interpreter_stands_where_the_platform_puts_it(setup, tmp_path):
    assert setup.venv_python(tmp_path, windows=True) == tmp_path / "Scripts" / "python.exe"
    assert setup.venv_python(tmp_path, windows=False) == tmp_path / "bin" / "python"


def declare(root: Path, dependency: str, width: int = 120, locked: str = "") -> Path:
    (root / "installer").mkdir(parents=True, exist_ok=True)
    (root / "installer" / "constraints.txt").write_text(locked)
    (root / "pyproject.toml").write_text(
        f'[project]\nname = "x"\ndependencies = ["{dependency}"]\n[tool.ruff]\nline-length = {width}\n'
    )
    return root


def test_packages_are_installed_again_only_when_they_changed(setup, tmp_path):
    first = setup.fingerprint(declare(tmp_path, "alembic>=1"))
    assert setup.fingerprint(declare(tmp_path, "alembic>=1", width=100)) == first
    assert setup.fingerprint(declare(tmp_path, "alembic>=2")) != first
    assert setup.fingerprint(declare(tmp_path, "alembic>=1", locked="alembic==1.20.1")) != first
    assert setup.fingerprint(declare(tmp_path / "moved", "alembic>=1")) != first


@on_posix
def test_what_is_missing_is_probed_by_loading_it(setup, programs):
    programs("xdotool", "exit 0")
    libraries = {"libnothing-of-this-name.so.9": ("libnothing9",)}
    wanted = {"xdotool": ("xdotool",), "openbox": ("openbox",)}
    assert setup.missing_needs(libraries, wanted) == {**libraries, "openbox": ("openbox",)}


@on_posix
@pytest.mark.parametrize(("known", "chosen"), [("libglib2.0-0t64", "libglib2.0-0t64"), ("other", "libglib2.0-0")])
def test_a_renamed_package_is_taken_where_it_exists(setup, programs, known, chosen):
    programs("apt-cache", f'[ "$3" = {known} ] && echo "Package: $3"')
    needs = {"libglib-2.0.so.0": setup.OFFSCREEN_LIBRARIES["libglib-2.0.so.0"]}
    assert setup.choose_packages(needs) == [chosen]


@on_posix
def test_root_installs_what_is_missing_after_an_update(setup, programs, tmp_path, capsys):
    calls = tmp_path / "calls"
    programs("apt-get", f'echo "$@" >> {calls}')
    setup.apt_install({"Xvfb": ("xvfb",), "openbox": ("openbox",)})
    assert calls.read_text().splitlines() == ["-q update", "-q install -y --no-install-recommends xvfb openbox"]
    assert "Installing system packages: xvfb openbox" in capsys.readouterr().out


@on_posix
def test_a_failed_installation_shows_its_log_and_the_command(setup, programs, capsys):
    programs("apt-get", 'echo "E: Unable to locate package xvfb"; exit 100')
    with pytest.raises(SystemExit):
        setup.apt_install({"Xvfb": ("xvfb",)})
    shown = capsys.readouterr()
    assert "E: Unable to locate package xvfb" in shown.out
    assert "sudo apt-get install -y --no-install-recommends xvfb" in shown.err


@on_posix
def test_without_root_the_exact_command_is_named(setup, programs, monkeypatch, capsys):
    programs("apt-get", "exit 1")
    monkeypatch.setattr(setup, "is_root", lambda: False)
    monkeypatch.setattr(setup.sys, "platform", "linux")
    with pytest.raises(SystemExit) as ended:
        setup.require_system({"libnothing-of-this-name.so.9": ("libnothing9",)})
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert "sudo apt-get update && sudo apt-get install -y --no-install-recommends libnothing9" in said


def test_another_linux_is_told_the_names_of_the_libraries(setup, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "Install what brings libGL.so.1 with" in setup.advice({"libGL.so.1": ("libgl1",)})


def environment(setup, folder: Path, script: str) -> Path:
    """Make a folder that looks like an environment whose Python runs `script`."""
    python = setup.venv_python(folder)
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\n" + script + "\n")
    python.chmod(0o755)
    return folder


@on_posix
def test_a_finished_set_up_is_left_alone(setup, tmp_path, capsys):
    venv = environment(setup, tmp_path / "venv", f'[ "$1" = -I ] && exit 0; touch {tmp_path}/installed')
    (venv / "psc-desk-stamp").write_text(setup.fingerprint())
    assert setup.ensure_venv(venv) == setup.venv_python(venv)
    assert capsys.readouterr().out == ""
    assert not (tmp_path / "installed").exists()


@on_posix
def test_a_changed_package_list_is_installed_and_stamped(setup, tmp_path, capsys):
    venv = environment(setup, tmp_path / "venv", f'echo "$@" >> {tmp_path}/calls')
    (venv / "psc-desk-stamp").write_text("older")
    setup.ensure_venv(venv)
    assert "--editable" in (tmp_path / "calls").read_text()
    assert (venv / "psc-desk-stamp").read_text() == setup.fingerprint()
    assert capsys.readouterr().out.startswith("Setting up (the packages have changed")


@on_posix
def test_a_set_up_without_network_is_not_stamped(setup, tmp_path, capsys):
    venv = environment(setup, tmp_path / "venv", 'case "$*" in *install*) echo "No route to host"; exit 1;; esac')
    with pytest.raises(SystemExit) as ended:
        setup.ensure_venv(venv)
    assert ended.value.code == 2
    shown = capsys.readouterr()
    assert "No route to host" in shown.out
    assert "needs the network" in shown.err
    assert not (venv / "psc-desk-stamp").exists()
    Path(re.search(r"log: (\S+)\)", shown.err)[1]).unlink()


def test_the_locked_versions_are_those_that_the_package_allows():
    lines = (ROOT / "installer" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    locked = dict(line.lower().replace("_", "-").split("==") for line in lines if "==" in line)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for text in [*project["dependencies"], *project["optional-dependencies"]["dev"]]:
        wanted = Requirement(text)
        assert wanted.specifier.contains(locked[wanted.name.lower().replace("_", "-")]), text


def test_a_desktop_always_has_a_screen(run):
    assert run.has_screen({}, "win32")
    assert run.has_screen({}, "darwin")
    assert run.has_screen({"WAYLAND_DISPLAY": "wayland-0"}, "linux")
    assert not run.has_screen({}, "linux")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="X servers listen like this on Linux")
def test_a_display_counts_only_when_its_server_answers(run):
    assert not run.has_screen({"DISPLAY": ":64987"}, "linux")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("\0/tmp/.X11-unix/X64987")
        server.listen()
        assert run.has_screen({"DISPLAY": ":64987.0"}, "linux")


def test_the_window_opens_on_the_demo_clinic_unless_told_otherwise(run):
    assert run.window_arguments([]) == ["--demo"]
    assert run.window_arguments(["--theme=dark"]) == ["--demo", "--theme=dark"]
    assert run.window_arguments(["--data=/srv/clinic"]) == ["--data=/srv/clinic"]


@pytest.mark.parametrize(
    ("args", "wanted"), [([], True), (["--demo"], True), (["verify", "x"], False), (["--help"], False)]
)
def test_a_subcommand_needs_no_window(run, args, wanted):
    assert run.is_window_wanted(args) is wanted


def test_a_real_window_needs_more_libraries(run):
    bare = run.libraries_for(window=False, environ={"DISPLAY": ":0"})
    on_x11 = run.libraries_for(window=True, environ={"DISPLAY": ":0"})
    on_wayland = run.libraries_for(window=True, environ={"WAYLAND_DISPLAY": "wayland-0"})
    assert "libxcb-cursor.so.0" in set(on_x11) - set(bare)
    assert "libwayland-client.so.0" in set(on_wayland) - set(bare)


def test_the_exit_code_of_the_program_is_passed_on(run):
    assert run.desk(Path(sys.executable), ["--no-such-option"]) == 2


def test_quick_leaves_out_the_slow_and_the_coverage(checks):
    quick = checks.pytest_command("python", "--quick", ["-x"])
    assert quick[-3:] == ["-m", "not slow and not e2e", "-x"]
    assert "--cov" not in quick
    assert "--cov" in checks.pytest_command("python", "", [])


def test_proofs_run_alone_in_their_ci_size(checks, monkeypatch):
    monkeypatch.delenv("PSC_DESK_PROOFS", raising=False)
    assert "proof" in checks.pytest_command("python", "--proofs", [])
    assert checks.pytest_environment("--proofs")["PSC_DESK_PROOFS"] == "ci"
    assert "PSC_DESK_PROOFS" not in checks.pytest_environment("")


def test_a_failed_check_shows_what_it_found(checks, capsys):
    assert checks.passes("fine", [sys.executable, "-c", "print('hidden')"])
    assert not checks.passes("bad", [sys.executable, "-c", "print('line 7 is wrong'); raise SystemExit(1)"])
    shown = capsys.readouterr().out
    assert "hidden" not in shown
    assert "FAILED" in shown
    assert "line 7 is wrong" in shown


@pytest.fixture
def report(tmp_path):
    def facts(statements: int, covered: int) -> dict[str, object]:
        return {"summary": {"num_statements": statements, "covered_lines": covered}}

    path = tmp_path / "coverage.json"
    counted = {
        "psc_desk/money.py": facts(10, 10),
        "psc_desk/ui/main_window.py": facts(100, 40),
        "psc_desk/ui/pages/desk.py": facts(50, 0),
        "psc_desk\\usecases\\till.py": facts(20, 19),
        "psc_desk/ui/__init__.py": facts(0, 0),
    }
    path.write_text(json.dumps({"files": counted}))
    return path


def test_coverage_is_counted_by_area(areas, report):
    found = areas.read(report)
    assert [(area.name, area.percent) for area in found] == [
        ("foundation", 100.0),
        ("ui", 40.0),
        ("ui/pages", 0.0),
        ("usecases", 95.0),
    ]
    assert [area.name for area in areas.below_floor(found)] == ["ui", "ui/pages"]


def test_the_table_names_what_no_test_reaches(areas, report):
    lines = areas.table(areas.read(report)).splitlines()
    assert "all                              180    38.3 %  below 60 %" in lines
    assert "Reached by no test: psc_desk/ui/pages/desk.py" in lines


def test_the_check_server_runs_what_the_readme_names():
    commands = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert commands[1] == "set -euo pipefail"
    assert commands[-2:] == ["python3 installer/test.py", "python3 installer/test.py --proofs"]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert all(command in readme for command in commands[-2:])
