"""What we ship is locked by hash, free to ship, and brings its licence along."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

BROUGHT = {".ttf", ".otf", ".woff2"}
LICENCE = re.compile(r"licen[cs]e|^ofl|^copying", re.IGNORECASE)

# Distributions that state no licence in their metadata: what their project page or file says.
STATED_ELSEWHERE: dict[str, str] = {}


@pytest.fixture(scope="module")
def project(root):
    with (root / "pyproject.toml").open("rb") as file:
        return tomllib.load(file)["project"]


@pytest.fixture(scope="module")
def lock(root):
    return (root / "requirements.lock").read_text(encoding="utf-8")


def test_lock_has_a_hash_for_everything_and_no_address(lock):
    entries = re.split(r"\n(?=\S)", lock.strip())
    without = [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry]
    assert not without, f"run `make lock`: {without}"
    assert "://" not in lock
    assert not re.search(r"^\s*--(index|extra|find|trusted)", lock, re.MULTILINE)


def test_lock_holds_every_dependency(project, lock):
    pins = {canonicalize_name(n): v for n, v in re.findall(r"^([\w.-]+)==(\S+)", lock, re.MULTILINE)}
    wanted = [*project["dependencies"], *(r for rs in project["optional-dependencies"].values() for r in rs)]
    missing = [
        text
        for text in wanted
        if (r := Requirement(text)).specifier and pins.get(canonicalize_name(r.name), "") not in r.specifier
    ]
    assert not missing, f"run `make lock`: {missing}"


def test_qt_is_its_essentials_alone(lock):
    qt = set(re.findall(r"^(pyside6[\w-]*|shiboken6)==", lock, re.MULTILINE))
    assert qt == {"pyside6-essentials", "shiboken6"}


def test_nothing_shipped_is_under_the_gpl(project):
    bound = {name: licence for name in sorted(shipped(project)) if is_copyleft(licence := licence_of(name))}
    assert not bound, f"ship nothing whose only licence is the GPL or AGPL: {bound}"


def test_everything_shipped_states_its_licence(project):
    silent = [name for name in sorted(shipped(project)) if not licence_of(name)]
    assert not silent, f"look their licences up and enter them in STATED_ELSEWHERE: {silent}"


def shipped(project: dict) -> set[str]:
    """Names of all that a kiosk or a desk needs to run on this platform."""
    queue = [*project["dependencies"], *project["optional-dependencies"]["desk"]]
    found: set[str] = set()
    while queue:
        requirement = Requirement(queue.pop())
        name = canonicalize_name(requirement.name)
        if name in found or not applies(requirement):
            continue
        found.add(name)
        queue += metadata.requires(name) or []
        queue += [r for extra in requirement.extras for r in extras_of(name, extra)]
    return found


def applies(requirement: Requirement) -> bool:
    return requirement.marker is None or requirement.marker.evaluate({"extra": ""})


def extras_of(name: str, extra: str) -> Iterator[str]:
    for text in metadata.requires(name) or []:
        requirement = Requirement(text)
        if requirement.marker and requirement.marker.evaluate({"extra": extra}) and not applies(requirement):
            requirement.marker = None
            yield str(requirement)


def licence_of(name: str) -> str:
    about = metadata.metadata(name)
    stated = about.get("License-Expression") or about.get("License") or ""
    classifiers = [c for c in about.get_all("Classifier") or [] if c.startswith("License ::")]
    return STATED_ELSEWHERE.get(name) or stated.partition("\n")[0] or " OR ".join(classifiers)


def is_copyleft(licence: str) -> bool:
    """True if every alternative is the GPL or AGPL; the LGPL lets us link."""
    return all(re.search(r"\bA?GPL|Affero|GNU General", choice) for choice in licence.split(" OR "))


def test_copyleft_is_told_from_what_lets_us_link():
    assert is_copyleft("GPL-3.0-only")
    assert is_copyleft("License :: OSI Approved :: GNU Affero General Public License v3")
    assert not is_copyleft("LGPL-3.0-only OR GPL-2.0-only")
    assert not is_copyleft("MIT")


def test_what_others_made_has_its_licence_beside_it(root):
    brought = [p for folder in ("resources", "kiosk", "docs") for p in (root / folder).rglob("*") if is_brought(p)]
    bare = [str(p.relative_to(root)) for p in brought if not any(LICENCE.search(n.name) for n in p.parent.iterdir())]
    assert not bare, f"put the licence's full text beside them: {bare}"
    assert any(LICENCE.search(p.name) for p in (root / "resources/icons").iterdir())


def is_brought(path: Path) -> bool:
    """A font, or a script made elsewhere: minified, or in a folder `vendor`."""
    is_script = path.suffix == ".js" and (".min." in path.name or "vendor" in path.parts or "htmx" in path.name)
    return path.is_file() and (path.suffix in BROUGHT or is_script)


def test_our_licence_is_whole(root):
    text = (root / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text
