"""The USB tier: our USB transports against a real Linux kernel, in a virtual machine, with a printer gadget.

    python3 installer/usb_tier.py [--kernel FOLDER] [--only WORD]

A Debian kernel boots in QEMU (software emulation, no rights needed beyond its own); `dummy_hcd` is its USB host, the
printer gadget its printer, and behind the gadget stands the virtual printer. `tests/usb/guest.py` runs inside. It takes
about two minutes and needs Debian's qemu-system-x86, busybox-static, cpio, kmod and udev, and the kernel package, which
is fetched with apt-get once, unpacked under `out/usb-tier` and never installed. Exit 0 all well, 1 a test failed, 3 the
tier cannot run here (it says what is missing).
"""

from __future__ import annotations

import argparse
import gzip
import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
WORK = HOME / "out" / "usb-tier"
TOOLS = {
    "qemu-system-x86_64": "qemu-system-x86", "busybox": "busybox-static", "cpio": "cpio", "modprobe": "kmod",
    "depmod": "kmod",
}  # fmt: skip
UDEV = "/lib/systemd/systemd-udevd"
MODULES = ("virtio_pci", "9pnet_virtio", "9p", "overlay", "dummy_hcd", "libcomposite", "usb_f_printer", "usblp")
SECONDS = 420
INIT = """#!/bin/busybox sh
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sys /sys
/bin/busybox mount -t devtmpfs dev /dev
for module in $(/bin/busybox cat /modules/order); do /bin/busybox insmod /modules/$module; done
/bin/busybox mkdir -p /low /top /root
/bin/busybox mount -t 9p -o trans=virtio,version=9p2000.L,msize=262144,ro root /low
/bin/busybox mount -t tmpfs top /top
/bin/busybox mkdir -p /top/up /top/work
/bin/busybox mount -t overlay -o lowerdir=/low,upperdir=/top/up,workdir=/top/work over /root
for place in proc sys dev; do /bin/busybox mount --move /$place /root/$place; done
exec /bin/busybox switch_root /root /bin/sh %(guest)s
"""
GUEST = """export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp PYTHONPATH=%(home)s PYTHONDONTWRITEBYTECODE=1
mount -t tmpfs run /run; mount -t tmpfs tmp /tmp; mount -t configfs config /sys/kernel/config
%(udev)s --daemon; udevadm settle
cd %(home)s && timeout 300 %(python)s tests/usb/guest.py %(only)s; echo "USB-TIER ended with $?"
echo o > /proc/sysrq-trigger; sleep 60
"""


class CannotRunError(Exception):
    """Something is missing here; the text says what."""


def main() -> int:
    """Run the tier and return its exit code."""
    parser = argparse.ArgumentParser(description="USB printers in a virtual machine")
    parser.add_argument("--kernel", type=Path, help="an unpacked Debian kernel package (with boot and lib/modules)")
    parser.add_argument("--only", default="", metavar="WORD", help="only the steps with this word in their names")
    args = parser.parse_args()
    only = "".join(letter for letter in args.only if letter.isalnum() or letter in "_:/")
    try:
        check_tools()
        WORK.mkdir(parents=True, exist_ok=True)
        kernel = args.kernel or fetched_kernel()
        release = sorted((kernel / "lib" / "modules").iterdir())[-1].name
        return run(kernel, release, initial_disk(kernel, release, only))
    except CannotRunError as error:
        print(f"The USB tier cannot run here: {error}", file=sys.stderr)
        return 3


def check_tools() -> None:
    """Raise CannotRunError naming the packages that are missing."""
    os.environ["PATH"] += os.pathsep + "/sbin" + os.pathsep + "/usr/sbin"
    missing = sorted({package for tool, package in TOOLS.items() if shutil.which(tool) is None})
    missing += [] if Path(UDEV).exists() else ["udev"]
    if missing:
        raise CannotRunError(f"install {' '.join(missing)} (apt-get install --no-install-recommends).")


def fetched_kernel() -> Path:
    """Return the unpacked kernel, fetched with apt-get the first time."""
    place = WORK / "kernel"
    if (place / "boot").is_dir():
        return place
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        raise CannotRunError("the kernel is fetched with apt-get on Debian; elsewhere give --kernel FOLDER.")
    listed = subprocess.run(
        ["apt-cache", "search", "--names-only", r"^linux-image-[0-9.]+-[0-9]+-amd64$"],
        stdout=subprocess.PIPE,
        check=False,
    )
    names = re.findall(r"^linux-image-[0-9.]+-[0-9]+-amd64(?= )", listed.stdout.decode(), re.MULTILINE)
    if not names:
        raise CannotRunError("apt offers no linux-image package; run apt-get update first.")
    newest = max(names, key=lambda name: [int(part) for part in re.findall(r"\d+", name)])
    if subprocess.run(["apt-get", "download", newest], cwd=str(WORK), check=False).returncode:
        raise CannotRunError(f"{newest} could not be fetched.")
    package = next(WORK.glob(f"{newest}_*.deb"))
    subprocess.run(["dpkg-deb", "-x", str(package), str(place)], check=True)
    package.unlink()
    return place


def initial_disk(kernel: Path, release: str, only: str) -> Path:
    """Return the initial RAM disk: busybox, the modules in their order, and the script that finds the root."""
    disk = WORK / "disk"
    shutil.rmtree(str(disk), ignore_errors=True)
    for folder in ("bin", "modules", "proc", "sys", "dev"):
        (disk / folder).mkdir(parents=True)
    shutil.copy(shutil.which("busybox"), str(disk / "bin" / "busybox"))
    subprocess.run(["depmod", "-b", str(kernel), release], check=True)
    order = modules_in_order(kernel, release)
    for path in order:
        shutil.copy(str(path), str(disk / "modules" / path.name))
    (disk / "modules" / "order").write_text("\n".join(path.name for path in order) + "\n")
    guest = WORK / "guest.sh"
    guest.write_text(GUEST % {"home": HOME, "python": HOME / ".venv" / "bin" / "python", "udev": UDEV, "only": only})
    init = disk / "init"
    init.write_text(INIT % {"guest": guest})
    init.chmod(init.stat().st_mode | stat.S_IXUSR)
    names = subprocess.run(["find", "."], cwd=str(disk), stdout=subprocess.PIPE, check=True).stdout
    packed = subprocess.run(
        ["cpio", "-o", "-H", "newc", "--quiet"], cwd=str(disk), input=names, stdout=subprocess.PIPE, check=True
    )
    image = WORK / "disk.gz"
    image.write_bytes(gzip.compress(packed.stdout, 1))
    return image


def modules_in_order(kernel: Path, release: str) -> list[Path]:
    """Return the files of the modules and of what they need, in the order in which they load."""
    found = []
    for module in MODULES:
        asked = subprocess.run(
            ["modprobe", "-d", str(kernel), "-S", release, "--show-depends", module],
            stdout=subprocess.PIPE,
            check=False,
        )
        if asked.returncode:
            raise CannotRunError(f"the kernel {release} has no module {module}.")
        for line in asked.stdout.decode().splitlines():
            if line.startswith("insmod"):
                path = Path(line.split()[1])
                if path not in found:
                    found.append(path)
    return found


def run(kernel: Path, release: str, image: Path) -> int:
    """Boot, show what the guest says, and return 0 when all its tests passed."""
    command = [
        "qemu-system-x86_64", "-accel", "tcg", "-M", "pc", "-cpu", "max", "-smp", "2", "-m", "1536", "-nographic",
        "-no-reboot", "-net", "none", "-kernel", str(kernel / "boot" / f"vmlinuz-{release}"), "-initrd", str(image),
        "-append", "console=ttyS0 quiet panic=3",
        "-virtfs", "local,path=/,mount_tag=root,security_model=none,readonly=on,multidevs=remap",
    ]  # fmt: skip
    said = []
    machine = subprocess.Popen(
        ["timeout", str(SECONDS), *command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    for raw in machine.stdout:
        line = raw.decode("utf-8", "replace").rstrip()
        said.append(line)
        print(line, flush=True)
    machine.wait()
    if not any(line.startswith("ok ") for line in said):
        raise CannotRunError("the virtual machine did not get as far as the tests; see what it said above.")
    return 0 if "USB-TIER ended with 0" in said else 1


if __name__ == "__main__":
    sys.exit(main())
