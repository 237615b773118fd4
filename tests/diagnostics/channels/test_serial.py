"""Serial ports: a real pseudo-terminal, opened for us alone; three kinds of errors become ours."""

import errno
import fcntl
import os
import subprocess
import sys
import termios

import pytest
import serial

from kiosk.diagnostics.channels.serial import SerialChannel, device_error
from kiosk.errors import Busy, DeviceError, Gone, NotPermitted
from kiosk.protocols.conversation import Control, Line, NotReported
from tests.fakes.peers import pty_peer, silent


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (serial.SerialException(errno.ENOENT, "could not open port"), Gone),
        (serial.SerialException(errno.EAGAIN, "Could not exclusively lock port"), Busy),
        (serial.SerialException("device reports readiness to read but returned no data (device disconnected)"), Gone),
        (serial.SerialException("Port must be configured"), DeviceError),
        (OSError(errno.EIO, "Input/output error"), Gone),
        (OSError(errno.EBUSY, "Device or resource busy"), Busy),
        (OSError(errno.EACCES, "Permission denied"), NotPermitted),
        (PermissionError(errno.EPERM, "Operation not permitted"), NotPermitted),
        (termios.error(errno.EIO, "Input/output error"), Gone),
        (termios.error(errno.ENOTTY, "Inappropriate ioctl for device"), DeviceError),
    ],
)
def test_three_kinds_of_serial_errors_become_one_tree_that_names_the_port(error, kind):
    ours = device_error(error, "/dev/ttyX")
    assert type(ours) is kind
    assert "/dev/ttyX" in str(ours)


def test_a_missing_port_is_gone_and_a_plain_file_is_no_port(tmp_path):
    with pytest.raises(Gone), SerialChannel("/dev/no-such-port"):
        pass
    file = tmp_path / "file"
    file.write_text("x")
    with pytest.raises(DeviceError), SerialChannel(str(file)):
        pass


def test_bytes_go_both_ways_and_silence_is_empty():
    with pty_peer(lambda data: [data.upper()]) as peer, SerialChannel(peer.address) as channel:
        assert channel.send(b"abc", 0.05) == 3
        assert channel.receive(100, 2.0) == b"ABC"
        assert channel.receive(100, 0.01) == b""


def test_at_most_the_limit_comes_at_once():
    with pty_peer(lambda data: [b"0123456789"]) as peer, SerialChannel(peer.address) as channel:
        channel.send(b"?", 0.05)
        assert channel.receive(4, 2.0) == b"0123"


def test_a_second_opening_is_busy_and_the_port_is_free_again_afterwards():
    with pty_peer(silent) as peer:
        with SerialChannel(peer.address), pytest.raises(Busy), SerialChannel(peer.address):
            pass
        with SerialChannel(peer.address):
            pass


def test_the_kernel_itself_refuses_others_while_it_is_open():
    """TIOCEXCL binds everybody but root, whom TIOCGEXCL tells of it."""
    code = "import fcntl,os,struct,sys; fd=os.open(sys.argv[1], os.O_RDONLY|os.O_NOCTTY|os.O_NONBLOCK); "
    code += "print(struct.unpack('i', fcntl.ioctl(fd, 0x80045440, bytes(4)))[0])"
    with pty_peer(silent) as peer, SerialChannel(peer.address):
        if os.geteuid() == 0:
            asked = subprocess.run(
                [sys.executable, "-c", code, peer.address], capture_output=True, text=True, check=True
            )
            assert asked.stdout.strip() == "1"
        else:
            with pytest.raises(OSError, match="busy"):
                os.open(peer.address, os.O_RDWR | os.O_NOCTTY)


def test_a_peer_that_vanishes_is_gone():
    master, slave = os.openpty()
    address = os.ttyname(slave)
    with SerialChannel(address) as channel:
        os.close(slave)
        os.close(master)
        with pytest.raises(Gone):
            channel.receive(10, 0.05)
        with pytest.raises(Gone):
            channel.send(b"x", 0.05)


def test_opening_asks_for_no_modem_line(monkeypatch):
    """Some terminals restart when DTR or RTS moves: no such request may reach the kernel while a port opens."""
    asked = []
    real = fcntl.ioctl

    def watch(fd, request, *rest):
        asked.append(request)
        return real(fd, request, *rest)

    monkeypatch.setattr(fcntl, "ioctl", watch)
    with pty_peer(silent) as peer, SerialChannel(peer.address):
        pass
    assert asked
    assert not {termios.TIOCMBIS, termios.TIOCMBIC, termios.TIOCMSET} & set(asked)


def test_the_driver_looks_for_line_errors_as_long_as_the_port_is_ours():
    """Linux' cp210x counts framing and parity errors only with INPCK, which pyserial takes away at every change."""
    with pty_peer(silent) as peer:
        fd = os.open(peer.address, os.O_RDWR | os.O_NOCTTY)
        try:
            with SerialChannel(peer.address) as channel:
                assert termios.tcgetattr(fd)[0] & termios.INPCK
                channel.line(Line(19200, "7E1"))
                assert termios.tcgetattr(fd)[0] & termios.INPCK
            assert not termios.tcgetattr(fd)[0] & termios.INPCK
        finally:
            os.close(fd)


def test_a_pseudo_terminal_reports_no_modem_lines_and_takes_a_speed():
    with pty_peer(silent) as peer, SerialChannel(peer.address) as channel:
        assert channel.lines() == NotReported("modem lines")
        assert channel.control(Control(0, 0, 0, 0), 0.05) == NotReported("control transfers")
        assert channel.line(Line(19200, "8N2")) is None
