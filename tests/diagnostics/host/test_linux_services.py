"""Services, queue and clock of Linux: a made-up root, a real socket, and this machine's own kernel."""

import ctypes
import socket
import struct
import sys
import threading

import pytest

from kiosk.diagnostics.host import linux_services, system
from tests.diagnostics.host.test_printing import answer, job

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="how Linux tells of services")


def test_a_service_runs_or_is_stopped_or_is_not_installed(tmp_path):
    proc = tmp_path / "proc"
    assert linux_services.services(tmp_path, proc) == {"card": None, "print": None}
    units = tmp_path / "usr/lib/systemd/system"
    units.mkdir(parents=True)
    for unit in ("pcscd.service", "cups.service"):
        (units / unit).touch()
    assert linux_services.services(tmp_path, proc) == {"card": False, "print": False}
    (proc / "12").mkdir(parents=True)
    (proc / "12" / "comm").write_text("cupsd\n")
    (proc / "13").mkdir()  # ended meanwhile
    knocked = tmp_path / "run/pcscd"
    knocked.mkdir(parents=True)
    (knocked / "pcscd.comm").touch()
    assert linux_services.services(tmp_path, proc) == {"card": True, "print": True}


def test_the_queue_is_asked_over_the_print_services_socket(tmp_path):
    path = tmp_path / "cups.sock"
    asked = []
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()

        def serve():
            line = server.accept()[0]
            with line:
                asked.append(line.recv(4096))
                line.sendall(answer(job(6, 100)))

        thread = threading.Thread(target=serve)
        thread.start()
        queue = linux_services.print_queue(path, 700.0)
        thread.join()
    assert queue == (1, 1, 10)
    assert asked[0].startswith(b"POST / ")
    assert linux_services.print_queue(tmp_path / "none") is None


def test_the_clock_is_told_by_the_kernel():
    timex = bytes(5 * ctypes.sizeof(ctypes.c_long))
    assert linux_services.synchronised(timex + struct.pack("=i", 0x40)) is False
    assert linux_services.synchronised(timex + struct.pack("=i", 0x2001)) is True
    assert system.clock_synchronised() in (True, False, None)
