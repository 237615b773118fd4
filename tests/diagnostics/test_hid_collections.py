"""Report descriptors: what a device says it does, and the one rule on what may be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.diagnostics.hid_collections import Collection, gives_cards, may_read, may_use_features, parse
from tests.fakes import hid_descriptors as made


def test_collections_tell_pages_of_their_reports():
    (reader,) = parse(made.VENDOR_READER)
    assert reader == Collection(0xFF00, 1, frozenset({0xFF00}), frozenset({0xFF00}))
    (typing,) = parse(made.SWIPE_KEYBOARD)
    assert (typing.page, typing.usage) == (1, 6)
    assert (typing.inputs, typing.outputs, typing.features) == ({7}, {8}, {0xFF00})


@pytest.mark.parametrize(
    ("descriptor", "read", "feature", "cards"),
    [
        (made.VENDOR_READER, True, False, False),
        (made.SWIPE_VENDOR, False, True, False),
        (made.SWIPE_KEYBOARD, False, True, False),
        (made.KEYBOARD, False, False, False),
        (made.SWIPE_POS, False, True, True),
        (made.SCANNER, False, False, False),
        (made.READER_AND_KEYBOARD, False, False, False),
        (b"", False, False, False),
    ],
)
def test_what_may_be_read_and_set(descriptor, read, feature, cards):
    collections = parse(descriptor)
    assert (may_read(collections), may_use_features(collections), gives_cards(collections)) == (read, feature, cards)


@pytest.mark.parametrize("page", [0x07, 0x8C, 0x8D, 0x8E])
def test_cards_and_keys_inside_a_makers_own_collection_are_not_read(page):
    hidden = bytes.fromhex("0600ff0901a1019102") + bytes([0x05, page]) + bytes.fromhex("09018102c0")
    assert parse(hidden)[0].vendor
    assert not may_read(parse(hidden))
    extended = bytes.fromhex("0600ff0901a10109029102") + b"\x0b\x01\x00" + bytes([page, 0]) + bytes.fromhex("8102c0")
    assert not may_read(parse(extended))


def test_push_pop_long_items_and_nesting():
    pushed = bytes.fromhex("0600ff a4 0507 b4 0901 a101 a100 0902 8102 c0 9102 c0".replace(" ", ""))
    assert may_read(parse(b"\xfe\x02\x01\xaa\xbb" + pushed))
    assert parse(b"\xc0" + made.KEYBOARD) == ()
    assert parse(made.KEYBOARD[:-1]) == (), "a collection that never ends is none"


@given(st.binary(max_size=600))
def test_any_bytes_are_taken(data):
    for one in parse(data):
        assert one.page >= 0
