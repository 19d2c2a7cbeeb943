"""Whose change it is that live content is not as a file says: nobody's in git is drift, an earlier version waits."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.emulated_project import World, ends
from support.flow_project import ASSET, FIRST, Flows
from support.git_repository import Repository
from support.plan_scenarios import LATER, SHORT, TEXT, gone, hello, there

from templatesync.commands.plan import PlanResult
from templatesync.documents.yaml_writer import to_yaml
from templatesync.model.errors import ExitCode

KEY = "template/hello@en"
CONSOLE = "Hello $(name), somebody wrote this in the console."
FILE = "shop/templates/a.yaml"
EDITED, PENDING, DIFFERS = ExitCode.REFUSED, ExitCode.OK, ExitCode.OK


class Checkout:
    """A project in a folder of a repository, and what is live for it. `says` commits what its file says."""

    def __init__(self, root: Path, world: type[World] = World) -> None:
        self.repository = Repository.new(root)
        self.world = world(root / "shop")
        self.repository.commit("project")

    def put(self, name: str, text: str) -> None:
        path = self.repository.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def says(self, text: str, file: str = FILE, **more: Any) -> None:
        self.put(file, to_yaml(hello(text, **more)))
        self.repository.git("add", "-A")
        self.repository.git("commit", "-q", "-m", "says")

    def live(self, text: str, **more: Any) -> None:
        """What the console has, and nothing else."""
        console = World(self.repository.root.parent / "console")
        self.world.emulator.end()
        self.world.emulator, self.world.clock = console.emulator, console.clock
        self.world.live(**there(hello(text, **more)))

    def at(self, root: Path) -> tuple[ExitCode, str]:
        """The same of a project in another folder."""
        found = self.world.other(root).plan(fail_on=("drift",))
        return found.exit_code, "\n".join(found.notes)

    def plan(self, **options: Any) -> PlanResult:
        return self.world.plan(fail_on=("drift",), **options)

    def told(self, **options: Any) -> tuple[ExitCode, str]:
        found = self.plan(**options)
        return found.exit_code, "\n".join(found.notes)


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Checkout]:
    found = Checkout(tmp_path / "repository")
    yield found
    found.world.emulator.end()


def test_an_edit_in_the_console_is_drift(checkout: Checkout) -> None:
    checkout.says(SHORT)
    checkout.says(TEXT)
    checkout.live(CONSOLE)
    code, said = checkout.told()
    assert code == EDITED
    assert f"edited: {KEY}; `templatesync import --update {KEY}`" in said


def test_what_is_merged_and_not_applied_is_none(checkout: Checkout) -> None:
    checkout.says(SHORT)
    checkout.says(TEXT)
    for version in (SHORT, LATER, CONSOLE, TEXT):
        checkout.says(version)
    for live in (SHORT, LATER, CONSOLE):
        checkout.live(live)
        assert checkout.told() == (PENDING, ""), live


def test_an_edit_that_a_file_once_said_is_none(checkout: Checkout) -> None:
    """Applied, edited in the console, and the console's text is what git had reverted."""
    checkout.says(LATER)
    checkout.says(TEXT)
    checkout.live(LATER)
    assert checkout.told() == (PENDING, "")


def test_what_is_committed_counts_while_the_work_tree_says_something_else(checkout: Checkout) -> None:
    checkout.says(TEXT)
    checkout.put(FILE, to_yaml(hello(LATER)))
    checkout.live(TEXT)
    assert checkout.told() == (PENDING, "")
    checkout.live(CONSOLE)
    assert checkout.told()[0] == EDITED


def _moved(checkout: Checkout) -> None:
    checkout.repository.git("mv", FILE, "shop/templates/b.yaml")
    checkout.says(TEXT, "shop/templates/b.yaml")


def _moved_alone(checkout: Checkout) -> None:
    checkout.repository.git("mv", FILE, "shop/templates/b.yaml")
    checkout.repository.commit()
    checkout.says(TEXT, "shop/templates/b.yaml")


def _into_another_file(checkout: Checkout) -> None:
    both = f"{to_yaml(hello(SHORT, Name='other'))}---\n{to_yaml(hello(TEXT))}"
    checkout.put("shop/templates/both.yaml", both)
    checkout.repository.git("rm", "-q", FILE)
    checkout.repository.commit()


def _into_a_file_of_many_commits(checkout: Checkout) -> None:
    """Those before it came there are none of its own."""
    others = [to_yaml(hello(f"Hello $(name), this is text {number} of another.", Name="other")) for number in range(60)]
    checkout.repository.commits("shop/templates/other.yaml", others)
    checkout.put("shop/templates/other.yaml", f"{others[-1]}---\n{to_yaml(hello(TEXT))}")
    checkout.repository.git("rm", "-q", FILE)
    checkout.repository.commit()


def _deleted_and_made_again(checkout: Checkout) -> None:
    checkout.repository.git("rm", "-q", FILE)
    checkout.repository.commit()
    checkout.says(TEXT, "shop/templates/again.yaml")


def _in_two_languages(checkout: Checkout) -> None:
    body = hello(TEXT, Name="hello")
    del body["Language"]
    checkout.put(FILE, to_yaml({**body, "Languages": ["en", "id"]}))
    checkout.repository.commit()


def _merged(checkout: Checkout) -> None:
    """A branch says it, main says something else, and the merge says neither."""
    git = checkout.repository.git
    git("checkout", "-q", "-b", "branch", "HEAD~1")
    checkout.says(CONSOLE)
    git("checkout", "-q", "main")
    checkout.says(SHORT)
    git("merge", "-q", "-s", "ours", "branch")
    checkout.says(TEXT)


def _discarded_by_a_merge(checkout: Checkout) -> None:
    """Main had it, and the merge is as the branch was before."""
    git = checkout.repository.git
    git("checkout", "-q", "-b", "branch", "HEAD~1")
    checkout.says(TEXT)
    git("merge", "-q", "-s", "ours", "main")
    git("checkout", "-q", "main")
    git("merge", "-q", "branch")


def _tombstone_between(checkout: Checkout) -> None:
    checkout.put(FILE, to_yaml(gone()))
    checkout.repository.commit()
    checkout.says(TEXT)


def _other_folder(checkout: Checkout) -> None:
    """The whole project was elsewhere when it said that, and came with another project beside it."""
    git = checkout.repository.git
    git("mv", "shop", "elsewhere")
    checkout.put("other/templatesync.yaml", "version: 1\nspaces: {local: {emulator: true}}\n")
    checkout.says(SHORT, "elsewhere/templates/a.yaml")
    checkout.says(LATER, "elsewhere/templates/a.yaml")
    git("mv", "elsewhere", "shop")
    checkout.says(TEXT)


def _broken_between(checkout: Checkout) -> None:
    checkout.put(FILE, "Name: hello\n\tLanguage: en\n")
    checkout.repository.commit()
    checkout.says(TEXT)


def _another_commit(checkout: Checkout) -> None:
    checkout.says(TEXT)
    checkout.put("README", "more\n")
    checkout.repository.commit()


def _escaped(checkout: Checkout) -> None:
    checkout.put(FILE, to_yaml(hello(LATER)).replace("Name: hello", 'Name: "h\\u0065llo"'))
    checkout.repository.commit()
    checkout.repository.git("mv", FILE, "shop/templates/b.yaml")
    checkout.says(TEXT, "shop/templates/b.yaml")


@pytest.mark.parametrize(
    "change",
    [
        _moved, _moved_alone, _into_another_file, _into_a_file_of_many_commits, _deleted_and_made_again,
        _in_two_languages, _merged, _discarded_by_a_merge, _tombstone_between, _other_folder, _broken_between,
        _another_commit, _escaped,
    ],
)  # fmt: skip
def test_an_earlier_version_is_found(checkout: Checkout, change: Callable[[Checkout], None]) -> None:
    checkout.says(SHORT if change is _other_folder else LATER)
    change(checkout)
    checkout.live(LATER)
    assert checkout.told() == (PENDING, "")


@pytest.mark.parametrize("change", [_into_another_file, _deleted_and_made_again, _merged])
def test_what_no_version_said_is_drift_whatever_became_of_the_file(
    checkout: Checkout, change: Callable[[Checkout], None]
) -> None:
    checkout.says(LATER)
    change(checkout)
    checkout.live("Hello $(name), this is from somewhere else altogether.")
    assert checkout.told()[0] == EDITED


def test_a_version_older_than_fifty_commits_of_its_file_is_none(checkout: Checkout) -> None:
    checkout.says(LATER)
    texts = [f"Hello $(name), this is version {number} of what we have to say." for number in range(50)]
    checkout.repository.commits(FILE, [to_yaml(hello(text)) for text in texts])
    checkout.repository.commits("README", ["which", "is none", "of its commits"])
    checkout.live("Hello $(name), this is version 0 of what we have to say.")
    assert checkout.told() == (PENDING, "")
    checkout.live(LATER)
    assert checkout.told()[0] == EDITED


def test_variables_are_those_of_the_commit(checkout: Checkout) -> None:
    """What a space's variables said before they were changed is an earlier version, too."""
    text = "Hello $(name), ${{ shop }} has your parcel, which is on its way to you."
    for shop in ("Old Street", "New Street", "Last Street"):
        checkout.world.project(spaces={"local": {"emulator": True, "vars": {"shop": shop}}})
        checkout.says(text)
    for shop, code in (("Old Street", PENDING), ("New Street", PENDING), ("No Street", EDITED)):
        checkout.live(text.replace("${{ shop }}", shop))
        assert checkout.told()[0] == code, shop


def test_variables_count_wherever_the_file_was_then(checkout: Checkout) -> None:
    """They changed while it was elsewhere: in a folder, and on a branch that was merged."""
    text = "Hello $(name), ${{ shop }} has your parcel, which is on its way to you."
    git = checkout.repository.git

    def named(shop: str) -> None:
        checkout.world.project(spaces={"local": {"emulator": True, "vars": {"shop": shop}}})
        checkout.repository.commit(shop)

    named("Old Street")
    checkout.says(text)
    named("New Street")
    git("checkout", "-q", "-b", "branch")
    named("Side Street")
    git("checkout", "-q", "main")
    git("mv", FILE, "shop/templates/b.yaml")
    checkout.repository.commit()
    git("merge", "-q", "-m", "both", "branch")
    named("Last Street")
    for shop, code in (("New Street", PENDING), ("Side Street", PENDING), ("No Street", EDITED)):
        checkout.live(text.replace("${{ shop }}", shop))
        assert checkout.told()[0] == code, shop


def test_a_space_keeps_its_variables_under_another_name(checkout: Checkout) -> None:
    text = "Hello $(name), ${{ shop }} has your parcel, which is on its way to you."
    for name, shop in (("test", "Old Street"), ("production", "New Street")):
        space = {"emulator": True, "cust_space_id": "cams-one", "vars": {"shop": shop}}
        checkout.world.project(spaces={name: space, "other": {"emulator": True}})
        checkout.says(text, templatesync={"spaces": [name]})
    body = there(hello(text.replace("${{ shop }}", "Old Street")))
    checkout.world.control("template", cust_space_id="cams-one", **body)
    result = checkout.world.plan("production", fail_on=("drift",))
    assert (result.exit_code, result.notes) == (PENDING, ())


def test_without_history_nobody_can_say(tmp_path: Path, checkout: Checkout) -> None:
    """A clone that ends, no commit, no repository, a file that git does not have: told, and no alarm."""
    checkout.says(SHORT)
    checkout.says(LATER)
    checkout.says(TEXT)
    checkout.live(SHORT)

    at = checkout.at
    for depth in (1, 2):
        clone = checkout.repository.clone(tmp_path / f"depth{depth}", f"--depth={depth}")
        code, said = at(clone.root / "shop")
        assert code == DIFFERS
        assert f"{KEY}: whose change it is nobody can tell" in said
        assert "fetch-depth: 0" in said
    assert at(checkout.repository.clone(tmp_path / "depth3", "--depth=3").root / "shop") == (PENDING, "")
    partial = checkout.repository.clone(tmp_path / "partial", "--filter=blob:none").root
    assert "nobody can tell" in at(partial / "shop")[1] or at(partial / "shop") == (PENDING, "")

    nowhere = tmp_path / "nowhere"
    shutil.copytree(checkout.repository.root / "shop", nowhere)
    said = at(nowhere)[1]
    assert "this folder is in no git repository" in said and str(tmp_path) not in said
    empty = Repository.new(tmp_path / "empty")
    shutil.copytree(nowhere, empty.root / "shop")
    assert "no commit yet" in at(empty.root / "shop")[1]
    (empty.root / ".gitignore").write_text("templates/\n", encoding="utf-8")
    empty.commit()
    code, said = at(empty.root / "shop")
    assert (code, "nobody can tell" in said) == (DIFFERS, True)


def test_a_file_that_begins_after_the_end_of_a_clone_is_known_whole(tmp_path: Path, checkout: Checkout) -> None:
    checkout.says(SHORT, "shop/templates/other.yaml", Name="other")
    checkout.says(LATER)
    checkout.says(TEXT)
    clone = checkout.repository.clone(tmp_path / "clone", "--depth=3")
    checkout.live(CONSOLE)
    assert checkout.at(clone.root / "shop")[0] == EDITED


def test_a_linked_work_tree_has_the_same_history(tmp_path: Path, checkout: Checkout) -> None:
    checkout.says(LATER)
    checkout.says(TEXT)
    checkout.repository.git("worktree", "add", "-q", "--detach", str(tmp_path / "linked"))
    for live, code in ((LATER, PENDING), (CONSOLE, EDITED)):
        checkout.live(live)
        assert checkout.at(tmp_path / "linked" / "shop")[0] == code


def test_an_old_file_with_errors_is_a_version(checkout: Checkout) -> None:
    """A rule that was not there then, a component that never was one: they do not keep it from being read."""
    for components in ([{"Type": "BODY", "Text": LATER}, {"Type": "NONE"}], "none", [[]], [{"Type": []}], [5]):
        checkout.put(FILE, to_yaml({**hello(LATER), "Components": components, "Category": 5}))
        checkout.repository.commit()
    checkout.says(TEXT)
    checkout.live(LATER)
    assert checkout.told() == (PENDING, "")
    checkout.live(CONSOLE)
    assert checkout.told()[0] == EDITED


def test_a_file_that_is_named_is_part_of_a_version(tmp_path: Path) -> None:
    """Commits that change only the JSON of a flow, under one name and then under another."""
    checkout = Checkout(tmp_path / "repository", Flows)
    flows = checkout.world
    assert isinstance(flows, Flows)

    def titled(title: str) -> dict[str, Any]:
        first, *rest = ASSET["screens"]
        return {**ASSET, "screens": [{**first, "title": title}, *rest]}

    for title in ("One", "Two", "Three", "Four"):
        flows.flow(json_=titled(title))
        checkout.repository.commit(title)
    checkout.repository.git("mv", "shop/flows/book.json", "shop/flows/new.json")
    path = flows.root / "flows/book.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("book.json", "new.json"), encoding="utf-8")
    checkout.repository.commit("new")
    (flows.root / "flows/new.json").write_text(json.dumps(titled("Five")), encoding="utf-8")
    other = Flows.other(flows, tmp_path / "console")
    for title, code in (("Two", PENDING), ("Four", PENDING), ("Five", PENDING), ("Six", EDITED)):
        Flows.flow(other, json_=titled(title))  # type: ignore[arg-type]
        other.apply()
        assert checkout.told()[0] == code, title
    flows.emulator.end()


def test_a_reference_is_compared_by_name(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path / "repository", Flows)
    flows = checkout.world
    assert isinstance(flows, Flows)
    flows.flow(options={"publish": True})

    def leads(text: str) -> None:
        button = {"Type": "FLOW", "Text": "Book", "FlowId": "${{ flows.book }}", "NavigateScreen": FIRST}
        components = [{"Type": "BODY", "Text": text}, {"Type": "BUTTONS", "Buttons": [button]}]
        checkout.says(text, Components=components)

    leads(LATER)
    flows.apply()
    flows.apply()
    leads(TEXT)
    assert checkout.told() == (PENDING, "")
    flows.emulator.end()


def test_another_project_of_the_repository_says_nothing_of_this_one(checkout: Checkout) -> None:
    checkout.put("other/templatesync.yaml", "version: 1\nspaces: {local: {emulator: true}}\n")
    checkout.says(LATER, "other/templates/a.yaml")
    checkout.says(LATER, "shop/drafts/a.yaml")  # which `include` does not name
    checkout.says(TEXT)
    checkout.live(LATER)
    assert checkout.told()[0] == EDITED


def test_what_nobody_has_put_in_a_file_is_drift(checkout: Checkout) -> None:
    checkout.says(TEXT)
    checkout.live(TEXT)
    assert checkout.told() == (ExitCode.OK, "")
    checkout.world.live(**there(hello(TEXT, Name="made_in_console")))
    assert checkout.told()[0] == EDITED


def test_a_list_that_is_not_whole_may_hide_some(checkout: Checkout) -> None:
    checkout.says(TEXT)
    checkout.live(TEXT)
    checkout.world.settings(quirks={"denied-flows": "product"})
    code, said = checkout.told()
    assert (code, "the list of flows is not whole" in said) == (EDITED, True)


def test_another_category_is_drift(checkout: Checkout) -> None:
    checkout.says(TEXT)
    checkout.live(TEXT, Category="MARKETING")
    code, said = checkout.told()
    assert (code, f"recategorised: {KEY}" in said) == (EDITED, True)


def test_what_is_gone_is_drift_only_when_a_receipt_has_seen_it(checkout: Checkout, tmp_path: Path) -> None:
    checkout.says(TEXT)
    assert checkout.told() == (PENDING, "")
    receipt = tmp_path / "receipt.json"
    checkout.world.apply(order={"receipt": receipt})
    assert checkout.told(known=receipt) == (ExitCode.OK, "")
    checkout.world.review("pass")
    console = checkout.world.other(tmp_path / "console")
    console.want(gone())
    assert ends(console.apply()) == {KEY: "done"}
    assert checkout.told() == (PENDING, "")
    code, said = checkout.told(known=receipt)
    assert (code, f"missing: {KEY}" in said) == (EDITED, True)


def test_what_an_apply_left_is_no_drift_without_git(checkout: Checkout, tmp_path: Path) -> None:
    """The receipt says what was sent, so that a file which was never committed has a version, too."""
    receipt = tmp_path / "receipt.json"
    checkout.says(SHORT)
    checkout.put(FILE, to_yaml(hello(LATER)))
    checkout.world.apply(order={"receipt": receipt})
    checkout.put(FILE, to_yaml(hello(TEXT)))
    assert checkout.told()[0] == EDITED
    assert checkout.told(known=receipt) == (PENDING, "")
    left = json.loads(receipt.read_bytes())
    left["spaces"][0]["cust_space_id"] = "cams-another"
    receipt.write_text(json.dumps(left), encoding="utf-8")
    assert checkout.told(known=receipt)[0] == EDITED


@pytest.mark.parametrize("outcome", ["blocked", "failed", "not-started", "stale"])
def test_what_an_apply_did_not_come_to_write_is_still_drift(checkout: Checkout, tmp_path: Path, outcome: str) -> None:
    receipt = tmp_path / "receipt.json"
    checkout.says(TEXT)
    checkout.live(CONSOLE)
    checkout.world.apply(order={"receipt": receipt})
    told = json.loads(receipt.read_bytes())
    (row,) = told["spaces"][0]["changes"]
    assert row["outcome"] == "blocked"
    row["outcome"], row["after"] = outcome, row["before"]
    receipt.write_text(json.dumps(told), encoding="utf-8")
    assert checkout.told(known=receipt)[0] == EDITED
