"""The Debian package: built, looked at, installed, started on a virtual screen, removed and purged without a trace."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "support-kiosk"
FOLDERS = ("opt/support-kiosk/", "usr/bin/", "usr/share/", "usr/lib/udev/rules.d/", "etc/xdg/autostart/")
PATIENCE = 60.0  # seconds for a first paint on a slow machine

pytestmark = pytest.mark.deb
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may install packages")


def run(*command: str, **kwargs) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=600, check=False, **kwargs)


def said(*command: str, **kwargs) -> str:
    done = run(*command, **kwargs)
    assert done.returncode == 0, f"{command}: {done.stdout[-2000:]}{done.stderr[-4000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def deb() -> Path:
    """Built as `make deb` does."""
    for tool in ("dpkg-deb", "objdump"):
        if not shutil.which(tool):
            pytest.skip(f"{tool} is not here; packages are built on Debian")
    return ROOT / said(sys.executable, str(ROOT / "installer" / "deb.py"), cwd=ROOT).splitlines()[-1]


@pytest.fixture(scope="module")
def content(deb, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("content")
    said("dpkg-deb", "-R", str(deb), str(folder))
    return folder


def test_files_lie_where_they_may(content):
    names = [p.relative_to(content).as_posix() for p in content.rglob("*") if not p.is_dir()]
    stray = [n for n in names if not n.startswith((*FOLDERS, "DEBIAN/"))]
    assert not stray
    for wanted in (
        "opt/support-kiosk/kiosk",
        "usr/share/applications/support-kiosk.desktop",
        "usr/share/icons/hicolor/scalable/apps/support-kiosk.svg",
        "usr/lib/udev/rules.d/60-support-kiosk.rules",
        "etc/xdg/autostart/support-kiosk.desktop",
        "usr/share/man/man1/kiosk.1.gz",
        "usr/share/doc/support-kiosk/copyright",
        "usr/share/doc/support-kiosk/changelog.gz",
        "usr/share/doc/support-kiosk/third-party.txt",
    ):
        assert wanted in names
    assert (content / "usr/bin/kiosk").readlink() == Path("/opt/support-kiosk/kiosk")


def test_everything_is_owned_by_root_and_written_by_nobody_else(deb):
    for line in said("dpkg-deb", "-c", str(deb)).splitlines():
        mode, owner = line.split()[:2]
        assert owner == "root/root", line
        assert mode.startswith("l") or mode in ("drwxr-xr-x", "-rwxr-xr-x", "-rw-r--r--"), line


def test_control_names_all_that_is_needed(deb):
    fields = dict(line.split(": ", 1) for line in said("dpkg-deb", "-f", str(deb)).splitlines() if line[0] != " ")
    assert {"Package", "Version", "Architecture", "Maintainer", "Depends", "Installed-Size", "Description"} <= set(
        fields
    )
    depends = {d.split()[0] for d in fields["Depends"].split(", ")}
    assert {"libc6", "libegl1", "libxcb-cursor0", "libxkbcommon-x11-0"} <= depends
    assert len(fields["Description"]) < 80


def test_sums_are_right(content):
    assert "FAILED" not in said("md5sum", "-c", "DEBIAN/md5sums", cwd=content)


def test_only_what_runs_is_inside(content):
    inside = {p.name.lower() for p in (content / "opt/support-kiosk/_internal").rglob("*")}
    unwanted = {"pytest", "hypothesis", "mypy", "playwright", "tkinter", "qml", "libqt6qml.so.6", "libqt6quick.so.6"}
    assert not inside & unwanted
    assert "libreadline.so.8" not in inside  # GPL
    assert {"findings.toml", "zvt", "migrations"} - inside <= {"zvt"}  # code lies in the archive, data beside it


def test_licences_of_what_is_inside_are_listed(content):
    listed = (content / "usr/share/doc/support-kiosk/third-party.txt").read_text()
    for name in ("PySide6_Essentials", "shiboken6", "cryptography", "msgspec"):
        assert name in listed
    assert not [line for line in listed.splitlines() if line.endswith(": ")]


@pytest.fixture(scope="module")
def installed(deb) -> Iterator[None]:
    """Installed as root; whatever a test does, it is purged at the end."""
    if run("dpkg-query", "-W", PACKAGE).stdout:
        pytest.skip("the package is installed on this machine; it is left alone")
    try:
        said("dpkg", "-i", str(deb))
        yield
    finally:
        run("dpkg", "--purge", PACKAGE)


@pytest.fixture
def plain(tmp_path) -> dict[str, str]:
    """The environment of a user who knows nothing of a checkout."""
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    return {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(runtime), "LANG": "C.UTF-8"}


def listing() -> set[str]:
    """Every file where packages put theirs; caches that dpkg's triggers keep are not ours."""
    roots = (
        "/opt",
        "/usr/bin",
        "/usr/share/applications",
        "/usr/share/doc",
        "/usr/share/man",
        "/usr/share/icons",
        "/etc",
    )
    found = {str(p) for root in roots for p in Path(root).rglob("*")} | {
        str(p) for p in Path("/usr/lib/udev").rglob("*")
    }
    return {p for p in found if not p.endswith((".cache", "mimeinfo.cache"))}


@needs_root
def test_it_is_removed_and_purged_without_a_trace(deb):
    if run("dpkg-query", "-W", PACKAGE).stdout:
        pytest.skip("the package is installed on this machine; it is left alone")
    before = listing()
    try:
        said("dpkg", "-i", str(deb))
        assert "/usr/bin/kiosk" in listing() - before
        said("dpkg", "-r", PACKAGE)
        assert {p for p in listing() - before if Path(p).is_file()} == {"/etc/xdg/autostart/support-kiosk.desktop"}
    finally:
        run("dpkg", "--purge", PACKAGE)
    assert listing() - before == set()
    assert not run("dpkg-query", "-W", PACKAGE).stdout


@needs_root
@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("command", [["--help"], ["guide", "--list"], ["simulate", "--list"], ["check", "--list"]])
def test_commands_find_what_they_look_for_by_walking(command, plain):
    shown = said("kiosk", *command, env=plain, cwd=plain["HOME"])
    wanted = {"--help": "desk", "guide": "", "simulate": "zvt", "check": "port"}[command[0]]
    assert wanted in shown
    assert shown.strip()


@needs_root
@pytest.mark.usefixtures("installed")
def test_a_user_without_rights_may_run_it(plain):
    plain["HOME"] = "/nonexistent"
    nobody = pwd.getpwnam("nobody")
    said("kiosk", "--help", env=plain, cwd="/", user=nobody.pw_uid, group=nobody.pw_gid, extra_groups=[])


@needs_root
@pytest.mark.usefixtures("installed")
def test_the_desk_makes_its_database(plain, tmp_path):
    """Migrations are files that are found by walking, too."""
    said("kiosk", "desk", "migrate", "--data", str(tmp_path / "desk"), env=plain, cwd=tmp_path)
    assert [p for p in (tmp_path / "desk").rglob("*") if p.is_file() and p.stat().st_size]


@needs_root
@pytest.mark.usefixtures("installed")
def test_the_window_paints_on_a_virtual_screen(plain, tmp_path):
    if not shutil.which("xvfb-run"):
        pytest.skip("xvfb-run is not here")
    screen = ["xvfb-run", "--auto-servernum", "kiosk", "app", "--data", str(tmp_path / "data"), "--mark-first-paint"]
    with (tmp_path / "out").open("wb") as out, (tmp_path / "err").open("wb") as err:
        window = subprocess.Popen(screen, stdout=out, stderr=err, env=plain, cwd=tmp_path, start_new_session=True)
        try:
            deadline = time.monotonic() + PATIENCE
            while b"FIRST-PAINT" not in (shown := (tmp_path / "out").read_bytes()):
                assert window.poll() is None, (tmp_path / "err").read_text()[-4000:]
                assert time.monotonic() < deadline, (tmp_path / "err").read_text()[-4000:]
                time.sleep(0.05)
        finally:
            os.killpg(window.pid, signal.SIGTERM)
            window.wait(20)
    assert int(shown.split()[1]) > 10_000  # KiB
