"""What a reviewer is told when a change makes a policy of some spaces weaker, or takes spaces into a group."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from support.git_repository import Repository
from support.projects import GOOD, Shop

from templatesync.model.digest import sha256
from templatesync.project import comparison
from templatesync.schema.loading import load

FILE = "templatesync.yaml"
BASE = """\
version: 1
spaces:
  defaults:
    region: eu-central-1
    policy: {protect: ["*_otp"], manage: ["shop_*"]}
  groups:
    wave1: [a]
    rest: ["[b-z]"]
  a: {cust_space_id: cams-a}
  b: {cust_space_id: cams-b, policy: {on_approved: block, protect: [shop_pay]}}
  c: {cust_space_id: cams-c, policy: {on_approved: block, protect: [shop_pay]}}
  d: {cust_space_id: cams-d, region: cn-beijing}
policy: {protect: [shop_all]}
"""


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project in a repository, for all tests that only change it."""
    root = tmp_path_factory.mktemp("repository")
    repository = Repository.new(root)
    Shop(root).write(FILE, BASE)
    repository.commit()
    return root


@pytest.fixture
def changed(base: Path, capsys: pytest.CaptureFixture[str]) -> Shop:
    shop = Shop.__new__(Shop)
    shop.root, shop.capsys = base, capsys
    shop.write("templates/good.yaml", GOOD)
    return shop


def fits(shop: Shop, *arguments: str) -> Any:
    document = json.loads(shop.run("validate", "--format", "json", *arguments).out)
    jsonschema.Draft7Validator(load("findings")).validate(document)
    return document


def told(shop: Shop, *edits: tuple[str, str]) -> list[tuple[str, bool]]:
    text = BASE
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    shop.write(FILE, text)
    found = fits(shop, "--changed-since", "HEAD")["changed_since"]["settings"]
    return [(each["message"], each["weaker"]) for each in found]


CHANGES = [
    (("on_approved: block", "on_approved: modify"),
     [("lets apply edit approved templates in b, c (policy.on_approved: block -> modify)", True)]),
    (("policy: {protect: [\"*_otp\"]", "policy: {on_approved: modify, protect: [\"*_otp\"]"),
     [("lets apply edit approved templates in a, d (policy.on_approved: block -> modify)", True)]),
    (("policy: {protect: [shop_all]", "policy: {on_approved: modify, protect: [shop_all]"),
     [("lets apply edit approved templates (policy.on_approved: block -> modify)", True)]),
    ((", protect: [shop_pay]", ""),
     [("no longer protects what shop_pay covers in b, c from being deleted (policy.protect)", True)]),
    (("[shop_pay]", "['shop_*']"), [("protects what shop_* covers in b, c (policy.protect)", False)]),
    (("policy: {protect: [\"*_otp\"], ", "policy: {"),
     [("no longer protects what *_otp covers in a, d from being deleted (policy.protect)", True),
      ("no longer protects what *_otp covers in b, c from being deleted (policy.protect)", True)]),
    (("protect: [shop_pay]", "protect: [shop_pay], max_changes: {percent: 90}"),
     [("raises policy.max_changes.percent in b, c from 30 to 90", True)]),
    ((", manage: [\"shop_*\"]", ""),
     [(f"no longer narrows policy.manage in {names} to shop_*: apply may change and prune the rest, too", True)
      for names in ("a, d", "b, c")]),
    (("manage: [\"shop_*\"]", "manage: [\"shop_a*\"]"),
     [(f"takes shop_* out of policy.manage in {names}: what only that covers is told no more", True)
      for names in ("a, d", "b, c")]),
    (("protect: [shop_pay]", "protect: [shop_pay], manage: ['*x']"),
     [("narrows policy.manage in b, c to *x: what that does not cover is told no more", True)]),
    (("wave1: [a]", "wave1: [a, b, d]"),
     [("takes b, d into the group wave1: what is done with that is done there, too", True)]),
    (("[b-z]", "[c-z]"), [("takes b out of the group rest: what is done with that is not done there", True)]),
    (("    wave1: [a]\n", "    wave2: [a]\n"), [("removes the group wave1", False), ("adds the group wave2", False)]),
    (("region: eu-central-1", "region: us-east-1"),
     [("moves the spaces a, b, c to another region (eu-central-1 -> us-east-1)", True)]),
    (("policy: {protect: [shop_all]", "  e: {cust_space_id: cams-e, policy: {on_approved: modify}}\n"
      "policy: {protect: [shop_all]"),
     [("lets apply edit approved templates in e (policy.on_approved: block -> modify)", True),
      ("adds the space e (cams-e)", False)]),
    (("  b: {cust_space_id: cams-b, policy: {on_approved: block, protect: [shop_pay]}}",
      "  a_b: {cust_space_id: cams-b, policy: {on_approved: modify}}"),
     [("gives the space b another name, a_b", False),
      ("lets apply edit approved templates in a_b (policy.on_approved: block -> modify)", True),
      ("no longer protects what shop_pay covers in a_b from being deleted (policy.protect)", True),
      ("takes a_b out of the group rest: what is done with that is not done there", True)]),
]  # fmt: skip


@pytest.mark.parametrize(("change", "messages"), CHANGES, ids=range(len(CHANGES)))
def test_what_a_change_does_to_spaces_is_named(
    changed: Shop, change: tuple[str, str], messages: list[tuple[str, bool]]
) -> None:
    assert sorted(told(changed, change)) == sorted(messages)


def test_where_it_is_written_changes_nothing(changed: Shop) -> None:
    """What the defaults say may stand in each space, and a group may be spelt otherwise."""
    own = 'policy: {protect: ["*_otp"], manage: ["shop_*"]}'
    moved = (
        (f"    {own}\n", ""),
        ("cams-a}", f"cams-a, {own}}}"),
        ("region: cn-beijing}", f"region: cn-beijing, {own}}}"),
        ("protect: [shop_pay]", 'protect: [shop_pay, "*_otp"], manage: ["shop_*"]'),
        ('["[b-z]"]', "[b, c, d]"),
    )
    assert told(changed, *moved) == []


def test_a_file_that_lets_edit_is_told_where_some_space_does_not(changed: Shop) -> None:
    text = BASE.replace("on_approved: block", "on_approved: modify").replace(
        "cams-b, policy", "cams-b, waba_id: '1', policy"
    )
    changed.write(FILE, text)
    changed.write("templates/good.yaml", GOOD + "templatesync: {on_approved: modify}\n")
    key = ["template/shop_hello@en"]
    assert fits(changed)["policy"]["edits_approved"] == key
    assert fits(changed, "--space", "a")["policy"]["edits_approved"] == key
    assert "edits_approved" not in fits(changed, "--space", "b", "--space", "c")["policy"]


def test_policies_of_spaces_are_shown(changed: Shop) -> None:
    changed.write(FILE, BASE)
    assert fits(changed)["policy"] == {
        "protect": ["shop_all"],
        "of_spaces": [
            {"spaces": ["a", "d"], "manage": [["shop_*"]], "protect": ["*_otp"]},
            {"spaces": ["b", "c"], "manage": [["shop_*"]], "protect": ["*_otp", "shop_pay"]},
        ],
    }
    assert changed.run("validate").out.splitlines()[:3] == [
        "Policy: protect is shop_all.",
        "Policy of a, d: manage is shop_*; protect is *_otp.",
        "Policy of b, c: manage is shop_*; protect is *_otp, shop_pay.",
    ]
    named = fits(changed, "--space", "d")["policy"]["of_spaces"]
    assert [each["spaces"] for each in named] == [["d"]]


def test_many_policies_are_counted(changed: Shop) -> None:
    many = "".join(f"  s{n}: {{cust_space_id: cams-{n}, policy: {{protect: [p{n}]}}}}\n" for n in range(9))
    changed.write(FILE, f"version: 1\nspaces:\n{many}")
    assert "Policy of 4 more spaces: `--format json` has what differs." in changed.run("validate").out
    assert len(fits(changed)["policy"]["of_spaces"]) == 9


def test_what_policies_mean_alike_is_compared_once(changed: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand spaces, each with a pattern of its own, would make a thousand of each resource."""
    made: list[str] = []
    monkeypatch.setattr(comparison, "sha256", lambda value: made.append("") or sha256(value))
    text = BASE
    for name, protect in (("a", "pa"), ("b", "pb"), ("c", "pc"), ("d", "shop_*")):
        text = re.sub(
            f"  {name}: .*", f"  {name}: {{cust_space_id: cams-{name}, policy: {{protect: [{protect}]}}}}", text
        )
    changed.write(FILE, text.replace("d, policy", "d, region: cn-beijing, policy"))
    assert fits(changed, "--changed-since", "HEAD")["summary"]["error"] == 0
    assert len(made) < 4
