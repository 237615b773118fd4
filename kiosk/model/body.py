"""What every kind of event has in common; holds no kind itself."""

from msgspec import Struct


class Body(Struct, frozen=True, tag_field="kind"):
    """What an event says; the tag is its kind."""
