"""Every rule against its fixtures on disk, through the front door: project, workspace, check.

`tests/rules/ID/{good,bad}` holds files, or folders for rules that look at several files. Comments in front of a file
name everything that is found in it: `# expect: RULE SEVERITY LINE:COLUMN`. In a good file that is nothing.
"""

from __future__ import annotations

import copy
import json
import random
import re
import runpy
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.depth import DEPTH

from templatesync.documents import yaml_reader
from templatesync.kinds.rule import Gathered
from templatesync.kinds.template import phrase
from templatesync.kinds.template.rules import RULES
from templatesync.kinds.template.rules.identity import lang_known
from templatesync.kinds.template.view import Template, contents, view
from templatesync.model.resource import Key, Resource
from templatesync.project import workspace
from templatesync.project.settings import Project, Space
from templatesync.schema.loading import load
from templatesync.service.languages import languages
from templatesync.validation import check
from templatesync.validation.schema_rules import SCHEMA_RULES

FIXTURES = Path(__file__).parents[1] / "rules"
CORPUS = runpy.run_path(str(Path(__file__).parents[2] / "bench/corpus.py"))
SPACE = Space("local", "emulator-local", vars={"site": "https://www.example.com", "phone": "+442079460123"})
EXPECT = re.compile(r"# expect: (\S+) (error|warning|info) (\d+):(\d+)")
# Every rule that a template file can break by its fields. Those of the project file are in test_schema.
COVERED = [*RULES, *(rule for rule in SCHEMA_RULES if not rule.id.startswith("project-"))]


@cache
def cases(which: str) -> list[Path]:
    """The files and folders that are one case each."""
    return sorted(path for path in FIXTURES.glob(f"*/{which}/*") if path.is_dir() or path.suffix == ".yaml")


def name_of(case: Path) -> str:
    return f"{case.parent.parent.name}-{case.stem}"


def expected(case: Path) -> set[tuple[str, str, str, int, int]]:
    files = sorted(case.glob("*.yaml")) if case.is_dir() else [case]
    return {
        (file.name, match[1], match[2], int(match[3]), int(match[4]))
        for file in files
        for match in EXPECT.finditer(file.read_text(encoding="utf-8"))
    }


def found(case: Path) -> list[tuple[str, str, str, int, int]]:
    folder, include = (case, "*.yaml") if case.is_dir() else (case.parent, case.name)
    report = check.check(workspace.read(Project(folder, (SPACE,), include=(include,))))
    return [(each.file, each.rule, each.severity.value, each.line, each.column) for each in report.findings]


@pytest.mark.parametrize("case", cases("good"), ids=name_of)
def test_nothing_is_found_in_good_files(case: Path) -> None:
    assert found(case) == []
    assert expected(case) == set()


@pytest.mark.parametrize("case", cases("bad"), ids=name_of)
def test_what_is_found_in_bad_files_is_what_they_say(case: Path) -> None:
    findings = found(case)
    assert set(findings) == expected(case)
    assert case.parent.parent.name in {rule for _, rule, *_ in findings}


@pytest.mark.parametrize("rule", COVERED, ids=lambda rule: rule.id)
def test_every_rule_has_fixtures(rule: Any) -> None:
    for which in ("good", "bad"):
        assert [case for case in cases(which) if case.parent.parent.name == rule.id], f"{rule.id} has no {which} case"


def test_every_fixture_belongs_to_a_rule() -> None:
    assert {folder.name for folder in FIXTURES.iterdir()} == {rule.id for rule in COVERED}


@pytest.mark.parametrize("rule", COVERED, ids=lambda rule: rule.id)
def test_a_rule_says_what_and_whence(rule: Any) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.id)
    assert rule.summary.endswith(".") and rule.summary[0] != " "
    assert rule.source
    assert sum(check is not None for check in (rule.check, rule.linked_check, rule.across)) <= 1


@pytest.mark.parametrize(
    ("code", "meant"),
    [("fr-FR", "fr"), ("de-DE", "de"), ("it_IT", "it"), ("hi-IN", "hi"), ("ja-JP", "ja"), ("english", "en"),
     ("zh-Hans", "zh_CN, zh_HK or zh_TW"), ("en-us", "en_US"), ("French", "fr")],
)  # fmt: skip
def test_a_language_code_is_guessed_by_its_family(code: str, meant: str) -> None:
    resource = Resource(Key("template", "a", code), {"Name": "a", "Language": code})
    assert lang_known.check is not None
    assert [hit.hint for hit in lang_known.check(view(resource))] == [f"did you mean {meant}?"]


def test_ids_are_unique() -> None:
    ids = [rule.id for rule in COVERED]
    assert len(set(ids)) == len(ids)


# --- no body makes a rule crash -------------------------------------------------------------------------------------


def _bodies(which: str) -> Iterator[dict[str, Any]]:
    for case in cases(which):
        for file in sorted(case.glob("*.yaml")) if case.is_dir() else [case]:
            for doc in yaml_reader.load(file.read_bytes(), file.name).documents:
                yield doc.data


BODIES = list(_bodies("good"))
BAD = list(_bodies("bad"))
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.sampled_from(["$(a)", "$( ", ""]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | st.just("Type"), inner, max_size=3)
    ),
    max_leaves=5,
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in items:
        yield from _places(inner, (*path, step))


@st.composite
def mangled(draw: st.DrawFn) -> dict[str, Any]:
    """A good body in which some values have become anything."""
    body = copy.deepcopy(draw(st.sampled_from(BODIES)))
    for _ in range(draw(st.integers(0, 3))):
        *path, last = draw(st.sampled_from([place for place in _places(body) if place]))
        holder = body
        for step in path:
            holder = holder[step]
        holder[last] = draw(JSON)
    return body


@given(st.lists(mangled() | st.dictionaries(st.text(), JSON), min_size=1, max_size=3))
def test_rules_never_crash(bodies: list[dict[str, Any]]) -> None:
    resources = [Resource(Key("template", f"t{index % 2}", "en"), body) for index, body in enumerate(bodies)]
    views = list(map(view, resources))
    assert all(map(contents, views))
    for rule in RULES:
        for seen in views:
            for hit in rule.check(seen) if rule.check else ():
                assert hit.message
            for hit in rule.linked_check(seen, lambda name, text: None) if rule.linked_check else ():
                assert hit.message
        if rule.across:
            gathered = [
                Gathered(resource.key, rule.across.gather(seen), resource.key.name)
                for resource, seen in zip(resources, views, strict=True)
            ]
            kept = [(index, each) for index, each in enumerate(gathered) if each.value is not None]
            json.dumps([each.value for _, each in kept])  # it is kept as JSON
            for index, detail in rule.across.compare([each for _, each in kept]):
                assert all(hit.message for hit in rule.across.tell(views[kept[index][0]], detail))


def unasked(seen: Template) -> list[str]:
    """The rules that would say something of a template, and are not asked because of what they need."""
    had = contents(seen)
    missing = [rule for rule in RULES if any(need.isdisjoint(had) for need in rule.needs)]
    told = [rule for rule in missing if rule.check and list(rule.check(seen))]
    gathered = [rule for rule in missing if rule.across and rule.across.gather(seen) is not None]
    return [rule.id for rule in (*told, *gathered)]


def test_no_need_hides_a_finding() -> None:
    dice = random.Random(1)
    made_up = [CORPUS["template"](number, dice) for number in range(100)]
    for resource in (Resource(Key("template", "a", "en"), body) for body in (*BODIES, *BAD, *made_up)):
        assert unasked(view(resource)) == []


def _named(value: Any) -> Iterator[str]:
    """The fields, and the values to choose from, that a schema names."""
    if isinstance(value, dict):
        yield from value.get("properties", {})
        yield from (each for each in [*value.get("enum", ()), value.get("const")] if isinstance(each, str))
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _named(inner)


def test_what_a_rule_needs_is_in_the_schema_or_a_topic() -> None:
    """Nobody has to learn words of our own to write a rule, and a misspelt one would switch the rule off."""
    topics = {f"topic:{name}" for code in languages() for name in phrase.lists(phrase.base(code))}
    known = {*_named(load("template")), *topics}
    assert {word for rule in RULES for need in rule.needs for word in need} <= known


# What rules look for, and what is nearly that.
PIECES = [
    "$(name)",
    "$(1)",
    "$(2)",
    "$(_a)",
    "$(é)",
    "$(a b)",
    "$(",
    "$()",
    "$",
    "$$$",
    "$（a）",
    "＄(a)",
    "${{ site }}",
    "{{1}}",
    "(",
    ")",
    "*",
    "_",
    "~",
    "`",
    "```",
    "_a_",
    "*a*",
    "(_b",
    "c_)",
    "\n",
    "\n\n\n\n",
    "\n \t\n\r\n\n",
    "\t",
    "\r",
    " ",
    "     ",
    "\u00a0",
    "\u2003",
    "\x1c",
    "\0",
    "\u200b",
    "\u200d",
    "\u202e",
    "\u202a",
    "\u2066",
    "\u2069",
    "\ufeff",
    "\U000e0041",
    "\u00ad",
    "😀",
    "👩\u200d👩\u200d👧",
    "🇩🇪",
    "1\u20e3",
    "©\ufe0f",
    "ⓜ",
    "①",
    "🈁",
    "☎",
    "™",
    "é",
    "ſ",
    "\u212a",
    "K",
    "’",
    "！",
    "！！!",
    "!!!",
    ":",
    "：",
    "-",
    "#",
    "WIN",
    "BIG NOW TODAY PRIZES FREE",
    "ÉTÉ ÇA ВОТ СЕЙЧАС ВСЕ",
    "word",
    "two words",
    "a1",
    "ну вот",
    "שלום",
    "你好吗",
    "สวัสดี",
    "नमस्ते",
    "你",
    "𠀀",
    "https://",
    "HTTPS://",
    "httpſ://",
    "www.",
    "bit.ly",
    "docs.google.com",
    "wa.me",
    "user@",
    "example.com",
    ":80",
    "/",
    "?",
    "&expires=",
    "localhost",
    "file:",
    "192.168.0.1",
    "STOP",
    "unsubscribe",
    "code",
    "free",
    "TODO",
    "xxx",
    "test",
    "<a>",
    "n/a",
    "-",
    "...",
]
# Phrases of several languages that rules about wording look for.
PIECES += [
    "Your OTP: $(1)",
    "50% off",
    "Happy birthday",
    "legal action",
    "gewinnen",
    "验证码",
    "优惠",
    "छूट",
    "ลดราคา",
    "تسوق",
]
TEXT = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=8).map("".join) | st.builds(
    lambda piece, times: (piece * times)[:2010],
    st.sampled_from(["a", "b ", "é", "😀", "$(a) ", "你", " "]),
    st.sampled_from([11, 15, 16, 17, 20, 21, 25, 26, 60, 61, 80, 81, 160, 161, 550, 551, 600, 601, 1024, 1025, 2001]),
)
SCALARS = [
    "UTILITY",
    "MARKETING",
    "AUTHENTICATION",
    "en",
    "de",
    "ar",
    "zh_CN",
    "th",
    "xx",
    "HEADER",
    "BODY",
    "FOOTER",
    "BUTTONS",
    "CAROUSEL",
    "URL",
    "QUICK_REPLY",
    "COPY_CODE",
    "FLOW",
    "TEXT",
    "IMAGE",
    "dynamic",
    "static",
    True,
    -1,
    5,
    10**6,
]


@st.composite
def retold(draw: st.DrawFn) -> dict[str, Any]:
    """A body of a fixture in which texts have become others, and fields, components and samples have come and gone."""
    body: dict[str, Any] = copy.deepcopy(draw(st.sampled_from(BODIES + BAD)))
    for _ in range(draw(st.integers(1, 5))):
        *path, last = draw(st.sampled_from([place for place in _places(body) if place]))
        holder: Any = body
        for step in path:
            holder = holder[step]
        how = draw(st.sampled_from(["text", "text", "text", "scalar", "field", "again", "gone"]))
        if how == "gone":
            del holder[last]
        elif how == "again" and isinstance(holder, list):
            holder.append(copy.deepcopy(holder[last]))
        elif how == "field" and isinstance(holder, dict):
            holder[draw(st.sampled_from(FIELDS) | TEXT)] = draw(TEXT | st.sampled_from(SCALARS))
        else:
            holder[last] = draw(st.sampled_from(SCALARS) if how == "scalar" else TEXT)
        if not body:
            break
    return body


FIELDS = sorted(
    {step for body in (*BODIES, *BAD) for place in _places(body) for step in place if isinstance(step, str)}
)


@settings(max_examples=260 * DEPTH)
@given(retold())
def test_no_need_hides_a_finding_of_any_body(body: dict[str, Any]) -> None:
    assert unasked(view(Resource(Key("template", "a", "en"), body))) == []


def test_most_rules_are_not_asked_about_what_they_are_not_about() -> None:
    """What needs are for: half of the rules are about components, buttons and fields that a template does not have."""
    checks = [rule for rule in RULES if rule.check]
    had = [contents(view(Resource(Key("template", "a", "en"), body))) for body in BODIES]
    asked = sum(not any(need.isdisjoint(each) for need in rule.needs) for each in had for rule in checks)
    assert asked / len(BODIES) < len(checks) / 2
