"""`rename`, `retire`, `finish` and `new-version --language` as somebody runs them: which files become what."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from support.projects import PROJECT, Shop, tree

from templatesync.commands.versions import file_edits
from templatesync.documents.yaml_reader import load
from templatesync.model.errors import LocalError

ONE = """\
Name: shop_one
Category: UTILITY
Languages: [en, id]
Components:
  - Type: BODY
    Text:
      en: Hello $(name), your parcel left today.
      id: Halo $(name), paket Anda berangkat hari ini.
Example: {name: {en: Ann, id: Budi}}
"""
OTHER = ONE.replace("shop_one", "shop_other").replace("Hello", "Dear").replace("Halo", "Yth")
BRACES = (
    "{Name: shop_one, Category: UTILITY, Languages: [en, id], Components: [{Type: BODY, Text: "
    "{en: 'Hello $(name), your parcel left.', id: 'Halo $(name), paket Anda pergi.'}}], Example: {name: Ann}}\n"
)
BLOCKS = ONE.replace("en: Hello $(name), your", "en: |-\n        Hello $(name), your").replace(
    "id: Halo $(name), paket Anda", "id: >-\n        Halo $(name), paket\n        Anda"
)
ITEMS = ONE.replace("[en, id]", "\n  - en  # English\n  # by Budi\n  - id  # Indonesian")
EN = ONE.replace("Languages: [en, id]", "Language: en").replace("\n      en:", "").replace("{en: Ann, id: Budi}", "Ann")
EN = "".join(line for line in EN.splitlines(keepends=True) if "id:" not in line)
ID = EN.replace("Language: en", "Language: id").replace("Hello", "Halo")
FORMS = {
    "plain": ONE,
    "windows": f"\ufeff# top\n{ONE}---\n# two\n{OTHER}".replace("\n", "\r\n"),
    "marked": f"# top\n---  # first\n# mine\n{ONE}# end\n...\n---\n# two\n{OTHER}",
    "second": f"# two\n{OTHER}---   # first\n# mine\n{ONE}# end\n",
    "braces": f"# top\n--- {BRACES}",
    "blocks": f"{BLOCKS}\n# end\n",
    "items": ITEMS.rstrip(),
    "indented": "".join(f"  {line}\n" for line in ONE.splitlines()),
    "apart": f"# top\n{EN}---\n# mine\n{ID}---\n{OTHER}",
    "scoped": f"{ONE}templatesync: {{spaces: [local], on_approved: modify}}\n",
}


@pytest.fixture
def project(shop: Shop) -> Shop:
    (shop.root / "templates/good.yaml").unlink()
    return shop


def done(shop: Shop, *arguments: str) -> str:
    ended = shop.run(*arguments)
    assert ended.code == 0, ended.said
    return ended.out


def wanted(shop: Shop) -> dict[str, bool]:
    """What files want, by name and language: whether it is to be there."""
    found = {}
    for path in sorted((shop.root / "templates").glob("*.yaml")):
        for document in load(path.read_bytes(), path.name).documents:
            data = document.data
            for language in data.get("Languages", [data.get("Language")]):
                found[f"{data['Name']}@{language}"] = "state" not in data.get("templatesync", {})
    return found


@pytest.mark.parametrize("form", FORMS)
def test_however_a_file_is_written(project: Shop, form: str) -> None:
    text = FORMS[form]
    others = {"shop_other@en": True, "shop_other@id": True} if "shop_other" in text else {}
    path = project.write("templates/shop.yaml", text)
    for said, expected in {
        ("retire", "shop_one@id"): {"shop_one@en": True, "shop_one@id": False},
        ("retire", "shop_one@en"): {"shop_one@en": False, "shop_one@id": True},
        ("retire", "template/shop_one"): {"shop_one@en": False, "shop_one@id": False},
    }.items():
        done(project, *said, "--allow-breaking")
        assert wanted(project) == {**expected, **others}
        after = path.read_bytes().decode()
        assert after.count("\r\n") == (after.count("\n") if "\r\n" in text else 0)
        assert after.startswith("\ufeff") == text.startswith("\ufeff")
        for comment in ("# top", "# first", "# mine", "# end", "# two"):
            assert (comment in after) == (comment in text)
        assert ("spaces: [local]" in after) == (form == "scoped")
        assert project.validate().code == 0
        path.write_bytes(text.encode())

    done(project, "new-version", "shop_one", "--language", "id")
    assert wanted(project) == {"shop_one@en": True, "shop_one@id": True, "shop_one_v2@id": True, **others}
    assert path.read_bytes().decode() == text
    done(project, "finish", "shop_one")
    assert wanted(project) == {"shop_one@en": True, "shop_one@id": False, "shop_one_v2@id": True, **others}
    done(project, "finish", "shop_one_v2", "--gone")
    assert wanted(project) == {"shop_one@en": True, "shop_one_v2@id": True, **others}
    assert project.validate().code == 0
    (project.root / "templates/shop_one_v2.yaml").unlink()
    path.write_bytes(text.encode())

    for said in (["rename", "shop_one", "shop_last"], ["finish", "shop_last"], ["finish", "shop_one", "--gone"]):
        done(project, *said)
    assert wanted(project) == {"shop_last@en": True, "shop_last@id": True, **others}
    assert path.exists() == bool(others)
    assert project.validate().code == 0


def test_what_is_shown_and_what_a_second_run_does(project: Shop) -> None:
    project.write("templates/shop.yaml", ONE)
    before = tree(project.root)
    shown = done(project, "rename", "shop_one", "shop_last", "--dry-run")
    assert tree(project.root) == before
    assert "-Name: shop_one\n+Name: shop_last\n" in shown and "Nothing was written." in shown
    assert "`templatesync finish shop_one`: once shop_last is in use" in shown
    done(project, "rename", "shop_one", "shop_last")
    before = tree(project.root)
    for old in ("shop_one", "template/shop_one"):
        again = json.loads(done(project, "rename", old, "shop_last", "--format", "json"))
        assert (again["files"], again["output"], again["next"][-1]["command"]) == (
            [], "shop_one", "templatesync finish shop_one",
        )  # fmt: skip
    other = project.run("rename", "shop_one", "shop_first")
    assert (other.code, "shop_last replaces shop_one already" in other.err) == (64, True)
    assert tree(project.root) == before
    document = json.loads(done(project, "finish", "shop_one", "--dry-run", "--format", "json"))
    assert tree(project.root) == before
    assert (document["command"], document["name"], document["written"]) == ("finish", "shop_one", False)
    assert [(each["file"], each["change"]) for each in document["files"]] == [("templates/shop.yaml", "edited")]
    assert document["next"][-1]["command"] == "templatesync finish shop_one"
    ended = done(project, "finish", "shop_one")  # it may be in review
    assert "marked as absent, to be deleted once a newer version is in use" in ended
    for _ in range(2):  # nobody has applied it, so the tombstone must stay
        before = tree(project.root)
        assert "nothing is written" in done(project, "finish", "shop_one")
        assert tree(project.root) == before
    assert "marked as absent already" in done(project, "retire", "shop_one")
    assert "nothing was written" in done(project, "rename", "shop_one", "shop_last")
    done(project, "finish", "shop_one", "--gone")
    before = tree(project.root)
    assert "there is nothing to finish" in done(project, "finish", "shop_one")
    assert "is what shop_one is called now" in done(project, "rename", "shop_one", "shop_last")
    assert tree(project.root) == before


def test_samples_that_are_to_be_written_are_no_fault_of_a_name(project: Shop) -> None:
    project.write("templates/shop.yaml", f"{ONE.rpartition('Example')[0]}templatesync: {{samples: unknown}}\n")
    for bad in ("Shop Last", "x" * 600):
        refused = project.run("rename", "shop_one", bad)
        assert (refused.code, "cannot be its name" in refused.err, "TODO" in refused.err) == (64, True, False)
    out = done(project, "rename", "shop_one", "shop_last")
    assert "`templatesync validate`: write what templates/shop_last.yaml still lacks" in out


def test_a_tombstone_that_a_person_wrote_is_taken_out(project: Shop) -> None:
    project.write("templates/shop.yaml", ONE)
    done(project, "new-version", "shop_one")
    project.write("templates/shop.yaml", "Name: shop_one\nLanguages: [en, id]\ntemplatesync: {state: absent}\n")
    assert "nothing is written" in done(project, "finish", "shop_one")  # its deletion may wait
    out = done(project, "finish", "shop_one", "--gone")
    assert "shop_one_v2 no longer replaces shop_one" in out
    assert [path.name for path in (project.root / "templates").iterdir()] == ["shop_one_v2.yaml"]
    assert (project.root / "templates/shop_one_v2.yaml").read_text().endswith("templatesync:\n  output: shop_one\n")


def test_a_version_that_nobody_is_to_use(project: Shop) -> None:
    project.write("templates/shop.yaml", ONE)
    done(project, "rename", "shop_one", "shop_last")
    assert "shop_last is marked as absent" in done(project, "retire", "shop_last")
    done(project, "finish", "shop_one", "--gone")
    assert wanted(project) == {"shop_one@en": True, "shop_one@id": True}
    assert (project.root / "templates/shop.yaml").read_text() == ONE


def test_the_name_that_senders_know_outlives_the_version_that_says_it(project: Shop) -> None:
    project.write("templates/shop.yaml", f"{ONE}templatesync: {{output: shop_greeting}}\n")
    done(project, "new-version", "shop_one")
    done(project, "new-version", "shop_one_v2")
    done(project, "finish", "shop_one_v2")
    done(project, "finish", "shop_greeting", "--gone")
    (path,) = (project.root / "templates").iterdir()
    assert path.name == "shop_one_v3.yaml"
    contracts = json.loads(done(project, "outputs", "--format", "contract"))["contracts"]
    assert {name: each["languages"]["en"]["version"] for name, each in contracts.items()} == {
        "shop_greeting": "shop_one_v3"
    }
    assert "def shop_greeting(" in done(project, "outputs", "--format", "python")
    known = "programs that send know shop_one_v3 by that name"
    for said in (["retire", "shop_greeting@id"], ["rename", "shop_greeting", "shop_last"]):
        assert known in project.run(*said).err


def test_what_has_no_file_may_be_in_use(project: Shop) -> None:
    text = f"{ONE}templatesync: {{replaces: shop_zero}}\n"
    path = project.write("templates/shop.yaml", text)
    assert "shop_zero has no file, and may be live and in use" in done(project, "finish", "shop_zero")
    assert path.read_text() == text
    done(project, "finish", "shop_zero", "--gone")
    assert path.read_text() == f"{ONE}templatesync: {{output: shop_zero}}\n"


def test_a_copy_that_the_project_would_not_read(project: Shop) -> None:
    project.write("templatesync.yaml", f"{PROJECT}include: [templates/shop.yml]\n")
    project.write("templates/shop.yml", ONE)
    note = "`include` in templatesync.yaml does not name templates/shop_last.yml"
    assert note in done(project, "rename", "shop_one", "shop_last", "--dry-run")
    assert "does not name templates/shop_one_v2.yml" in done(project, "new-version", "shop_one")


def test_an_error_elsewhere_is_no_obstacle(project: Shop) -> None:
    project.write("templates/a.yaml", f"{ONE}---\n{OTHER}")
    project.write("templates/b.yaml", OTHER)  # it is defined twice, and told with a line that moves
    done(project, "retire", "shop_one@id", "--allow-breaking")
    assert project.run("retire", "shop_other@id", "--allow-breaking").code == 3


def test_one_that_is_called_as_senders_know_another_waits(project: Shop) -> None:
    project.write("templates/a.yaml", EN)
    newer = EN.replace("shop_one", "shop_two").replace("name", "who")
    project.write("templates/b.yaml", f"{newer}templatesync: {{replaces: shop_one, output: shop_two}}\n")
    contracts = json.loads(done(project, "outputs", "--format", "contract"))["contracts"]
    assert {name: each["languages"]["en"]["version"] for name, each in contracts.items()} == {"shop_two": "shop_one"}


def git(root: Path, *arguments: str) -> None:
    author = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(root), *author, *arguments], check=True, capture_output=True)


def test_what_is_in_no_commit_is_kept(project: Shop) -> None:
    project.write("templates/shop.yaml", ONE)
    git(project.root, "init", "-q")
    git(project.root, "add", "templates", "templatesync.yaml")
    git(project.root, "commit", "-qm", "one")
    done(project, "retire", "shop_one", "--allow-breaking")
    assert not (project.root / ".templatesync").exists()
    edited = ONE.replace("today", "just now")
    project.write("templates/shop.yaml", edited)
    out = done(project, "retire", "shop_one@id", "--allow-breaking")
    (kept,) = (project.root / ".templatesync/kept").iterdir()
    assert kept.read_text() == edited and f"kept in .templatesync/kept/{kept.name}" in out


def test_a_tombstone_stays_until_it_is_known_to_be_applied(project: Shop) -> None:
    project.write("templates/shop.yaml", ONE)
    git(project.root, "init", "-q")
    git(project.root, "add", ".")
    git(project.root, "commit", "-qm", "one")
    assert project.run("apply", "--yes").code == 0
    done(project, "rename", "shop_one", "shop_last")
    done(project, "finish", "shop_one")
    assert "say --gone" in done(project, "finish", "shop_one")
    git(project.root, "add", "templates")
    git(project.root, "commit", "-qm", "two")
    assert "say --gone" in done(project, "finish", "shop_one")  # merged, and waiting for a review perhaps
    assert project.run("apply", "--yes").code == 0
    assert project.run("apply", "--yes").code == 0
    assert "the tombstone is taken out" in done(project, "finish", "shop_one")


def test_what_cannot_be_cut_is_told(project: Shop) -> None:
    marked = ONE.replace("      en:", "      ? en\n      :").replace("      id:", "      ? id\n      :")
    between = ONE.replace("{en: Ann, id: Budi}", "{\n  en: Ann,  # by Ann\n  id: Budi\n}")
    for text, why in {marked: "behind a question mark", between: "there is a comment in between"}.items():
        project.write("templates/shop.yaml", text)
        before = tree(project.root)
        for said in (["retire", "shop_one@id", "--allow-breaking"], ["new-version", "shop_one", "--language", "en"]):
            ended = project.run(*said)
            assert (ended.code, why in ended.err) == (1, True), ended
        assert tree(project.root) == before


def test_files_are_written_all_or_none(project: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    project.write("templates/a.yaml", ONE)
    done(project, "rename", "shop_one", "shop_last")
    done(project, "finish", "shop_one")
    before = tree(project.root)

    def full(path: Path, text: str, *, keep_mode: bool = False) -> None:
        if "replaces" not in text and "output" in text:
            raise LocalError(f"{path.name} cannot be written: no space left on device")
        path.write_bytes(text.encode())

    monkeypatch.setattr(file_edits, "write_file", full)
    ended = project.run("finish", "shop_one", "--gone")
    assert (ended.code, "no space left" in ended.err) == (1, True)
    assert tree(project.root) == before


def test_nothing_is_overwritten(project: Shop) -> None:
    project.write("templates/shop.yaml", f"{ONE}---\n{OTHER}")
    project.write("templates/shop_last.yaml", OTHER.replace("shop_other", "shop_third").replace("Dear", "Hi"))
    before = tree(project.root)
    for said, why in {
        ("rename", "shop_one", "shop_last"): "templates/shop_last.yaml is there already",
        ("rename", "shop_one", "shop_other"): "the name shop_other is taken",
        ("rename", "shop_one", "Shop One"): "(name-charset)",
        ("rename", "shop_one", "x" * 600): "(name-length)",
        ("rename", "shop_one", "a\x1b[31m"): "cannot be a name",
        ("rename", "shop_wan", "shop_last"): "did you mean shop_one?",
        ("new-version", "shop_one", "--language", "de"): "it has en, id",
        ("retire", "shop_one@de"): "hint: shop_one has en, id",
        ("finish", "shop"): "no file has the name shop",
    }.items():
        ended = project.run(*said)
        assert (ended.code, why in ended.err) == (64, True), (said, ended)
    assert tree(project.root) == before


def test_what_is_protected_stays(project: Shop) -> None:
    policy = f"{PROJECT}policy: {{protect: [shop_other]}}\n"
    project.write("templatesync.yaml", policy)
    project.write("templates/shop.yaml", f"{ONE}templatesync: {{protected: true}}\n---\n{OTHER}")
    before = tree(project.root)
    for name, why in {"shop_one": "take `protected` out", "shop_other": "policy.protect in local"}.items():
        ended = project.run("retire", name, "--allow-breaking")
        assert (ended.code, why in ended.err) == (6, True), ended
    assert tree(project.root) == before


FLOW = "kind: flow\nFlowName: Book a class\nCategories: [OTHER]\nAsset: flows/book.json\n"
FOOTER = {"type": "Footer", "label": "Go", "on-click-action": {"name": "complete", "payload": {}}}
LAYOUT = {"type": "SingleColumnLayout", "children": [FOOTER]}
SCREENS = {"version": "7.0", "screens": [{"id": "A", "title": "T", "terminal": True, "layout": LAYOUT}]}


def test_a_flow_by_its_key(project: Shop) -> None:
    project.write("flows/book.yaml", FLOW)
    project.write("flows/book.json", json.dumps(SCREENS))
    out = done(project, "rename", "flow/Book%20a%20class", "book_class")
    assert "`templatesync finish flow/Book%20a%20class`" in out
    assert (project.root / "flows/book_class.json").read_text() == json.dumps(SCREENS)
    assert "nothing names flows/book.json any more" in done(project, "finish", "Book a class")
    done(project, "finish", "flow/Book%20a%20class", "--gone")
    assert not (project.root / "flows/book.yaml").exists()
    assert "output: Book a class" in (project.root / "flows/book_class.yaml").read_text()


def test_a_name_that_two_kinds_have(project: Shop) -> None:
    project.write("flows/shop_one.yaml", FLOW.replace("Book a class", "shop_one"))
    project.write("flows/book.json", json.dumps(SCREENS))
    project.write("templates/shop.yaml", ONE)
    for said in (["finish", "shop_one"], ["retire", "shop_one"], ["rename", "shop_one", "shop_last"]):
        ended = project.run(*said)
        assert (ended.code, "say flow/shop_one or template/shop_one" in ended.err) == (64, True), ended
    assert "shop_last replaces shop_one" in done(project, "rename", "template/shop_one", "shop_last")


def test_what_others_lead_to_stays(project: Shop) -> None:
    project.write("flows/book.yaml", FLOW.replace("Book a class", "book"))
    project.write("flows/book.json", json.dumps(SCREENS))
    button = "{Type: FLOW, Text: Book, FlowId: '${{ flows.book }}', FlowAction: NAVIGATE, NavigateScreen: A}"
    project.write("templates/shop.yaml", f"{EN}  - Type: BUTTONS\n    Buttons:\n      - {button}\n".replace(
        "Example: {name: Ann}\n", "") + "Example: {name: Ann}\n")  # fmt: skip
    before = tree(project.root)
    alone = project.run("retire", "book")
    assert (alone.code, "nothing takes its place" in alone.err) == (6, True)
    ended = project.run("retire", "book", "--allow-breaking")
    assert (ended.code, "would break the rule reference-absent" in ended.err) == (6, True), ended
    assert "template/shop_one@en would still lead to book" in done(project, "rename", "book", "class", "--dry-run")
    assert tree(project.root) == before
