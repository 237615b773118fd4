"""What every kind of event has in common; holds no kind itself."""

from msgspec import Struct


class Body(Struct, frozen=True, tag_field="kind", gc=False):
    """What an event says; the tag is its kind. Nothing in it leads back to it, so the collector need not look."""
