"""`import --update` is honest about samples: those that are told go into the file, and all others are unknown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from support.emulated_project import World
from support.plan_scenarios import hello, there

from templatesync.commands.validate import validate

PICTURE = {"Type": "HEADER", "Format": "IMAGE"}
EN = "Hello $(name), your order $(order) is on its way to you."
ID = "Hai $(name), pesanan $(order) Anda sedang dalam perjalanan."
NEW = "Hello $(name), your order $(order) comes at $(hour) to your door."
BOTH = {"name": "Ann", "order": "1001"}


def console(world: World, texts: Mapping[str, str], told: Mapping[str, Mapping[str, str]], *more: Any) -> None:
    """Templates that somebody made in the console, and of which the service tells these samples."""
    for language, text in texts.items():
        world.live(**there(hello(text, *more, Language=language)))

    def after(operation: str, answer: dict[str, Any]) -> None:
        if operation == "GetChatappTemplateDetail":
            answer["Data"]["Example"] = dict(told.get(answer["Data"]["Language"], {}))

    world.emulator.after = after


def told(world: World) -> str:
    """The text of the file, which says what is live, without a finding that is an error, and without a stand-in."""
    (path,) = (world.root / "templates").glob("*.yaml")
    assert {row["action"] for row in world.document()["spaces"][0]["changes"]} == {"no_op"}
    assert not validate(world.root, (), (), strict=False).report.errors
    text = path.read_text(encoding="utf-8")
    assert "told_back" not in text
    return text


FILE = """\
Name: hello
Category: UTILITY
Language: en
Components:
  - Type: BODY
    Text: Hello $(name), your parcel is on its way to you.
"""
BLOCKS = {
    "": "templatesync: {samples: unknown}\n",
    "templatesync: {protected: true}\n": "templatesync: {protected: true, samples: unknown}\n",
}


@pytest.mark.parametrize("block", BLOCKS)
def test_a_new_variable_without_a_sample_is_taken_over_as_unknown(world: World, block: str) -> None:
    world.put("templates/hello.yaml", f"{FILE}Example: {{name: Ann}}  # made up\n{block}")
    console(world, {"en": EN}, {})
    (file,) = world.update().files
    assert [(each.paths, each.told_back) for each in file.taken] == [(("Components[BODY].Text",), ())]
    assert file.notes == ("the service did not tell all samples of en: write them before it can change",)
    assert told(world).endswith(f"    Text: {EN}\nExample: {{name: Ann}}  # made up\n{BLOCKS[block]}")
    assert world.update().files == ()


def test_a_language_whose_new_variable_has_no_sample_is_unknown_alone(world: World) -> None:
    texts = f"{{en: '{EN.replace('order', 'parcel')}', id: '{ID}'}}"
    text = FILE.replace("Language: en", "Languages: [en, id]").replace(FILE.splitlines()[-1], f"    Text: {texts}")
    world.put("templates/hello.yaml", f"{text}Example: {{name: Ann, order: '1', parcel: '2'}}\n")
    console(world, {"en": NEW, "id": ID}, {"id": BOTH})
    world.update("template/hello@en")
    assert told(world).endswith("templatesync:\n  samples:\n    unknown: [en]\n")


@pytest.mark.parametrize(
    ("more", "samples"),
    [((PICTURE,), BOTH), ((), {"order": "1001"})],
    ids=["media has none", "an older variable has none"],
)
def test_samples_that_are_told_are_kept_though_others_are_unknown(
    world: World, more: tuple[Any, ...], samples: dict[str, str]
) -> None:
    head = "  - Type: HEADER\n    Format: IMAGE\n" if more else ""
    text = FILE.replace("Components:\n", f"Components:\n{head}")
    world.put("templates/hello.yaml", f"{text}templatesync: {{samples: unknown}}\n")
    console(world, {"en": EN}, {"en": samples}, *more)
    world.update()
    now = told(world)
    assert 'order: "1001"' in now[now.index("Example:") : now.index("templatesync:")]
    assert now.endswith("templatesync: {samples: unknown}\n")


def test_a_language_with_some_of_its_samples_stays_unknown(world: World) -> None:
    texts = f"{{en: '{EN}', id: 'Hai $(name), pesanan $(order) sudah.'}}"
    text = FILE.replace("Language: en", "Languages: [en, id]").replace(FILE.splitlines()[-1], f"    Text: {texts}")
    example = "Example: {name: {en: Ann}, order: {en: '1'}}\n"
    world.put("templates/hello.yaml", f"{text}{example}templatesync: {{samples: {{unknown: [id]}}}}\n")
    console(world, {"en": EN, "id": ID}, {"en": BOTH, "id": {"order": "7"}})
    world.update()
    now = told(world)
    assert "order: {en: '1', id: \"7\"}" in now
    assert "unknown: [id]" in now


def test_media_that_come_where_they_alone_were_missing_take_the_mark_away(world: World) -> None:
    text = FILE.replace(" $(name)", "").replace("Components:\n", "Components:\n  - Type: HEADER\n    Format: IMAGE\n")
    world.put("templates/hello.yaml", f"{text}templatesync:\n  samples: unknown\n")
    later = "Hello, your parcel is with you today."
    console(world, {"en": later}, {}, PICTURE | {"Url": "https://example.com/a.jpg"})
    world.update()
    now = told(world)
    assert "samples" not in now
    assert "Url: " in now
