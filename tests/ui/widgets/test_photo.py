"""A photo is made small, and nothing but the picture is left; what is none gives nothing."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from kiosk.ui.widgets.photo import LONGEST, small_jpeg


def test_a_large_photo_is_made_small(qapp: QApplication, tmp_path: Path) -> None:
    image = QImage(3000, 1500, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    image.setText("Comment", "where it was taken")
    file = tmp_path / "photo.png"
    assert image.save(str(file))
    jpeg = small_jpeg(str(file))
    assert jpeg.startswith(b"\xff\xd8")
    assert b"where it was taken" not in jpeg
    again = QImage.fromData(jpeg)
    assert (again.width(), again.height()) == (LONGEST, LONGEST // 2)


def test_what_is_no_picture_gives_nothing(qapp: QApplication, tmp_path: Path) -> None:
    file = tmp_path / "photo.jpg"
    file.write_bytes(b"no picture")
    assert small_jpeg(str(file)) == b""
    assert small_jpeg(str(tmp_path / "none.jpg")) == b""
