"""`init --from`: a project for a space that lives already, and what it has, told in one output."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from support.projects import tree

from templatesync.cli import run
from templatesync.emulator.app import Emulator
from templatesync.emulator.server import running
from templatesync.emulator.settings import Settings
from templatesync.project.settings import load

SPACE = "cams-8filvjc8snw"
BODY = {"Type": "BODY", "Text": "Hello, your parcel has left our studio today."}


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "emulator")
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "emulator")
    emulator = Emulator(Settings())
    with running(emulator) as url:
        body = {"cust_space_id": SPACE, "name": "hello", "language": "en", "category": "UTILITY", "components": [BODY]}
        assert httpx.post(f"{url}/_emulator/template", json=body, trust_env=False).status_code == 200
        yield url
    emulator.close()


def test_one_output_tells_all(tmp_path: Path, endpoint: str, capsys: pytest.CaptureFixture[str]) -> None:
    folder, told = tmp_path / "shop", tmp_path / "told.json"
    arguments = ["init", str(folder), "--from", SPACE, "--endpoint", endpoint]
    assert run([*arguments, "--format", "json", "-o", str(told)]) == 0
    assert capsys.readouterr().out == ""
    document = json.loads(told.read_text())
    assert "templatesync.yaml" in document["written"]
    assert (document["import"]["space"], len(document["import"]["written"])) == ("production", 1)
    project = load(folder)
    assert (project.default_space, project.space("production").cust_space_id) == ("local", SPACE)
    assert project.space("production").waba_id
    assert "vars" not in (folder / "templatesync.yaml").read_text()
    assert run(arguments) == 0  # again: all is there
    out = capsys.readouterr().out
    assert out.endswith("Next: `templatesync validate`, then `templatesync plan --space production`.\n")
    assert "`templatesync import --update KEY --space production` takes the live form" in out
    assert run(["-C", str(folder), "plan", "--space", "production", "--endpoint", endpoint]) == 0
    assert "No changes" in capsys.readouterr().out


@pytest.mark.parametrize("quirks", [{}, {"denied-flows": "words"}])
def test_the_next_step_where_nothing_was_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], quirks: dict[str, str]
) -> None:
    """With nothing written, `validate` would find nothing."""
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "emulator")
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "emulator")
    emulator = Emulator(Settings(quirks=quirks))
    with running(emulator) as url:
        code = run(["init", str(tmp_path / "shop"), "--from", SPACE, "--endpoint", url])
    emulator.close()
    out = capsys.readouterr().out
    assert "validate" not in out
    if quirks:
        assert code == 10
        assert "\n0 files written from production, 0 not possible, 0 left alone; 1 list not whole.\n" in out
        assert "`templatesync doctor --space production` tells which permissions are missing" in out
    else:
        assert code == 0
        assert "\nNext: write a first file, " in out


@pytest.mark.parametrize("name", ["", "a b", "a\n", "ä", "x" * 129])
def test_an_id_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    if name:
        assert run(["init", str(tmp_path / "shop"), "--from", name]) == 64
        assert not (tmp_path / "shop").exists()


def test_quotes_in_an_id_stay_in_it(tmp_path: Path) -> None:
    run(["init", str(tmp_path / "shop"), "--from", 'a"#:{'])  # no credentials here, so the import itself fails
    assert load(tmp_path / "shop").space("production").cust_space_id == 'a"#:{'


@pytest.mark.parametrize(
    ("text", "code"),
    [("version: 1\nspaces: {production: {cust_space_id: cams-other}}\n", 64), ("mine", 3)],
)
def test_another_project_is_refused_before_anything(tmp_path: Path, text: str, code: int) -> None:
    (tmp_path / "templatesync.yaml").write_text(text)
    before = tree(tmp_path)
    assert run(["init", str(tmp_path), "--from", SPACE]) == code
    assert tree(tmp_path) == before


def test_values_become_variables_of_both_spaces(
    tmp_path: Path, endpoint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    url = {"Type": "URL", "Text": "Track", "Url": "https://www.example.com/t", "UrlType": "static"}
    body = {"Name": "track", "Category": "UTILITY", "Language": "en",
            "Components": [BODY, {"Type": "BUTTONS", "Buttons": [url]}]}  # fmt: skip
    told = {"cust_space_id": SPACE, "name": "track", "language": "en", "category": "UTILITY",
            "components": body["Components"]}  # fmt: skip
    assert httpx.post(f"{endpoint}/_emulator/template", json=told, trust_env=False).status_code == 200
    folder = tmp_path / "shop"
    arguments = ["init", str(folder), "--from", SPACE, "--endpoint", endpoint]
    assert run([*arguments, "--var", "site"]) == 64
    assert not folder.exists()
    assert run([*arguments, "--var", "site=https://www.example.com"]) == 0
    assert "${{ site }}/t" in (folder / "templates/track.yaml").read_text()
    assert "spaces:" not in (folder / "templates/track.yaml").read_text()
    variables = {space.name: space.vars for space in load(folder).spaces}
    assert variables == {name: {"site": "https://www.example.com"} for name in ("local", "production")}
    capsys.readouterr()
    assert run(["-C", str(folder), "validate"]) == 0
    assert run(["-C", str(folder), "plan", "--space", "production", "--endpoint", endpoint]) == 0
    assert "No changes" in capsys.readouterr().out
    assert run(["-C", str(folder), "plan", "--format", "json"]) == 0  # the emulator, the default
    assert json.loads(capsys.readouterr().out)["summary"]["create"] == 2


@pytest.mark.parametrize(
    ("quirks", "why"),
    [
        ({"denied-account": "words"}, "its account could not be read"),
        ({"denied-account": "gateway"}, "its account could not be read"),
        ({"account-id": "missing"}, "the service did not tell its account"),
    ],
)
def test_an_account_that_is_not_told_is_left_out_and_said(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    quirks: dict[str, str],
    why: str,
) -> None:
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "emulator")
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "emulator")
    emulator = Emulator(Settings(quirks=quirks))
    with running(emulator) as url:
        told = tmp_path / "told.json"
        asked = ["init", str(tmp_path / "shop"), "--from", SPACE, "--endpoint", url]
        assert run([*asked, "--format", "json", "-o", str(told)]) == 10
        printed = capsys.readouterr()
        assert "has no waba_id" in printed.err and why in printed.err and "write it by hand" in printed.err
        assert why in json.loads(told.read_text())["account_untold"]
        other = [*asked]
        other[1] = str(tmp_path / "other")
        run(other)
        assert why in capsys.readouterr().out
    emulator.close()
    space = load(tmp_path / "shop").space("production")
    assert (space.cust_space_id, space.waba_id) == (SPACE, "")
