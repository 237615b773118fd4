"""Colours, type, icons and pictures out of `resources/`, as one look for every widget; must not know any page.

What Home needs is drawn by Qt itself out of the style sheet and pixmaps: touching the name `Qt`, a pen or a brush from
Python builds hundreds of enumerations, 60 ms that the first paint cannot spare.
"""

from __future__ import annotations

from pathlib import Path

import msgspec
from PySide6.QtCore import QByteArray, QRectF
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from kiosk.model.screen import Light

FAMILY = "Atkinson Hyperlegible Next"
TONES = {
    Light.WORKING: "ok",
    Light.NEEDS_YOU: "attention",
    Light.BROKEN: "broken",
    Light.STOP: "broken",
    Light.IN_USE: "busy",
    Light.NOT_CHECKED: "unknown",
}
"""The colour role of each light; a light is never told by colour alone."""

SHAPES = {
    Light.WORKING: "check-circle",
    Light.NEEDS_YOU: "warning",
    Light.BROKEN: "x-circle",
    Light.STOP: "warning-octagon",
    Light.IN_USE: "cash-register",
    Light.NOT_CHECKED: "circle-dashed",
}
"""The icon of each light: six shapes that differ without any colour."""


def tokens(root: Path, dark: bool) -> dict[str, str]:
    """The colour tokens, role -> #RRGGBB, of `resources/theme`."""
    file = root / "theme" / ("dark.json" if dark else "light.json")
    return msgspec.json.decode(file.read_bytes(), type=dict[str, str])


def _filled(template: str, colours: dict[str, str]) -> str:
    for role, value in colours.items():
        template = template.replace("{" + role + "}", value)
    return template


class Look:
    """One look, light or dark, read from the folder `root` (`resources`); icons and pictures load when first drawn."""

    def __init__(self, root: Path, dark: bool = False) -> None:
        self.root = root
        self.dark = dark
        self.tokens = tokens(root, dark)
        running = QApplication.instance()
        self._ratio = running.devicePixelRatio() if isinstance(running, QApplication) else 1.0
        self.mirrored = False  # for languages written from right to left
        self._drawings: dict[tuple[str, str], QSvgRenderer] = {}

    def colour(self, role: str) -> QColor:
        return QColor(self.tokens[role])

    def sheet(self) -> str:
        """The one style sheet, filled with the tokens."""
        return _filled((self.root / "theme" / "kiosk.qss").read_text("utf-8"), self.tokens)

    def glyph(self, name: str, role: str) -> QSvgRenderer:
        """A Phosphor icon in one colour."""
        if (name, role) not in self._drawings:
            source = (self.root / "icons" / f"{name}.svg").read_text("utf-8")
            self._drawings[name, role] = _drawing(source.replace("currentColor", self.tokens[role]))
        return self._drawings[name, role]

    def icon(self, name: str, role: str, size: int, gap: int = 0) -> QPixmap:
        """The same as pixels, `size` square, with `gap` empty pixels after it; sharp on the finest screen attached."""
        return self._pixels(self.glyph(name, role), size, size, gap)

    def thumb(self, name: str, width: int, height: int) -> QPixmap:
        """A picture as pixels, as large as fits; empty if there is none of that name."""
        drawing = self.picture(name)
        if drawing is None:
            return QPixmap()
        box = drawing.viewBoxF()
        scale = min(width / box.width(), height / box.height())
        return self._pixels(drawing, round(box.width() * scale), round(box.height() * scale), 0)

    def _pixels(self, drawing: QSvgRenderer, width: int, height: int, gap: int) -> QPixmap:
        ratio = self._ratio
        pixmap = QPixmap(round((width + gap) * ratio), round(height * ratio))
        pixmap.fill(QColor(0, 0, 0, 0))
        painter = QPainter(pixmap)
        left = round(gap * ratio) if self.mirrored else 0
        drawing.render(painter, QRectF(left, 0, width * ratio, height * ratio))
        painter.end()
        pixmap.setDevicePixelRatio(ratio)
        return pixmap

    def picture(self, name: str) -> QSvgRenderer | None:
        """A line drawing of `resources/images` in this look's colours; None if there is none of that name."""
        if (name, "") not in self._drawings:
            file = self.root / "images" / f"{name}.svg"
            if not name or not file.is_file():
                return None
            self._drawings[name, ""] = _drawing(self._recoloured(file.read_text("utf-8")))
        return self._drawings[name, ""]

    def _recoloured(self, source: str) -> str:
        """Pictures are drawn in the light tokens; another look puts its own in their place."""
        if not self.dark:
            return source
        for role, value in tokens(self.root, dark=False).items():
            if role in _DRAWN:
                source = source.replace(value, self.tokens[role])
        return source


_DRAWN = ("brand", "brand_ground", "card", "broken", "attention", "ok", "screen")


def _drawing(source: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(source.encode()))


TYPE = {
    "title": (44, 750),
    "phone": (52, 750),
    "code": (40, 700),
    "offline": (30, 700),
    "heading": (30, 700),
    "lead": (26, 400),
    "store": (26, 700),
    "strong": (24, 700),
    "small": (22, 400),
    "smallink": (22, 400),
    "pill": (22, 600),
    "payload": (22, 400),
}
"""Role of a label -> pixels and weight; nothing on the kiosk is under 22 pixels."""


def font(pixels: int = 24, weight: int = 400) -> QFont:
    """The kiosk's typeface; weight goes by the font's own axis, for Qt would only smear the regular one."""
    made = QFont(FAMILY)
    made.setPixelSize(pixels)
    if weight != 400:
        made.setVariableAxis(QFont.Tag("wght"), weight)
    return made


def apply(app: QApplication, look: Look) -> None:
    """Dress the whole program: the bundled typeface, palette and style sheet (the style itself is set in `start`)."""
    if not app.property("typeface"):
        QFontDatabase.addApplicationFont(str(look.root / "fonts" / "AtkinsonHyperlegibleNext.ttf"))
        app.setProperty("typeface", True)
    sheet = look.sheet()
    if app.styleSheet() != sheet:  # a sheet set again styles every widget again
        app.setFont(font())
        app.setPalette(_palette(look))
        app.setStyleSheet(sheet)


def _palette(look: Look) -> QPalette:
    roles = QPalette.ColorRole
    made = QPalette(look.colour("card"), look.colour("ground"))
    for role, name in (
        (roles.WindowText, "ink"),
        (roles.Text, "ink"),
        (roles.ButtonText, "ink"),
        (roles.Base, "card"),
        (roles.PlaceholderText, "soft"),
        (roles.Highlight, "brand"),
        (roles.HighlightedText, "on_brand"),
    ):
        made.setColor(role, look.colour(name))
    return made
