"""Facts about the PC, from made-up files where they can be, so that both systems' sides run on either."""

import os
import socket
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from kiosk.diagnostics.host import linux, network, pc, system, windows
from tests.fakes.peers import pty_peer, silent

needs_links = pytest.mark.skipif(sys.platform == "win32", reason="a made-up /proc needs symbolic links")


def process(proc, pid, *targets, ptmx=None):
    fds, infos = proc / str(pid) / "fd", proc / str(pid) / "fdinfo"
    fds.mkdir(parents=True)
    infos.mkdir()
    for number, target in enumerate(targets):
        (fds / str(number)).symlink_to(target)
        (infos / str(number)).write_text("pos:\t0\nflags:\t02\n")
    if ptmx is not None:
        (infos / "99").write_text(f"pos:\t0\ntty-index:\t{ptmx}\n")


@needs_links
def test_the_process_that_has_a_port_open_is_found(tmp_path):
    port = tmp_path / "ttyX"
    port.write_text("")
    proc = tmp_path / "proc"
    process(proc, 12, "/dev/null")
    process(proc, 345, "/dev/null", port)
    (proc / "self").mkdir()
    (proc / "13").mkdir()  # a process of another user: its files cannot be seen
    assert linux.holders([str(port), "/dev/other"], proc) == {str(port): 345}
    assert linux.holders([str(port)], tmp_path / "no-proc") == {}


@needs_links
def test_the_far_end_of_a_pseudo_terminal_is_no_competitor(tmp_path):
    proc = tmp_path / "proc"
    process(proc, 1, "/dev/pts/77", ptmx=77)
    assert linux.holders(["/dev/pts/77"], proc) == {}
    process(proc, 2, "/dev/pts/77", ptmx=5)
    assert linux.holders(["/dev/pts/77"], proc) == {"/dev/pts/77": 2}


@pytest.mark.skipif(sys.platform != "linux", reason="scans the real /proc of Linux")
def test_a_real_process_on_a_real_port_is_named_with_its_start():
    code = "import os,sys; fd=os.open(sys.argv[1], os.O_RDWR|os.O_NOCTTY); print('open', flush=True); sys.stdin.read()"
    with (
        pty_peer(silent) as peer,
        subprocess.Popen(
            [sys.executable, "-c", code, peer.address], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as other,
    ):
        other.stdout.readline()
        held = system.holders([peer.address])
        named = pc.holder(held[peer.address])
        other.stdin.close()
    assert named.pid == other.pid
    assert "python" in named.name
    began = datetime.fromisoformat(named.since)
    assert abs((datetime.now(UTC) - began).total_seconds()) < 60


def test_a_process_that_has_ended_has_no_name():
    assert pc.holder(2**22 + 1).name == ""


@pytest.mark.skipif(sys.platform == "win32", reason="rights of Unix files")
def test_rights_and_presence_of_a_port(tmp_path):
    with pty_peer(silent) as peer:
        assert linux.exists(peer.address)
    assert not linux.exists("/dev/null")
    assert not linux.exists(str(tmp_path))
    assert not linux.exists("/dev/no-such-port")
    assert linux.access("/dev/null")[0] is True
    assert linux.access("/dev/no-such-port") == (None, None)
    if os.geteuid():
        file = tmp_path / "port"
        file.touch(0o000)
        assert linux.access(str(file))[0] is False


def test_a_pending_restart_is_told_or_not_known(tmp_path):
    assert linux.restart_pending(tmp_path) is None
    (tmp_path / "reboot-required").touch()
    assert linux.restart_pending(tmp_path) is True


def test_windows_side_answers_on_every_system():
    assert windows.holders(["COM3"]) == {}
    assert windows.access("COM3") == (None, None)
    assert windows.exists("COM250") is False
    assert windows.restart_pending() in (True, False, None)


def test_both_systems_have_the_same_functions():
    for name in system.__all__:
        assert callable(getattr(linux, name))
        assert callable(getattr(windows, name))
        assert callable(getattr(system, name))


def test_host_facts_name_no_person_and_no_machine():
    facts = pc.host_facts(datetime.now(UTC))
    values = {str(f.value) for f in facts}
    assert {f.name: f.value for f in facts}["zone_offset"] == 0
    assert socket.gethostname() not in values


def test_payment_hosts_are_reached_or_not(refused_addresses):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        asked = (f"127.0.0.1:{port}", "192.0.2.1:443", "nonsense", "host:x")
        facts = network.reached(asked, 0.5)
    assert [f.value for f in facts] == [True, False, None, None]
    assert facts[0].name == f"reaches 127.0.0.1:{port}"
    assert network.reached(()) == ()
    assert refused_addresses
