"""Prepares the checkout on this computer: system libraries, `.venv`, the packages of pyproject.toml.

Standard library only, and quick when there is nothing to do. Every problem ends the program with a sentence that says
what to do next.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Dict, Iterable, NoReturn, Sequence, Tuple

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
CONSTRAINTS = ROOT / "installer" / "constraints.txt"
OLDEST = (3, 11)
NEWEST_KNOWN = 15

Needs = Dict[str, Tuple[str, ...]]
"""What must be found, and the Debian packages that bring it, the first that exists being taken."""

OFFSCREEN_LIBRARIES: Needs = {
    "libGL.so.1": ("libgl1",),
    "libEGL.so.1": ("libegl1",),
    "libxkbcommon.so.0": ("libxkbcommon0",),
    "libglib-2.0.so.0": ("libglib2.0-0t64", "libglib2.0-0"),
    "libfontconfig.so.1": ("libfontconfig1",),
    "libdbus-1.so.3": ("libdbus-1-3",),
}
WINDOW_LIBRARIES: Needs = {
    "libxkbcommon-x11.so.0": ("libxkbcommon-x11-0",),
    "libxcb-cursor.so.0": ("libxcb-cursor0",),
    "libxcb-icccm.so.4": ("libxcb-icccm4",),
    "libxcb-keysyms.so.1": ("libxcb-keysyms1",),
    "libxcb-shape.so.0": ("libxcb-shape0",),
}
WAYLAND_LIBRARIES: Needs = {
    "libwayland-client.so.0": ("libwayland-client0",),
    "libwayland-cursor.so.0": ("libwayland-cursor0",),
    "libwayland-egl.so.1": ("libwayland-egl1",),
}
TEST_PROGRAMS: Needs = {
    "Xvfb": ("xvfb",),
    "xauth": ("xauth",),
    "openbox": ("openbox",),
    "xdotool": ("xdotool",),
}


def say(text: str) -> None:
    """Print one line at once."""
    print(text, flush=True)


def stop(sentence: str) -> NoReturn:
    """End the program with exit code 2 and a sentence that says what to do."""
    print(sentence, file=sys.stderr, flush=True)
    raise SystemExit(2)


def python_names() -> list[str]:
    """Return the commands under which a new enough Python may be installed, the newest first."""
    return [f"python3.{minor}" for minor in range(NEWEST_KNOWN, OLDEST[1] - 1, -1)] + ["python3", "python"]


def is_new_enough(python: str) -> bool:
    """Tell whether the command `python` starts a Python that can run the program."""
    code = f"import sys; sys.exit(sys.version_info < {OLDEST})"
    try:
        return subprocess.run([python, "-c", code], check=False, stderr=subprocess.DEVNULL, timeout=30).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def ensure_python() -> None:
    """Start the same command again under a newer Python when this one is too old."""
    if sys.version_info >= OLDEST:
        return
    for name in python_names():
        found = shutil.which(name)
        if found and is_new_enough(found):
            raise SystemExit(subprocess.call([found, *sys.argv]))
    stop(
        f"PSC Desk needs Python {OLDEST[0]}.{OLDEST[1]} or newer; this is Python {sys.version_info[0]}."
        f"{sys.version_info[1]} and no newer one was found. Install it from python.org or with your system's "
        "package manager, then run the same command again."
    )


def venv_python(venv: Path = VENV, windows: bool = os.name == "nt") -> Path:
    """Return the interpreter inside the environment."""
    return venv / "Scripts" / "python.exe" if windows else venv / "bin" / "python"


def fingerprint(root: Path = ROOT) -> str:
    """Return what decides whether the packages must be installed again.

    That is what pyproject.toml says about the package (not about the tools), the locked versions and the place of the
    checkout.
    """
    import tomllib

    declared = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    locked = root / "installer" / "constraints.txt"
    parts = [
        repr(declared.get("build-system")),
        repr(declared.get("project")),
        locked.read_text(encoding="utf-8") if locked.exists() else "",
        str(root),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def has_library(soname: str) -> bool:
    """Tell whether the loader finds a shared library."""
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


def missing_needs(libraries: Needs, programs: Needs | None = None) -> Needs:
    """Return those libraries and programs that this computer lacks."""
    lacking = {name: packages for name, packages in libraries.items() if not has_library(name)}
    lacking.update({name: packages for name, packages in (programs or {}).items() if not shutil.which(name)})
    return lacking


def package_exists(package: str) -> bool:
    """Tell whether apt knows a package by this name on this release."""
    code, shown = run_logged(["apt-cache", "--quiet=2", "show", package])
    return code == 0 and shown.startswith("Package:")


def choose_packages(lacking: Needs) -> list[str]:
    """Return one package for each thing that is lacking: the first name that this release knows, else the last."""
    return [next((name for name in names[:-1] if package_exists(name)), names[-1]) for names in lacking.values()]


def is_root() -> bool:
    """Tell whether packages can be installed without asking for a password."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def tail(text: str, lines: int = 15) -> str:
    """Return the last lines of a log, indented."""
    return "\n".join("    " + line for line in text.rstrip().splitlines()[-lines:])


def run_logged(command: Sequence[str], env: dict[str, str] | None = None) -> tuple[int, str]:
    """Run a command quietly; return its exit code and everything that it printed."""
    done = subprocess.run(
        command,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=env,
        cwd=str(ROOT),
    )
    return done.returncode, done.stdout.decode("utf-8", "replace")


def apt_command(packages: Iterable[str]) -> str:
    """Return the command that a person types to install the packages."""
    return "sudo apt-get update && sudo apt-get install -y --no-install-recommends " + " ".join(packages)


def apt_install(packages_of: Needs) -> None:
    """Install Debian packages as root; end the program with the tail of the log when that fails."""
    env = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    code, log = run_logged(["apt-get", "-q", "update"], env)
    packages = choose_packages(packages_of)
    say(f"Installing system packages: {' '.join(packages)} ...")
    if code == 0:
        code, log = run_logged(["apt-get", "-q", "install", "-y", "--no-install-recommends", *packages], env)
    if code != 0:
        say(tail(log))
        stop(f"The system packages could not be installed. Mend what is said above, or run: {apt_command(packages)}")


def ensure_system(libraries: Needs, programs: Needs | None = None) -> Needs:
    """Install what is missing when that is possible; return what is still missing."""
    if not sys.platform.startswith("linux"):
        return {}
    lacking = missing_needs(libraries, programs)
    if lacking and is_root() and shutil.which("apt-get"):
        apt_install(lacking)
        lacking = missing_needs(libraries, programs)
    return lacking


def advice(lacking: Needs) -> str:
    """Return the sentence that says how to get what is lacking."""
    if shutil.which("apt-get"):
        return f"Install it with: {apt_command(choose_packages(lacking))}"
    return f"Install what brings {', '.join(lacking)} with your system's package manager."


def require_system(libraries: Needs) -> None:
    """End the program with the exact command when a library that the program cannot start without is missing."""
    lacking = ensure_system(libraries)
    if lacking:
        stop(f"This computer lacks system libraries that PSC Desk needs. {advice(lacking)}\nThen run this again.")


def ensure_venv_module() -> None:
    """Make sure that `python -m venv` works: Debian ships it in a package of its own."""
    if importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv"):
        return
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    if shutil.which("apt-get") and is_root():
        apt_install({"venv": (package, "python3-venv")})
    elif shutil.which("apt-get"):
        stop(f"Python's venv module is missing. Install it with: {apt_command([package])}\nThen run this again.")
    else:
        stop("Python's venv module is missing. Install it with your system's package manager, then run this again.")


def is_sound(venv: Path) -> bool:
    """Tell whether the environment starts, with a new enough Python and pip inside."""
    python = venv_python(venv)
    code = f"import sys, pip; sys.exit(sys.version_info < {OLDEST})"
    return python.exists() and run_logged([str(python), "-c", code])[0] == 0


def is_filled(venv: Path) -> bool:
    """Tell whether the program stands in the environment and its Python is still the one that it was made with."""
    code = "from importlib.util import find_spec; import psc_desk; raise SystemExit(find_spec('PySide6') is None)"
    python = venv_python(venv)
    return python.exists() and run_logged([str(python), "-I", "-c", code])[0] == 0


def make_venv(venv: Path) -> None:
    """Make the environment, in place of a broken one."""
    ensure_venv_module()
    if venv.is_symlink() or venv.is_file():
        stop(f"{venv} is not a folder. Move it away, then run this again.")
    if venv.exists():
        shutil.rmtree(str(venv))
    code, log = run_logged([sys.executable, "-m", "venv", str(venv)])
    if code != 0:
        say(tail(log))
        stop(f"The folder {venv} could not be made. Mend what is said above, then run this again.")


def pip_command(python: Path) -> list[str]:
    """Return the command that installs the program and its tools into the environment."""
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    if CONSTRAINTS.exists():
        command += ["--constraint", str(CONSTRAINTS)]
    return [*command, "--editable", f"{ROOT}[dev]"]


def install_packages(venv: Path) -> None:
    """Install the program and its tools into the environment; needs the network."""
    code, log = run_logged(pip_command(venv_python(venv)))
    if code == 0:
        return
    with tempfile.NamedTemporaryFile("w", suffix=".log", prefix="psc-desk-setup-", delete=False) as file:
        file.write(log)
    say(tail(log))
    stop(
        f"The Python packages could not be installed (the whole log: {file.name}). The first set-up needs the network: "
        "check the connection, then run this again."
    )


def ensure_venv(venv: Path = VENV) -> Path:
    """Make `.venv` and fill it when it is missing or out of date; return its interpreter.

    The stamp is written last, so that a set-up which was cut off starts again.
    """
    stamp = venv / "psc-desk-stamp"
    wanted = fingerprint()
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted and is_filled(venv):
        return venv_python(venv)
    first = not stamp.exists()
    say(f"Setting up ({'first time only' if first else 'the packages have changed'}, about a minute) ...")
    if not is_sound(venv):
        make_venv(venv)
    install_packages(venv)
    stamp.write_text(wanted, encoding="utf-8")
    return venv_python(venv)
