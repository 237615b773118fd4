"""The one door out: nothing reaches disk, log, screen or network but through here."""

from kiosk.evidence.redaction.mask import Redacted, has_card_number, mask_stream, redact

__all__ = ["Redacted", "has_card_number", "mask_stream", "redact"]
