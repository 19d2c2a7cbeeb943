"""`templatesync: {told_back: …}`: what a document says that the service may tell in its place."""

from __future__ import annotations

from typing import Any

import pytest
from support.projects import Shop

from templatesync.project import workspace
from templatesync.project.settings import Project, Space

ONE, OTHER = "0f1e2d3c4b5a6978", "ffffffffffffffff"
FILE = """Name: shop_bad
Category: UTILITY
{languages}
Components:
  - Type: BODY
    Text: Hello dear friend, your parcel has left our studio today.
templatesync: {{told_back: {told}}}
"""
QR_CODE = """kind: qr_code
PhoneNumber: "442079460123"
PrefilledMessage: Hello there
templatesync: {{told_back: {told}}}
"""


def told(shop: Shop, text: str) -> dict[str, Any]:
    """What each resource of the file may be told, by its language."""
    path = shop.bad(text)
    project = Project(path.parent, (Space("local", "emulator-local"),), include=(path.name,))
    return {entry.resource.key.language: entry.resource.options.told_back for entry in workspace.read(project).entries}


@pytest.mark.parametrize(
    ("languages", "block", "wanted"),
    [
        ("Language: en", f"{{Example: {ONE}}}", {"en": {"Example": ONE}}),
        ("Language: en", f"{{en: {{Example: {ONE}}}}}", {"en": {"Example": ONE}}),
        (
            "Languages: [en, id]",
            f'{{en: {{Example: {ONE}}}, id: {{"Components[BODY].Text": {OTHER}}}}}',
            {"en": {"Example": ONE}, "id": {"Components[BODY].Text": OTHER}},
        ),
        ("Languages: [en]", f"{{Example: {ONE}}}", {"en": {"Example": ONE}}),
    ],
)
def test_places_are_by_language(shop: Shop, languages: str, block: str, wanted: dict[str, Any]) -> None:
    found = told(shop, FILE.format(languages=languages, told=block))
    assert found and all(each == wanted for each in found.values())
    assert shop.run("validate").code == 0


def test_a_kind_without_languages_has_places_alone(shop: Shop) -> None:
    assert told(shop, QR_CODE.format(told=f"{{PrefilledMessage: {ONE}}}")) == {"": {"": {"PrefilledMessage": ONE}}}
    assert shop.run("validate").code == 0


@pytest.mark.parametrize(
    ("languages", "block", "words"),
    [
        ("Languages: [en, id]", f"{{de: {{Example: {ONE}}}}}", "de is no language of this document"),
        ("Language: zh_CN", f"{{zh-CN: {{Example: {ONE}}}}}", "did you mean zh_CN?"),
        ("Languages: [en, id]", f"{{Example: {ONE}}}", "stands under one of them"),
    ],
)
def test_another_language_is_a_finding(shop: Shop, languages: str, block: str, words: str) -> None:
    shop.bad(FILE.format(languages=languages, told=block))
    ended = shop.run("validate")
    assert ended.code == 3
    assert "[language-map]" in ended.out
    assert words in ended.out
