"""The bar of a guided job."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QProgressBar, QWidget

from kiosk.ui.widgets.progress import Progress


def test_more_steps_than_expected_fill_the_bar_and_the_words_are_told_to_who_hears_the_page(qapp: QApplication) -> None:
    place, progress = QWidget(), Progress()
    place.setLayout(progress)
    bar = place.findChildren(QProgressBar)[0]
    progress.draw(2, 4, "Step 2 of about 4")
    assert (bar.value(), bar.maximum(), bar.accessibleName()) == (2, 4, "Step 2 of about 4")
    progress.draw(5, 4, "Step 5 of about 4")
    assert (bar.value(), bar.maximum()) == (4, 4)
    progress.draw(0, 0, "")
    assert (bar.value(), bar.maximum()) == (0, 1)
