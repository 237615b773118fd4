"""A card reader that belongs to the PC's card service (pcscd, Windows' Smart Card); sends no command to a card, ever.

The service speaks for the reader, so the questions of the CCID talk are put to it and its answers are written as the
reader's own would be: slot status from SCardGetStatusChange, power on as a shared SCardConnect, power off as
SCardDisconnect with unpower (PC/SC part 5; pcsc-lite API). Nothing here can carry bytes to a card.
"""

from __future__ import annotations

import threading
import time
from types import ModuleType
from typing import Any, Self

from kiosk.diagnostics.channels.card_socket import is_there
from kiosk.diagnostics.channels.channel import SLICE
from kiosk.errors import Busy, DeviceError, Gone, NotPermitted
from kiosk.protocols.ccid import messages
from kiosk.protocols.conversation import Control, Line, NotReported

SCHEME = "pcsc:"
PATIENCE = 1.0  # seconds for a service that is just starting to name its readers
_NO_SERVICE = "The PC's card service does not answer."
_SERVICE_CURE = "Start the service pcscd (Linux) or Smart Card (Windows), then check again."
_ACTIVE, _PRESENT, _ABSENT = 0, 1, 2
_FAILED, _MUTE, _HARDWARE, _UNSUPPORTED, _BUSY = 0x40, 0xFE, 0xFB, 0xF6, 0xE0


def service() -> ModuleType:
    """pyscard's thin layer; raises `DeviceError` where the library is missing, as on a PC without card readers."""
    try:
        from smartcard import scard
    except (ImportError, OSError) as e:
        raise DeviceError(
            "This PC has no card service.", "Install pcscd (Linux), or take the reader's own USB address."
        ) from e
    module: ModuleType = scard
    return module


def reader_names() -> tuple[str, ...]:
    """Readers as the service names them; empty where there is no service, or it does not answer in time."""
    if not is_there():
        return ()
    found: list[str] = []
    asking = threading.Thread(target=_list_readers, args=(found,), name="card service", daemon=True)
    asking.start()
    asking.join(PATIENCE)
    return tuple(found)


def _list_readers(found: list[str]) -> None:
    try:
        scard = service()
        with _Context(scard) as context:
            result, names = scard.SCardListReaders(context, [])
            if _code(result) == scard.SCARD_S_SUCCESS:
                found.extend(names)
    except DeviceError:
        return


class _Context:
    """A connection to the service; raises `DeviceError` where there is none."""

    def __init__(self, scard: ModuleType) -> None:
        self._scard = scard
        self._context: Any = None

    def __enter__(self) -> Any:
        result, self._context = self._scard.SCardEstablishContext(self._scard.SCARD_SCOPE_USER)
        check(self._scard, result, "")
        return self._context

    def __exit__(self, *_exc: object) -> None:
        self._scard.SCardReleaseContext(self._context)


class PcscChannel:
    """One reader of the service, by its name; a card that this channel powered is off again on exit."""

    kind = "pcsc"
    slice = SLICE

    def __init__(self, address: str) -> None:
        self.address = address
        self._reader = address.removeprefix(SCHEME)
        self._scard: Any = None
        self._opened: _Context | None = None
        self._context: Any = None
        self._card: Any = None
        self._answers = bytearray()

    def __enter__(self) -> Self:
        if not is_there():
            raise DeviceError(_NO_SERVICE, _SERVICE_CURE)
        self._scard = service()
        opened = _Context(self._scard)
        self._context, self._opened = opened.__enter__(), opened
        try:
            self._state()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_exc: object) -> None:
        self._power_off()
        if self._opened is not None:
            self._opened.__exit__()
            self._opened = None

    def send(self, data: bytes, timeout: float) -> int:
        """One whole question of the CCID talk; anything else is answered as a reader answers what it does not know."""
        message = messages.at(data, 0, "out")
        if message is None or message.length != len(data):
            raise DeviceError("The card service takes whole questions only.", "This is our fault: get an expert.")
        self._answers += self._answer(message)
        return len(data)

    def receive(self, limit: int, timeout: float) -> bytes:
        if not self._answers:
            time.sleep(timeout)  # the service says nothing of its own accord
        data = bytes(self._answers[:limit])
        del self._answers[:limit]
        return data

    def control(self, wish: Control, timeout: float) -> NotReported:
        return NotReported("control transfers: the reader belongs to the card service")

    def lines(self) -> NotReported:
        return NotReported("modem lines")

    def line(self, wish: Line) -> NotReported:
        return NotReported("line speed")

    def _answer(self, asked: messages.Message) -> bytes:
        match asked.type:
            case messages.GET_STATUS:
                return _said(messages.STATUS, asked, *self._state())
            case messages.POWER_ON:
                status, error, atr = self._power_on()
                return _said(messages.DATA, asked, status, error, atr)
            case messages.POWER_OFF:
                self._power_off()
                return _said(messages.STATUS, asked, *self._state())
            case _:
                return _said(messages.STATUS, asked, _FAILED | self._state()[0] & 3, 0)

    def _state(self) -> tuple[int, int]:
        """bStatus and bError of the slot. A card that another program holds alone is busy."""
        scard = self._scard
        flags, _ = self._seen()
        if flags & (scard.SCARD_STATE_UNKNOWN | scard.SCARD_STATE_IGNORE | scard.SCARD_STATE_UNAVAILABLE):
            raise Gone(f"The card service has no reader {self._reader} any more.")
        if not flags & scard.SCARD_STATE_PRESENT:
            return _ABSENT, 0
        if flags & scard.SCARD_STATE_MUTE:
            return _FAILED | _PRESENT, _MUTE
        if flags & scard.SCARD_STATE_EXCLUSIVE:
            return _FAILED | _ACTIVE, _BUSY
        return (_ACTIVE if flags & scard.SCARD_STATE_INUSE else _PRESENT), 0

    def _seen(self) -> tuple[int, bytes]:
        """The service's flags of the reader, and the answer to reset of the card in it."""
        scard = self._scard
        result, states = scard.SCardGetStatusChange(self._context, 0, [(self._reader, scard.SCARD_STATE_UNAWARE)])
        check(scard, result, self.address)
        _, flags, atr = states[0]
        return int(flags), bytes(atr)

    def _power_on(self) -> tuple[int, int, bytes]:
        """bStatus, bError and the answer to reset. A card in use is left alone: switching it off would end that use."""
        status, error = self._state()
        if error or status == _ABSENT:
            return (_FAILED | status, error or _MUTE, b"")
        if status == _ACTIVE and self._card is None:
            return _FAILED | _ACTIVE, _BUSY, b""
        scard = self._scard
        if self._card is None:
            either = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
            result, card, _ = scard.SCardConnect(self._context, self._reader, scard.SCARD_SHARE_SHARED, either)
            if _code(result) != scard.SCARD_S_SUCCESS:
                return (*self._failure(_code(result)), b"")
            self._card = card
        return _ACTIVE, 0, self._seen()[1]

    def _failure(self, code: int) -> tuple[int, int]:
        """A card that could not be powered, in the reader's own words; what is no matter of the card is raised."""
        scard = self._scard
        if code in _codes(scard, "E_NO_SMARTCARD", "W_REMOVED_CARD"):
            return _FAILED | _ABSENT, _MUTE
        if code in _codes(scard, "W_UNRESPONSIVE_CARD", "W_UNPOWERED_CARD"):
            return _FAILED | _PRESENT, _MUTE
        if code in _codes(scard, "W_UNSUPPORTED_CARD", "E_PROTO_MISMATCH"):
            return _FAILED | _PRESENT, _UNSUPPORTED
        if code in _codes(scard, "E_SHARING_VIOLATION"):
            return _FAILED | _ACTIVE, _BUSY
        if code in _codes(scard, "E_COMM_DATA_LOST", "F_COMM_ERROR"):
            return _FAILED | _PRESENT, _HARDWARE
        check(scard, code, self.address)
        return _FAILED | _PRESENT, _HARDWARE

    def _power_off(self) -> None:
        if self._card is not None:
            self._scard.SCardDisconnect(self._card, self._scard.SCARD_UNPOWER_CARD)
            self._card = None


def _said(kind: int, asked: messages.Message, status: int, error: int, data: bytes = b"") -> bytes:
    """An answer as CCID 1.1 section 6.2 writes it; the service does not tell the card's clock, so it is 0."""
    size = len(data).to_bytes(4, "little")
    return bytes([kind]) + size + bytes([asked.slot, asked.seq, status, error, 0]) + data


def _code(result: int) -> int:
    """Windows and pcsc-lite disagree about the sign of the same 32 bits."""
    return result & 0xFFFF_FFFF


def _codes(scard: ModuleType, *names: str) -> set[int]:
    return {_code(getattr(scard, f"SCARD_{name}")) for name in names}


def check(scard: ModuleType, result: int, address: str) -> None:
    """Raises the error of ours that a result of the service means; nothing where it was a success."""
    code = _code(result)
    if code == _code(scard.SCARD_S_SUCCESS):
        return
    if code in _codes(scard, "E_NO_SERVICE", "E_SERVICE_STOPPED"):
        raise DeviceError(_NO_SERVICE, _SERVICE_CURE)
    if code in _codes(scard, "E_UNKNOWN_READER", "E_READER_UNAVAILABLE", "E_NO_READERS_AVAILABLE"):
        raise Gone(f"The card service has no reader at {address}.")
    if code in _codes(scard, "E_SHARING_VIOLATION"):
        raise Busy(f"The card reader at {address} is in use by another program.")
    if code in _codes(scard, "W_SECURITY_VIOLATION", "E_NO_ACCESS"):
        raise NotPermitted(f"This user may not use the card reader at {address}.")
    raise DeviceError(f"The card service failed with {code:08X}.", "Unplug the reader, plug it in again, check again.")
