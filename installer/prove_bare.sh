#!/usr/bin/env bash
# Proves the two commands in a bare Debian: minbase, python3 and python3-venv, nothing else, a fresh clone, a fresh HOME.
#
#   sudo installer/prove_bare.sh [--suite bookworm] [--base DIR] [--keep] [--only-setup]
#
# --base DIR     a debootstrap tree to copy instead of making one
# --keep         leave the root file system behind to look at
# --only-setup   stop after the set-up, before the program and its tests run
#
# How this computer reaches its package registries (apt's Acquire options, pip's configuration, proxies, certificates)
# is handed on to the bare system; nothing else is.
set -euo pipefail

suite=bookworm base='' keep='' only_setup=''
while (($#)); do
    case $1 in
        --suite) suite=$2; shift 2 ;;
        --base) base=$2; shift 2 ;;
        --keep) keep=yes; shift ;;
        --only-setup) only_setup=yes; shift ;;
        *) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 2 ;;
    esac
done
[ "$(id -u)" = 0 ] || { echo "Making a root file system needs root: run this with sudo." >&2; exit 2; }

# the mounts stand in a private namespace and vanish with it
if [ -z "${PROVE_BARE_INSIDE:-}" ]; then
    args=(--suite "$suite")
    [ -z "$base" ] || args+=(--base "$base")
    [ -z "$keep" ] || args+=(--keep)
    [ -z "$only_setup" ] || args+=(--only-setup)
    PROVE_BARE_INSIDE=yes exec unshare --mount --pid --fork --propagation private "$0" "${args[@]}"
fi

checkout=$(cd "$(dirname "$0")/.." && pwd)
root=$(mktemp -d /var/tmp/psc-desk-bare.XXXXXX)
clean() {
    [ -z "$keep" ] || { echo "The bare system is in $root"; return; }
    for place in /proc /dev "${handed_on[@]}"; do umount --recursive "$root$place" 2>/dev/null || true; done
    if grep -q " $root/" /proc/self/mounts; then
        echo "Something is still mounted below $root: it is left as it is." >&2
    else
        rm -rf --one-file-system "$root"
    fi
}
handed_on=()
trap clean EXIT

echo "== A bare $suite in $root"
if [ -n "$base" ]; then
    cp -a "$base/." "$root/"
else
    debootstrap --variant=minbase --include=python3,python3-venv "$suite" "$root" >"$root.log"
    rm -f "$root.log"
fi
chmod 755 "$root"
chroot "$root" apt-get clean

echo "== Handing on how the registries are reached"
cp /etc/resolv.conf /etc/hosts "$root/etc/"
apt-config dump Acquire >"$root/etc/apt/apt.conf.d/90registries" 2>/dev/null || true
install -D /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
for file in /etc/pip.conf "$HOME/.pip/pip.conf" "$HOME/.config/pip/pip.conf"; do
    [ ! -f "$file" ] || install -D "$file" "$root$file"
done
while read -r place; do
    mkdir -p "$root$place"
    mount --bind "$place" "$root$place"
    handed_on+=("$place")
    mount -o remount,ro,bind "$root$place"
done < <(python3 -m pip config list 2>/dev/null | grep -oE "(file://)?/[^ ',]+" | sed 's,^file://,,' |
    while read -r path; do [ ! -d "$path" ] || echo "${path%/simple}"; done | sort -u) # an index's files lie beside it
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"

git clone --quiet --no-hardlinks "$checkout" "$root/root/psc-desk"
chmod 755 "$root/root"

mapfile -t passed < <(env | grep -E '^(PIP_[A-Z_]*|[A-Za-z]*_proxy|[A-Z]*_PROXY|SSL_CERT_(FILE|DIR)|(REQUESTS|CURL)_CA_BUNDLE)=' || true)
inside() { # network|alone user command...
    local network=$1 user=$2
    shift 2
    local command=(chroot "--userspec=$user" "$root" /usr/bin/env -i HOME="$home" PATH=/usr/sbin:/usr/bin:/sbin:/bin "${passed[@]}"
        sh -c 'cd /root/psc-desk && exec "$@"' sh "$@")
    if [ "$network" = alone ]; then
        command=(unshare --net sh -c 'ip link set lo up && exec "$@"' sh "${command[@]}")
    fi
    "${command[@]}"
}

echo "== Without root: the exact command is named"
home=/tmp
if said=$(inside network nobody:nogroup python3 installer/run.py 2>&1); then
    echo "The set-up went through without its libraries: $said" >&2; exit 1
fi
case $said in *"apt-get install -y --no-install-recommends"*libgl1*) echo "$said" ;; *) echo "No command was named: $said" >&2; exit 1 ;; esac

home=/root
if [ -n "$only_setup" ]; then
    echo "== As root: the set-up alone"
    time inside network root python3 -c 'import sys; sys.path.insert(0, "installer")
import setup_venv as s
s.require_system(s.OFFSCREEN_LIBRARIES)
print("still missing:", s.ensure_system(s.WINDOW_LIBRARIES, s.TEST_PROGRAMS))
print(s.ensure_venv())'
    time inside alone root python3 -c 'import sys; sys.path.insert(0, "installer")
import setup_venv as s
s.require_system(s.OFFSCREEN_LIBRARIES)
print(s.ensure_venv())'
    inside alone root env QT_QPA_PLATFORM=offscreen .venv/bin/python -c \
        'from PySide6.QtWidgets import QApplication, QLabel; app = QApplication([]); print(QLabel("Qt starts").text())'
    exit
fi

echo "== As root: the program"
time inside network root python3 installer/run.py
echo "== The program again, without a network"
time inside alone root python3 installer/run.py
echo "== The tests"
time inside network root python3 installer/test.py
echo "== Proven: both commands work in a bare $suite."
