"""`import --from-meta`: files of what is in Meta's form, with what cannot be one told by its name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support.projects import Shop

from templatesync.commands.import_meta import META_FILE_LIMIT, import_meta
from templatesync.documents.yaml_reader import load
from templatesync.model.errors import ExitCode, UsageError

BODY = {"type": "BODY", "text": "Hello {{1}}, your table is booked for tonight at eight.",
        "example": {"body_text": [["Ann"]]}}  # fmt: skip
TABLE = {"name": "table", "language": "en", "category": "UTILITY", "components": [BODY]}


def given(shop: Shop, data: Any) -> Path:
    source = shop.root / "meta.json"
    source.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    return source


def file(shop: Shop, name: str) -> Any:
    path = shop.root / "templates" / name
    (document,) = load(path.read_bytes(), name).documents
    return document.data


def test_languages_beside_each_other_become_one_file(shop: Shop) -> None:
    words = {"en": "Your table is booked for tonight, at eight.", "pt-br": "Sua mesa está reservada hoje, às oito."}
    both = [{"language": code, "components": [{"type": "BODY", "text": text}]} for code, text in words.items()]
    result = import_meta(shop.root, given(shop, {"name": "table", "category": "UTILITY", "localizations": both}))
    assert (result.exit_code, result.skipped) == (ExitCode.OK, ())
    written = file(shop, "table.yaml")
    assert written["Languages"] == ["en", "pt_BR"]
    assert written["Components"][0]["Text"] == dict(zip(("en", "pt_BR"), words.values(), strict=True))
    assert shop.run("validate").code == 0


def test_a_code_with_words_of_its_own_has_notes_that_agree(shop: Shop) -> None:
    parts = [
        {"type": "BODY", "text": "{{1}} opens the gate."},
        {"type": "FOOTER", "text": "The gate keeper"},
        {"type": "BUTTONS", "buttons": [{"type": "COPY_CODE", "text": "Copy it"}]},
    ]
    entry = {"name": "gate_code", "language": "en", "category": "AUTHENTICATION", "components": parts}
    (written,) = import_meta(shop.root, given(shop, [entry])).written
    assert not any("was read" in note for note in written.notes)
    assert [note for note in written.notes if "footer was left out" in note] == [written.notes[-1]]
    assert [part["Type"] for part in file(shop, "gate_code.yaml")["Components"]] == ["BODY", "BUTTONS"]
    assert shop.run("validate").code == 0


def test_a_code_is_not_said_to_need_what_it_may_not_have(shop: Shop) -> None:
    links = [{"type": "URL", "text": "Open", "url": f"https://a.example.com/{end}{{{{1}}}}"} for end in "xy"]
    parts = [{"type": "BODY"}, {"type": "BUTTONS", "buttons": [links[0], links[1] | {"example": ["7"]}]}]
    entry = {"name": "gate_code", "language": "en", "category": "AUTHENTICATION", "components": parts}
    (written,) = import_meta(shop.root, given(shop, [entry])).written
    assert not any("Example" in note for note in written.notes)
    assert "auth-no-example" not in shop.run("validate").out


def test_notes_of_some_languages_name_them(shop: Shop) -> None:
    bare = {**BODY, "example": {}}
    entries = [TABLE, {**TABLE, "language": "de", "components": [bare]}]
    (written,) = import_meta(shop.root, given(shop, entries)).written
    assert written.notes == ("de: no sample for $(var1): add it to Example",)


def test_what_has_a_file_is_not_converted_again_and_the_rest_is(shop: Shop) -> None:
    import_meta(shop.root, given(shop, TABLE))
    result = import_meta(shop.root, given(shop, {**TABLE, "languages": ["en", "de", "fr"]}))
    assert [(each.key, each.fault) for each in result.skipped] == [("template/table@en", False)]
    assert [each.keys for each in result.written] == [("template/table@de", "template/table@fr")]
    assert import_meta(shop.root, given(shop, {**TABLE, "languages": ["en", "de"]})).written == ()


def test_labels_of_a_language_that_has_a_file_go(shop: Shop) -> None:
    parts = [{"type": "BODY"}, {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE"}]}]
    entry = {"name": "code", "category": "AUTHENTICATION", "components": parts}
    for languages in (["en"], ["en", "es", "fr"]):
        import_meta(shop.root, given(shop, {**entry, "languages": languages}))
    (button,) = file(shop, "code-2.yaml")["Components"][1]["Buttons"]
    assert button["Text"] == {"es": "Copiar código", "fr": "Copier le code"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{}", "it is an empty object"),
        ('{"a": {"x": 1}, "a": [2]}', 'the key "a" stands twice'),
        ('{"contacts": [], "error": 3}', "it has the keys contacts, error; none holds templates with name, language"),
    ],
)
def test_what_is_said_of_the_whole_file_has_its_name(shop: Shop, text: str, told: str) -> None:
    result = import_meta(shop.root, given(shop, text))
    assert (result.exit_code, result.written) == (ExitCode.PARTIAL, ())
    assert [each.key for each in result.skipped if told in each.reason] == ["meta.json"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[" * 100_000, "nested too deep"),
        ("{", "is not JSON"),
        ("[" + "[]," * 1_300_000 + "0]", "objects and lists"),
        (" " * (META_FILE_LIMIT + 1), "at most"),
    ],
)
def test_a_file_that_is_not_read_is_refused(shop: Shop, text: str, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        import_meta(shop.root, given(shop, text))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[" + "1," * (1 << 20) + '{"name": "late"}]', "it is a list of 1,048,577"),
        ("[" + '{"":[{}]},' * 110_000 + "0]", "only the first 100,000"),
        ("[" * 60 + "0" + "]" * 60, "50 deep"),
    ],
)
def test_nonsense_costs_little_and_is_told(shop: Shop, text: str, reason: str) -> None:
    skipped = import_meta(shop.root, given(shop, text)).skipped
    assert len(skipped) < 5
    assert any(reason in each.reason for each in skipped)


def test_thousands_of_broken_entries_are_told_in_few_lines(shop: Shop) -> None:
    skipped = import_meta(shop.root, given(shop, [{"components": [BODY]}] * 7000)).skipped
    assert len(skipped) < 300
    assert "more" in skipped[-1].reason


def test_thousands_of_losses_of_one_template_are_told_in_few_lines(shop: Shop) -> None:
    (written,) = import_meta(shop.root, given(shop, [TABLE | {f"field{number}": 1 for number in range(3000)}])).written
    assert len(written.notes) == 101
    assert written.notes[-1] == "and 2,900 more of the kind"


def test_hostile_names_reach_no_terminal(shop: Shop) -> None:
    name = "\x1b[2J\u202e::error::x"
    told = shop.run(
        "import", "--from-meta", str(given(shop, [{**TABLE, "name": name}, {"components": [BODY], "name": name}]))
    )
    assert "\x1b" not in told.out + told.err and "\u202e" not in told.out + told.err
