"""Messages show a number or boolean as the file spells it, or as JSON does where that is the same; never otherwise."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from templatesync.documents import yaml_reader
from templatesync.documents.limits import YamlLimits
from templatesync.model.errors import FindingsError
from templatesync.project import settings, workspace
from templatesync.schema.gate import problems
from templatesync.validation import check

PROJECT = "version: 1\nspaces: {local: {emulator: true}}\n"
# Whatever JSON, or Python, would write otherwise.
SPELT = [
    "1e5", "1E5", "0x10", "0o17", "+5", "007", ".5", "5.", "1.50", "12e-3", "1e300", "-0", "+0.0", "100000.0", "1e16",
    "123456789012345678", "0.1", "12", "-7", "TRUE", "False", "true",
]  # fmt: skip


def messages(folder: Path, project: str = PROJECT, **files: str) -> list[str]:
    (folder / "templatesync.yaml").write_text(project, encoding="utf-8")
    (folder / "templates").mkdir()
    for name, text in files.items():
        (folder / f"templates/{name}.yaml").write_text(text, encoding="utf-8")
    try:
        return [each.message for each in check.check(workspace.read(settings.load(folder))).findings]
    except FindingsError as error:
        return [each.message for each in error.findings]


def template(**fields: str) -> str:
    body = "Components: [{Type: BODY, Text: Your parcel has left our studio today.}]"
    told = {"Name": "shop_note", "Category": "UTILITY", "Language": "en", **fields}
    return "\n".join([*(f"{name}: {value}" for name, value in told.items()), body, ""])


@pytest.mark.parametrize("spelt", SPELT)
def test_where_text_is_wanted(spelt: str, tmp_path: Path) -> None:
    [message] = messages(tmp_path, a=template(Name=spelt))
    assert message.startswith(f"{spelt} is a ")


@pytest.mark.parametrize("spelt", ["1e5", "6.00e2", "60."])
def test_where_a_whole_number_is_wanted(spelt: str, tmp_path: Path) -> None:
    [message] = messages(tmp_path, a=template(MessageSendTtlSeconds=spelt))
    assert message.startswith(f"{spelt} is a number where")


@pytest.mark.parametrize("spelt", ["0x10", "+2", "2e0", "02"])
def test_in_the_project_file(spelt: str, tmp_path: Path) -> None:
    [message] = messages(tmp_path, f"{PROJECT}default_space: {spelt}\n")
    assert message.startswith(f"{spelt} is a number")


def test_out_of_range(tmp_path: Path) -> None:
    project = f"{PROJECT}policy: {{max_changes: {{percent: 0x1000, at_least: 3}}}}\n"
    assert messages(tmp_path, project) == ["0x1000 is out of range"]


def test_each_value_has_its_own_spelling(tmp_path: Path) -> None:
    """Below lists, in a second document, and of two equal ones: each as it is spelt in its place."""
    second = template(Name="shop_other", Languages="[+1, 2e0]").replace("Language: en\n", "")
    found = messages(tmp_path, a=f"{template(Name='+7')}---\n{second}")
    assert found == [
        "+7 is a number here where text is wanted",
        "+1 is a number here where text is wanted",
        "2e0 is a number here where text is wanted",
    ]


def test_one_of_two_equal_ones_is_told_of_as_it_is_spelt() -> None:
    [document] = yaml_reader.load(b"{Name: a, Languages: [en, 1.0, 1.00]}", "a.yaml").documents
    assert "1.00 appears twice here" in [
        problem.message for problem in problems("template", document.data, document.spelt)
    ]


def test_a_key(tmp_path: Path) -> None:
    [message] = messages(tmp_path, a=template(Example="{1e5: a}"))
    assert message == "a key must be text; 1e5 is not"


@pytest.mark.parametrize("spelt", SPELT)
def test_places_and_spelling_come_from_one_walk(spelt: str) -> None:
    text = f"a: {{b: [x, {spelt}]}}\n"
    [document] = yaml_reader.load_carefully(text.encode(), "a.yaml", YamlLimits()).documents
    assert (document.spelt(("a", "b", 1)) or json.dumps(document.data["a"]["b"][1])) == spelt
    assert document.spelt(("a", "b", 0)) == document.spelt(("a", "b")) == document.spelt(("a", "c")) == ""
    assert [*document.locate(("a", "b", 1))] == [1, 12]
