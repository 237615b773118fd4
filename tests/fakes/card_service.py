"""A card service of its own, with a virtual reader and a card that can only be powered: for commands run beside them.

Run as a program inside a mount namespace (`unshare -m`), so that neither its socket nor its readers meet the real
service of the machine. Prints "ready", then carries out one JSON list of words a line and answers with one JSON line.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DAEMON, DRIVER = Path("/usr/sbin/pcscd"), Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
VICC, VICC_LIBRARY = Path("/usr/bin/vicc"), Path("/usr/lib/python3/site-packages/virtualsmartcard")
READER = "Virtual PCD 00 00"
PATIENCE = 10.0
# Direct convention, T=1, eight historical bytes, check byte. A card may put its number there: this one does, in BCD.
NUMBER = "4111111111111111"
ATR = bytes.fromhex(f"3B888131FE45{NUMBER}D3")


def missing(card: str) -> str:
    """Why it cannot run here; "" where it can."""
    needed = [DAEMON, DRIVER, *([VICC, VICC_LIBRARY] if card == "vicc" else [])]
    absent = [str(path) for path in needed if not path.exists()]
    if absent or shutil.which("unshare") is None:
        return f"the card service or its virtual reader is not installed: {', '.join(absent) or 'unshare'}"
    tried = subprocess.run([*_unshare(), "mount", "-t", "tmpfs", "none", "/run"], capture_output=True, check=False)
    return "" if tried.returncode == 0 else "this machine gives no mount namespace"


def _unshare() -> list[str]:
    return ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-r", "-m"]


@dataclass(frozen=True)
class Service:
    process: subprocess.Popen[str]

    def run(self, *words: str) -> dict[str, object]:
        """A command of the kiosk: its status, what it printed and what it said on standard error."""
        return self._tell([sys.executable, "-m", "kiosk", *words])

    def window(self, folder: Path) -> dict[str, object]:
        """The window with this reader, driven by `tests.fakes.card_window`, which brings the card itself."""
        return self._tell([sys.executable, "-m", "tests.fakes.card_window", str(folder)])

    def asked_of_card(self) -> list[str]:
        """What the reader put to the card of this program, as hex, repeats left out."""
        heard: list[str] = self._tell(["heard"])["heard"]  # type: ignore[assignment]
        return heard

    def take_card_out(self) -> None:
        self._tell(["out"])

    def _tell(self, words: list[str]) -> dict[str, object]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(words) + "\n")
        self.process.stdin.flush()
        answer: dict[str, object] = json.loads(self.process.stdout.readline())
        return answer


def traces_of_card(folder: Path) -> list[str]:
    """Files below the folder, and members of zip files there, that hold the card's number or its answer to reset."""
    found = []
    for file in (f for f in folder.rglob("*") if f.is_file()):
        data = file.read_bytes()
        found += [str(file)] if _tells(data) else []
        if data.startswith(b"PK"):
            with zipfile.ZipFile(file) as members:
                found += [f"{file}: {name}" for name in members.namelist() if _tells(members.read(name))]
    return found


def _tells(data: bytes) -> bool:
    """As bytes, digits, hex text, base64 at any of its three places, or a list of numbers."""
    number = bytes.fromhex(NUMBER)
    listed = (gap.join(str(byte) for byte in number).encode() for gap in (",", ", "))
    packed = (base64.b64encode(bytes(place) + number)[4 if place else 0 : -4] for place in range(3))
    return any(form in data for form in (number, NUMBER.encode(), *listed, *packed))


@contextmanager
def card_service(folder: Path, card: str = "own") -> Iterator[Service]:
    """`card` is "own", "vicc" (Debian's virtual card) or "none"."""
    command = [*_unshare(), sys.executable, "-m", "tests.fakes.card_service", str(folder), card]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        try:
            said = process.stdout.readline().strip()
            assert said == "ready", said
            yield Service(process)
        finally:
            process.stdin.close()
            process.wait(PATIENCE)


class Card:
    """The virtual reader's other end: two bytes of length, then 00 off, 01 on, 02 reset, 04 first words, or APDU."""

    def __init__(self, port: int) -> None:
        self.heard: dict[str, None] = {}
        self._socket = socket.create_connection(("127.0.0.1", port))
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while len(head := self._read(2)) == 2:
            asked = self._read(size := int.from_bytes(head, "big"))
            if len(asked) < size:
                return  # taken out in the middle of a word
            self.heard[asked.hex()] = None
            if asked == b"\x04":
                self._socket.sendall(len(ATR).to_bytes(2, "big") + ATR)

    def _read(self, count: int) -> bytes:
        data = b""
        try:
            while len(data) < count and (more := self._socket.recv(count - len(data))):
                data += more
        except OSError:
            return b""
        return data

    def out(self) -> None:
        with suppress(OSError):  # out already
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


class Vicc:
    """Debian's virtual card. Its package puts the library beside the path, and one module is of Python 2."""

    def __init__(self, port: int, folder: Path) -> None:
        self.heard: dict[str, None] = {}
        (folder / "sha.py").write_text("from hashlib import sha1 as new\n", encoding="utf-8")
        self._process = subprocess.Popen(
            ["/usr/bin/python3", str(VICC), "-t", "iso7816", "-P", str(port)],
            env={**os.environ, "PYTHONPATH": f"{folder}:{VICC_LIBRARY}"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def out(self) -> None:
        self._process.terminate()
        self._process.wait(PATIENCE)


def main(folder: Path, card: str) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "none", "/run"], check=True)
    Path("/run/pcscd").mkdir()
    port = _free_port()
    (folder / "conf").mkdir()
    (folder / "conf" / "vpcd").write_text(
        f'FRIENDLYNAME "Virtual PCD"\nDEVICENAME /dev/null:{port:#x}\nLIBPATH {DRIVER}\nCHANNELID {port:#x}\n',
        encoding="ascii",
    )
    with (folder / "log").open("wb") as log:
        daemon = subprocess.Popen([DAEMON, "--foreground", "-c", folder / "conf"], stdout=log, stderr=log)
    (folder / "card_port").write_text(str(port))
    put = None
    try:
        _wait(Path("/run/pcscd/pcscd.comm").exists)
        put = None if card == "none" else Vicc(port, folder) if card == "vicc" else Card(port)
        _wait(lambda: has_card() == (put is not None))
        print("ready", flush=True)  # noqa: T201 - the word that the test waits for
        for line in sys.stdin:
            print(json.dumps(_carry_out(json.loads(line), put)), flush=True)  # noqa: T201 - the answer
    finally:
        daemon.terminate()
        if put is not None:
            put.out()
        try:
            daemon.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            daemon.kill()


def _carry_out(words: list[str], card: Card | Vicc | None) -> dict[str, object]:
    if words == ["heard"]:
        return {"heard": list(card.heard) if card else []}
    if words == ["out"] and card is not None:
        card.out()
        _wait(lambda: not has_card())
        return {}
    done = subprocess.run(words, capture_output=True, text=True, cwd=ROOT, check=False, stdin=subprocess.DEVNULL)
    return {"status": done.returncode, "out": done.stdout, "err": done.stderr}


def has_card() -> bool:
    from smartcard import scard

    result, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    if result != scard.SCARD_S_SUCCESS:
        return False
    _, states = scard.SCardGetStatusChange(context, 0, [(READER, scard.SCARD_STATE_UNAWARE)])
    scard.SCardReleaseContext(context)
    return bool(states and states[0][1] & scard.SCARD_STATE_PRESENT and states[0][2])


def _wait(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit("the card service does not come up here")
        time.sleep(0.02)


def _free_port() -> int:
    """The virtual reader listens on two ports in a row, one a slot."""
    while True:
        with socket.socket() as one, socket.socket() as two:
            one.bind(("127.0.0.1", 0))
            port: int = one.getsockname()[1]
            try:
                two.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
