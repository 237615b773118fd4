#!/bin/bash
# Makes this machine and this checkout ready for what is named: run, screen, test, build or lab.
#
#   run     what Qt needs to start without a screen, what builds pyscard (it has no wheel for Linux), and the Python
#           environment (always done)
#   screen  what Qt needs on X
#   test    a virtual screen, a browser for the console, tshark as second opinion on ZVT, a virtual
#           card reader with its daemon, umockdev to plug devices in and out that are not there
#   build   what PyInstaller and dpkg-deb need
#   lab     QEMU and what makes a machine for it that has USB
#
# Safe to call again and again: looks first, installs only what is missing, and takes no time when nothing is.
# It must not touch anything outside .venv but missing system packages.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

packages_of() {
  case "$1" in
    run) echo ca-certificates libglib2.0-0 libgl1 libegl1 libfontconfig1 libfreetype6 libdbus-1-3 libxkbcommon0 libbrotli1 \
      libgssapi-krb5-2 fonts-dejavu-core libpcsclite1 libpcsclite-dev swig gcc libc6-dev python3-dev ;;
    screen) echo libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-shape0 \
      libxcb-sync1 libxcb-xfixes0 libxcb-xkb1 libxkbcommon-x11-0 libx11-xcb1 ;;
    test) echo xvfb xauth chromium tshark pcscd vsmartcard-vpcd vsmartcard-vpicc umockdev gir1.2-umockdev-1.0 python3-gi ;;
    build) echo binutils libpython3.11 ;;
    lab) echo qemu-system-x86 busybox-static cpio kmod udev e2fsprogs iproute2 ;;
    *) echo "setup.sh: no such part: $1. Use run, screen, test, build or lab." >&2; exit 2 ;;
  esac
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo --preserve-env=DEBIAN_FRONTEND "$@"
  else echo "setup.sh: root or sudo is needed to install: $*" >&2; exit 2
  fi
}

is_installed() {
  [ "$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

install_missing() {
  local missing=()
  for package in "$@"; do is_installed "$package" || missing+=("$package"); done
  [ ${#missing[@]} = 0 ] && return
  echo "Installing system packages: ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  as_root apt-get update -qq
  as_root apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

is_good_python() {
  "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
  local candidate
  for candidate in "${PYTHON:-}" /usr/bin/python3 python3; do
    if [ -n "$candidate" ] && is_good_python "$candidate"; then echo "$candidate"; return; fi
  done
  echo "setup.sh: Python 3.11 or newer is needed. Install it, or name it: PYTHON=/path/to/python3 make ..." >&2
  exit 2
}

hash_of() { cat "$@" | sha256sum | cut -c1-64; }

make_environment() {
  [ -x .venv/bin/python ] && is_good_python .venv/bin/python && return
  local python
  python=$(find_python)
  echo "Making .venv with $("$python" --version)"
  rm -rf .venv
  "$python" -m venv .venv
}

install_requirements() {
  local want stamp=.venv/requirements.stamp
  want=$(hash_of requirements.lock)
  [ "$(cat "$stamp" 2>/dev/null)" = "$want" ] && return
  echo "Installing the locked requirements (about a minute)"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement requirements.lock
  echo "$want" >"$stamp"
}

install_ourselves() {
  local want stamp=.venv/project.stamp
  want=$(hash_of pyproject.toml <(pwd))
  [ "$(cat "$stamp" 2>/dev/null)" = "$want" ] && return
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
  echo "$want" >"$stamp"
}

packages=$(packages_of run)
for part in "$@"; do packages+=" $(packages_of "$part")"; done
if command -v dpkg-query >/dev/null; then
  [ -x .venv/bin/python ] || packages+=" python3 python3-venv"
  # shellcheck disable=SC2086  # a list of words
  install_missing $packages
else
  echo "setup.sh: not a Debian; these must be here already:" $packages >&2
fi
make_environment
install_requirements
install_ourselves
