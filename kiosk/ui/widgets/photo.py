"""A photo made small: what a camera writes beside the picture, such as the place, is left behind; keeps no file."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPainter

LONGEST = 1280  # pixels
QUALITY = 80
_LARGEST = 12_000  # pixels a side: no more is decoded


def small_jpeg(name: str) -> bytes:
    """The picture in a file as JPEG of at most `LONGEST` pixels a side; empty for what is no picture."""
    reader = QImageReader(name)
    reader.setAutoTransform(True)
    size = reader.size()
    if max(size.width(), size.height()) > _LARGEST:
        return b""
    if max(size.width(), size.height()) > LONGEST:
        reader.setScaledSize(size.scaled(QSize(LONGEST, LONGEST), Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        return b""
    bare = QImage(image.size(), QImage.Format.Format_RGB32)  # a picture read from a file keeps its texts
    painter = QPainter(bare)
    painter.drawImage(0, 0, image)
    painter.end()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    saved = bare.save(buffer, "JPEG", QUALITY)  # type: ignore[call-overload]
    return bytes(data.data()) if saved else b""
