"""`--changed-since`: what counts as changed, what a narrowed plan reads and permits, which revisions can be named."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.emulated_project import World, ends
from support.flow_project import ASSET, Flows
from support.git_repository import Repository
from support.media_files import png
from support.plan_scenarios import OTHER, gone, hello, image, many, numbered, own, there

from templatesync.cli import run
from templatesync.documents.yaml_writer import to_yaml
from templatesync.model.errors import UsageError
from templatesync.planning.document import to_json

DETAIL = "GetChatappTemplateDetail"


class Tracked(Flows):
    """A project in a folder of a repository."""

    def __init__(self, root: Path, **project: Any) -> None:
        self.repository = Repository.new(root)
        super().__init__(root / "shop", **project)

    def commit(self) -> str:
        return self.repository.commit()

    def since(self, revision: str = "HEAD", **options: Any) -> dict[str, Any]:
        """The only space of a narrowed plan."""
        (space,) = to_json(self.plan(since=revision, **options).plan)["spaces"]
        found: dict[str, Any] = space
        return found

    def keys(self, revision: str = "HEAD") -> list[str]:
        """What counts as changed."""
        found: list[str] = self.since(revision)["scope"]["keys"]
        return found

    def body(self, name: str, body: dict[str, Any]) -> None:
        self.put(f"templates/{name}.yaml", to_yaml(body))

    def published(self, *bodies: dict[str, Any]) -> None:
        """Templates that files want, as they are live and committed; the service would take an edit of each."""
        self.want(*bodies)
        for body in bodies:
            self.live(**there(body, "fail"))
        self.commit()

    def move(self, old: str, new: str) -> None:
        (self.root / new).parent.mkdir(parents=True, exist_ok=True)
        (self.root / old).rename(self.root / new)


@pytest.fixture
def tracked(tmp_path: Path) -> Any:
    world = Tracked(tmp_path / "repository")
    yield world
    world.emulator.end()


def settings(**more: Any) -> dict[str, Any]:
    """A space with a variable that one template uses."""
    return {"spaces": {"local": {"emulator": True, "vars": {"site": "our shop", "other": "x", **more}}}}


# --- what is read -----------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_three_of_a_thousand_cost_lists_and_three_details(tracked: Tracked) -> None:
    bodies = numbered(1000)
    tracked.published(*bodies)
    for number in (3, 500, 999):
        tracked.body(f"{number + 1:02}", bodies[number] | {"Components": OTHER})
    tracked.forget()
    space = tracked.since()
    asked = Counter(call["operation"] for call in tracked.arrived())
    assert asked.pop(DETAIL) == 3
    assert all(name.startswith(("List", "Query")) for name in asked)
    assert [change["action"] for change in space["changes"]] == ["update"] * 3
    assert (len(space["scope"]["keys"]), space["scope"]["of"]) == (3, 1000)


def test_a_narrowed_plan_has_the_digest_of_the_whole_one(tracked: Tracked) -> None:
    tracked.published(*many(6))
    tracked.body("03", many(6)[2] | {"Components": OTHER})
    whole = tracked.document()["spaces"][0]
    narrowed = tracked.since()
    assert narrowed["digest"] == whole["digest"]
    assert [(change["key"], change["action"]) for change in narrowed["changes"]] == [("template/hello_02@en", "update")]


def test_a_saved_narrowed_plan_narrows_its_apply(tracked: Tracked, tmp_path: Path) -> None:
    tracked.published(*many(6))
    for number in (2, 4):
        tracked.body(f"{number:02}", many(6)[number - 1] | {"Components": OTHER})
        if number == 2:
            tracked.plan(since="HEAD", out=tmp_path / "plan.json")
    tracked.forget()
    result = tracked.apply(order={"plan_file": tmp_path / "plan.json"})
    assert ends(result) == {"template/hello_01@en": "done"}
    read = Counter(call["operation"] for call in tracked.arrived())[DETAIL]
    assert 1 <= read < 6  # the one that it permits, before and after
    assert [each["action"] for each in tracked.document()["spaces"][0]["changes"]].count("update") == 1


def test_a_narrowed_plan_is_bounded_by_all_that_is_live(tracked: Tracked) -> None:
    """Four of twenty are no mass change, four of five are; whatever the plan was narrowed to."""
    tracked.published(*many(20))
    for number in range(1, 5):
        tracked.body(f"{number:02}", many(20)[number - 1] | {"Components": OTHER})
    assert "refusals" not in tracked.since()
    for number in range(6, 21):
        (tracked.root / f"templates/{number:02}.yaml").unlink()
    (refusal,) = tracked.since()["refusals"]
    assert "4 of 5 live resources" in refusal["message"]
    assert refusal == tracked.document()["spaces"][0]["refusals"][0]


def test_targets_are_narrowed_further_and_resubmit_goes_along(tracked: Tracked) -> None:
    tracked.want(*many(4))
    tracked.apply()
    tracked.commit()
    for number in (1, 2):
        tracked.body(f"{number:02}", many(4)[number - 1] | {"Components": OTHER})
    rows = tracked.since(targets=("template/hello_00", "template/hello_03"))["changes"]
    assert [row["key"] for row in rows] == ["template/hello_00@en"]
    rows = tracked.since(resubmit=("template/hello_03",))["changes"]
    assert [row["key"] for row in rows] == [f"template/hello_{number:02}@en" for number in (0, 1, 3)]


# --- what counts as changed -------------------------------------------------------------------------------------------


def _moved(world: Tracked) -> None:
    world.move("templates/01.yaml", "templates/deep/er/other.yaml")


def _rewritten(world: Tracked) -> None:
    text = (world.root / "templates/01.yaml").read_text(encoding="utf-8")
    world.put("templates/01.yaml", f"# a comment\n---\n{text}\n".replace("\n", "\r\n"))


def _together(world: Tracked) -> None:
    parts = [(world.root / f"templates/{number:02}.yaml") for number in (1, 2)]
    world.put("templates/all.yaml", "---\n".join(part.read_text(encoding="utf-8") for part in parts))
    for part in parts:
        part.unlink()


def _unused_variable(world: Tracked) -> None:
    world.project(**settings(other="y"))


def _other_space(world: Tracked) -> None:
    spaces = settings()["spaces"] | {"staging": {"cust_space_id": "cams-staging", "vars": {"site": "a", "other": "b"}}}
    world.project(spaces=spaces, default_space="local")


def _other_bound(world: Tracked) -> None:
    world.project(**settings(), policy={"max_changes": {"percent": 50}})


@pytest.mark.parametrize("change", [_moved, _rewritten, _together, _unused_variable, _other_space, _other_bound])
def test_what_changes_no_resource_is_not_read(tracked: Tracked, change: Callable[[Tracked], None]) -> None:
    tracked.project(**settings())
    tracked.want(*many(2), hello("Hello, ${{ site }} sends a parcel to you.", Name="site"))
    tracked.commit()
    change(tracked)
    space = tracked.since()
    assert (space["scope"]["keys"], space["scope"]["gone"], space["changes"]) == ([], [], [])


def _variable(world: Tracked) -> None:
    world.project(**settings(site="their shop"))


def _on_approved(world: Tracked) -> None:
    world.project(**settings(), policy={"on_approved": "modify"})


def _protect(world: Tracked) -> None:
    world.project(**settings(), policy={"protect": ["hello_01"]})


def _option(world: Tracked) -> None:
    world.body("01", own(many(1)[0], protected=True))


def _content(world: Tracked) -> None:
    world.body("02", many(2)[1] | {"Components": OTHER})


def _moved_and_changed(world: Tracked) -> None:
    _content(world)
    world.move("templates/02.yaml", "templates/else.yaml")


def _new(world: Tracked) -> None:
    world.body("new", hello(Name="new"))


def _tombstone(world: Tracked) -> None:
    world.body("01", gone("hello_00"))


HELLOS = ["template/hello_00@en", "template/hello_01@en"]


@pytest.mark.parametrize(
    ("change", "keys"),
    [
        (_variable, ["template/site@en"]),
        (_on_approved, [*HELLOS, "template/site@en"]),
        (_protect, HELLOS[1:]),
        (_option, HELLOS[:1]),
        (_content, HELLOS[1:]),
        (_moved_and_changed, HELLOS[1:]),
        (_new, ["template/new@en"]),
        (_tombstone, HELLOS[:1]),
    ],
)
def test_what_a_resource_comes_to_counts(tracked: Tracked, change: Callable[[Tracked], None], keys: list[str]) -> None:
    tracked.project(**settings())
    tracked.want(*many(2), hello("Hello, ${{ site }} sends a parcel to you.", Name="site"))
    before = tracked.commit()
    change(tracked)
    assert tracked.keys() == keys
    tracked.commit()
    assert tracked.keys() == []
    assert tracked.keys(before) == keys


def test_one_language_alone(tracked: Tracked) -> None:
    texts = {
        "en": "Hello, your parcel is here.",
        "de": "Hallo, Ihr Paket ist da.",
        "id": "Hai, paket Anda ada di sini.",
    }
    body = {"Name": "hello", "Category": "UTILITY", "Languages": list(texts)}
    tracked.body("one", body | {"Components": [{"Type": "BODY", "Text": texts}]})
    tracked.commit()
    tracked.body("one", body | {"Components": [{"Type": "BODY", "Text": texts | {"de": "Hallo, das Paket ist da."}}]})
    assert tracked.keys() == ["template/hello@de"]
    del texts["id"]
    tracked.body("one", body | {"Languages": list(texts), "Components": [{"Type": "BODY", "Text": texts}]})
    space = tracked.since()
    assert (space["scope"]["keys"], space["scope"]["gone"]) == ([], ["template/hello@id"])


def test_a_deleted_file_is_named_and_its_resource_left(tracked: Tracked, capsys: pytest.CaptureFixture[str]) -> None:
    tracked.want(*many(3), gone("away"))
    tracked.apply()
    tracked.commit()
    for number in (1, 4):
        (tracked.root / f"templates/{number:02}.yaml").unlink()
    space = tracked.since()
    assert space["scope"]["gone"] == ["template/hello_00@en"]  # a tombstone has done its work
    assert (space["changes"], space["summary"]["unmanaged"]) == ([], 1)
    run(["-C", str(tracked.root), "plan", "--changed-since", "HEAD"])
    said = capsys.readouterr().out
    assert "Narrowed: 0 of 2 resources changed since" in said
    assert "template/hello_00@en; a tombstone deletes it" in said


def test_the_bytes_of_media_count_and_their_names_do_not(tracked: Tracked) -> None:
    def picture(name: str, width: int) -> None:
        path = tracked.root / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(png(width, 10))

    def named(name: str) -> None:
        tracked.body("one", hello("Hello, your parcel is on its way.", image(f"file:{name}")))

    tracked.want(*many(2))
    picture("media/a.png", 10)
    named("media/a.png")
    tracked.commit()
    tracked.move("media/a.png", "pictures/b.png")
    named("pictures/b.png")
    assert tracked.keys() == []
    picture("pictures/b.png", 20)
    assert tracked.keys() == ["template/hello@en"]


def test_a_picture_of_which_git_has_a_pointer_counts_as_changed(tracked: Tracked) -> None:
    tracked.body("one", hello("Hello, your parcel is on its way.", image("file:media/a.png")))
    tracked.put("media/a.png", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n")
    tracked.commit()
    (tracked.root / "media/a.png").write_bytes(png(10, 10))
    assert tracked.keys() == ["template/hello@en"]


def test_json_counts_by_value_and_takes_along_who_opens_it(tracked: Tracked) -> None:
    button = {
        "Type": "FLOW",
        "Text": "Book",
        "FlowId": "${{ flows.book }}",
        "NavigateScreen": ASSET["screens"][0]["id"],
    }
    buttons = {"Type": "BUTTONS", "Buttons": [button | {"FlowAction": "NAVIGATE"}]}
    tracked.want(*many(2), hello("Hello, book your next class with us now.", buttons, Name="opens"))
    tracked.flow(options={"publish": True})
    tracked.commit()
    tracked.put("flows/book.json", json.dumps(ASSET, indent=7, sort_keys=True))
    tracked.move("flows/book.yaml", "flows/new.yaml")
    assert tracked.keys() == []
    tracked.put("flows/book.json", json.dumps(ASSET).replace("Choose your evening", "Choose an evening"))
    assert tracked.keys() == ["flow/book", "template/opens@en"]


def test_what_something_changed_leads_to_goes_along(tracked: Tracked) -> None:
    """Else a plan would say that the flow is no part of it."""
    button = {
        "Type": "FLOW",
        "Text": "Book",
        "FlowId": "${{ flows.book }}",
        "NavigateScreen": ASSET["screens"][0]["id"],
    }
    buttons = {"Type": "BUTTONS", "Buttons": [button | {"FlowAction": "NAVIGATE"}]}
    tracked.want(*many(2))
    tracked.flow(options={"publish": True})
    tracked.commit()
    tracked.body("opens", hello("Hello, book your next class with us now.", buttons, Name="opens"))
    assert [(row["key"], row["action"]) for row in tracked.since()["changes"]] == [
        ("flow/book", "create"),
        ("template/opens@en", "create"),
    ]


def test_what_something_changed_led_to_goes_along(tracked: Tracked) -> None:
    """It is what the service still has in that place, and a plan says it by its name."""
    button = {"Type": "FLOW", "Text": "Book", "FlowId": "${{ flows.book }}", "FlowAction": "NAVIGATE"}
    buttons = {"Type": "BUTTONS", "Buttons": [button | {"NavigateScreen": ASSET["screens"][0]["id"]}]}
    tracked.want(*many(2), hello("Hello, book your next class with us now.", buttons, Name="opens"))
    tracked.flow(options={"publish": True})
    tracked.commit()
    tracked.body("03", hello("Hello, book your next class with us now.", Name="opens"))
    assert tracked.keys() == ["flow/book", "template/opens@en"]


def test_the_second_of_two_counts_once_the_first_is_gone(tracked: Tracked) -> None:
    tracked.want(*many(2))
    tracked.body("00", many(1)[0] | {"Components": OTHER})
    tracked.commit()
    (tracked.root / "templates/00.yaml").unlink()
    assert tracked.keys() == HELLOS[:1]


def test_what_replaces_something_changed_goes_along(tracked: Tracked) -> None:
    tracked.want(*many(2), own(hello(Name="next"), replaces="hello_00"), own(hello(Name="last"), replaces="next"))
    tracked.commit()
    tracked.body("01", many(1)[0] | {"Components": OTHER})
    assert tracked.keys() == ["template/hello_00@en", "template/last@en", "template/next@en"]


def test_a_new_version_tells_what_it_breaks(tracked: Tracked) -> None:
    """What it replaces has a file that has not changed, and is read all the same."""
    tracked.want(*many(2))
    tracked.apply()
    tracked.commit()
    tracked.body("new", own(hello("Hello, your parcel is on its way to you.", Name="new"), replaces="hello_00"))
    (whole,) = [row for row in tracked.document()["spaces"][0]["changes"] if row["action"] == "create"]
    (narrowed,) = tracked.since()["changes"]
    assert narrowed == whole
    assert any("variable name removed" in note for note in narrowed["notes"])


# --- what cannot be compared counts as changed ------------------------------------------------------------------------


def test_before_there_was_a_project_everything_is_changed(tracked: Tracked) -> None:
    (tracked.root / "templatesync.yaml").rename(tracked.root / "aside")
    tracked.commit()
    (tracked.root / "aside").rename(tracked.root / "templatesync.yaml")
    tracked.want(*many(2))
    result = tracked.plan(since="HEAD")
    assert [len(space.changes) for space in result.plan.spaces] == [2]
    assert "there was no templatesync.yaml, so everything counts as changed" in result.notes[0]


@pytest.mark.parametrize(
    "text", ["version: [", "version: 1\n", "version: 1\nspaces: {local: {emulator: true, new: 1}}\n"]
)
def test_with_a_broken_project_file_everything_was_otherwise(tracked: Tracked, text: str) -> None:
    good = (tracked.root / "templatesync.yaml").read_text(encoding="utf-8")
    tracked.want(*many(2))
    tracked.put("templatesync.yaml", text)
    tracked.commit()
    tracked.put("templatesync.yaml", good)
    assert tracked.keys() == HELLOS
    assert "templatesync.yaml had errors" in tracked.plan(since="HEAD").notes[0]


@pytest.mark.parametrize("added", ["\n---\nName: [", "\n\t- x"])
def test_a_file_that_was_broken_counts_as_changed(tracked: Tracked, added: str) -> None:
    tracked.want(*many(2))
    good = (tracked.root / "templates/01.yaml").read_text(encoding="utf-8")
    tracked.put("templates/01.yaml", good + added)
    commit = tracked.commit()
    tracked.put("templates/01.yaml", good)
    assert tracked.keys() == HELLOS[:1]
    said = f"at {commit[:12]} templates/01.yaml had errors, so everything in there counts as changed"
    assert tracked.plan(since="HEAD").notes == (said,)


def test_a_link_was_not_followed(tracked: Tracked) -> None:
    tracked.want(*many(2))
    tracked.move("templates/01.yaml", "elsewhere.yaml")
    (tracked.root / "templates/01.yaml").symlink_to("../elsewhere.yaml")
    tracked.commit()
    (tracked.root / "templates/01.yaml").unlink()
    shutil.copy(tracked.root / "elsewhere.yaml", tracked.root / "templates/01.yaml")
    assert tracked.keys() == HELLOS[:1]


def checked(world: Tracked, capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    """The document of `validate`, and what it says besides."""
    capsys.readouterr()
    code = run(["-C", str(world.root), "validate", "--format", "json", "--changed-since", "HEAD", *arguments])
    said = capsys.readouterr()
    return {**json.loads(said.out), "code": code, "err": said.err}


def test_the_space_of_another_customer_is_all_new(tracked: Tracked, capsys: pytest.CaptureFixture[str]) -> None:
    local = {"local": {"emulator": True}}
    tracked.project(spaces={**local, "real": {"cust_space_id": "cams-one"}})
    tracked.want(*many(2))
    tracked.commit()
    tracked.project(spaces={**local, "real": {"cust_space_id": "cams-two"}})
    assert checked(tracked, capsys, "--space", "real")["summary"]["resources"] == 2
    assert checked(tracked, capsys, "--space", "local")["summary"]["resources"] == 0


# --- validate ---------------------------------------------------------------------------------------------------------


def test_validate_tells_of_what_has_changed_alone(tracked: Tracked, capsys: pytest.CaptureFixture[str]) -> None:
    tracked.want(hello("Hello $(x) {{1}}."), hello("Hello, {{1}} is on its way.", Name="other"), *many(2)[1:])
    commit = tracked.commit()
    found = checked(tracked, capsys)
    assert (found["code"], found["findings"], found["summary"]["resources"]) == (0, [], 0)
    tracked.body("02", hello("Hello, {{1}} is on its way now.", Name="other"))
    found = checked(tracked, capsys)
    assert (found["code"], found["summary"]["files"], found["summary"]["resources"]) == (3, 1, 1)
    assert {finding["key"] for finding in found["findings"]} == {"template/other@en"}
    assert f"narrowed to 1 of 3 resources changed since {commit[:12]}" in found["err"]
    found = checked(tracked, capsys, str(tracked.root / "templates/01.yaml"))
    assert (found["code"], found["findings"]) == (0, [])


def test_what_each_space_names_otherwise_is_counted_for_each(
    tracked: Tracked, capsys: pytest.CaptureFixture[str]
) -> None:
    spaces = {
        "local": {"emulator": True, "vars": {"phone": "1"}},
        "real": {"cust_space_id": "c-1", "vars": {"phone": "2"}},
    }
    tracked.project(spaces=spaces)
    tracked.commit()
    code = {"kind": "qr_code", "PhoneNumber": "${{ phone }}", "PrefilledMessage": "Hello.", "GenerateQrImage": "SVG"}
    tracked.body("01", code)
    assert "narrowed to 2 of 2 resources changed" in checked(tracked, capsys)["err"]


def test_validate_tells_of_files_of_which_nobody_knows_what_is_in_them(
    tracked: Tracked, capsys: pytest.CaptureFixture[str]
) -> None:
    tracked.want(*many(2))
    tracked.put("templates/old.yaml", "Name: [")
    tracked.commit()
    tracked.move("templates/old.yaml", "templates/moved.yaml")
    assert checked(tracked, capsys)["findings"] == []
    tracked.put("templates/new.yaml", "kind: nothing\nName: new\n")
    tracked.put("templates/bad.yaml", "Name: {")
    (tracked.root / "templates/link.yaml").symlink_to("01.yaml")
    files = {finding["file"] for finding in checked(tracked, capsys)["findings"]}
    assert files == {"templates/new.yaml", "templates/bad.yaml", "templates/link.yaml"}


def test_validate_tells_of_a_copy(tracked: Tracked, capsys: pytest.CaptureFixture[str]) -> None:
    tracked.want(*many(2))
    tracked.commit()
    shutil.copy(tracked.root / "templates/01.yaml", tracked.root / "templates/copy.yaml")
    assert {finding["rule"] for finding in checked(tracked, capsys)["findings"]} == {"duplicate-resource"}


def test_validate_tells_of_what_is_not_silenced_any_more(tracked: Tracked, capsys: pytest.CaptureFixture[str]) -> None:
    tracked.project(**settings(), rules={"var-ratio": "warning"})
    tracked.want(*many(2))
    silent = "# templatesync: ignore button-language\n" + to_yaml(many(1)[0])
    tracked.put("templates/01.yaml", silent)
    tracked.commit()
    tracked.put("templates/01.yaml", to_yaml(many(1)[0]))
    assert checked(tracked, capsys)["summary"]["resources"] == 1
    tracked.put("templates/01.yaml", silent)
    assert checked(tracked, capsys)["summary"]["resources"] == 0
    tracked.project(**settings(), rules={"var-ratio": "error"})
    assert checked(tracked, capsys)["summary"]["resources"] == 2


# --- revisions --------------------------------------------------------------------------------------------------------


def narrowed(root: Path, revision: str, tracked: Tracked) -> list[str]:
    """What counts as changed in another clone of the project."""
    there = object.__new__(Tracked)
    there.root, there.clock, there.emulator, there.drivers = root / "shop", tracked.clock, tracked.emulator, []
    return there.keys(revision)


@pytest.fixture
def forked(tracked: Tracked) -> Tracked:
    """Two branches: `feature` has changed one template, `main` another one since."""
    tracked.want(*many(3))
    tracked.repository.commit("first of all")
    git = tracked.repository.git
    git("checkout", "-q", "-b", "feature")
    tracked.body("01", many(3)[0] | {"Components": OTHER})
    tracked.commit()
    git("checkout", "-q", "main")
    tracked.body("02", many(3)[1] | {"Components": OTHER})
    tracked.commit()
    git("checkout", "-q", "feature")
    return tracked


def test_a_branch_is_compared_with_where_it_left(forked: Tracked) -> None:
    assert forked.keys("main...") == HELLOS[:1]
    assert forked.keys("main") == HELLOS  # what main has beyond this would be undone
    for name in ("HEAD~1", "feature~1", "HEAD^", ":/first", "@~1"):
        assert forked.keys(name) == HELLOS[:1]


def test_a_merge_and_a_squash(forked: Tracked) -> None:
    git = forked.repository.git
    git("merge", "-q", "--no-edit", "main")
    assert forked.keys("main...") == forked.keys("main") == HELLOS[:1]
    git("checkout", "-q", "main")
    git("merge", "-q", "--squash", "feature")
    forked.commit()
    assert forked.keys("HEAD^") == HELLOS[:1]
    git("checkout", "-q", "feature")
    assert forked.keys("main") == []


def test_a_renamed_folder_of_the_project_has_no_past(forked: Tracked, tmp_path: Path) -> None:
    forked.repository.git("mv", "shop", "renamed")
    forked.root = forked.repository.root / "renamed"
    assert len(forked.keys("HEAD")) == 3


def test_a_linked_work_tree_and_a_submodule(forked: Tracked, tmp_path: Path) -> None:
    forked.repository.git("worktree", "add", "-q", str(tmp_path / "linked"), "--detach", "feature")
    assert narrowed(tmp_path / "linked", "main...", forked) == HELLOS[:1]
    around = Repository.new(tmp_path / "around")
    around.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(forked.repository.root), "sub")
    around.commit()
    assert narrowed(tmp_path / "around/sub", "origin/main...", forked) == HELLOS[:1]


def test_a_fork_knows_where_it_left(forked: Tracked, tmp_path: Path) -> None:
    fork = forked.repository.clone(tmp_path / "fork", "--branch", "main")
    fork.git("checkout", "-q", "-b", "work", "origin/feature")
    assert narrowed(fork.root, "origin/main...", forked) == HELLOS[:1]
    mine = fork.clone(tmp_path / "mine", "--branch", "work")
    mine.git("remote", "add", "upstream", f"file://{forked.repository.root}")
    mine.git("fetch", "-q", "upstream")
    assert narrowed(mine.root, "upstream/main...", forked) == HELLOS[:1]


def test_a_shallow_clone_says_what_to_fetch(forked: Tracked, tmp_path: Path) -> None:
    clone = forked.repository.clone(tmp_path / "shallow", "--depth=1", "--branch", "feature")
    for revision, keys in (("origin/main", HELLOS), ("origin/main...", HELLOS[:1])):
        with pytest.raises(UsageError) as refused:
            narrowed(clone.root, revision, forked)
        assert "shallow" in refused.value.hint
        assert "`fetch-depth: 0`" in refused.value.hint
        clone.git(*refused.value.hint.split("`")[1].split()[1:])
        assert narrowed(clone.root, revision, forked) == keys


def test_a_shallow_clone_is_no_place_to_look_for_a_fork_point(forked: Tracked, tmp_path: Path) -> None:
    """Behind the end of its history there may be a later one than what can be seen."""
    git = forked.repository.git
    git("checkout", "-q", "-b", "long", "main")
    for number in range(3):
        forked.body(f"new_{number}", hello(Name=f"new_{number}"))
        forked.commit()
    git("merge", "-q", "--no-edit", "feature")
    clone = forked.repository.clone(tmp_path / "shallow", "--depth=3", "--branch", "long", "--no-single-branch")
    with pytest.raises(UsageError, match="does not go back to where this branch left origin/main"):
        narrowed(clone.root, "origin/main...", forked)


@pytest.mark.parametrize(
    ("revision", "said"),
    [
        ("", "'' is no revision"),
        ("...", "'...' is no revision"),
        ("--all", "'--all' is no revision"),
        ("--output=x...", "'--output=x...' is no revision"),
        ("a\0b", "is no revision"),
        ("HEAD\n", "is no revision"),
        ("nothing", "nothing is no revision in this clone"),
        ("0" * 40, "is no revision in this clone"),
        ("main..HEAD", "is no revision in this clone"),
        ("HEAD:shop", "is no revision in this clone"),
        ("other...", "other and this branch have no commit in common"),
    ],
)
def test_what_is_no_revision(forked: Tracked, revision: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    git = forked.repository.git
    git("checkout", "-q", "--orphan", "other")
    forked.commit()
    git("checkout", "-q", "feature")
    before = sorted(path.name for path in forked.root.iterdir())
    for command in ("validate", "plan"):
        assert run(["-C", str(forked.root), command, f"--changed-since={revision}"]) == 64
        assert said in capsys.readouterr().err
    assert sorted(path.name for path in forked.root.iterdir()) == before


def test_it_needs_a_repository_and_git(
    world: World, forked: Tracked, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    world.want(*many(2))
    assert run(["-C", str(world.root), "plan", "--changed-since", "HEAD"]) == 64
    assert "is in no git repository" in capsys.readouterr().err
    monkeypatch.setenv("PATH", str(tmp_path))
    assert run(["-C", str(forked.root), "plan", "--changed-since", "HEAD"]) == 64
    assert "git is not installed, or not on PATH" in capsys.readouterr().err


def test_pruning_is_never_narrowed(forked: Tracked, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["-C", str(forked.root), "plan", "--changed-since", "HEAD", "--prune"]) == 64
    assert "--changed-since and --prune exclude each other" in capsys.readouterr().err
