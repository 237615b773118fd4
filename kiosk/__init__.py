"""The support kiosk: finds what is wrong with a payment terminal, helps cure it, brings an expert."""

__version__ = "0.1.0"
