import pytest

from kiosk.errors import BundleError
from kiosk.evidence.bundle.contents import from_members, to_members, trace_name
from kiosk.model.trace import TraceHeader


def test_there_and_back(contents):
    assert from_members(to_members(contents)) == contents


@pytest.mark.parametrize("name", ["health.json", "findings.json", "host.json"])
def test_a_missing_part_is_named(contents, name):
    members = to_members(contents)
    del members[name]
    with pytest.raises(BundleError, match=name):
        from_members(members)


def test_findings_of_another_report(contents):
    with pytest.raises(BundleError, match="do not belong"):
        from_members({**to_members(contents), "findings.json": b'{"terminals": []}'})


def test_names_hold_nothing_that_leads_elsewhere():
    header = TraceHeader("../../Till 1/ä", "p", None, None, "")
    assert trace_name(3, header) == "trace/03_till_1.jsonl"
