"""What helps while the experts cannot be reached: a code to read out, the same as QR, and a number to call."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kiosk.model.screen import Chat
from kiosk.ui.stage import Stage
from kiosk.ui.widgets.label import Label
from kiosk.ui.widgets.notice import Notice


class OfflineCard(QWidget):
    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self._stage = stage
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self._news, self._told = Notice(stage.look, framed=False), Label("smallink")
        self._phone = Label("code", wrap=False)
        self._read, self._code = Label("smallink"), Label("offline")
        self._qr = QrCode()
        for widget in (self._news, self._told, self._phone, self._read, self._code, self._qr):
            column.addWidget(widget)

    def draw(self, screen: Chat) -> None:
        word = self._stage.word
        self.setVisible(screen.offline)
        self._news.show_notice(word("offline.news"), "wifi-slash", "attention")
        call = word("offline.call_hours", hours=screen.hours) if screen.hours else word("offline.call")
        self._told.show_words(call if screen.phone else "")
        self._phone.show_words(screen.phone)
        self._read.show_words(word("offline.read") if screen.code else "")
        self._code.show_words(in_fours(screen.code))
        self._qr.show_code(screen.code)
        self._qr.setAccessibleName(word("offline.qr"))


def in_fours(code: str) -> str:
    """ "7K4Q-D9AB" as "7K4Q D9AB", as people read it out; a line may end between two fours and nowhere else."""
    code = code.replace("-", "")
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


class QrCode(QWidget):
    """A QR code, always dark on white with its quiet zone, for that is what cameras read."""

    def __init__(self) -> None:
        super().__init__()
        self._code = ""
        self._rows: tuple[bytes, ...] = ()
        self.setFixedSize(160, 160)

    def show_code(self, code: str) -> None:
        self.setVisible(bool(code))
        if code and code != self._code:
            import segno

            self._code = code
            self._rows = tuple(bytes(row) for row in segno.make(code, error="m", micro=False).matrix)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(Qt.GlobalColor.white))
        count = len(self._rows) + 8
        side = self.width() / count
        for y, row in enumerate(self._rows):
            for x, dark in enumerate(row):
                if dark:
                    painter.fillRect(QRectF((x + 4) * side, (y + 4) * side, side + 0.5, side + 0.5), QColor("black"))
