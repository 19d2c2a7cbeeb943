"""Every JSON document that a command writes fits its published schema."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import jsonschema
import pytest

from templatesync.cli import run
from templatesync.schema.loading import schema_dir

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    shutil.copytree(EXAMPLES, folder, ignore=shutil.ignore_patterns(".templatesync"))
    return folder


def document(capsys: pytest.CaptureFixture[str], *arguments: str) -> object:
    capsys.readouterr()
    assert run([*arguments, "--format", "json", "-q"]) == 0
    return json.loads(capsys.readouterr().out)


def outputs(capsys: pytest.CaptureFixture[str], name: str, *arguments: str) -> object:
    capsys.readouterr()
    assert run(["outputs", "--format", name, *arguments]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found  # a schema is easy on what is empty
    return found


def fits(name: str, value: object) -> None:
    schema = json.loads((schema_dir() / f"{name}.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft7Validator(schema).validate(value)


def test_each_document_fits_its_schema(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    at = ("-C", str(shop), "--space", "local")
    fits("findings", document(capsys, "validate", *at))
    fits("plan", document(capsys, "plan", *at))
    fits("plan", document(capsys, "plan", "--cache", *at))
    fits("receipt", document(capsys, "apply", *at, "--yes"))
    fits("status", document(capsys, "status", *at))
    fits("outputs", document(capsys, "outputs", *at))
    fits("codes", outputs(capsys, "codes", *at))
    fits("contract", outputs(capsys, "contract", "-C", str(shop)))
    (shop / "templates" / "refund_sent.yaml").unlink()
    fits("plan", document(capsys, "plan", *at, "--prune"))


def test_findings_of_a_broken_file_fit_too(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (shop / "templates" / "broken.yaml").write_text("Name: [\n")
    assert run(["validate", "-C", str(shop), "--format", "json"]) == 3
    value = json.loads(capsys.readouterr().out)
    fits("findings", value)
    assert value["summary"]["error"] == len(value["findings"]) > 0


def test_a_saved_plan_is_the_printed_one(shop: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    saved = tmp_path / "plan.json"
    printed = document(capsys, "plan", "-C", str(shop), "--space", "local", "--out", str(saved))
    assert json.loads(saved.read_text(encoding="utf-8")) == printed
