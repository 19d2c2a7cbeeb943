"""What makes a project less strict is told beside "no errors": what is set, and what a change makes weaker."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

import jsonschema
import pytest
from support.emulated_project import World
from support.git_repository import Repository
from support.plan_scenarios import hello, many, own
from support.projects import GOOD, PROJECT, Shop

from templatesync.render.plan import question
from templatesync.render.terminal import Style
from templatesync.schema.loading import load

FILE = "templatesync.yaml"
BLANKS = """\
Name: shop_blanks
Category: UTILITY
Languages: [en, id]
Components:
  - Type: BODY
    Text:
      en: "Hello $(name), your parcel has left our studio today. "
      id: "Hai $(name), paket Anda telah meninggalkan studio kami. "
  - Type: FOOTER
    Text: "The studio "
Example: {name: Ann}
"""
COMMENT = "# templatesync: ignore text-ends"


def fits(document: Any, schema: str) -> Any:
    jsonschema.Draft7Validator(load(schema)).validate(document)
    return document


def checked(shop: Shop, *arguments: str) -> Any:
    return fits(json.loads(shop.validate(*arguments).out), "findings")


# --- what is set otherwise --------------------------------------------------------------------------------------------


def test_nothing_is_said_where_all_is_as_by_default(shop: Shop) -> None:
    document = checked(shop)
    assert document["rules"] == {"off": [], "lowered": [], "raised": [], "silenced": {}}
    assert (document["policy"], "changed_since" in document) == ({}, False)
    assert shop.run("validate").out == "valid: 1 file, 1 resource, no findings\n"


def test_rules_and_policy_that_are_not_the_default_are_named(shop: Shop) -> None:
    rules = "rules: {var-ratio: off, category-enum: warning, text-ends: error, allow-send: warning, yaml-alias: off}\n"
    policy = "policy: {on_approved: modify, manage: ['shop_*'], protect: [], max_changes: {percent: 90}}\n"
    shop.write(FILE, PROJECT + rules + policy)
    document = checked(shop)
    assert document["rules"] == {
        "off": ["var-ratio"],  # what no project can change, or is the default, is no difference
        "lowered": [{"rule": "category-enum", "default": "error", "severity": "warning"}],
        "raised": [{"rule": "text-ends", "default": "info", "severity": "error"}],
        "silenced": {},
    }
    assert document["policy"] == {
        "on_approved": "modify",
        "manage": ["shop_*"],
        "max_changes": {"percent": 90, "at_least": 3},
    }


SILENCED = [
    (BLANKS, 0, 3),
    (f"{COMMENT}\n{BLANKS}", 3, 0),
    (BLANKS.replace('today. "', f'today. "  {COMMENT}'), 1, 2),
    (f"{COMMENT}\n" + BLANKS.replace('studio "', f'studio "  {COMMENT}'), 3, 0),
]


@pytest.mark.parametrize(("text", "silenced", "told"), SILENCED)
def test_findings_that_comments_silence_are_counted_as_they_would_be_told(
    shop: Shop, text: str, silenced: int, told: int
) -> None:
    """What holds for two languages at one place counts once, as it is told once."""
    shop.write("templates/blanks.yaml", text)
    document = checked(shop)
    assert document["rules"]["silenced"] == ({"text-ends": silenced} if silenced else {})
    assert sum(finding["rule"] == "text-ends" for finding in document["findings"]) == told


def test_what_is_off_is_not_silenced_and_a_plan_says_the_same(shop: Shop) -> None:
    shop.write("templates/blanks.yaml", f"{COMMENT}\n{BLANKS}")
    assert json.loads(shop.run("plan", "--format", "json").out)["rules"] == checked(shop)["rules"]
    shop.write(FILE, PROJECT + "rules: {text-ends: off}\n")
    assert checked(shop)["rules"]["silenced"] == {}
    shop.write(FILE, PROJECT)
    assert checked(shop, str(shop.root / "templates/good.yaml"))["rules"]["silenced"] == {}


def test_silenced_findings_about_several_files_count_too(shop: Shop) -> None:
    shop.bad(GOOD.replace("shop_hello", "shop_again"))
    (finding,) = shop.validate().findings
    for name in ("good", "bad"):
        path = shop.root / f"templates/{name}.yaml"
        path.write_text(f"# templatesync: ignore {finding['rule']}\n{path.read_text()}")
    assert checked(shop)["rules"]["silenced"] == {finding["rule"]: 1}


def test_what_is_known_from_the_cache_is_told_the_same(shop: Shop) -> None:
    shop.write("templates/blanks.yaml", f"{COMMENT}\n{BLANKS}templatesync: {{on_approved: modify}}\n")
    first, again = shop.run("validate", "--format", "json"), shop.run("validate", "--format", "json")
    assert first == again == shop.run("validate", "--format", "json", "--no-cache")
    document = json.loads(again.out)
    assert document["rules"]["silenced"] == {"text-ends": 3}
    assert document["policy"] == {"edits_approved": ["template/shop_blanks@en", "template/shop_blanks@id"]}


def less_strict(shop: Shop) -> None:
    shop.write("templates/blanks.yaml", f"{COMMENT}\n{BLANKS}templatesync: {{on_approved: modify}}\n")
    policy = "policy: {manage: ['shop_*', 'other_*'], protect: ['shop_otp*'], max_changes: {at_least: 50}}\n"
    shop.write(FILE, PROJECT + policy + "rules: {var-ratio: off, category-enum: warning}\n")


@pytest.mark.parametrize("command", ["validate", "plan"])
def test_people_are_told_beside_the_counts(shop: Shop, compare: Callable[[str, str], None], command: str) -> None:
    less_strict(shop)
    compare(f"{command}-less-strict", shop.run(command).out)


def test_no_digest_covers_it_and_a_saved_plan_is_applied(world: World, tmp_path: Path) -> None:
    world.want(hello())
    before = world.document()
    world.project(rules={"var-ratio": "off"}, policy={"protect": ["otp*"]})
    result = world.plan(out=tmp_path / "plan.json")
    saved = fits(json.loads((tmp_path / "plan.json").read_text()), "plan")
    assert (saved["digest"], saved["rules"]["off"]) == (before["digest"], ["var-ratio"])
    assert "Rules: 1 off (var-ratio)." in question(result.plan, Style())
    assert world.apply(order={"plan_file": tmp_path / "plan.json"}).exit_code == 0


@pytest.mark.parametrize("name", ["github", "sarif", "junit", "gitlab"])
def test_reports_for_services_tell_it_or_their_log_does(shop: Shop, name: str) -> None:
    less_strict(shop)
    ended = shop.run("validate", "--format", name)
    said = "Rules: 1 off (var-ratio); 1 lowered (category-enum to warning)."
    assert (said in ended.out) == (name != "gitlab")
    assert (f"{said}\n" in ended.err) == (name != "github")
    if name == "github":
        assert ended.out.startswith("::notice title=templatesync::Rules: ")
    if name == "sarif":
        (invocation,) = json.loads(ended.out)["runs"][0]["invocations"]
        assert invocation["properties"]["rules"]["off"] == ["var-ratio"]


# --- what a change makes weaker ---------------------------------------------------------------------------------------

BASE = """\
version: 1
include: ["templates/**/*.yaml", "more/*.yaml"]
spaces:
  staging: {cust_space_id: cams-staging, waba_id: "1"}
  production: {cust_space_id: cams-production, waba_id: "2", isv_code_env: TEMPLATESYNC_ISV_A}
default_space: staging
policy: {manage: ["shop_*"], protect: ["shop_otp*", "shop_pay"], max_changes: {percent: 20, at_least: 3}}
rules: {text-ends: warning, allow-send: off}
"""
GUARDED = GOOD.replace("shop_hello", "shop_guarded") + "templatesync: {protected: true}\n"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project in a repository, for all tests that only change it."""
    root = tmp_path_factory.mktemp("repository")
    repository = Repository.new(root)
    shop = Shop(root)
    shop.write(FILE, BASE)
    shop.write("templates/blanks.yaml", BLANKS.replace('studio "', f'studio "  {COMMENT}'))
    shop.write("templates/guarded.yaml", GUARDED)
    repository.commit()
    return root


@pytest.fixture
def changed(base: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Shop]:
    texts = {path: path.read_text() for path in base.rglob("*.yaml")}
    shop = Shop.__new__(Shop)
    shop.root, shop.capsys = base, capsys
    yield shop
    for path in base.rglob("*.yaml"):
        path.unlink()
    for path, text in texts.items():
        path.write_text(text)


def edit(shop: Shop, file: str, edits: Mapping[str, str]) -> None:
    text = (shop.root / file).read_text()
    for old, new in edits.items():
        assert text.count(old) == 1
        text = text.replace(old, new)
    shop.write(file, text)


def settings(shop: Shop, *arguments: str) -> list[tuple[str, bool, str]]:
    document = checked(shop, "--changed-since", "HEAD", *arguments)
    return [(each["code"], each["weaker"], each["message"]) for each in document["changed_since"]["settings"]]


WEAKER = {
    "text-ends: warning, allow-send: off": "text-ends: info, allow-send: off, var-ratio: off",
    "policy: {": "policy: {on_approved: modify, ",
    '["shop_*"]': '["shop_*", "a_*"]',
    '"shop_otp*", ': "",
    "percent: 20": "percent: 100",
    ', "more/*.yaml"': "",
    ', waba_id: "1"': "",
    'cams-production, waba_id: "2"': 'cams-other, waba_id: "3", region: cn-beijing',
    "SYNC_ISV_A": "SYNC_ISV_B",
}
OTHER = {
    "text-ends: warning, allow-send: off": "text-ends: error",
    "at_least: 3": "at_least: 1",
    '"more/*.yaml"': '"more/*.yaml", "x/*.yaml"',
    "  production:": "  live:",
    '"shop_pay"': '"shop_pay", "shop_x"',
}
SUBTLE = {
    '"shop_pay"': '"shop_p??"',
    "cams-production,": "cams-production, emulator: true,",
    '["shop_*"]': '["shop_a*"]',
    "default_space: staging": "default_space: production",
}
CHANGES = [
    (
        WEAKER,
        True,
        """\
        rule-lowered: lowers the rule text-ends from warning to info
        rule-off: turns the rule var-ratio off (it was warning)
        on-approved: lets apply edit approved templates (policy.on_approved: block -> modify)
        manage: lets apply change and prune what a_* covers (policy.manage)
        protect: no longer protects what shop_otp* covers from being deleted (policy.protect)
        max-changes: raises policy.max_changes.percent from 20 to 100
        include: no longer includes more/*.yaml: files that only these name are not checked
        space-id: makes the space production another customer space (cust_space_id: cams-production -> cams-other)
        space-account: sets the WhatsApp Business Account of the space production (waba_id: 2 -> 3)
        space-region: moves the space production to another region (ap-southeast-1 -> cn-beijing)
        space-isv-code: takes another ISV code for the space production (TEMPLATESYNC_ISV_A -> TEMPLATESYNC_ISV_B)
        space-account: no longer checks which WhatsApp Business Account is behind the space staging (waba_id was 1)
        """,
    ),
    (
        OTHER,
        False,
        """\
        rule-on: turns the rule allow-send on (warning)
        rule-raised: raises the rule text-ends from warning to error
        protect: protects what shop_x covers (policy.protect)
        max-changes: lowers policy.max_changes.at_least from 3 to 1
        include: includes x/*.yaml
        space-renamed: gives the space production another name, live
        """,
    ),
    (
        SUBTLE,
        True,
        """\
        manage: takes shop_* out of policy.manage: what only that covers is told no more
        protect: no longer protects what shop_pay covers from being deleted (policy.protect)
        default-space: makes production the default space (it was staging)
        space-emulator: makes the space production an emulator
        """,
    ),
]


@pytest.mark.parametrize(("edits", "weaker", "told"), CHANGES, ids=["weaker", "other", "subtle"])
def test_changes_of_the_project_file_are_named(changed: Shop, edits: dict[str, str], weaker: bool, told: str) -> None:
    edit(changed, FILE, edits)
    found = [f"{code}: {message}" for code, weak, message in settings(changed) if weak == weaker]
    assert found == dedent(told).splitlines()


def _line_comment(shop: Shop) -> None:
    edit(shop, "templates/blanks.yaml", {'today. "': f'today. "  {COMMENT}'})


def _wide_comment(shop: Shop) -> None:
    shop.write("templates/blanks.yaml", f"{COMMENT}\n{(shop.root / 'templates/blanks.yaml').read_text()}")


def _moved_comment(shop: Shop) -> None:
    edit(shop, "templates/blanks.yaml", {f'studio "  {COMMENT}': 'studio "', 'today. "': f'today. "  {COMMENT}'})


def _new_file(shop: Shop) -> None:
    shop.write("templates/new.yaml", f"{COMMENT}\n{BLANKS.replace('shop_blanks', 'shop_new')}")


def _not_protected(shop: Shop) -> None:
    edit(shop, "templates/guarded.yaml", {"templatesync: {protected: true}\n": ""})


def _no_file(shop: Shop) -> None:
    (shop.root / "templates/guarded.yaml").unlink()


def _edits(shop: Shop) -> None:
    edit(shop, "templates/guarded.yaml", {"protected: true": "protected: true, on_approved: modify"})


def _told_back(shop: Shop) -> None:
    edit(shop, "templates/guarded.yaml", {"true}": 'true, told_back: {"Components[BODY].Text": "' + "0" * 16 + '"}}'})


def _for_senders(shop: Shop) -> None:
    more = "true, replaces: shop_blanks, adopt: true, breaks: [breaking-cards, breaking-media-kind]}"
    edit(shop, "templates/guarded.yaml", {"true}": more})
    shop.write("templates/old.yaml", GOOD.replace("shop_hello", "shop_old") + "templatesync: {pinned: true}\n")


def _twice_at_one_path(shop: Shop) -> None:
    footer = f"  - {{Type: FOOTER, Text: 'x '}}  {COMMENT}\n"
    shop.write("templates/twice.yaml", f"Name: shop_twice\nComponents:\n{footer}{footer}")


FILES = [
    ([_line_comment, _not_protected], [
        "silences the rule text-ends by a comment at templates/blanks.yaml:7",
        "takes the protection away from template/shop_guarded (templatesync.protected)",
    ]),
    ([_for_senders], [
        "lets senders change to template/shop_guarded although it may ask for something else (templatesync.adopt)",
        "keeps senders with template/shop_old, or takes them back to it (templatesync.pinned)",
        "lets template/shop_guarded break what programs send, by the rule breaking-cards (templatesync.breaks)",
        "lets template/shop_guarded break what programs send, by the rule breaking-media-kind (templatesync.breaks)",
    ]),
    ([_wide_comment, _edits, _new_file], [
        "silences the rule text-ends by 2 comments, 2 of them for a whole document: "
        "templates/blanks.yaml:1, templates/new.yaml:1",
        "lets apply edit template/shop_guarded when approved (templatesync.on_approved)",
    ]),
    ([_moved_comment, _no_file], [
        "silences the rule text-ends by a comment at templates/blanks.yaml:7",
        "takes the protection away from template/shop_guarded (templatesync.protected)",
    ]),
    ([_twice_at_one_path], [
        "silences the rule text-ends by 2 comments: templates/twice.yaml:3, templates/twice.yaml:4",
    ]),
    ([_told_back], [
        "accepts what the service says in place of the file of template/shop_guarded (templatesync.told_back)",
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "told"), FILES)
def test_what_files_let_pass_is_named(changed: Shop, changes: list[Callable[[Shop], None]], told: list[str]) -> None:
    for change in changes:
        change(changed)
    assert [message for _, weaker, message in settings(changed) if weaker] == told


def test_what_no_longer_holds_for_senders_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a pin a version may be deleted; without `adopt` senders go back, and nothing is let pass by that."""
    repository = Repository.new(tmp_path)
    shop = Shop(tmp_path, capsys)
    shop.write("templates/good.yaml", GOOD + "templatesync: {pinned: true, breaks: [breaking-cards]}\n")
    newer = GOOD.replace("shop_hello", "shop_newer").replace("Hello $(name), your", "Your").replace("name: Ann", "")
    shop.write("templates/newer.yaml", newer + "templatesync: {replaces: shop_hello, adopt: true}\n")
    repository.commit()
    edit(shop, "templates/good.yaml", {"{pinned: true, breaks: [breaking-cards]}": "{}"})
    edit(shop, "templates/newer.yaml", {", adopt: true": ""})
    pin = "takes the pin from template/shop_hello: senders go on to newer versions, and it may be deleted"
    assert settings(shop) == [
        ("adopt", False, "takes back that senders are ready for template/shop_newer (templatesync.adopt)"),
        ("pinned", True, f"{pin} (templatesync.pinned)"),
    ]
    (tmp_path / "templates/newer.yaml").unlink()
    assert [code for code, *_ in settings(shop)] == ["pinned"]


def test_where_things_are_written_makes_nothing_weaker(changed: Shop) -> None:
    """Other files, other lines, a pattern that covers another, the same patterns in another order."""
    text = (changed.root / "templates/blanks.yaml").read_text()
    changed.write(
        "more/else.yaml", f"# why\n\n{text.replace('Category: UTILITY', '# so' + chr(10) + 'Category: UTILITY')}"
    )
    (changed.root / "templates/blanks.yaml").unlink()
    edit(changed, FILE, {'["shop_otp*", "shop_pay"]': '["shop_pay", "shop_o*"]'})
    assert settings(changed) == [("protect", False, "protects what shop_o* covers (policy.protect)")]


def test_narrowed_to_one_file_it_is_told_all_the_same(changed: Shop) -> None:
    edit(changed, FILE, {'"shop_otp*", ': ""})
    assert settings(changed, str(changed.root / "templates/blanks.yaml")) != []


def test_services_are_told_what_is_weaker(changed: Shop) -> None:
    edit(changed, FILE, {"percent: 20": "percent: 100"})
    ended = changed.run("validate", "--format", "github", "--changed-since", "HEAD")
    first = ended.out.splitlines()[0]
    assert first.startswith("::warning title=templatesync::Settings: since ")
    assert "%0A  weaker: raises policy.max_changes.percent from 20 to 100" in first


def test_a_new_project_is_compared_with_the_defaults(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Repository.new(tmp_path).commit()
    shop = Shop(tmp_path, capsys)
    shop.write(FILE, PROJECT + "rules: {var-ratio: off}\n")
    assert settings(shop) == [("rule-off", True, "turns the rule var-ratio off (it was warning)")]


def test_a_plan_says_it_beside_what_it_was_narrowed_to(tmp_path: Path) -> None:
    """A policy concerns all resources, and another account behind a space is unknown whole."""
    repository = Repository.new(tmp_path)
    space = {"emulator": True, "cust_space_id": "cams-a", "waba_id": "1"}
    world = World(tmp_path / "shop", spaces={"local": space})
    try:
        world.want(*many(2))
        repository.commit()
        world.project(
            spaces={"local": space | {"waba_id": "2"}}, policy={"on_approved": "modify"}, rules={"allow-send": "off"}
        )
        plan = world.plan(since="HEAD").plan
        assert plan.strictness is not None and plan.strictness.since is not None
        codes = [each.code for each in plan.strictness.since.changes]
        assert codes == ["rule-off", "on-approved", "space-account"]
        assert [len(each.scope.keys) for each in plan.spaces if each.scope] == [2]
        world.project(spaces={"local": space | {"waba_id": "2"}})
        (narrowed,) = world.plan(since="HEAD").plan.spaces
        assert narrowed.scope is not None and len(narrowed.scope.keys) == 2
    finally:
        world.emulator.end()


def test_protection_of_a_file_is_compared_in_a_plan(tmp_path: Path) -> None:
    repository = Repository.new(tmp_path)
    world = World(tmp_path / "shop")
    try:
        world.want(own(hello(), protected=True))
        repository.commit()
        world.want(hello())
        strictness = world.plan(since="HEAD").plan.strictness
        assert strictness is not None and strictness.since is not None
        assert [(each.code, each.weaker) for each in strictness.since.changes] == [("protected", True)]
    finally:
        world.emulator.end()
