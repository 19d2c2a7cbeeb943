"""The reference pages name all that there is and nothing else: fields, variables, control requests, commands."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from generate.pages import DOCS

from templatesync.cli import main
from templatesync.emulator import control
from templatesync.emulator.app import Emulator
from templatesync.emulator.http.message import HttpRequest
from templatesync.emulator.settings import Settings
from templatesync.model.errors import ExitCode

ROOT = DOCS.parent
REFERENCE = DOCS / "reference"
PAGES = {page.stem: page.read_text(encoding="utf-8") for page in REFERENCE.rglob("*.md")}


# --- fields ---------------------------------------------------------------------------------------------------------


def names(schema: Any) -> Iterator[str]:
    """Every field that a schema gives a meaning to."""
    if isinstance(schema, dict):
        yield from (name for name, each in schema.get("properties", {}).items() if "title" in each)
        for inner in schema.values():
            yield from names(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from names(inner)


@pytest.mark.parametrize("schema", sorted(path.stem for path in (ROOT / "schemas").glob("*.json")))
def test_every_field_has_a_row(schema: str) -> None:
    name = schema.removesuffix(".schema")
    page = PAGES[{"project": "project-file"}.get(name, name if name in PAGES else "resource-file")]
    fields = set(names(json.loads((ROOT / "schemas" / f"{schema}.json").read_text(encoding="utf-8"))))
    fields -= {"publish"} if name == "template" else set()  # there only to be refused
    assert {field for field in fields if f"| `{field}` | " not in page} == set()


# --- the environment ------------------------------------------------------------------------------------------------

ENVIRONMENT = re.sub(r"\n```.*?\n```", "", PAGES["environment"], flags=re.DOTALL)
NAMED = set(re.findall(r"`([A-Z][A-Z0-9_]+)`", ENVIRONMENT))
OF_PIPELINES = set(re.findall(r"`([A-Z][A-Z0-9_]+)`", ENVIRONMENT.split("## A pipeline")[1].split("\n## ")[0]))
BY_LIBRARIES = {"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "COMP_CWORD"}
OURS = re.compile(r"(?:ALIBABA_CLOUD|TEMPLATESYNC|XDG|GITHUB|GITLAB)_[A-Z0-9_]*[A-Z0-9]")
READS = re.compile(r"(?:environ|environment|env)(?:\.get\(|\[)\s*\"([A-Z][A-Z0-9_]*)\"")


def read_by_the_code() -> set[str]:
    """Whatever is asked of a mapping called like an environment, and every text that is the name of such a variable."""
    found: set[str] = set()
    for path in (ROOT / "templatesync").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        found |= set(READS.findall(text))
        if OURS.search(text):
            texts = (each.value for each in ast.walk(ast.parse(text)) if isinstance(each, ast.Constant))
            found |= {each for each in texts if isinstance(each, str) and OURS.fullmatch(each)}
    kept = re.search(r"^_KEPT = (\(.*\))$", (ROOT / "templatesync/storage/git.py").read_text("utf-8"), re.MULTILINE)
    assert kept is not None
    return found | set(ast.literal_eval(kept[1]))


def test_the_page_has_every_variable_that_is_read() -> None:
    assert read_by_the_code() - {"GIT_ALLOW_PROTOCOL"} - NAMED == set()


def test_the_page_has_no_variable_that_nothing_reads() -> None:
    assert NAMED - OF_PIPELINES - read_by_the_code() == BY_LIBRARIES


def test_the_page_has_every_variable_of_a_repository_that_a_pipeline_reads() -> None:
    files = (path for path in (ROOT / "templatesync" / "pipelines").rglob("*") if path.is_file())
    read = {name for path in files for name in re.findall(r"\bvars\.(\w+)", path.read_text(encoding="utf-8"))}
    assert read - OF_PIPELINES == set()


# --- the emulator ---------------------------------------------------------------------------------------------------

ROWS = dict(re.findall(r"^\| `((?:GET|POST|DELETE) /_emulator/\w+)` \| ([^|]*)\|", PAGES["emulator"], re.MULTILINE))


def test_the_page_has_every_control_request() -> None:
    assert set(ROWS) == {f"{method} {path}" for method, path in control._ROUTES}


@pytest.mark.parametrize("row", [row for row in ROWS if row.startswith("POST")])
def test_a_control_request_takes_the_members_of_its_row(row: str) -> None:
    path = row.split()[1]
    body: dict[str, str] = {"no_such_member": ""}
    emulator = Emulator(Settings())
    for _ in range(9):
        request = HttpRequest("POST", path, {"host": "127.0.0.1"}, json.dumps(body).encode())
        said = json.loads(emulator.handle(request).body)["error"]
        if not (required := re.fullmatch(r"(\w+) is required", said)):
            break
        body[required[1]] = ""
    known = re.fullmatch(r"no_such_member is not known here; there are (.*)", said)
    assert known is not None
    assert set(known[1].split(", ")) == set(re.findall(r"`(\w+)`", ROWS[row]))


# --- commands -------------------------------------------------------------------------------------------------------


def test_every_command_has_a_section() -> None:
    headings = re.findall(r"^## templatesync (\S+)", PAGES["cli"], re.MULTILINE)
    assert set(headings) == set(main.commands)


def test_nothing_of_an_expression_is_left_in_the_reasons_of_rejections() -> None:
    phrases = re.findall(r"“([^”]*)”", PAGES["rejections"])
    assert len(phrases) > 20
    assert [each for each in phrases if re.search(r"[\\?*()|\[\]]|  ", each)] == []


# --- troubleshooting ------------------------------------------------------------------------------------------------

TROUBLES = (DOCS / "troubleshooting.md").read_text(encoding="utf-8")
MESSAGES = re.findall(r"^\| (?:hint )?(`+)(.+?)\1(?: with the reason ([^|]+))? \|", TROUBLES, re.MULTILINE)


def test_every_exit_code_has_a_chapter() -> None:
    chapters = " ".join(re.findall(r"^## ([\d and]+):", TROUBLES, re.MULTILINE))
    assert set(map(int, re.findall(r"\d+", chapters))) == {code for code in ExitCode if code is not ExitCode.OK}


def test_every_message_is_one_that_the_code_can_tell() -> None:
    # Literals that stand side by side are one text.
    texts = (path.read_text(encoding="utf-8") for path in (ROOT / "templatesync").rglob("*.py"))
    code = [re.sub(r'"\s*\n?\s*f?"', "", text).replace("{FILE_NAME}", "templatesync.yaml") for text in texts]
    assert len(MESSAGES) > 40
    said = [
        (message, [part.strip() for part in message.split("…") if part.strip(" :,?")]) for _, message, _ in MESSAGES
    ]
    said += [(each, [each]) for _, _, reasons in MESSAGES for each in re.findall(r"`([^`]+)`", reasons)]
    assert [message for message, parts in said if not any(all(part in text for part in parts) for text in code)] == []
