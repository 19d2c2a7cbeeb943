"""`import --update` and languages that somebody added in the console: into the document, or told with the way out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.emulated_project import World
from support.plan_scenarios import hello, there

from templatesync.commands import update as update_command
from templatesync.commands.update import UpdateResult
from templatesync.model.errors import ExitCode, UsageError

FILE = "templates/a.yaml"
TWO = """\
# Sent at dispatch.
Name: hello
Category: UTILITY
Languages: [en, id]  # more to come
Components:
  - Type: BODY
    Text:
      en: Hello $(name), your parcel is on its way to you.
      id: Halo $(name), paket Anda sedang dalam perjalanan.  # asked Sri
  - Type: FOOTER
    Text: Parcels & more  # our name
Example: {name: Ann}
"""
TEXTS = {
    "en": "Hello $(name), your parcel is on its way to you.",
    "id": "Halo $(name), paket Anda sedang dalam perjalanan.",
    "zh_CN": "您好 $(name)，您的包裹已经发货，请注意查收。",
    "es": "Hola $(name), tu paquete ya va de camino.",
}


def live(world: World, language: str, footer: str = "Parcels & more", text: str = "", **more: Any) -> None:
    parts = [{"Type": "BODY", "Text": text or TEXTS[language]}, {"Type": "FOOTER", "Text": footer}]
    world.live(**there(hello(**{"Language": language, "Components": parts, "Example": {"name": "Ann"}, **more})))


def both(world: World, text: str = TWO, edited: str = "") -> None:
    """Two languages that live as their file says, but for what somebody made of the second."""
    world.put(FILE, text)
    live(world, "en")
    live(world, "id", text=edited)


def read(world: World) -> str:
    return (world.root / FILE).read_text(encoding="utf-8")


def told(result: UpdateResult) -> dict[str, str]:
    return {each.key: each.reason for each in result.left}


def taken(result: UpdateResult) -> list[str]:
    return [each.key for file in result.files for each in file.taken]


def quiet(world: World) -> bool:
    document = world.document()
    actions = [row["action"] for row in document["spaces"][0]["changes"]]
    return set(actions) == {"no_op"} and document["summary"]["unmanaged"] == 0


def test_it_goes_into_the_document_with_its_comments(world: World) -> None:
    both(world)
    live(world, "zh_CN")
    result = world.update()
    assert (taken(result), result.left, result.exit_code) == (["template/hello@zh_CN"], (), ExitCode.OK)
    assert read(world) == TWO.replace("[en, id]", "[en, id, zh_CN]").replace(
        "# asked Sri\n", f'# asked Sri\n      zh_CN: "{TEXTS["zh_CN"]}"\n'
    )
    assert quiet(world)


def test_it_is_taken_alone_where_its_key_is_named(world: World) -> None:
    both(world, edited="Halo $(name), paket Anda tiba besok.")
    live(world, "es")
    assert taken(world.update("template/hello@es")) == ["template/hello@es"]
    assert "besok" not in read(world)
    (left,) = world.update("template/hello@fr").left
    assert (left.key, left.fault) == ("template/hello@fr", True)


@pytest.mark.parametrize("key", ["template/made@en", "template/made", "template/hallo@en"])
def test_a_key_without_a_file_is_told_with_the_way_to_one(world: World, key: str) -> None:
    both(world)
    with pytest.raises(UsageError) as raised:
        world.update(key)
    assert f"`templatesync import {key}` writes a file" in str(raised.value.hint)


def test_a_text_that_all_shared_becomes_one_by_language(world: World) -> None:
    both(world)
    live(world, "zh_CN", footer="Parcels", Example={"name": "李明"})
    live(world, "es")
    assert taken(world.update("template/hello")) == ["template/hello@es", "template/hello@zh_CN"]
    text = read(world)
    assert "    Text:  # our name\n      en: Parcels & more\n" in text and "      zh_CN: Parcels\n" in text
    assert "zh_CN: 李明" in text  # its own sample, and the others keep theirs
    assert quiet(world)


def test_it_comes_with_edits_of_the_others(world: World) -> None:
    both(world, edited="Halo $(name), paket Anda tiba besok.")
    live(world, "es")
    assert sorted(taken(world.update())) == ["template/hello@es", "template/hello@id"]
    assert "id: Halo $(name), paket Anda tiba besok.  # asked Sri\n" in read(world)
    assert quiet(world)


@pytest.mark.parametrize(
    ("parts", "more", "words"),
    [
        ([{"Type": "BODY", "Text": TEXTS["es"]}], {}, "says one thing for all its languages"),
        ([{"Type": "BODY", "Text": TEXTS["es"]}, {"Type": "FOOTER", "Text": "Adiós"}], {"Example": {}}, "no sample"),
    ],
)
def test_what_the_document_cannot_say_is_told_with_the_way_out(
    world: World, parts: list[Any], more: dict[str, Any], words: str
) -> None:
    both(world, edited="Halo $(name), paket Anda tiba besok.")
    live(world, "es", Components=parts, **more)
    result = world.update()
    assert taken(result) == ["template/hello@id"]
    assert words in told(result)["template/hello@es"]
    assert "`templatesync import template/hello@es`" in told(result)["template/hello@es"]
    assert read(world) == TWO.replace("sedang dalam perjalanan.", "tiba besok.")
    world.import_("template/hello@es")
    assert quiet(world)


def test_media_of_each_language_is_not_lent(world: World) -> None:
    url = {language: f"https://www.example.com/{language}.jpg" for language in ("en", "id", "es")}
    header = f"  - Type: HEADER\n    Format: IMAGE\n    Url: {{en: {url['en']}, id: {url['id']}}}\n"
    world.put(FILE, TWO.replace("Components:\n", f"Components:\n{header}"))
    for language in url:
        parts = [{"Type": "HEADER", "Format": "IMAGE", "Url": url[language]}, {"Type": "BODY", "Text": TEXTS[language]},
                 {"Type": "FOOTER", "Text": "Parcels & more"}]  # fmt: skip
        live(world, language, Components=parts)
    result = world.update()
    assert taken(result) == []
    assert "Url is a sample of each language" in told(result)["template/hello@es"]


def test_a_document_of_one_language_stays_one(world: World) -> None:
    one = TWO.replace("Languages: [en, id]", "Language: en").replace("\n      en: ", " ").replace(
        "      id: Halo $(name), paket Anda sedang dalam perjalanan.  # asked Sri\n", "")  # fmt: skip
    world.put(FILE, one)
    live(world, "en")
    live(world, "es")
    result = world.update()
    assert (result.exit_code, read(world)) == (ExitCode.OK, one)
    assert "import template/hello@es" in told(result)["template/hello@es"]


def test_the_other_spaces_of_the_document_are_named(tmp_path: Path) -> None:
    world = World(tmp_path, spaces={"local": {"emulator": True}, "other": {"emulator": True}}, default_space="local")
    both(world)
    live(world, "es")
    (file,) = world.update().files
    assert file.notes == ("the file belongs to other as well, which will want it, too",)


def test_a_variable_stays_where_the_new_language_has_its_value(tmp_path: Path) -> None:
    world = World(tmp_path, spaces={"local": {"emulator": True, "vars": {"shop": "Parcels & more"}}})
    both(world, TWO.replace("Text: Parcels & more", "Text: ${{ shop }}"))
    live(world, "es")
    assert taken(world.update()) == ["template/hello@es"]
    assert "Text: ${{ shop }}  # our name" in read(world)
    assert quiet(world)


def test_a_console_edit_goes_into_the_right_language_of_the_right_file(tmp_path: Path) -> None:
    """Several files, several documents in one, two spaces of which one was edited: one line of one file changes."""
    spaces = {name: {"emulator": True, "vars": {"site": f"https://{name}.example.com"}} for name in ("local", "other")}
    world = World(tmp_path, spaces=spaces, default_space="local")
    bye = """\
# Both are sent by the shop.
Name: bye
Category: UTILITY
Language: en
Components:
  - {Type: BODY, Text: "See you on ${{ site }} soon, we hope."}  # site of the space
---
# the second
"""
    second = TWO.replace("Name: hello", "Name: again").replace("is on its way to you.", "is on ${{ site }} now, see.")
    world.put("templates/shop.yaml", bye + second)
    both(world)
    live(world, "en", Name="again", text="Hello $(name), your parcel is on https://local.example.com now, see.")
    live(world, "id", Name="again", text="Halo $(name), paket Anda\nsudah tiba.")
    world.live(**there(hello("See you at https://local.example.com soon, we hope.", Name="bye")))
    hers = read(world)
    result = world.update("template/again", "template/bye")
    assert (result.exit_code, taken(result)) == (ExitCode.OK, ["template/again@id", "template/bye@en"])
    text = (world.root / "templates/shop.yaml").read_text(encoding="utf-8")
    assert text == (bye + second).replace("you on ${{", "you at ${{").replace(
        "Halo $(name), paket Anda sedang dalam perjalanan.  # asked Sri",
        '"Halo $(name), paket Anda\\nsudah tiba."  # asked Sri',
    )
    assert read(world) == hers
    assert quiet(world)


def test_a_category_that_the_platform_chose_is_accepted_where_it_was_named(world: World) -> None:
    one = TWO.replace("Languages: [en, id]  # more to come", "Language: es").replace(
        "Category: UTILITY", "Category: UTILITY  # it was").split("    Text:\n")[0]  # fmt: skip
    text = one + '    Text: "Hola $(name), tu paquete ya va de camino."\nExample: {name: Ann}\n'
    world.put(FILE, text)
    live(world, "es", Category="MARKETING", Components=[{"Type": "BODY", "Text": TEXTS["es"]}])
    result = world.update()
    assert (result.exit_code, taken(result), result.equal, read(world)) == (ExitCode.OK, [], 1, text)
    assert "decided otherwise about Category" in told(result)["template/hello@es"]
    result = world.update("template/hello")
    assert [each.paths for file in result.files for each in file.taken] == [("Category",)]
    assert read(world) == text.replace("UTILITY", "MARKETING")
    assert quiet(world) and world.document()["spaces"][0]["changes"][0]["notes"] == []


def test_a_category_of_one_language_alone_is_told(world: World) -> None:
    world.put(FILE, TWO)
    live(world, "en", Category="MARKETING")
    live(world, "id")
    result = world.update("template/hello")
    assert (result.exit_code, read(world)) == (ExitCode.PARTIAL, TWO)
    assert "one thing for all its languages in Category" in told(result)["template/hello@en"]


def test_it_comes_into_a_document_that_silences_a_rule_as_it_lives(world: World) -> None:
    both(world, edited="$(name), paket Anda sedang dalam perjalanan ke sana.")
    world.update()
    assert "ignore var-not-lead while" in read(world)
    live(world, "es", text="$(name), tu paquete ya va de camino a casa.")
    assert taken(world.update()) == ["template/hello@es"]
    assert read(world).count("templatesync: ignore") == 1
    assert quiet(world)


def test_what_targets_mean_is_found_once_for_all_languages(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(languages: int) -> int:
        calls.clear()
        assert len(taken(world.update(FILE, write=False))) == languages
        return len(calls)

    calls: list[object] = []
    plain = update_command.key_matcher
    monkeypatch.setattr(update_command, "key_matcher", lambda texts: calls.append(texts) or plain(texts))
    both(world)
    live(world, "zh_CN")
    once = asked(1)
    live(world, "es")
    assert asked(2) == once
