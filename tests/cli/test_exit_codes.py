"""Each exit code that a help text names does occur. That no other one does, all tests hold: see `support.ends`."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.pages.console import Console

from templatesync.cli.exit_codes import ENDS
from templatesync.model.errors import ExitCode

WORLD = Path(__file__).parents[1] / "pages" / "world"
OK, CHANGES, FINDINGS = ExitCode.OK, ExitCode.CHANGES, ExitCode.FINDINGS
DENIED, UNREACHABLE, REFUSED = ExitCode.DENIED, ExitCode.UNREACHABLE, ExitCode.REFUSED
PENDING, REJECTED, STALE, PARTIAL = ExitCode.PENDING, ExitCode.REJECTED, ExitCode.STALE, ExitCode.PARTIAL
Change = Callable[[Console], object]


def write(name: str, text: str) -> Change:
    def change(console: Console) -> None:
        path = console.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    return change


def put(name: str, old: str, new: str) -> Change:
    def change(console: Console) -> None:
        path = console.folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return change


def fault(action: str, kind: str = "500") -> Change:
    return lambda console: console.control("faults", {"action": action, "nth": 1, "times": 99, "kind": kind})


def unlink(name: str) -> Change:
    return lambda console: (console.folder / name).unlink()


def nobody(console: Console) -> None:
    """Without credentials."""
    for name in ("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"):
        console.environment.pop(name)


NOWHERE = "--endpoint http://127.0.0.1:1"
BAD_FILE = write("templates/bad.yaml", "Name: bad\nCategory: NONE\n")
BAD_PROJECT = write("templatesync.yaml", "version: 2\n")
BAD_SETTINGS = write("../.config/templatesync/config.yaml", "nonsense: 1\n")
EDIT = put("templates/order_packed.yaml", "today.", "tomorrow.")
ANOTHER = put("templates/order_packed.yaml", "$(order)", "$(number)")
PINNED = put("templates/invoice.yaml", "\nExample", "\ntemplatesync: {pinned: true}\nExample")
APPLIED = "apply --yes --space production"
FROM = "init --from cams-production ../new"

CASES: dict[str, dict[ExitCode, tuple[str, tuple[Change | str, ...]]]] = {
    "init": {
        OK: ("init ../new", ()),
        FINDINGS: (FROM, (BAD_SETTINGS,)),
        DENIED: (FROM, (nobody,)),
        UNREACHABLE: (f"{FROM} {NOWHERE}", ()),
        PARTIAL: (FROM, (APPLIED, fault("GetChatappTemplateDetail", "garbage"))),
    },
    "import": {
        OK: ("import --space production", ()),
        FINDINGS: ("import --space production", (BAD_PROJECT,)),
        DENIED: ("import --space production", (nobody,)),
        UNREACHABLE: (f"import --space production {NOWHERE}", ()),
        PARTIAL: (
            "import --space production",
            (APPLIED, unlink("templates/order_packed.yaml"), fault("GetChatappTemplateDetail", "garbage")),
        ),
    },
    "validate": {OK: ("validate", ()), FINDINGS: ("validate", (BAD_FILE,))},
    "fmt": {OK: ("fmt", ()), FINDINGS: ("fmt --check", (write("templates/a.yaml", "Language: en\nName: a\n"),))},
    "preview": {
        OK: ("preview", ()),
        FINDINGS: ("preview", (BAD_PROJECT,)),
        DENIED: ("preview --live --space production", (nobody,)),
        UNREACHABLE: (f"preview --live --space production {NOWHERE}", ()),
    },
    "breaking": {
        OK: ("breaking --against ../ready", ()),
        FINDINGS: ("breaking --against ../ready", (BAD_FILE,)),
        REFUSED: ("breaking --against ../ready", (ANOTHER,)),
    },
    "rules": {OK: ("rules body-1024", ())},
    "plan": {
        OK: ("plan", ()),
        CHANGES: ("plan --detailed-exitcode", ()),
        FINDINGS: ("plan", (BAD_FILE,)),
        DENIED: ("plan --space production", (nobody,)),
        UNREACHABLE: (f"plan --space production {NOWHERE}", ()),
        REFUSED: ("plan --fail-on review", ()),
    },
    "apply": {
        OK: ("apply --yes", ()),
        FINDINGS: ("apply --yes", (BAD_FILE,)),
        DENIED: (APPLIED, (nobody,)),
        UNREACHABLE: (f"{APPLIED} {NOWHERE}", ()),
        REFUSED: ("apply --yes", ("apply --yes", EDIT)),
        STALE: (f"apply --expect-digest {'0' * 64}", ()),
        PARTIAL: (APPLIED, (fault("CreateFlow"),)),
    },
    "new-version": {OK: ("new-version order_packed", ()), FINDINGS: ("new-version order_packed", (BAD_PROJECT,))},
    "rename": {OK: ("rename order_packed packed", ()), FINDINGS: ("rename order_packed packed", (BAD_PROJECT,))},
    "retire": {
        OK: ("retire invoice", ()),
        FINDINGS: ("retire invoice", (BAD_PROJECT,)),
        REFUSED: ("retire order_packed", ()),
    },
    "finish": {
        OK: ("finish invoice", ()),
        FINDINGS: ("finish invoice", (BAD_PROJECT,)),
        REFUSED: ("finish invoice", (PINNED,)),
    },
    "status": {
        OK: ("status --exit-code", ("apply --yes",)),
        FINDINGS: ("status", (BAD_PROJECT,)),
        DENIED: ("status --space production", (nobody,)),
        UNREACHABLE: (f"status --space production {NOWHERE}", ()),
        REFUSED: ("status --fail-on unmanaged", ("apply --yes", unlink("templates/order_packed.yaml"))),
        PENDING: ("status --exit-code --space production", (APPLIED,)),
        REJECTED: (
            "status --exit-code",
            (put("templatesync.yaml", "emulator: true", "emulator: {review: reject}"), "apply --yes"),
        ),
    },
    "outputs": {
        OK: ("outputs --format contract", ()),
        FINDINGS: ("outputs --format contract", (BAD_FILE,)),
        DENIED: ("outputs --space production", (nobody,)),
        UNREACHABLE: (f"outputs --space production {NOWHERE}", ()),
        PARTIAL: ("outputs --space production", (APPLIED, fault("ListFlow", "garbage"))),
    },
    "check-payload": {
        OK: ("check-payload request.json", ()),
        FINDINGS: ("check-payload request.json", (put("request.json", '"name": "Ann", ', ""),)),
    },
    "ci": {OK: ("ci init github", ()), FINDINGS: ("ci init github", (BAD_PROJECT,))},
    "doctor": {
        OK: ("doctor --policy plan", ()),
        FINDINGS: ("doctor", (BAD_PROJECT,)),
        DENIED: ("doctor --space production", (nobody,)),
        UNREACHABLE: (f"doctor --space production {NOWHERE}", ()),
        REFUSED: (
            "doctor --space production",
            (put("templatesync.yaml", "cams-production,", 'cams-production, waba_id: "1",'),),
        ),
        PENDING: ("doctor --space production --trial trial_one --yes", ()),
    },
    "schema": {OK: ("schema plan", ())},
    "emulator": {OK: ("emulator --quirks", ()), FINDINGS: ("emulator --space local", (BAD_PROJECT,))},
    "help": {OK: ("help exit-codes", ())},
}


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Console]:
    made = Console(tmp_path)
    shutil.copytree(WORLD, made.home / "ready")
    made.folder = made.home / "ready"
    try:
        yield made
    finally:
        made.close()


def ended(console: Console, call: str, before: tuple[Change | str, ...]) -> tuple[int, str]:
    """How a call ends in a fresh copy of the world, with a fresh service, after what comes before."""
    console.serve({})
    shutil.copytree(console.home / "ready", console.home / "project")
    console.folder = console.home / "project"
    for each in before:
        if isinstance(each, str):
            ran = console.run(f"templatesync {each}")
            assert ran.code == 0, (each, ran.text)
        else:
            each(console)
    code, text = console.run(f"templatesync {call}", background=False)
    for name in ("project", "new", ".config", ".local", ".cache"):
        shutil.rmtree(console.home / name, ignore_errors=True)
    return code, text


@pytest.mark.parametrize("name", ENDS)
def test_each_that_a_help_text_names_occurs(console: Console, name: str) -> None:
    cases = CASES[name]
    assert set(cases) == set(ENDS[name])
    wrong = []
    for code, (call, before) in cases.items():
        there, text = ended(console, call, before)
        if there != code:
            wrong.append(f"{call} ends with {there}, not {int(code)}:\n{text}")
    assert not wrong, "\n\n".join(wrong)
