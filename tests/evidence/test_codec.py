import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import BundleError
from kiosk.evidence.codec import decode_trace, encode_trace
from kiosk.model.trace import Entry, TraceHeader, What

HEADER = TraceHeader("till-1", "/dev/ttyUSB0", "zvt", "serial", "2026-03-12T14:30:00+00:00", 9600)
entries = st.builds(
    Entry, st.floats(0, 1e6), st.sampled_from(What), st.binary(max_size=60), st.floats(0, 100), st.text(max_size=60)
)


@given(st.lists(entries, max_size=8))
def test_there_and_back(trace):
    assert decode_trace(encode_trace(HEADER, trace)) == (HEADER, tuple(trace))


@given(st.binary(max_size=200))
def test_anything_else_is_refused(data):
    with pytest.raises(BundleError):
        decode_trace(data)
