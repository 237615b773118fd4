"""Facts about the PC; every platform difference lives here."""
