"""Spaces by the dozen: what they have in common, groups of them, and a policy of each."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from support.projects import GOOD, Shop

from templatesync.project import settings
from templatesync.schema.loading import load

MANY = """\
version: 1
spaces:
  defaults:
    vars: {site: "https://www.example.com", tone: plain}
    region: eu-central-1
  groups:
    brands: ["brand_*"]
    wave1: [brand_b, shop]
    nobody: ["gone_*", local]
  local: {emulator: true}
  shop: {cust_space_id: cams-shop, region: cn-beijing}
  brand_a: {cust_space_id: cams-a, vars: {tone: warm}}
  brand_b: {cust_space_id: cams-b}
"""


@pytest.fixture(autouse=True)
def nobody_is_signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)


def spaces(shop: Shop, *arguments: str) -> list[str]:
    """The spaces that a plan is of. Nobody is signed in, so it reads none that is real."""
    return [space["space"] for space in json.loads(shop.run("plan", "--format", "json", *arguments).out)["spaces"]]


@pytest.mark.parametrize(
    ("given", "chosen"),
    [
        (["brand_*"], ["brand_a", "brand_b"]),
        (["brand_?"], ["brand_a", "brand_b"]),
        (["brand_[!a]"], ["brand_b"]),
        (["*"], ["brand_a", "brand_b", "shop"]),
        (["brands"], ["brand_a", "brand_b"]),
        (["wave1"], ["brand_b", "shop"]),
        (["wave1", "brand_b", "brands"], ["brand_a", "brand_b", "shop"]),
        (["local"], ["local"]),
        (["local", "brand_a*"], ["brand_a", "local"]),
    ],
)
def test_spaces_are_chosen_by_name_group_and_pattern(
    shop: Shop, given: list[str], chosen: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.write("templatesync.yaml", MANY)
    arguments = [word for each in given for word in ("--space", each)]
    assert spaces(shop, *arguments) == chosen
    monkeypatch.setenv("CI", "true")  # where somebody must have chosen, and has
    assert spaces(shop, *arguments) == chosen


COMMANDS = [
    "apply --yes",
    "status",
    "outputs",
    "validate",
    "preview",
    "doctor",
    "import",
    "breaking --against .",
]
NO_SPACE = [
    ("local*", "a pattern means no emulator"),
    ("brnads", "did you mean brands?"),
    ("gone_*", "no space in templatesync.yaml has a name like"),
    ("nobody", "no space is in the group nobody"),
    ("defaults", "there is no space or group 'defaults'"),
    ("shop,brand_a", "give --space once for each"),
    ("[", "has a name like '['"),
    ("", "there is no space or group ''"),
]


@pytest.mark.parametrize(
    ("command", "given", "said"),
    [("plan", *each) for each in NO_SPACE] + [(command, *NO_SPACE[0]) for command in COMMANDS],
)
def test_what_means_no_space_ends_with_64(shop: Shop, command: str, given: str, said: str) -> None:
    shop.write("templatesync.yaml", MANY)
    ended = shop.run(*command.split(), "--space", given)
    assert (ended.code, ended.out) == (64, "")
    assert said in ended.err


def test_a_command_for_one_space_says_how_many_are_chosen(shop: Shop) -> None:
    shop.write("templatesync.yaml", MANY)
    for command in (["outputs", "--format", "env"], ["import", "--update", "--dry-run"], ["emulator"]):
        ended = shop.run(*command, "--space", "brands")
        assert ended.code == 64
        assert "2 are chosen: brand_a, brand_b" in ended.err
    assert shop.run("emulator", "--space", "shop").code == 64  # one, and no emulator


def test_a_space_says_what_it_has_otherwise(shop: Shop) -> None:
    project = settings.parse(shop.root, MANY.encode())
    assert {space.name: (space.region, dict(space.vars)) for space in project.spaces} == {
        "local": (settings.DEFAULT_REGION, {"site": "https://www.example.com", "tone": "plain"}),
        "shop": ("cn-beijing", {"site": "https://www.example.com", "tone": "plain"}),
        "brand_a": ("eu-central-1", {"site": "https://www.example.com", "tone": "warm"}),
        "brand_b": ("eu-central-1", {"site": "https://www.example.com", "tone": "plain"}),
    }


@pytest.mark.parametrize(
    ("below", "rule", "said"),
    [
        ("defaults: {waba_id: '1'}", "unknown-key", "known here: vars, region, policy"),
        ("defaults: {polici: {}}", "unknown-key", "did you mean policy?"),
        ("defaults: {endpoint: 'https://x.example'}", "project-refused", "this key is refused"),
        ("defaults: {region: Singapore}", "project-region", "a region looks like"),
        ("defaults: {policy: {on_approved: maybe}}", "wrong-value", "is not one of block, modify"),
        ("defaults: []", "wrong-type", "a list is here"),
        ("groups: {a: b}", "wrong-type", "text"),
        ("groups: {a: []}", "wrong-length", "this is empty"),
        ("groups: {'a*': [shop]}", "project-spaces", "the name of a group"),
        ("groups: {shop: [shop]}", "project-spaces", "the name of a space and of a group"),
        ("groups: {one: [shop], two: [one]}", "project-spaces", "one is a group"),
        ("default: {vars: {}}", "project-spaces", "a space needs cust_space_id"),
    ],
)
def test_what_stands_wrongly_beside_the_spaces_is_found(shop: Shop, below: str, rule: str, said: str) -> None:
    shop.write("templatesync.yaml", f"version: 1\nspaces:\n  shop: {{cust_space_id: cams-1}}\n  {below}\n")
    ended = shop.validate()
    assert ended.code == 3
    assert {found["rule"] for found in ended.findings} == {rule}
    assert any(said in found["message"] + found["hint"] for found in ended.findings)
    assert ended.findings[0]["line"] == 4


def test_validate_of_all_spaces_leaves_emulators_out(shop: Shop) -> None:
    shop.write("templatesync.yaml", MANY.replace("{emulator: true}", "{emulator: true, policy: {manage: [none]}}"))
    outside = [{each["rule"] for each in shop.validate(*words).findings} & {"outside-manage"}
               for words in ((), ("--space", "local"), ("--all-spaces",), ("--space", "brands"))]  # fmt: skip
    assert outside == [{"outside-manage"}, {"outside-manage"}, set(), set()]


def test_a_file_names_spaces_and_no_group(shop: Shop) -> None:
    shop.write("templatesync.yaml", MANY)
    shop.write("templates/good.yaml", GOOD + "templatesync: {spaces: [wave1, local, brand_]}\n")
    told = [(each["message"], each["hint"]) for each in shop.validate().findings if each["rule"] == "unknown-space"]
    assert told == [
        ("the project has no space 'wave1'", "a group is for `--space` alone: name its spaces"),
        ("the project has no space 'brand_'", "did you mean brand_b?"),
    ]
    shop.write("templatesync.yaml", f"{MANY}default_space: wave1\n")
    (found,) = shop.validate().findings
    assert found["hint"] == "a group is for `--space` alone: name a space"


def test_a_finding_of_dozens_of_spaces_names_some(shop: Shop) -> None:
    narrow = "policy: {manage: [shop_hello]}"
    many = "".join(f"  brand_{n:02}: {{cust_space_id: cams-{n}, {narrow}}}\n" for n in range(40))
    shop.write("templatesync.yaml", f"version: 1\nspaces:\n  local: {{emulator: true}}\n{many}")
    shop.write("templates/other.yaml", GOOD.replace("shop_hello", "other").replace("today", "soon"))
    (found,) = shop.validate().findings
    assert len(found["spaces"]) == 40
    for form in ("text", "github"):
        assert "(in brand_00, brand_01, brand_02, " in (out := shop.run("validate", "--format", form).out)
        assert "brand_09 and 30 more)" in out
    ended = shop.run("rename", "shop_hello", "hello")
    assert (ended.code, "and 35 more) (outside-manage)" in ended.err) == (64, True)


def test_no_space_is_left(shop: Shop) -> None:
    shop.write("templatesync.yaml", "version: 1\nspaces:\n  defaults: {vars: {a: b}}\n  groups: {all: ['*']}\n")
    ended = shop.validate()
    assert [(found["rule"], found["message"]) for found in ended.findings] == [
        ("project-spaces", "the project has no space")
    ]


# --- what is allowed --------------------------------------------------------------------------------------------------

POLICIES = """\
version: 1
spaces:
  defaults: {policy: {on_approved: modify, manage: ["shop_*"], protect: ["*_otp"]}}
  free: {emulator: true}
  strict: {emulator: true, policy: {on_approved: block, protect: ["shop_hello"], max_changes: {at_least: 0}}}
  narrow: {emulator: true, policy: {manage: ["*_hello", "other_*"]}}
policy: {max_changes: {percent: 50}}
"""


def planned(shop: Shop, *arguments: str) -> dict[str, Any]:
    everywhere = [word for name in ("free", "strict", "narrow") for word in ("--space", name)]
    document = json.loads(shop.run("plan", "--format", "json", *everywhere, *arguments).out)
    jsonschema.Draft7Validator(load("plan")).validate(document)
    assert [each["spaces"] for each in document["policy"]["of_spaces"]] == [["free"], ["strict"], ["narrow"]]
    return {space["space"]: space for space in document["spaces"]}


def actions(shop: Shop, *arguments: str) -> dict[str, dict[str, str]]:
    found = planned(shop, *arguments)
    return {name: {each["key"]: each["action"] for each in space["changes"]} for name, space in found.items()}


@pytest.fixture
def applied(shop: Shop) -> Shop:
    """A template that all have, and one that somebody made in each console."""
    every = [word for name in ("free", "strict", "narrow") for word in ("--space", name)]
    shop.write("templatesync.yaml", POLICIES.replace('manage: ["shop_*"], ', "").replace("manage:", "protect:"))
    shop.write("templates/more.yaml", GOOD.replace("shop_hello", "shop_more"))
    shop.write("templates/other.yaml", GOOD.replace("shop_hello", "other_hello"))
    assert shop.run("apply", "--yes", *every).code == 0
    shop.write("templatesync.yaml", POLICIES)
    (shop.root / "templates/more.yaml").unlink()
    (shop.root / "templates/other.yaml").unlink()
    return shop


def test_each_space_is_planned_by_its_own_policy(applied: Shop) -> None:
    assert {name: space["unmanaged"] for name, space in planned(applied).items()} == {
        "free": ["template/shop_more@en"],
        "strict": ["template/shop_more@en"],
        "narrow": [],  # shop_* and *_hello have to fit: nothing but shop_hello does
    }
    applied.write("templates/good.yaml", GOOD.replace("today", "just now"))
    key = "template/shop_hello@en"
    found = actions(applied)
    assert {name: each[key] for name, each in found.items()} == {
        "free": "update", "strict": "blocked", "narrow": "update",
    }  # fmt: skip
    assert {name: sorted(each) for name, each in actions(applied, "--prune").items()} == {
        "free": [key, "template/shop_more@en"],
        "strict": [key, "template/shop_more@en"],
        "narrow": [key],
    }


def test_what_a_space_protects_is_kept_there_alone(applied: Shop) -> None:
    (applied.root / "templates/good.yaml").unlink()
    applied.write("templates/kept.yaml", GOOD.replace("shop_hello", "shop_kept_hello").replace("today", "now"))
    found = actions(applied, "--prune")
    assert {name: each.get("template/shop_hello@en") for name, each in found.items()} == {
        "free": "delete", "strict": None, "narrow": "delete",
    }  # fmt: skip


def test_findings_about_policy_name_their_spaces(applied: Shop) -> None:
    applied.write("templates/new.yaml", GOOD.replace("shop_hello", "shop_new"))
    applied.write("templates/other.yaml", GOOD.replace("shop_hello", "web_hello"))
    applied.write("templates/good.yaml", "Name: shop_hello\nLanguage: en\ntemplatesync: {state: absent}\n")
    ended = applied.validate()
    found = {(each["rule"], each["key"].partition("/")[2], tuple(each["spaces"])) for each in ended.findings}
    assert {each for each in found if each[0] in ("outside-manage", "tombstone-protected")} == {
        ("outside-manage", "shop_new@en", ("narrow",)),
        ("outside-manage", "web_hello@en", ()),
        ("tombstone-protected", "shop_hello@en", ("strict",)),
    }
    assert applied.run("plan", "--space", "strict").code == 3


def test_max_changes_may_differ(applied: Shop) -> None:
    applied.write("templatesync.yaml", POLICIES.replace("on_approved: block, ", ""))
    applied.write("templates/good.yaml", GOOD.replace("today", "just now"))
    refusals = {name: [each["code"] for each in space.get("refusals", [])] for name, space in planned(applied).items()}
    assert refusals == {"free": [], "strict": ["mass-change"], "narrow": []}


def test_the_recipe_says_what_is_so(shop: Shop) -> None:
    recipe = (Path(__file__).parents[2] / "docs/recipes/many-spaces.md").read_text(encoding="utf-8")
    text = recipe.split("```yaml\n")[1].split("```")[0]
    shop.write("templatesync.yaml", text)
    assert shop.validate().code == 0
    waves = [spaces(shop, "--space", group) for group in ("wave1", "wave2", "wave3", "brands")]
    assert waves == [["brand_a", "brand_b"], ["brand_c"], ["brand_n"], ["brand_a", "brand_b", "brand_c", "brand_n"]]
    assert shop.run("plan", "--space", "local", "--target", "templates/good.yaml").code == 0
    policies = shop.validate().out
    assert json.loads(policies)["policy"]["of_spaces"][1] == {
        "spaces": ["brand_n"], "on_approved": "modify", "manage": [["shop_*"]], "protect": ["*_otp", "shop_terms"],
    }  # fmt: skip


def test_an_apply_names_the_spaces_whose_reviews_go_on(shop: Shop) -> None:
    """It names no space that was not chosen: whoever does one wave may have no leave to read the others."""
    names = ["a", "b", "c", "d"]
    shop.write("templatesync.yaml", "version: 1\nspaces:\n" + "".join(f"  {n}: {{emulator: true}}\n" for n in names))
    ended = shop.run("apply", "--yes", "--space", "a", "--space", "b")
    assert "`templatesync status --space a --space b` follows them" in " ".join(ended.out.split())
    shop.write("templates/more.yaml", GOOD.replace("shop_hello", "shop_more").replace("today", "soon"))
    ended = shop.run("apply", "--yes", *(word for name in names for word in ("--space", name)))
    assert "`templatesync status` of the same spaces follows them" in " ".join(ended.out.split())
