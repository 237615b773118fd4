"""Dates as the readers of a language write them; must not be loaded before the first paint."""

from __future__ import annotations

import re

from PySide6.QtCore import QDate, QLocale, Qt


def long_date(iso: str, language: str) -> str:
    """`2 mars 2026` for `2026-03-02`; nothing for what is no date (ISO 8601)."""
    locale, date = QLocale(language), QDate.fromString(iso, Qt.DateFormat.ISODate)
    return locale.toString(date, _pattern(locale)) if date.isValid() else ""


def _pattern(locale: QLocale) -> str:
    """The long date without the day of the week, which not every sentence can take."""
    return re.sub(r"\bdddd,?\s*", "", locale.dateFormat(QLocale.FormatType.LongFormat)).strip(" ,")
