"""`breaking`: with what files are compared, and files with errors."""

from __future__ import annotations

import json
import os
import shutil
import socket
from pathlib import Path

import pytest
from support.breaking_checkout import FILE, OTHER, PROJECT, Checkout, codes, hello, rules


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
