"""A serial port, opened for us alone and without touching its modem lines; every failure becomes a `DeviceError`."""

from __future__ import annotations

import errno
import os
import select
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Self

import serial

from kiosk.diagnostics.channels.channel import SLICE
from kiosk.errors import Busy, DeviceError, Gone, NotPermitted
from kiosk.protocols.conversation import Control, Line, LineState, NotReported

if sys.platform != "win32":
    import fcntl
    import termios

    SERIAL_ERRORS: tuple[type[Exception], ...] = (serial.SerialException, OSError, termios.error)
else:
    SERIAL_ERRORS = (serial.SerialException, OSError)

_BUSY = {errno.EBUSY, errno.EAGAIN, errno.EWOULDBLOCK}
_GONE = {errno.ENOENT, errno.ENODEV, errno.ENXIO, errno.EIO, errno.EBADF}
_FORBIDDEN = {errno.EACCES, errno.EPERM}


class _Quiet(serial.Serial):
    """pyserial sets DTR and RTS whenever it opens a port; some terminals restart on that, so here it does not.

    It also tells the driver not to look for errors of the line, whenever it sets up a port: then some drivers (cp210x)
    count none and hand on a broken byte as if it were whole.
    """

    def _reconfigure_port(self, **how: bool) -> None:
        super()._reconfigure_port(**how)  # type: ignore[misc]  # both systems' classes have it, their stubs do not
        _watch_errors(self)

    def _update_dtr_state(self) -> None:
        pass

    def _update_rts_state(self) -> None:
        pass


def device_error(e: Exception, address: str) -> DeviceError:
    """The error of ours that one of the three kinds of serial errors means.

    On Windows an open port answers "access is denied" (codes 5 and 13): there it means that another program has it.
    """
    code = _code(e)
    if code in _BUSY or (sys.platform == "win32" and code in _FORBIDDEN) or "exclusively lock" in str(e):
        return Busy(f"The port {address} is in use by another program.")
    if code in _FORBIDDEN:
        return NotPermitted(f"This user may not use the port {address}.")
    if code in _GONE or "disconnected" in str(e):
        return Gone(f"The port {address} is not there any more.")
    return DeviceError(f"The port {address} cannot be used as a serial port.")


def _code(e: Exception) -> int | None:
    """`errno` of an error, also where pyserial or termios carry it as their first argument or cause."""
    number = getattr(e, "errno", None)
    if number is None and e.args and isinstance(e.args[0], int):
        number = e.args[0]
    if number is None and isinstance(e.__context__, OSError):
        number = e.__context__.errno
    return number


class SerialChannel:
    """A serial port at `baud` and `format` ("8N1"). Raises `Gone`, `Busy`, `NotPermitted` or `DeviceError` on entry."""

    kind = "serial"
    slice = SLICE

    def __init__(self, address: str, baud: int = 9600, format: str = "8N1") -> None:
        self.address = address
        self._port = _Quiet(baudrate=baud, timeout=SLICE, write_timeout=SLICE, exclusive=_exclusive())
        self._port.port = address
        _set_format(self._port, format)

    def __enter__(self) -> Self:
        with self._errors():
            self._port.open()
            _claim(self._port)
        return self

    def __exit__(self, *_exc: object) -> None:
        with suppress(*SERIAL_ERRORS):
            _release(self._port)
        with suppress(*SERIAL_ERRORS):
            self._port.close()

    def send(self, data: bytes, timeout: float) -> int:
        try:
            return _write(self._port, data, timeout)
        except SERIAL_ERRORS as e:
            raise device_error(e, self.address) from e

    def receive(self, limit: int, timeout: float) -> bytes:
        try:
            return _read(self._port, limit, timeout)
        except SERIAL_ERRORS as e:
            raise device_error(e, self.address) from e

    def control(self, wish: Control, timeout: float) -> NotReported:
        return NotReported("control transfers")

    def lines(self) -> LineState | NotReported:
        """Modem lines; a pseudo-terminal or an adapter without them answers `NotReported`."""
        try:
            return LineState(self._port.cts, self._port.dsr, self._port.ri, self._port.cd, *_counters(self._port))
        except SERIAL_ERRORS:
            return NotReported("modem lines")

    def line(self, wish: Line) -> None:
        with self._errors():
            self._port.baudrate = wish.baud
            _set_format(self._port, wish.format)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except SERIAL_ERRORS as e:
            raise device_error(e, self.address) from e


def _set_format(port: serial.Serial, format: str) -> None:
    port.bytesize, port.parity, port.stopbits = int(format[0]), format[1], int(format[2])


if sys.platform != "win32":

    def _exclusive() -> bool | None:
        return True

    def _claim(port: serial.Serial) -> None:
        """TIOCEXCL: the kernel refuses every later open; pyserial's own lock is only advice."""
        fcntl.ioctl(port.fileno(), termios.TIOCEXCL)

    def _release(port: serial.Serial) -> None:
        if port.is_open:
            fcntl.ioctl(port.fileno(), termios.TIOCNXCL)
            _watch_errors(port, on=False)  # whoever opens it next finds it as we did

    def _watch_errors(port: serial.Serial, *, on: bool = True) -> None:
        """INPCK: the driver counts framing and parity errors, and hands on a zero for a byte that has one."""
        assert port.fd is not None  # noqa: S101 - while it opens, pyserial does not call itself open
        attributes = termios.tcgetattr(port.fd)
        attributes[0] = attributes[0] | termios.INPCK if on else attributes[0] & ~termios.INPCK
        termios.tcsetattr(port.fd, termios.TCSANOW, attributes)

    def _read(port: serial.Serial, limit: int, timeout: float) -> bytes:
        """All that is there as soon as something is; pyserial would wait for each byte anew."""
        fd = port.fileno()
        if not select.select([fd], [], [], timeout)[0]:
            return b""
        data = os.read(fd, limit)
        if not data:
            raise serial.SerialException("the device is disconnected")
        return data

    def _write(port: serial.Serial, data: bytes, timeout: float) -> int:
        """pyserial does not tell how many bytes went when a write times out; a cancel must know."""
        fd = port.fileno()
        try:
            return os.write(fd, data)
        except BlockingIOError:
            return os.write(fd, data) if select.select([], [fd], [], timeout)[1] else 0

    def _counters(port: serial.Serial) -> tuple[int | None, int | None, int | None]:
        """Framing, parity and overrun counts by TIOCGICOUNT (Linux `serial_icounter_struct`, eleven ints)."""
        try:
            raw = fcntl.ioctl(port.fileno(), 0x545D, bytes(80))
        except OSError:
            return None, None, None
        counts = memoryview(raw).cast("i")
        return counts[6], counts[8], counts[7]

else:

    def _exclusive() -> bool | None:
        return None  # Windows opens every port exclusively

    def _claim(port: serial.Serial) -> None:
        pass

    def _release(port: serial.Serial) -> None:
        pass

    def _watch_errors(port: serial.Serial) -> None:
        pass

    def _read(port: serial.Serial, limit: int, timeout: float) -> bytes:
        if timeout != port.timeout:
            port.timeout = timeout
        first: bytes = port.read(1)
        return first + port.read(min(limit - 1, port.in_waiting)) if first else b""

    def _write(port: serial.Serial, data: bytes, timeout: float) -> int:
        try:
            return port.write(data[:64]) or 0
        except serial.SerialTimeoutException:
            return 0

    def _counters(port: serial.Serial) -> tuple[int | None, int | None, int | None]:
        return None, None, None
