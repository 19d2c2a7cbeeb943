"""`breaking`: what of a change breaks the programs that send, from files alone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.breaking_checkout import FILE, OTHER, PROJECT, V2, Checkout, codes, hello, replies, rules
from support.flow_project import ASSET


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


def test_what_a_file_said_that_is_gone_was_of_another_change(checkout: Checkout) -> None:
    checkout.shop.write(FILE, hello(block="breaks: [breaking-language-removed]"))
    checkout.commit()
    (checkout.shop.root / FILE).unlink()
    checkout.shop.write("templates/other.yaml", hello(name="other"))
    assert rules(checkout.told(code=6)) == [("template/hello@en", "breaking-language-removed")]


def test_what_may_be_in_a_file_that_cannot_be_read_is_not_called_gone(checkout: Checkout) -> None:
    (checkout.shop.root / FILE).rename(checkout.shop.root / "templates/moved.yaml")
    checkout.shop.write("templates/moved.yaml", "Name: [\n")
    assert checkout.told(code=3)["breaking"] == []


@pytest.mark.parametrize("rule", ["breaking-language-removed", "breaking-cards"])
def test_the_file_of_other_languages_says_that_one_goes_on_purpose(checkout: Checkout, rule: str) -> None:
    both = hello().replace("Language: en", "Languages: [en, id]")
    checkout.shop.write(FILE, both)
    checkout.commit()
    checkout.shop.write(FILE, hello(block=f"breaks: [{rule}]"))
    meant = rule == "breaking-language-removed"
    (told,) = checkout.told(code=0 if meant else 6)["breaking"]
    assert (told["key"], told["intended"], told["file"]) == ("template/hello@id", "breaks" if meant else "", FILE)


def test_a_flow_goes_when_another_takes_its_place(checkout: Checkout) -> None:
    text = "kind: flow\nFlowName: {}\nCategories: [SURVEY, OTHER]\nAsset: flows/book.json\n"
    checkout.shop.write("flows/book.json", json.dumps(ASSET))
    checkout.shop.write("flows/book.yaml", text.format("book"))
    checkout.commit()
    (checkout.shop.root / "flows/book.yaml").unlink()
    new = text.format("book_v2")
    checkout.shop.write("flows/book_v2.yaml", new)
    assert rules(checkout.told(code=6)) == [("flow/book", "breaking-removed")]
    checkout.shop.write("flows/book_v2.yaml", f"{new}templatesync: {{replaces: book}}\n")
    assert rules(checkout.told()) == []


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
    (told,) = checkout.told(code=6)["breaking"]
    assert (told["key"], told["rule"], told["text"]) == (
        "template/hello@id", "breaking-language-removed", "language id removed"
    )  # fmt: skip
    checkout.shop.write(FILE, hello(name="other"))
    (told,) = checkout.told(code=6)["breaking"]
    assert (told["keys"], told["text"]) == (
        ["template/hello@en", "template/hello@id"], "the whole name is removed: no language is left"
    )  # fmt: skip


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
