"""The sealed file of redacted evidence: what goes in, how it is sealed, opened, checked and read."""

from kiosk.evidence.bundle.contents import Contents
from kiosk.evidence.bundle.opening import Bundle, Verdict, open_bundle, verify
from kiosk.evidence.bundle.readable import readable
from kiosk.evidence.bundle.sealing import Sealed, seal

__all__ = ["Bundle", "Contents", "Sealed", "Verdict", "open_bundle", "readable", "seal", "verify"]
