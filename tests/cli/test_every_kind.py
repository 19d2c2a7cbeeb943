"""Each command on each kind, as a person runs it; what it writes for programs fits its schema."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from support.kind_specimens import File, Specimen, every_kind, named
from support.projects import GOOD, Ended, Shop

from templatesync.documents.yaml_writer import to_yaml
from templatesync.kinds import folder_of
from templatesync.schema.loading import schema_dir
from templatesync.service.api import api

# Whatever is reviewed is refused, so that it can be edited; nothing else takes notice of reviews.
PROJECT = "version: 1\nspaces:\n  local: {emulator: {review: HOW}}\n"


@cache
def schema(name: str) -> jsonschema.Draft7Validator:
    text = (schema_dir() / f"{name}.schema.json").read_text(encoding="utf-8")
    return jsonschema.Draft7Validator(json.loads(text))


class Stall(Shop):
    """A project with files of one kind."""

    def reviewed(self, how: str) -> None:
        self.write("templatesync.yaml", PROJECT.replace("HOW", how))

    def want(self, *files: File) -> None:
        for folder in {folder_of(file.kind.name) for file in files} | {"templates"}:
            for path in (self.root / folder).glob("*"):
                path.unlink()
        for number, file in enumerate(files, 1):
            self.write(f"{folder_of(file.kind.name)}/{number:02}.yaml", to_yaml(file.body))
            for name, text in file.beside.items():
                self.write(name, text)

    def json(self, fits: str, *arguments: str, code: int = 0) -> dict[str, Any]:
        """What a command writes for programs."""
        ended = self.run(*arguments, "--format", "json")
        assert ended.code == code, ended
        document: dict[str, Any] = json.loads(ended.out)
        if fits:
            schema(fits).validate(document)
        return document

    def rows(self, fits: str, member: str, *arguments: str, code: int = 0) -> list[dict[str, Any]]:
        """The rows of the only space."""
        (space,) = self.json(fits, *arguments, code=code)["spaces"]
        found: list[dict[str, Any]] = space[member]
        return found

    def says(self, *arguments: str, code: int = 0) -> Ended:
        ended = self.run(*arguments)
        assert ended.code == code, ended
        return ended


@pytest.fixture
def stall(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Stall:
    fresh = Stall(tmp_path / "stall", capsys)
    fresh.reviewed("reject")
    return fresh


def allowed(specimen: Specimen) -> tuple[str, ...]:
    return ("--allow-breaking",) if specimen.breaks else ()


@every_kind
def test_validate(stall: Stall, specimen: Specimen) -> None:
    stall.want(specimen.file(), specimen.file("two"))
    assert "valid: 2 files, 2 resources" in stall.says("validate").out
    broken = File(specimen.kind, {**specimen.file().body, "Nonsense": 1}, specimen.file().beside)
    stall.want(broken, specimen.file("two"))
    document = stall.json("findings", "validate", code=3)
    assert [(each["rule"], each["key"]) for each in document["findings"]] == [("unknown-field", broken.key)]
    path = f"{folder_of(specimen.kind.name)}/01.yaml"
    assert f"{path}:{document['findings'][0]['line']}:" in stall.says("validate", code=3).out
    assert stall.says("validate", str(stall.root / folder_of(specimen.kind.name) / "02.yaml")).code == 0


@every_kind
def test_plan_apply_and_receipt(stall: Stall, specimen: Specimen) -> None:
    """From nothing to content `a`, to `b`, to nothing."""
    receipt = stall.root / "receipt.json"
    file, ids = specimen.file(), dict[str, Any]()
    for action, code in (("create", 0), ("update", 0), ("delete", 0)):
        stall.want(file)
        words = allowed(specimen) if action == "update" else ()
        (planned,) = stall.rows("plan", "changes", "plan", *words)
        assert (planned["key"], planned["action"]) == (file.key, action)
        assert (planned["before"], planned["after"]).count(None) == (0 if action == "update" else 1)
        text = stall.says("plan", *words).out
        assert file.key in text and f"1 to {action}" in text and "EMULATOR" in text
        saved = str(stall.root / "plan.json")
        assert stall.says("plan", *words, "--out", saved).code == 0
        stall.says("plan", *words, "--detailed-exitcode", code=2)
        if action == "create":
            document = stall.json("receipt", "apply", saved, "--receipt", str(receipt), code=code)
            assert json.loads(receipt.read_text(encoding="utf-8")) == document
            (done,) = document["spaces"][0]["changes"]
            assert (done["key"], done["outcome"]) == (file.key, "done")
            ids = {specimen.kind.outputs.code: done[specimen.kind.outputs.code]}
        else:
            assert f"{file.key}  done" in stall.says("apply", saved).out
        assert "No changes" in stall.says("plan", "--detailed-exitcode").out
        file = specimen.file("one", "b", ids) if action == "create" else specimen.gone("one", "b")
    assert stall.rows("status", "resources", "status") == []


@every_kind
def test_status(stall: Stall, specimen: Specimen) -> None:
    stall.want(specimen.file())
    (row,) = stall.rows("status", "resources", "status")
    assert (row["key"], row["status"], row["drift"]) == (specimen.file().key, "not there", ["missing"])
    (done,) = stall.json("receipt", "apply", "--yes")["spaces"][0]["changes"]
    (row,) = stall.rows("status", "resources", "status")
    assert (row["kind"], row["content"], row["quality"], row["drift"]) == (
        str(specimen),
        *["not read"] * 2,
        ["not read"],
    )
    assert specimen.file().key in stall.says("status").out
    (row,) = stall.rows("status", "resources", "status", "--content")
    assert (row["content"], row["drift"]) == ("as the file says", [])
    rejected = 8 if row["status"] in specimen.kind.policy.rejected else 0
    assert rejected or not specimen.kind.policy.pending  # what is reviewed was refused here
    stall.says("status", "--exit-code", code=rejected)
    stall.want(specimen.file("one", "b", {specimen.kind.outputs.code: done[specimen.kind.outputs.code]}))
    (row,) = stall.rows("status", "resources", "status", "--content")
    assert (row["content"], row["drift"]) == ("differs", ["content"])


@every_kind
def test_status_names_what_has_no_file(stall: Stall, specimen: Specimen) -> None:
    """Also where nothing of its kind has one."""
    stall.want(specimen.file())
    stall.says("apply", "--yes")
    (stall.root / folder_of(specimen.kind.name) / "01.yaml").unlink()
    stall.write("templates/other.yaml", GOOD)
    rows = {row["key"]: row for row in stall.rows("status", "resources", "status")}
    assert "unmanaged" in rows[specimen.file().key]["conditions"]
    assert specimen.file().key in stall.says("status", "--fail-on", "unmanaged", code=6).out


@every_kind
def test_status_follows_reviews_of_kinds_that_have_any(stall: Stall, specimen: Specimen) -> None:
    stall.reviewed("manual")
    stall.want(specimen.file())
    stall.says("apply", "--yes")
    pending = bool(specimen.kind.policy.pending)
    ended = stall.says("status", "--wait", "--timeout", "0s", code=7 if pending else 0)
    assert ("the time to wait is over" in ended.out) == pending


@every_kind
def test_outputs(stall: Stall, specimen: Specimen) -> None:
    stall.reviewed("approve")
    stall.want(specimen.file().own(**specimen.settled))
    (row,) = stall.rows("outputs", "outputs", "outputs")
    assert (row["kind"], row["usable"], row["status"]) == (str(specimen), False, "not there")
    assert " is not usable" in stall.says("outputs", "--format", "env").out
    stall.says("apply", "--yes")
    (row,) = stall.rows("outputs", "outputs", "outputs")
    assert row["usable"] and row[specimen.kind.outputs.code]
    lines = stall.says("outputs", "--format", "env").out.splitlines()
    (line,) = [line for line in lines if not line.startswith("#")]
    name, _, value = line.partition("=")
    assert value == row[specimen.kind.outputs.code]
    assert name.isidentifier() and name.isupper() and not name.endswith("_")
    assert name.startswith({"template": "TEMPLATE_", "flow": "FLOW_", "qr_code": "QR_"}[str(specimen)])


@every_kind
def test_import(stall: Stall, specimen: Specimen, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stall.want(specimen.file(), specimen.file("two"))
    stall.says("apply", "--yes")
    for path in (stall.root / folder_of(specimen.kind.name)).iterdir():
        path.unlink()
    asked = stall.json("", "import", specimen.file().key)
    assert [each["keys"] for each in asked["written"]] == [[specimen.file().key]]
    rest = stall.says("import").out
    assert specimen.file("two").key in rest and "1 file written" in rest
    assert stall.says("validate", "--strict").code == 0
    assert "No changes: 2 resources" in stall.says("plan", "--detailed-exitcode").out


@named
def test_new_version(stall: Stall, specimen: Specimen) -> None:
    stall.reviewed("approve")
    stall.want(specimen.file().own(**specimen.settled))
    stall.says("apply", "--yes")
    made = stall.json("", "new-version", f"{specimen}/one")
    assert (made["name"], made["replaces"]) == ("one_v2", "one")
    assert len(made["copies"]) == len(specimen.kind.file.files)
    created = [row for row in stall.rows("plan", "changes", "plan") if row["action"] == "create"]
    assert [(row["name"], row["replaces"]) for row in created] == [("one_v2", "one")]
    assert f"± {created[0]['key']}" in stall.says("plan").out
    assert stall.rows("outputs", "outputs", "outputs")[0]["current"] == "one"
    stall.says("apply", "--yes")
    (row,) = stall.rows("outputs", "outputs", "outputs")
    assert (row["name"], row["current"], row["usable"]) == ("one", "one_v2", True)


@every_kind
def test_policies_of_doctor(stall: Stall, specimen: Specimen) -> None:
    allowed = {
        role: set(json.loads(stall.says("doctor", "--policy", role).out)["Statement"][0]["Action"])
        for role in ("plan", "apply")
    }
    reads, writes = (
        {f"cams:{name}" for name in each} for each in (specimen.kind.remote.reads, specimen.kind.remote.writes)
    )
    assert reads <= allowed["plan"] < allowed["apply"]
    assert writes <= allowed["apply"] and writes.isdisjoint(allowed["plan"])
    document = stall.json("doctor", "doctor")
    (left,) = [check for check in document["spaces"][0]["checks"] if check["level"] != "ok"]
    sure = {f"cams:{name}" for name in specimen.kind.remote.writes if api().operations[name].write}
    assert left["level"] == "not-checked"
    assert sure <= {*left["unchecked"]} <= allowed["apply"] - allowed["plan"]
