"""`breaking`: what of a change breaks the programs that send, from files alone."""

from __future__ import annotations

import json
import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.git_repository import SETTINGS, Repository
from support.projects import Ended, Shop

from templatesync.schema.gate import problems

PROJECT = """\
version: 1
spaces:
  local: {emulator: true, vars: {site: "https://local.example.com"}}
  staging: {cust_space_id: cams-staging, vars: {site: "https://staging.example.com"}}
default_space: local
"""
FILE = "templates/hello.yaml"


def hello(text: str = "Hello $(name), your parcel has left our studio today.", **said: str) -> str:
    """A template with the variables of its text; `name`, `language`, `block` and `parts` say more."""
    names = {word.split(")")[0] for word in text.split("$(")[1:]}
    example = ", ".join(f"{name}: Ann" for name in sorted(names))
    block = f"templatesync: {{{said['block']}}}\n" if said.get("block") else ""
    return (
        f"Name: {said.get('name', 'hello')}\nCategory: UTILITY\nLanguage: {said.get('language', 'en')}\nComponents:\n"
        f"  - Type: BODY\n    Text: {text}\n{said.get('parts', '')}Example: {{{example}}}\n{block}"
    )


def replies(*labels: str) -> str:
    """The part with quick replies."""
    listed = ", ".join(f"{{Type: QUICK_REPLY, Text: {label}}}" for label in labels)
    return f"  - Type: BUTTONS\n    Buttons: [{listed}]\n"


OTHER = "Hello $(customer), your parcel has left our studio today."
V2 = {"name": "hello_v2", "block": "replaces: hello"}


class Checkout:
    """A project in a git repository, with one commit."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.repository = Repository.new(root)
        self.shop = Shop(root, capsys)
        (root / "templates/good.yaml").unlink()
        self.shop.write("templatesync.yaml", PROJECT)
        self.shop.write(FILE, hello())

    def commit(self) -> None:
        self.repository.commit()

    def breaking(self, *arguments: str, against: str = "HEAD") -> Ended:
        return self.shop.run("breaking", "--against", against, *arguments)

    def told(self, *arguments: str, against: str = "HEAD", code: int = 0) -> dict[str, Any]:
        ended = self.breaking("--format", "json", *arguments, against=against)
        assert ended.code == code, ended.said
        document: dict[str, Any] = json.loads(ended.out)
        assert [*problems("breaking", document)] == []
        return document


@pytest.fixture
def checkout(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Checkout]:
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    made = Checkout(tmp_path / "shop", capsys)
    made.commit()
    monkeypatch.chdir(made.shop.root)
    yield made


def rules(document: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each["key"], each["rule"]) for each in document["breaking"] if each["counts"]]


def codes(document: dict[str, Any]) -> list[str]:
    return [note["code"] for note in document["notes"]]


# --- what breaks ------------------------------------------------------------------------------------------------------


def test_a_renamed_variable_breaks_and_another_wording_does_not(checkout: Checkout) -> None:
    checkout.shop.write(FILE, hello("Dear $(name), your parcel has left our studio today."))
    assert checkout.told()["breaking"] == []
    checkout.shop.write(FILE, hello(OTHER))
    document = checkout.told(code=6)
    key = "template/hello@en"
    assert rules(document) == [(key, "breaking-variable-added"), (key, "breaking-variable-removed")]
    assert {(each["file"], each["line"]) for each in document["breaking"]} == {(FILE, 1)}
    assert document["spaces"] == ["local", "staging"]


def test_text_names_place_key_rule_and_the_next_step(checkout: Checkout) -> None:
    checkout.shop.write(FILE, hello(OTHER))
    ended = checkout.breaking()
    first, second, third = ended.out.splitlines()[:3]
    assert first == f"{FILE}:1: breaks: template/hello@en: variable customer added [breaking-variable-added]"
    assert second == f"{FILE}:1: breaks: template/hello@en: variable name removed [breaking-variable-removed]"
    for way in ("templatesync new-version hello", "breaks: [", "--allow template/hello@en:RULE`, for each RULE"):
        assert way in third  # once for both
    assert ended.out.splitlines()[-1].startswith("this breaks senders: 2 breaks; compared with HEAD (")


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        (("Yes", "No"), ("No", "Yes"), "breaking-quick-reply-order"),
        (("Yes", "No"), ("Yes",), "breaking-quick-reply-removed"),
        (("Yes", "No"), ("Yes", "No", "Later"), ""),
    ],
)
def test_quick_replies(checkout: Checkout, before: tuple[str, ...], after: tuple[str, ...], rule: str) -> None:
    checkout.shop.write(FILE, hello(parts=replies(*before)))
    checkout.commit()
    checkout.shop.write(FILE, hello(parts=replies(*after)))
    document = checkout.told(code=6 if rule else 0)
    assert rules(document) == ([("template/hello@en", rule)] if rule else [])


def test_a_new_label_is_a_warning_and_never_counts(checkout: Checkout) -> None:
    checkout.shop.write(FILE, hello(parts=replies("Yes", "No")))
    checkout.commit()
    checkout.shop.write(FILE, hello(parts=replies("Yes", "Not now")))
    (told,) = checkout.told()["breaking"]
    assert (told["rule"], told["severity"], told["counts"]) == ("breaking-quick-reply-relabelled", "warning", False)


def test_what_is_gone_breaks_also_by_a_tombstone(checkout: Checkout) -> None:
    (checkout.shop.root / FILE).unlink()
    checkout.shop.write("templates/other.yaml", hello(name="other"))
    gone = [("template/hello@en", "breaking-language-removed")]
    assert rules(checkout.told(code=6)) == gone
    checkout.shop.write(FILE, "Name: hello\nLanguage: en\ntemplatesync: {state: absent}\n")
    assert rules(checkout.told(code=6)) == gone
    meant = "templatesync: {state: absent, breaks: [breaking-language-removed]}"
    checkout.shop.write(FILE, f"Name: hello\nLanguage: en\n{meant}\n")
    document = checkout.told()
    assert [each["intended"] for each in document["breaking"]] == ["breaks"]
    checkout.commit()
    assert codes(checkout.told()) == ["breaks_stale"]


def test_equal_breaks_of_several_languages_and_spaces_are_told_once(checkout: Checkout) -> None:
    several = hello(language="en").replace("Language: en", "Languages: [en, id]")
    checkout.shop.write(FILE, several)
    checkout.commit()
    checkout.shop.write(FILE, several.replace("name", "customer"))
    document = checkout.told(code=6)
    assert len(document["breaking"]) == 2
    assert all(each["keys"] == ["template/hello@en", "template/hello@id"] for each in document["breaking"])
    assert all(each["spaces"] == [] for each in document["breaking"])
    checkout.shop.write(FILE, several.replace("[en, id]", "[en]"))
    assert rules(checkout.told(code=6)) == [("template/hello@id", "breaking-language-removed")]


def test_a_break_in_one_space_names_it_and_space_narrows(checkout: Checkout) -> None:
    checkout.shop.write(FILE, hello(block="spaces: [local]"))
    document = checkout.told(code=6)
    assert [(each["rule"], each["spaces"]) for each in document["breaking"]] == [
        ("breaking-language-removed", ["staging"])
    ]
    assert checkout.told("--space", "local")["breaking"] == []
    assert checkout.told("--all-spaces", code=6)["spaces"] == ["staging"]


def test_a_variable_of_a_space_counts_as_text(checkout: Checkout) -> None:
    buttons = '  - Type: BUTTONS\n    Buttons: [{Type: URL, Text: Track, Url: "${{ site }}", UrlType: static}]\n'
    checkout.shop.write(FILE, hello(parts=buttons))
    checkout.commit()
    changed = PROJECT.replace("https://staging.example.com", "https://staging.example.com/$(code)")
    checkout.shop.write("templatesync.yaml", changed)
    document = checkout.told(code=6)
    assert ("template/hello@en", "breaking-variable-added") in rules(document)
    assert {tuple(each["spaces"]) for each in document["breaking"]} == {("staging",)}


def test_other_kinds_say_themselves_what_breaks(checkout: Checkout) -> None:
    code = "kind: qr_code\nPhoneNumber: '6591234567'\nPrefilledMessage: {}\nQrdlCode: ABCDEFGHIJKLM1\n"
    block = "templatesync: {spaces: [staging]}\n"
    checkout.shop.write("qr_codes/one.yaml", code.format("Good morning") + block)
    checkout.commit()
    checkout.shop.write("qr_codes/one.yaml", code.format("Good evening") + block)
    document = checkout.told(code=6)
    assert [each["rule"] for each in document["breaking"]] == ["breaking-printed-code"]
    (checkout.shop.root / "qr_codes/one.yaml").unlink()
    assert [each["rule"] for each in checkout.told(code=6)["breaking"]] == ["breaking-removed"]


# --- versions ---------------------------------------------------------------------------------------------------------


def test_a_new_version_breaks_nobody_until_it_is_adopted(checkout: Checkout) -> None:
    checkout.shop.write("templates/v2.yaml", hello(OTHER, **V2))
    document = checkout.told()
    assert document["breaking"] == []
    assert codes(document) == ["senders_stay"]
    assert "senders stay with hello until `adopt: true`" in document["notes"][0]["text"]
    checkout.commit()
    assert codes(checkout.told()) == []
    checkout.shop.write("templates/v2.yaml", hello(OTHER, name="hello_v2", block="replaces: hello, adopt: true"))
    document = checkout.told()
    assert {(each["key"], each["intended"], each["changed_from"]) for each in document["breaking"]} == {
        ("template/hello_v2@en", "adopt", "hello")
    }
    assert codes(document) == []
    checkout.commit()
    # Without it, senders go back.
    checkout.shop.write("templates/v2.yaml", hello(OTHER, **V2))
    assert {key for key, _ in rules(checkout.told(code=6))} == {"template/hello@en"}


def test_adopting_in_the_change_that_adds_the_file_is_a_warning(checkout: Checkout) -> None:
    checkout.shop.write("templates/v2.yaml", hello(OTHER, name="hello_v2", block="replaces: hello, adopt: true"))
    document = checkout.told()
    assert [(note["code"], note["severity"]) for note in document["notes"]] == [("adopt_at_once", "warning")]


def test_a_version_of_the_same_contract_takes_over(checkout: Checkout) -> None:
    checkout.shop.write("templates/v2.yaml", hello("Dear $(name), it is on its way to you by now.", **V2))
    (checkout.shop.root / FILE).unlink()
    assert checkout.told() == {**checkout.told(), "breaking": [], "notes": []}
    checkout.shop.write("templates/v2.yaml", hello(OTHER, **V2))
    told = rules(checkout.told(code=6))
    assert ("template/hello@en", "breaking-language-removed") in told
    assert ("template/hello_v2@en", "breaking-variable-added") in told


def test_an_old_version_that_deployed_programs_may_use_counts_too(checkout: Checkout) -> None:
    checkout.shop.write("templates/v2.yaml", hello(OTHER, name="hello_v2", block="replaces: hello, adopt: true"))
    checkout.commit()
    (checkout.shop.root / FILE).unlink()
    assert rules(checkout.told(code=6)) == [("template/hello@en", "breaking-language-removed")]


def test_a_pin_sends_programs_back_in_one_line(checkout: Checkout) -> None:
    checkout.shop.write("templates/v2.yaml", hello(OTHER, name="hello_v2", block="replaces: hello, adopt: true"))
    checkout.commit()
    checkout.shop.write(FILE, hello(block="pinned: true"))
    document = checkout.told()
    assert {(each["key"], each["changed_from"], each["intended"]) for each in document["breaking"]} == {
        ("template/hello@en", "hello_v2", "pinned")
    }
    assert "intended, its file says `pinned: true`" in checkout.breaking().out


def test_a_pin_excuses_no_edit_of_its_version(checkout: Checkout) -> None:
    checkout.shop.write("templates/v2.yaml", hello(OTHER, name="hello_v2", block="replaces: hello, adopt: true"))
    checkout.commit()
    checkout.shop.write(FILE, hello("Hello $(buyer), it is on its way to you.", block="pinned: true"))
    counted = [each for each in checkout.told(code=6)["breaking"] if each["counts"]]
    assert {(each["key"], each["changed_from"]) for each in counted} == {("template/hello@en", "")}


def test_a_new_version_without_a_language_leaves_it(checkout: Checkout) -> None:
    checkout.shop.write("templates/ar.yaml", hello(language="ar"))
    checkout.commit()
    checkout.shop.write("templates/v2.yaml", hello("Dear $(name), it is on its way to you by now.", **V2))
    document = checkout.told()
    assert document["breaking"] == []
    assert [note["text"] for note in document["notes"]] == [
        "senders of ar stay with hello: it does not have the language"
    ]


def test_a_name_that_becomes_a_version_of_another_is_found_there(checkout: Checkout) -> None:
    checkout.shop.write("templates/v2.yaml", hello(OTHER, name="hello_v2"))
    checkout.commit()
    checkout.shop.write("templates/v2.yaml", hello(OTHER, **V2))
    (told,) = checkout.told(code=6)["breaking"]
    assert (told["key"], told["text"]) == ("template/hello_v2@en", "it is called hello by senders now, not hello_v2")


def test_a_version_that_leaves_its_logical_name_is_not_found_under_it(checkout: Checkout) -> None:
    """Codes stand under the logical name: what has another one is live, and no program that was written finds it."""
    (checkout.shop.root / FILE).unlink()  # it is the logical name all the same
    checkout.shop.write("templates/v2.yaml", hello(**V2))
    checkout.commit()
    assert checkout.shop.run("outputs", "--format", "contract", "-o", "contract.json").code == 0
    checkout.shop.write("templates/v2.yaml", hello(name="hello_v2"))
    (told,) = checkout.told(code=6)["breaking"]
    assert (told["key"], told["text"]) == ("template/hello_v2@en", "it is called hello_v2 by senders now, not hello")
    assert told["hint"].startswith("let its chain of `replaces` begin at hello, as it did; or if that is meant, say ")
    assert len(rules(checkout.told(against="./contract.json", code=6))) == 1


def test_an_edit_in_place_that_sends_programs_back_is_a_note(checkout: Checkout) -> None:
    again = "Good day $(name), your parcel has left our studio by now."
    checkout.shop.write("templates/v2.yaml", hello(again, **V2))
    checkout.commit()
    checkout.shop.write("templates/v2.yaml", hello(again, parts=replies("Yes"), **V2))
    (note,) = checkout.told()["notes"]
    assert (note["code"], note["severity"], note["key"]) == ("senders_stay", "info", "template/hello_v2")
    assert note["text"].startswith("senders go back to hello until `adopt: true` in its file")


@pytest.mark.parametrize("text", ["Good day $(name), your parcel has left our studio.", OTHER])
def test_a_version_that_goes_to_another_chain_takes_its_contract_with_it(checkout: Checkout, text: str) -> None:
    checkout.shop.write("templates/v2.yaml", hello(text, **V2))
    checkout.commit()
    assert checkout.shop.run("outputs", "--format", "contract", "-o", "contract.json").code == 0
    checkout.shop.write("templates/v2.yaml", hello(text, name="hello_v2", block="replaces: other"))
    broken = [("template/hello_v2@en", "breaking-language-removed")] if text == OTHER else []
    for against in ("HEAD", "./contract.json"):
        assert rules(checkout.told(against=against, code=6 if broken else 0)) == broken


# --- what is meant ----------------------------------------------------------------------------------------------------


def test_the_file_says_what_is_meant_and_is_told_when_it_is_stale(checkout: Checkout) -> None:
    both = "breaks: [breaking-variable-added, breaking-variable-removed]"
    checkout.shop.write(FILE, hello(OTHER, block="breaks: [breaking-variable-added]"))
    document = checkout.told(code=6)
    assert rules(document) == [("template/hello@en", "breaking-variable-removed")]
    # Whoever writes what the way out says loses nothing that was said before.
    (way_out,) = [each["hint"] for each in document["breaking"] if each["counts"]]
    assert f"`templatesync: {{{both}}}` in this file, which names breaking-variable-added only" in way_out
    checkout.shop.write(FILE, hello(OTHER, block=both))
    document = checkout.told()
    assert document["summary"]["intended"] == 2
    assert document["notes"] == []
    checkout.commit()
    document = checkout.told()
    assert codes(document) == ["breaks_stale", "breaks_stale"]
    assert {note["severity"] for note in document["notes"]} == {"warning"}
    # It may not be applied yet, which files do not tell.
    assert all("take it out once `plan` calls it stale in every space" in note["text"] for note in document["notes"])


@pytest.mark.parametrize("languages", ["en", "id, en"])
def test_an_edit_in_place_that_takes_the_codes_from_generated_programs_is_a_note(
    checkout: Checkout, languages: str
) -> None:
    def write(*labels: str) -> None:
        text = hello(parts=replies(*labels)).replace("Language: en", f"Languages: [{languages}]")
        checkout.shop.write(FILE, text)

    write("Yes", "No")
    checkout.commit()
    assert checkout.shop.run("outputs", "--format", "contract", "-o", "contract.json").code == 0
    write("Yes", "No", "Later")
    several = "," in languages
    for against in ("HEAD", "./contract.json"):
        document = checkout.told(against=against)
        assert (document["breaking"], document["summary"]["warnings"]) == ([], 0)
        (note,) = document["notes"]
        assert (note["code"], note["severity"], note["file"], note["line"]) == ("codes_change", "info", FILE, 1)
        assert note["key"] == ("template/hello" if several else "template/hello@en")
        assert "finds no code" in note["text"] and note["text"].endswith(" in en, id") is several
    # A new version keeps both, and so does one that asks for what it asked for before.
    write("Yes", "No")
    added = hello(name="hello_v2", block="replaces: hello", parts=replies("Yes", "No", "Later"))
    checkout.shop.write("templates/v2.yaml", added)
    assert codes(checkout.told()) == ["senders_stay"] * (2 if several else 1)
    # What breaks is told as that.
    (checkout.shop.root / "templates/v2.yaml").unlink()
    write("No", "Yes")
    assert codes(checkout.told(code=6)) == []


def test_allow_names_key_and_rule(checkout: Checkout) -> None:
    checkout.shop.write(FILE, hello(OTHER))
    one, all_ = "template/hello@en:breaking-variable-added", "template/hello:breaking-variable-removed"
    assert len(rules(checkout.told("--allow", one, code=6))) == 1
    document = checkout.told("--allow", one, "--allow", all_)
    assert document["summary"]["allowed"] == 2
    copied = [each.replace("@", "@\u200b").replace(":", ":\u200b") for each in (one, all_)]  # from a comment
    assert checkout.told("--allow", copied[0], "--allow", copied[1])["summary"]["allowed"] == 2
    (note,) = checkout.told("--allow", one, "--allow", all_, "--allow", f"{one[:-5]}removed")["notes"] or [None]
    assert note is None
    document = checkout.told("--allow", one, "--allow", all_, "--allow", "template/helo:breaking-variable-added")
    assert codes(document) == ["allow_unused"]
    assert "did you mean template/hello@en:breaking-variable-added?" in document["notes"][0]["text"]


@pytest.mark.parametrize(
    ("given", "hint"),
    [
        ("template/hello@en", "KIND/NAME@LANGUAGE:RULE"),
        ("breaking-variable-added", "KIND/NAME@LANGUAGE:RULE"),
        ("*:breaking-variable-added", "there is no blanket"),
        ("template/hello:*", "there is no blanket"),
        ("template/hello:", "KIND/NAME@LANGUAGE:RULE"),
        ("template/hello:breaking-variable-aded", "did you mean breaking-variable-added?"),
    ],
)
def test_there_is_no_blanket(checkout: Checkout, given: str, hint: str) -> None:
    checkout.shop.write(FILE, hello(OTHER))
    ended = checkout.breaking("--allow", given)
    assert ended.code == 64
    assert hint in ended.err


# --- files with errors ------------------------------------------------------------------------------------------------


def test_what_cannot_be_read_is_told_and_nothing_is_concluded(checkout: Checkout) -> None:
    checkout.shop.write("templates/other.yaml", hello(name="other"))
    checkout.commit()
    checkout.shop.write(FILE, "Name: hello\nLanguage: [\n")
    document = checkout.told(code=3)
    assert document["breaking"] == []
    assert document["findings"]
    assert codes(document) == ["unsure"]
    checkout.shop.write("templates/other.yaml", hello(OTHER, name="other"))
    assert {key for key, _ in rules(checkout.told(code=6))} == {"template/other@en"}


def test_a_file_that_breaks_a_rule_is_compared_all_the_same(checkout: Checkout) -> None:
    checkout.shop.write(FILE, hello(OTHER).replace("customer: Ann", ""))
    document = checkout.told(code=6)
    assert len(rules(document)) == 2
    assert "var-example-each" in {finding["rule"] for finding in document["findings"]}


def test_nothing_is_concluded_from_what_could_not_be_read_then(checkout: Checkout) -> None:
    checkout.shop.write(FILE, "Name: hello\nLanguage: [\n")
    checkout.commit()
    checkout.shop.write(FILE, hello(OTHER))
    document = checkout.told()
    assert (document["breaking"], codes(document)) == ([], ["unread"])


# --- with what it is compared -----------------------------------------------------------------------------------------


def test_a_project_that_was_not_there_breaks_nothing(tmp_path: Path, checkout: Checkout) -> None:
    first = checkout.repository
    first.git("checkout", "-q", "--orphan", "empty")
    first.git("rm", "-rqf", ".")
    first.commit()
    first.git("checkout", "-q", "main")
    document = checkout.told(against="empty")
    assert codes(document) == ["no_project"]
    assert "so nothing can break" in document["notes"][0]["text"]


def test_a_project_that_was_broken_cannot_be_compared_with(checkout: Checkout) -> None:
    checkout.shop.write("templatesync.yaml", "version: 1\nspaces: {}\nnonsense: 1\n")
    checkout.commit()
    checkout.shop.write("templatesync.yaml", PROJECT)
    ended = checkout.breaking()
    assert ended.code == 64
    assert "templatesync.yaml had errors" in ended.err


@pytest.mark.parametrize(
    ("against", "said"),
    [
        ("nowhere", "nowhere is no revision in this clone"),
        ("./nowhere", "there is nothing at ./nowhere"),
        ("", "--against needs a revision"),
        ("--upload-pack=x", "is no revision"),
        (".", ". is the project itself"),
        ("templates/", "there is no templatesync.yaml in templates/"),
        ("./templatesync.yaml", "give its folder"),
        ("./templates/hello.yaml", "is no contract file"),
        ("a\x00b", "is no revision"),
    ],
)
def test_what_cannot_be_compared_with_is_a_clear_error(checkout: Checkout, against: str, said: str) -> None:
    ended = checkout.breaking(against=against)
    assert ended.code == 64
    assert said in ended.err


def test_a_shallow_clone_says_what_to_fetch(tmp_path: Path, checkout: Checkout) -> None:
    checkout.shop.write(FILE, hello("Dear $(name), your parcel has left our studio today."))
    checkout.commit()
    clone = checkout.repository.clone(tmp_path / "clone", "--depth=1")
    checkout.shop.root = clone.root
    ended = checkout.breaking(against="HEAD~1")
    assert ended.code == 64
    assert "this clone is shallow" in ended.err


def test_a_work_tree_of_a_bare_clone(tmp_path: Path, checkout: Checkout) -> None:
    bare = checkout.repository.clone(tmp_path / "bare.git", "--bare")
    bare.git("worktree", "add", "-q", str(tmp_path / "tree"), "main")
    checkout.shop.root = tmp_path / "tree"
    checkout.shop.write(FILE, hello(OTHER))
    assert len(rules(checkout.told(against="main", code=6))) == 2


def test_a_revision_comes_before_a_folder_of_its_name(tmp_path: Path, checkout: Checkout) -> None:
    checkout.repository.git("branch", "released")
    shutil.copytree(checkout.shop.root / "templates", checkout.shop.root / "released/templates")
    checkout.shop.write("released/templatesync.yaml", PROJECT)
    checkout.shop.write("released/templates/hello.yaml", hello(OTHER))
    document = checkout.told(against="released")
    assert document["against"]["kind"] == "revision"
    assert "./released is the path" in document["notes"][0]["text"]
    document = checkout.told(against="./released", code=6)
    assert (document["against"]["kind"], len(rules(document))) == ("folder", 2)
    checkout.repository.git("branch", "-D", "released")
    assert checkout.told(against="released", code=6)["against"]["kind"] == "folder"


def test_a_folder_needs_no_git(tmp_path: Path, checkout: Checkout) -> None:
    other = tmp_path / "plain"
    shutil.copytree(checkout.shop.root, other, ignore=shutil.ignore_patterns(".git"))
    checkout.shop.write(FILE, hello(OTHER))
    checkout.shop.root, before = other, checkout.shop.root
    assert len(rules(checkout.told(against=str(before), code=6))) == 2


def test_a_contract_file(tmp_path: Path, checkout: Checkout) -> None:
    from templatesync.commands.contracts import contracts
    from templatesync.project.contract_document import to_json

    checkout.shop.write("templates/ar.yaml", hello(language="ar", block="spaces: [staging]"))
    path = tmp_path / "contract.json"
    path.write_text(json.dumps(to_json(contracts(checkout.shop.root).sendables)))
    assert checkout.told(against=str(path)) == {**checkout.told(against=str(path)), "breaking": [], "notes": []}
    assert checkout.told("--space", "local", against=str(path))["breaking"] == []
    checkout.shop.write(FILE, hello(OTHER))
    document = checkout.told(against=str(path), code=6)
    assert {key for key, _ in rules(document)} == {"template/hello@en"}
    (checkout.shop.root / FILE).unlink()
    assert rules(checkout.told(against=str(path), code=6)) == [("template/hello@en", "breaking-language-removed")]
    checkout.shop.write("templates/ar.yaml", hello(name="other"))
    assert [key for key, _ in rules(checkout.told(against=str(path), code=6))] == [
        "template/hello@ar",
        "template/hello@en",
    ]


def test_it_opens_no_socket_and_needs_no_home(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object) -> None:
        raise AssertionError("a socket")

    monkeypatch.setattr(socket, "socket", refuse)
    for name in [name for name in os.environ if name.startswith(("HOME", "ALIBABA", "XDG", "TEMPLATESYNC"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CI", "true")
    checkout.shop.write(FILE, hello(OTHER))
    assert len(rules(checkout.told(code=6))) == 2


def test_a_space_that_is_called_otherwise_is_the_same_customers(checkout: Checkout) -> None:
    checkout.shop.write("templatesync.yaml", PROJECT.replace("staging:", "stage:"))
    checkout.shop.write(FILE, hello(OTHER))
    document = checkout.told(code=6)
    assert (document["notes"], {tuple(each["spaces"]) for each in document["breaking"]}) == ([], {()})
    other = PROJECT.replace("staging:", "stage:").replace("cams-staging", "cams-new")
    checkout.shop.write("templatesync.yaml", other)
    document = checkout.told(code=6)
    assert sorted(codes(document)) == ["gone_space", "new_space"]
    assert {tuple(each["spaces"]) for each in document["breaking"]} == {("local",)}


# --- for reviewers ----------------------------------------------------------------------------------------------------


def test_github_has_ten_annotations_and_the_sentence(checkout: Checkout) -> None:
    for number in range(8):
        checkout.shop.write(f"templates/{number}.yaml", hello(name=f"hello_{number}"))
    checkout.commit()
    for number in range(8):
        checkout.shop.write(f"templates/{number}.yaml", hello(OTHER, name=f"hello_{number}"))
    ended = checkout.breaking("--format", "github")
    lines = ended.out.splitlines()
    assert ended.code == 6
    assert len(lines) == 11
    assert lines[0].startswith("::error file=templates/0.yaml,line=1,title=templatesync breaking-variable-added::")
    assert "and 7 more" in lines[9]
    assert lines[10].startswith("this breaks senders: 16 breaks; compared with HEAD")


def test_markdown_for_a_comment(checkout: Checkout) -> None:
    ended = checkout.breaking("--format", "markdown")
    assert ended.out.startswith("<!-- templatesync:breaking -->\n## Nothing breaks programs that send\n")
    checkout.shop.write(FILE, hello(OTHER))
    ended = checkout.breaking("--format", "markdown")
    assert "## This breaks programs that send" in ended.out
    assert (
        "- **breaks** <code>breaking-variable-added</code> template/hello@&#8203;en: variable customer added"
        in ended.out
    )
    assert ended.out == checkout.breaking("--format", "markdown").out


HOSTILE = "\u202e::error::x<script>`]|@team"


def test_nothing_of_a_file_is_obeyed(checkout: Checkout) -> None:
    checkout.shop.write(FILE, hello(parts=replies("Yes", "No")))
    checkout.commit()
    label = json.dumps(HOSTILE)
    checkout.shop.write(FILE, hello(parts=replies("Yes", label).replace("Text: Yes", "Text: Yess")))
    for form in ("text", "github", "markdown"):
        out = checkout.breaking("--format", form).out
        assert "\u202e" not in out
        assert "<U+202E>" in out or "&lt;U+202E&gt;" in out
        assert not any(line.startswith("::error::x") for line in out.splitlines())
        assert form != "markdown" or ("<script>" not in out and "@team" not in out)


def test_unchanged_files_are_not_parsed(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    from templatesync.documents import yaml_reader

    for number in range(30):
        checkout.shop.write(f"templates/{number}.yaml", hello(name=f"hello_{number}"))
    checkout.commit()
    checkout.shop.write("templates/7.yaml", hello(OTHER, name="hello_7"))
    parsed: list[str] = []
    load = yaml_reader.load

    def counted(data: bytes, name: str, *more: Any) -> Any:
        parsed.append(name)
        return load(data, name, *more)

    monkeypatch.setattr(yaml_reader, "load", counted)
    assert len(rules(checkout.told(code=6))) == 2
    assert sorted(parsed) == ["templates/7.yaml"] * 2 + ["templatesync.yaml"] * 2


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Name: hello\n", 'Name: "hell\\x6f"\n'),
        ("Name: hello\n", 'Name: "he\\\n  llo"\n'),
        ("Name: hello\n", "Name: >-\n  hello\n"),
        ("Name: hello\n", "'Name': 'hello'\n"),
    ],
)
def test_a_name_is_found_however_a_file_that_stays_spells_it(checkout: Checkout, old: str, new: str) -> None:
    checkout.shop.write(FILE, hello().replace(old, new))
    checkout.commit()
    checkout.shop.write("templates/v2.yaml", hello(OTHER, **V2))
    assert codes(checkout.told()) == ["senders_stay"]


@pytest.mark.parametrize("word", ["replaces", '"repl\\x61ces"'])
def test_a_version_is_found_however_a_file_that_stays_spells_it(checkout: Checkout, word: str) -> None:
    block = f"\n  {word}: hello\n  adopt: true\n"
    checkout.shop.write("templates/v2.yaml", hello(OTHER, name="hello_v2") + f"templatesync:{block}")
    checkout.commit()
    # Senders use the other version, but programs of this one go on.
    checkout.shop.write(FILE, hello("Hello $(one), your parcel has left our studio today."))
    document = checkout.told(code=6)
    assert {(each["key"], each["changed_from"]) for each in document["breaking"]} == {("template/hello@en", "")}
    assert codes(document) == []


def test_a_version_of_a_version_is_found_though_it_does_not_name_what_has_changed(checkout: Checkout) -> None:
    checkout.shop.write("templates/v2.yaml", hello(OTHER, name="greeting", block="replaces: hello"))
    again = "Dear $(name), it is on its way to you by now."
    checkout.shop.write("templates/v3.yaml", hello(again, name="welcome", block="replaces: greeting"))
    checkout.commit()
    (checkout.shop.root / FILE).unlink()
    document = checkout.told(code=6)
    # The newest takes what programs of the oldest send. But it came to be used only by way of that one.
    assert {(each["key"], each["changed_from"]) for each in document["breaking"]} == {
        ("template/greeting@en", "welcome")
    }


def test_many_names_are_found_in_files_that_stay(checkout: Checkout) -> None:
    for number in range(60):
        checkout.shop.write(f"templates/{number}.yaml", hello(name=f"old_{number}"))
    checkout.commit()
    for number in range(60):
        checkout.shop.write(
            f"templates/new_{number}.yaml", hello(OTHER, name=f"new_{number}", block=f"replaces: old_{number}")
        )
    assert codes(checkout.told()) == ["senders_stay"] * 60
