"""The code is read out in fours, the QR code holds the very same, dark on white in every look."""

from __future__ import annotations

from collections.abc import Callable

import segno
from PySide6.QtWidgets import QLabel

from kiosk.model.screen import Chat, Header
from kiosk.model.text import literal
from kiosk.ui.stage import Stage
from kiosk.ui.widgets.offline import OfflineCard, QrCode, in_fours

Place = Callable[..., None]
CODE = "7K4Q-D9AB-CDEF"  # as kiosk.model.offline_code writes it


def chat(*, offline: bool, hours: str = "7-22") -> Chat:
    return Chat(Header("S"), "1", "Till 2", literal(""), offline=offline, code=CODE, phone="0800 1", hours=hours)


def test_in_fours() -> None:
    assert in_fours("7K4Q-D9AB-X") == "7K4Q D9AB X"


def test_the_qr_code_holds_the_code(stage: Stage, place: Place) -> None:
    qr = QrCode()
    place(qr, 400, 400)
    qr.show_code(CODE)
    image = qr.grab().toImage()
    rows = [bytes(row) for row in segno.make(CODE, error="m", micro=False).matrix]
    side = image.width() / (len(rows) + 8)
    seen = [
        bytes(image.pixelColor(int((x + 4.5) * side), int((y + 4.5) * side)).value() < 128 for x in range(len(rows)))
        for y in range(len(rows))
    ]
    assert seen == rows
    assert image.pixelColor(2, 2).name() == "#ffffff"


def test_whom_to_call_and_when_and_gone_when_the_line_is_back(stage: Stage, place: Place) -> None:
    card = OfflineCard(stage)
    place(card)
    card.draw(chat(offline=True))
    words = [label.text() for label in card.findChildren(QLabel) if label.isVisible()]
    assert {"Or call (7-22):", "0800 1", "7K4Q D9AB CDEF"} <= set(words)
    card.draw(chat(offline=False))
    assert card.isHidden()
