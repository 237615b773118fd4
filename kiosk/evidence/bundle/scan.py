"""The last look at what is sealed: every member once more, masked where something was found; must not write a file."""

from __future__ import annotations

import io
import re
import zipfile
from base64 import b64encode
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kiosk.errors import BundleError
from kiosk.evidence.bundle.contents import MANIFEST, SIGNATURE
from kiosk.evidence.bundle.lookers import Looked, Lookers
from kiosk.evidence.bundle.pieces import pieces_of
from kiosk.evidence.bundle.rereading import reread
from kiosk.model.ids import LETTERS

Verdict = Looked
_SUMS = re.compile(rb"(?<![a-z])[%s]{64}(?:[%s]{64})?(?![a-z])" % (LETTERS.encode(), LETTERS.encode()))
"""Hashes, the key and the signature, written by ourselves: chance makes them read like something encoded."""


@dataclass(slots=True)
class Scan:
    """Adds to `counts` how often each rule struck, and to `left_out` what could not be kept."""

    lookers: Lookers
    counts: Counter[str]
    left_out: list[str]
    _proved: set[bytes] = field(default_factory=set)  # members as they were when nothing was found in them

    def begin(self, name: str, member: bytes) -> Verdict:
        """Raises `BundleError` where a process that looks was ended; so does the verdict."""
        return self.lookers.look(pieces_of(name, member))

    def told(self, name: str, member: bytes, verdict: Verdict) -> bytes:
        """The member, with what was found in it masked."""
        masked, found = (member, {}) if verdict() else reread(name, member)
        if not found:
            self._proved.add(masked)
        self.counts.update(found)
        return masked

    def masked(self, members: Mapping[str, bytes]) -> dict[str, bytes]:
        """All of them; a picture with something in it is left out, for it cannot be masked."""
        begun = [(name, member, self.begin(name, member)) for name, member in members.items()]
        clean: dict[str, bytes] = {}
        for name, member, verdict in begun:
            if name.endswith(".png") and not verdict() and reread(name, member)[1]:
                self.left_out.append(f"{name}: what it shows could not be proved free of card data")
                continue
            clean[name] = self.told(name, member, verdict)
        return clean

    def refuse_leaks(self, data: bytes, canaries: Sequence[bytes]) -> None:
        """Unpack what was packed and look once more; whatever is still there was not maskable. Members that are byte
        for byte as they were when nothing was found in them need no second look."""
        written = [form for canary in canaries for form in _forms(canary)]
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                member = archive.read(name)
                if any(form in member for form in written) or self._holds_something(name, member):
                    raise BundleError(
                        f"Sealing stopped: {name} may hold card data. Nothing was written.",
                        "Send a log without traces, and report this as a fault of the kiosk.",
                    )

    def _holds_something(self, name: str, member: bytes) -> bool:
        if member in self._proved:
            return False
        said = _SUMS.sub(lambda m: b"-" * len(m.group()), member) if name in (MANIFEST, SIGNATURE) else member
        return not self.begin(name, said)() and bool(reread(name, said)[1])


def _forms(secret: bytes) -> list[bytes]:
    """How a secret may stand in a file: plain, as hexadecimal, as base64 at each of its three alignments."""
    forms = [secret, secret.hex().encode(), secret.hex().upper().encode()]
    for shift in range(3):
        whole = b64encode(b"\0" * shift + secret)
        forms.append(whole[(0, 2, 3)[shift] : (len(secret) + shift) * 8 // 6])
    return [form for form in forms if form]
