"""Builds `dist/support-kiosk_<version>_<architecture>.deb`: freezes the program, lays out the tree, packs it.

It must not install anything and must not need root. Files to copy are in `installer/debian/`; what is frozen and what
is left out is in `installer/kiosk.spec`.
"""

from __future__ import annotations

import gzip
import os
import platform
import re
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
DEBIAN = ROOT / "installer" / "debian"
PACKAGE = "support-kiosk"
OURS = Path("opt") / PACKAGE

# Where each file of installer/debian goes.
PLACES = {
    "support-kiosk.desktop": "usr/share/applications/support-kiosk.desktop",
    "support-kiosk.svg": "usr/share/icons/hicolor/scalable/apps/support-kiosk.svg",
    "60-support-kiosk.rules": "usr/lib/udev/rules.d/60-support-kiosk.rules",
    "autostart.desktop": "etc/xdg/autostart/support-kiosk.desktop",
    "copyright": f"usr/share/doc/{PACKAGE}/copyright",
}


def main() -> int:
    print(build(ROOT / "dist").relative_to(ROOT))
    return 0


def build(target: Path) -> Path:
    """The path of the package. Raises `CalledProcessError` where PyInstaller or dpkg-deb fails."""
    os.environ.setdefault("SOURCE_DATE_EPOCH", changed_at())
    tree = lay_out(freeze(), BUILD / "deb")
    write_control(tree)
    target.mkdir(exist_ok=True)
    package = target / f"{PACKAGE}_{version()}_{architecture()}.deb"
    run("dpkg-deb", "--root-owner-group", "-Zxz", "-z1", "--build", str(tree), str(package))
    return package


def freeze() -> Path:
    """The folder that PyInstaller makes."""
    run(
        sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR", "--distpath", str(BUILD / "freeze"),
        "--workpath", str(BUILD / "pyinstaller"), str(ROOT / "installer" / "kiosk.spec"),
    )  # fmt: skip
    return BUILD / "freeze" / PACKAGE


def lay_out(frozen: Path, tree: Path) -> Path:
    """The tree as it will lie on the machine, with the modes it will have there."""
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(frozen, tree / OURS, symlinks=True)
    for name, place in PLACES.items():
        put(tree / place, (DEBIAN / name).read_bytes())
    put(tree / "usr/share/man/man1/kiosk.1.gz", packed((DEBIAN / "kiosk.1").read_bytes()))
    put(tree / f"usr/share/doc/{PACKAGE}/changelog.gz", packed((ROOT / "CHANGELOG.md").read_bytes()))
    put(tree / f"usr/share/doc/{PACKAGE}/third-party.txt", third_party().encode())
    (tree / "usr/bin").mkdir()
    (tree / "usr/bin/kiosk").symlink_to(Path("/") / OURS / "kiosk")
    for path in tree.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path == tree / OURS / "kiosk" else 0o644)
    return tree


def write_control(tree: Path) -> None:
    """DEBIAN/: what dpkg must know and do."""
    control = tree / "DEBIAN"
    put(control / "control", control_text(tree).encode())
    put(control / "conffiles", b"/etc/xdg/autostart/support-kiosk.desktop\n")
    for script in ("postinst", "postrm"):
        put(control / script, (DEBIAN / script).read_bytes())
        (control / script).chmod(0o755)
    put(control / "md5sums", run("bash", "-c", SUMS, cwd=tree))
    control.chmod(0o755)


SUMS = "find . -path ./DEBIAN -prune -o -type f -printf '%P\\0' | LC_ALL=C sort -z | xargs -0 md5sum"


def control_text(tree: Path) -> str:
    needs = ", ".join([f"libc6 (>= {platform.libc_ver()[1]})", *system_packages(tree)])
    kibibytes = sum(p.lstat().st_size for p in tree.rglob("*") if p.is_file()) // 1024
    return f"""\
Package: {PACKAGE}
Version: {version()}
Architecture: {architecture()}
Maintainer: The support kiosk authors <support-kiosk@localhost>
Installed-Size: {kibibytes}
Depends: {needs}
Recommends: udev
Suggests: pcscd
Section: utils
Priority: optional
Description: finds what is wrong with a payment terminal and gets an expert
 Checks payment terminals, PIN pads, card readers and receipt printers on serial
 ports, USB and the network, guides store staff through the steps that cure a
 fault, and opens a case with remote experts when they do not.
"""


def system_packages(tree: Path) -> list[str]:
    """Packages of this system whose libraries the programs in the tree link to, other than the C library's."""
    inside = {path.name for path in tree.rglob("*.so*")}
    programs = [str(p) for p in tree.rglob("*") if p.is_file() and p.read_bytes()[:4] == b"\x7fELF"]
    needed = set(re.findall(r"NEEDED\s+(\S+)", run("objdump", "-p", *programs).decode())) - inside
    cache = run("/sbin/ldconfig", "-p").decode()
    found = {re.search(rf"^\t{re.escape(name)} .*=> (\S+)$", cache, re.MULTILINE) for name in needed}
    return sorted({package_of(Path(match[1])) for match in found if match} - {"libc6"})


def package_of(library: Path) -> str:
    """The name of the package that a file belongs to; on merged systems /lib is known under its own name."""
    asked = run(
        "bash", "-c", 'dpkg-query -S "$1" 2>/dev/null || dpkg-query -S "$2"', "-", str(library.resolve()), str(library)
    )
    return asked.decode().partition(":")[0]


def third_party() -> str:
    """Everything of Python that is inside, with its licence."""
    lines = [f"Python {platform.python_version()}: Python Software Foundation License"]
    for name in shipped():
        about = metadata.metadata(name)
        licence = about.get("License-Expression") or (about.get("License") or "").partition("\n")[0]
        classifiers = [c.rpartition(" :: ")[2] for c in about.get_all("Classifier") or [] if c.startswith("License ::")]
        lines.append(f"{about['Name']} {about['Version']}: {licence or ', '.join(classifiers)}")
    return "\n".join(lines) + "\n"


def shipped() -> list[str]:
    """Distributions whose modules PyInstaller took, by its own list of what is inside."""
    inside = set(
        re.findall(r"^\s*\[?\('([A-Za-z_]\w*)", (BUILD / "pyinstaller/kiosk/PYZ-00.toc").read_text(), re.MULTILINE)
    )
    owners = metadata.packages_distributions()
    return sorted({name for module in inside for name in owners.get(module, ()) if name != PACKAGE}, key=str.lower)


def version() -> str:
    with (ROOT / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


def architecture() -> str:
    return run("dpkg", "--print-architecture").decode().strip()


def changed_at() -> str:
    """The time of the last commit, so that the same source makes the same package; now, outside of a checkout."""
    asked = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=False)
    return asked.stdout.strip() or str(int(Path(__file__).stat().st_mtime))


def put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def packed(data: bytes) -> bytes:
    return gzip.compress(data, 9, mtime=0)


def run(*command: str, cwd: Path = ROOT) -> bytes:
    return subprocess.run(command, cwd=cwd, check=True, stdout=subprocess.PIPE).stdout


if __name__ == "__main__":
    sys.exit(main())
