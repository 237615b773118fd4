"""The loader refuses content that is wrong, and says in which file and line."""

from pathlib import Path

import pytest

from kiosk import resources
from kiosk.errors import ContentError
from kiosk.guidance.load import load, read

KINDS = resources.findings()
OWN = Path(resources.root()) / "guidance"
GOOD = """\
[symptom."a.b"]
picture = "pic"
opened_by = ["printer.no_paper"]
source = "judgement"
questions = ["look"]
[symptom."a.b".priors.any]
"c.one" = 0.7
"c.two" = 0.3
[symptom."a.b".says]
en = ["it is broken"]

[cause."c.one"]
responsible = "staff"
evidence = { "printer.no_paper" = 0.9 }
[cause."c.two"]
responsible = "it"

[question.look]
minutes = 0.5
options = { yes = {}, no = {} }
otherwise = { yes = 0.5, no = 0.5 }

[remedy.fix]
minutes = 2.0
cures = { "c.one" = 0.9 }
[procedure.fix]
first = "do"
[procedure.fix.steps]
do = { kind = "do", picture = "pic", then = "look" }
look = { kind = "run", passed = "cured", failed = "next" }
"""
HALTS = "".join(
    f'[stop."{id}"]\ntodo = ["x"]\nnever = ["y"]\ncall = "security"\n' for id, kind in KINDS.items() if kind.halt
)


def folder_with(tmp_path: Path, text: str) -> Path:
    (tmp_path / "family.toml").write_text(text, "utf-8")
    (tmp_path / "stops.toml").write_text(HALTS, "utf-8")
    return tmp_path


def test_good_content_loads(tmp_path: Path) -> None:
    guide = load(folder_with(tmp_path, GOOD), KINDS, frozenset({"pic"}))
    assert guide.symptoms["a.b"].family == "family"
    assert set(guide.procedures["fix"].steps) == {"do", "look", "cured", "next"}


WRONG = [
    ('["printer.no_paper"]', '["printer.no_papper"]', 3, "there is no finding 'printer.no_papper'"),
    ('{ "printer.no_paper" = 0.9 }', '{ "printer.gone" = 0.9 }', 14, "there is no finding 'printer.gone'"),
    ('"c.two" = 0.3', '"c.two" = 0.4', 6, "priors of any sum to 1.1, not 1"),
    ('"c.two" = 0.3', '"c.tow" = 0.3', 8, "there is no cause 'c.tow'"),
    ('responsible = "it"', 'responsible = "nobody"', 15, "nobody"),
    ('picture = "pic"\nopened', 'picture = "nix"\nopened', 2, "there is no picture 'nix'"),
    ('picture = "pic", then', 'picture = "nix", then', 29, "there is no picture 'nix'"),
    ('picture = "pic", then', "then", 29, "it has no picture"),
    ("minutes = 2.0", "minutes = 7.5", 24, "it takes 7.5 minutes"),
    ('passed = "cured"', 'passed = "cure"', 30, "there is no step 'cure'"),
    ('passed = "cured", failed = "next"', 'passed = "do", failed = "do"', 29, "it can never end"),
    ('first = "do"', 'first = "look"', 29, "no step leads here"),
    ('kind = "run",', 'kind = "run", check = "magic",', 30, "there is no check 'magic'"),
    ('kind = "run",', 'kind = "run", gone = ["no.such"],', 30, "there is no finding 'no.such'"),
    ('kind = "run", passed', 'kind = "act", repair = "port.reset", then', 30, "the kiosk has no repair 'port.reset'"),
    ('kind = "do"', 'kind = "dance"', 26, "dance"),
    ("yes = 0.5, no = 0.5", "yes = 0.5, no = 0.1", 21, "chances of otherwise sum to 0.6, not 1"),
    ('["look"]', '["glimpse"]', 5, "there is no question 'glimpse'"),
    ('"c.one" = 0.9 }\n[proc', '"c.one" = 1.9 }\n[proc', 25, "1.9 is no chance"),
    ('en = ["it is broken"]', 'de = ["kaputt"]', 1, "it lacks the words that staff say, in English"),
    ('source = "judgement"\n', "", 1, "source"),
    ("minutes = 0.5", "minuts = 0.5", 18, "there is no field minuts"),
    ("[remedy.fix]", "[remedies.fix]", 23, "there is no table 'remedies'"),
    ("minutes = 0.5", "minutes = ", 19, "Invalid value"),
]


@pytest.mark.parametrize(("right", "wrong", "line", "words"), WRONG, ids=[w[3] for w in WRONG])
def test_a_fault_is_named_with_file_and_line(tmp_path: Path, right: str, wrong: str, line: int, words: str) -> None:
    assert right in GOOD
    with pytest.raises(ContentError) as refused:
        load(folder_with(tmp_path, GOOD.replace(right, wrong, 1)), KINDS, frozenset({"pic"}))
    told = [each for each in str(refused.value).splitlines() if words in each]
    assert told, str(refused.value)
    assert told[0].startswith(f"family.toml, line {line}:")


def test_a_remedy_of_more_than_six_steps_is_refused(tmp_path: Path) -> None:
    steps = "".join(f's{i} = {{ kind = "do", picture = "pic", then = "s{i + 1}" }}\n' for i in range(6))
    long = GOOD.replace('first = "do"', 'first = "s0"') + steps + 's6 = { kind = "do", picture = "pic", then = "do" }\n'
    with pytest.raises(ContentError, match="8 steps for staff, more than 6"):
        load(folder_with(tmp_path, long), KINDS)


def test_a_stop_without_its_page_is_refused(tmp_path: Path) -> None:
    (tmp_path / "family.toml").write_text(GOOD, "utf-8")
    with pytest.raises(ContentError, match=r"terminal\.tamper: this finding stops all help and has no stop page"):
        load(tmp_path, KINDS)


def test_the_same_item_twice_and_an_empty_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="there is no symptom"):
        load(tmp_path, KINDS)
    (tmp_path / "other.toml").write_text('[cause."c.one"]\nresponsible = "staff"\n', "utf-8")
    with pytest.raises(ContentError, match=r"other.toml, line 1: cause c.one is there twice"):
        load(folder_with(tmp_path, GOOD), KINDS)


def test_our_own_content_is_without_fault() -> None:
    assert not read(OWN, KINDS).faults


OWN_WALK = """
[procedure.walk]
first = "ask"
own = true
source = "judgement"
[procedure.walk.steps]
ask = { kind = "ask", picture = "pic", options = { yes = "cured", no = "escalate" } }
"""


def test_a_procedure_of_its_own_needs_no_remedy_but_an_expert(tmp_path: Path) -> None:
    guide = load(folder_with(tmp_path, GOOD + OWN_WALK), KINDS, frozenset({"pic"}))
    assert guide.procedures["walk"].own
    alone = OWN_WALK.replace('no = "escalate"', 'no = "next"')
    found = read(folder_with(tmp_path, GOOD + alone), KINDS).faults
    assert "it is of its own and never gets an expert" in str(found[0])
    found = read(folder_with(tmp_path, GOOD + OWN_WALK.replace("own = true\n", "")), KINDS).faults
    assert "no remedy uses it" in str(found[0])


TOPICS = '[topic.all]\npicture = "pic"\nsymptoms = ["a.b"]\n'


@pytest.mark.parametrize(
    ("topics", "words"),
    [
        (TOPICS + '[topic.more]\npicture = "pic"\nsymptoms = ["a.b"]\n', "a.b stands in two topics"),
        (TOPICS.replace('"a.b"', '"x.y"'), "there is no symptom 'x.y'"),
        (TOPICS.replace('["a.b"]', "[]"), "symptom a.b: no topic has it"),
        (TOPICS.replace('"pic"', '"other"'), "there is no picture 'other'"),
    ],
)
def test_every_symptom_has_one_topic(tmp_path: Path, topics: str, words: str) -> None:
    assert load(folder_with(tmp_path, GOOD + TOPICS), KINDS, frozenset({"pic"})).topics["all"].symptoms == ("a.b",)
    with pytest.raises(ContentError, match=words):
        load(folder_with(tmp_path, GOOD + topics), KINDS, frozenset({"pic"}))


def test_a_language_of_its_own_keeps_what_staff_say_beside_its_dictionary(tmp_path: Path) -> None:
    (tmp_path / "search").mkdir()
    (tmp_path / "search" / "fr.toml").write_text('[says]\n"a.b" = ["en panne"]\n', "utf-8")
    (tmp_path / "search" / "en.toml").write_text('[says]\n"a.b" = ["kaput"]\n', "utf-8")
    guide = load(folder_with(tmp_path, GOOD), KINDS)
    assert guide.symptoms["a.b"].says == {"en": ("it is broken", "kaput"), "fr": ("en panne",)}


@pytest.mark.parametrize(
    ("text", "told"), [('[says]\n"a.c" = ["en panne"]\n', "no symptom a.c"), ("says = 1\n", "cannot be used")]
)
def test_wrong_words_of_a_language_are_a_fault(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "search").mkdir()
    (tmp_path / "search" / "fr.toml").write_text(text, "utf-8")
    with pytest.raises(ContentError, match=rf"search/fr\.toml.*{told}"):
        load(folder_with(tmp_path, GOOD), KINDS)
