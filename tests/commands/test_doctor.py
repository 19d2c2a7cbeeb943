"""`doctor`: what it tells of a space, embedded and served, and that asking changes nothing."""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import Any

import jsonschema
import pytest

from templatesync.cli import run
from templatesync.commands import diagnosis, survey
from templatesync.commands.diagnosis import Check, Level, Seen, Way
from templatesync.commands.doctor import doctor
from templatesync.commands.session import Connection, Edges
from templatesync.emulator import Emulator, HttpRequest, Settings
from templatesync.emulator.server import running
from templatesync.emulator.store.spaces import new_space
from templatesync.kinds import KINDS
from templatesync.kinds.template import KIND as TEMPLATE
from templatesync.model.errors import ExitCode
from templatesync.model.request import Answer, AnswerClass, Request
from templatesync.planning.reading import ACCOUNT, Account
from templatesync.project.settings import Space
from templatesync.schema.loading import schema_dir
from templatesync.service.api import api
from templatesync.service.client import Client
from templatesync.service.credentials.base import StaticProvider, make_credentials
from templatesync.service.driver.driver import Driver

SPACE = "cams-doctor0001"
OTHER = "cams-doctor0002"
WABA = new_space(SPACE).waba_id
SECRET = "a-secret-that-nobody-may-read"
WRITES = sorted({name for kind in KINDS.values() for name in kind.remote.writes})
READS = [name for kind in KINDS.values() for name in kind.remote.reads]
# Only an apply needs it, and it changes nothing itself.
LEAVE = "GetChatappUploadAuthorization"
LIST = Request("ListChatappTemplate", {"Page": {"Index": 1, "Size": 50}})
PLAIN = [{"Type": "BODY", "Text": "Good morning."}]
WELL = {"ok", "not-checked"}

PROJECT = f"""\
version: 1
spaces:
  local: {{emulator: true}}
  remote: {{cust_space_id: {SPACE}}}
  second: {{cust_space_id: {OTHER}}}
  pinned: {{cust_space_id: cams-doctor0003, waba_id: "{new_space("cams-doctor0003").waba_id}"}}
  wrong: {{cust_space_id: cams-doctor0004, waba_id: "1"}}
default_space: local
"""


class Front:
    """The command line against a served emulator."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], emulator: Emulator, url: str) -> None:
        self.folder, self.capsys, self.emulator, self.url = folder, capsys, emulator, url

    def text(self, *arguments: str) -> tuple[int, str]:
        self.capsys.readouterr()
        code = run(["doctor", "-C", str(self.folder), "--endpoint", self.url, "-q", *arguments])
        out = self.capsys.readouterr().out
        assert SECRET not in out
        return code, out

    def checks(self, space: str = "remote") -> tuple[int, dict[str, Any]]:
        """The exit code, and the checks of one space by name."""
        code, document = self.document("--space", space)
        return code, {check["check"]: check for check in document["spaces"][0]["checks"]}

    def document(self, *arguments: str) -> tuple[int, dict[str, Any]]:
        code, out = self.text("--format", "json", *arguments)
        document = json.loads(out)
        fits(document)
        return code, document

    def send(self, request: Request) -> Answer:
        keys = StaticProvider(make_credentials("emulator", SECRET, source="a test"), "a test")
        client = Client(endpoint=self.url, cust_space_id=SPACE, credentials=keys)
        try:
            return client.send(request)
        finally:
            client.close()

    def control(self, path: str, **body: Any) -> Any:
        return control(self.emulator, path, **body)


def fits(document: Any) -> None:
    schema = json.loads((schema_dir() / "doctor.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft7Validator(schema).validate(document)


def control(emulator: Emulator, path: str, **body: Any) -> Any:
    data = json.dumps(body).encode() if body else b""
    method = "POST" if body else "GET"
    answer = emulator.handle(HttpRequest(method, f"/_emulator/{path}", {"host": "127.0.0.1"}, data))
    assert answer.status == 200, answer.body
    return json.loads(answer.body)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project, a home without credentials, and an environment with those of the emulator."""
    (tmp_path / "templatesync.yaml").write_text(PROJECT, encoding="utf-8")
    (tmp_path / "home").mkdir()
    for name in ("ALIBABA_CLOUD_SECURITY_TOKEN", "ALIBABA_CLOUD_PROFILE", "XDG_CONFIG_HOME", "TEMPLATESYNC_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "emulator")
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", SECRET)
    return tmp_path


@pytest.fixture
def serve(folder: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[..., Front]]:
    with ExitStack() as stack:

        def start(clock: Callable[[], float] = time.time) -> Front:
            emulator = Emulator(Settings(access_key_secret=SECRET), clock=clock)
            stack.callback(emulator.close)
            return Front(folder, capsys, emulator, stack.enter_context(running(emulator)))

        yield start


@pytest.fixture
def front(serve: Callable[..., Front]) -> Front:
    return serve()


# --- well -----------------------------------------------------------------------------------------


def test_an_embedded_space_is_well(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor", "-C", str(folder), "-q"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Space local EMULATOR (emulator-local")
    assert "the embedded EMULATOR; nothing leaves this machine" in out
    assert "warning" not in out
    assert "  not checked  apply permissions  only a write would tell whether apply may write\n" in out
    assert out.endswith("\nAll that reading can tell is well.\n")
    assert run(["doctor", "-C", str(folder), "-q", "--format", "json"]) == 0
    fits(document := json.loads(capsys.readouterr().out))
    assert document["spaces"][0]["emulator"] is True


def test_a_served_space_is_well(front: Front) -> None:
    code, checks = front.checks()
    assert code == 0
    assert {name: check["level"] for name, check in checks.items() if check["level"] != "ok"} == {
        "apply-permissions": "not-checked"
    }
    assert checks["apply-permissions"]["unchecked"] == sorted(f"cams:{name}" for name in {*WRITES} - {LEAVE})
    assert [*checks] == [
        "credentials", "endpoint", "clock", "account", "phone-numbers", "plan-permissions", "apply-permissions",
    ]  # fmt: skip
    assert checks["credentials"]["message"] == "from the environment (ALIBABA_CLOUD_ACCESS_KEY_ID)"
    assert checks["endpoint"]["message"].startswith(front.url)
    assert (checks["account"]["message"], checks["phone-numbers"]["message"]) == (
        "it is APPROVED",
        "1 in all, 1 connected",
    )
    text = front.text("--space", "remote")[1]
    assert f"account            {WABA}" in text
    assert f'waba_id: "{WABA}"' in text
    assert re.search(r"1 in all, 1 connected: [0-9]+", text)


def test_an_account_that_the_project_names_needs_no_advice(front: Front) -> None:
    code, checks = front.checks("pinned")
    assert (code, checks["account"]["next"]) == (0, "")


def test_ci_needs_no_space(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    assert front.text()[0] == 0


# --- asking changes nothing -----------------------------------------------------------------------


@pytest.mark.parametrize("allow", ["allow", "refuse"])
def test_nothing_changes_in_a_space_with_templates(front: Front, allow: str) -> None:
    front.control("settings", modify_approved=allow)
    for status in ("pass", "fail", "unaudit", "paused"):
        front.control(
            "template",
            cust_space_id=SPACE,
            name=f"shop_{status}",
            language="en",
            category="UTILITY",
            status=status,
            components=PLAIN,
        )
    before = front.send(LIST)
    assert len(before.data["ListTemplate"]) == 4
    assert front.checks()[0] == 0
    history = front.control("history")[1:]
    knowledge = {survey.METRIC, survey.HEALTH}
    assert {entry["operation"] for entry in history} == {ACCOUNT, LEAVE, *READS, *knowledge}
    assert not any(entry["changed"] for entry in history)
    assert front.send(LIST).data["ListTemplate"] == before.data["ListTemplate"]


def test_a_template_calls_what_it_declares(front: Front) -> None:
    """Its whole life calls nothing else, and all of that."""
    (front.folder / "templates").mkdir()
    path = front.folder / "templates" / "hello.yaml"
    (front.folder / "media").mkdir()
    (front.folder / "media" / "terms.txt").write_text("Parcels leave our studio within a day.", encoding="utf-8")
    header = "  - {Type: HEADER, Format: DOCUMENT, Url: 'file:media/terms.txt'}\n"
    body = f"Name: shop_hello\nLanguage: en\nCategory: MARKETING\nComponents:\n{header}  - {{Type: BODY, Text: %s}}\n"

    def seen(command: str, *more: str) -> set[str]:
        last = max((entry["seq"] for entry in front.control("history")), default=0)
        at = ("-C", str(front.folder), "--space", "remote", "--endpoint", front.url, "-q")
        assert run([command, *at, *more]) == 0
        called = {entry["operation"] for entry in front.control("history") if entry["seq"] > last}
        return called - {"POST object", "GET file"}  # those are the store's, and need no permission

    path.write_text(body % "Good morning and welcome." + "AllowSend: false\n", encoding="utf-8")
    writes = seen("apply", "--yes")
    front.control("review", cust_space_id=SPACE, template_name="shop_hello", language="en", status="fail")
    path.write_text(body % "Good evening and welcome.", encoding="utf-8")
    reads = seen("plan") | seen("status") | seen("outputs")
    writes |= seen("apply", "--yes")
    front.control("review", cust_space_id=SPACE, template_name="shop_hello", language="en", status="pass")
    path.write_text("Name: shop_hello\nLanguage: en\ntemplatesync: {state: absent}\n", encoding="utf-8")
    writes |= seen("apply", "--yes")
    assert {ACCOUNT, *TEMPLATE.remote.reads} <= reads <= {ACCOUNT, *READS}
    assert (
        {ACCOUNT, *TEMPLATE.remote.reads, *TEMPLATE.remote.writes}
        <= writes
        <= {ACCOUNT, *READS, *TEMPLATE.remote.writes}
    )


def test_what_a_plan_calls_only_reads_and_what_only_an_apply_calls_writes() -> None:
    for kind in KINDS.values():
        assert kind.remote.reads
        assert kind.remote.writes
        assert not any(api().operations[name].write for name in kind.remote.reads)
        assert all(api().operations[name].write for name in kind.remote.writes if name != LEAVE)


def test_a_permission_that_two_kinds_need_is_asked_for_once(front: Front) -> None:
    assert sum(LEAVE in kind.remote.writes for kind in KINDS.values()) == 2
    front.checks()
    assert [entry["operation"] for entry in front.control("history")].count(LEAVE) == 1


# --- not well -------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["denied", "denied_text"])
@pytest.mark.parametrize("operation", READS)
def test_a_missing_read_is_a_problem(front: Front, operation: str, kind: str) -> None:
    front.control("faults", kind=kind, action=operation, times=9)
    code, checks = front.checks()
    assert code == ExitCode.DENIED
    assert checks["plan-permissions"]["level"] == "problem"
    assert checks["plan-permissions"]["missing"] == [f"cams:{operation}"]
    assert "doctor --policy plan" in checks["plan-permissions"]["next"]
    assert checks["apply-permissions"]["level"] == "not-checked"


def test_what_no_file_needs_is_no_problem(front: Front) -> None:
    """A project of templates alone, and one whose template opens a flow."""
    template = "Name: hello\nLanguage: en\nCategory: MARKETING\nComponents:\n  - {Type: BODY, Text: Good morning.}\n"
    (front.folder / "templates").mkdir()
    path = front.folder / "templates" / "hello.yaml"
    path.write_text(template, encoding="utf-8")
    front.control("faults", kind="denied", action="ListFlow", times=99)
    front.control("faults", kind="denied", action="ListPhoneMessageQrdl", times=99)
    code, checks = front.checks()
    assert (code, checks["plan-permissions"]["level"]) == (0, "warning")
    assert checks["plan-permissions"]["missing"] == ["cams:ListFlow", "cams:ListPhoneMessageQrdl"]
    assert "do not need them" in checks["plan-permissions"]["message"]
    button = "  - {Type: BUTTONS, Buttons: [{Type: FLOW, Text: Book, FlowId: '1', NavigateScreen: A}]}\n"
    path.write_text(template + button, encoding="utf-8")
    code, checks = front.checks()
    assert (code, checks["plan-permissions"]["level"]) == (ExitCode.DENIED, "problem")


def test_a_missing_leave_to_upload_is_a_warning(front: Front) -> None:
    front.control("faults", kind="denied", action=LEAVE, times=9)
    code, checks = front.checks()
    assert code == ExitCode.OK
    assert checks["plan-permissions"]["level"] == "ok"
    found = checks["apply-permissions"]
    assert (found["level"], found["missing"]) == ("warning", [f"cams:{LEAVE}"])
    assert found["unchecked"] == sorted(f"cams:{name}" for name in {*WRITES} - {LEAVE})
    assert "only a write would tell" in found["message"]
    assert "doctor --policy apply" in found["next"]


def test_all_that_a_role_lacks_is_told_at_once(front: Front) -> None:
    front.control("faults", kind="denied", times=99)
    code, checks = front.checks()
    assert code == ExitCode.DENIED
    assert checks["credentials"]["level"] == "ok"
    assert checks["account"]["missing"] == [f"cams:{ACCOUNT}"]
    assert checks["plan-permissions"]["missing"] == [f"cams:{name}" for name in sorted([ACCOUNT, *READS])]
    assert checks["apply-permissions"]["missing"] == [f"cams:{LEAVE}"]


def test_another_account_is_refused(front: Front) -> None:
    code, checks = front.checks("wrong")
    assert code == ExitCode.REFUSED
    assert checks["account"]["level"] == "problem"
    assert checks["account"]["message"] == "it is another one than waba_id names"
    assert "not 1" in front.text("--space", "wrong")[1]
    assert checks["plan-permissions"]["level"] == "ok"


@pytest.mark.parametrize("status", ["PENDING", "REJECTED", "DISABLED"])
def test_an_account_that_is_not_approved(front: Front, status: str) -> None:
    front.control("space", cust_space_id=SPACE, status=status)
    code, checks = front.checks()
    assert code == ExitCode.REFUSED
    assert status in checks["account"]["message"]


def test_a_space_of_somebody_else_hides_no_other(front: Front) -> None:
    front.control("space", cust_space_id=SPACE, refuse="Authentication.NoAuth")
    code, document = front.document("--space", "remote", "--space", "second")
    assert code == ExitCode.DENIED
    first, second = document["spaces"]
    assert [check["check"] for check in first["checks"] if check["level"] == "problem"] == ["account"]
    assert "cust_space_id" in first["checks"][-1]["next"]
    assert {check["level"] for check in second["checks"]} == WELL


def test_a_code_that_nobody_knows_is_shown_and_not_obeyed(front: Front) -> None:
    front.control("space", cust_space_id=SPACE, refuse="Odd\x1b[31m")
    code, out = front.text("--space", "remote")
    assert code == ExitCode.UNREACHABLE
    assert "\x1b" not in out
    assert "Odd<U+001B>[31m" in out


def test_a_space_without_numbers(front: Front) -> None:
    front.control("space", cust_space_id=SPACE, phone_numbers=[])
    code, checks = front.checks()
    assert (code, checks["phone-numbers"]["level"]) == (0, "warning")
    front.control("faults", kind="denied", action=diagnosis.NUMBERS)
    code, checks = front.checks()
    assert code == ExitCode.DENIED  # pruning and importing QR codes begin with the numbers
    assert "phone-numbers" not in checks


def test_no_credentials(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ALIBABA_CLOUD_ACCESS_KEY_ID")
    monkeypatch.delenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET")
    code, document = front.document("--space", "remote", "--space", "local")
    assert code == ExitCode.DENIED
    local, remote = document["spaces"]  # as the project file has them, whoever was named first
    assert [check["check"] for check in remote["checks"]] == ["credentials"]
    assert "aliyun configure" in remote["checks"][0]["next"]
    assert {check["level"] for check in local["checks"]} == WELL


@pytest.mark.parametrize("name", ["ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"])
def test_wrong_credentials(front: Front, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "not-the-right-one")
    code, checks = front.checks()
    assert code == ExitCode.DENIED
    assert [*checks] == ["credentials", "endpoint", "clock"]
    assert checks["credentials"]["level"] == "problem"
    assert "not-the-right-one" not in str(checks)


@pytest.mark.parametrize(
    ("ahead", "level", "code"), [(30, "ok", 0), (-120, "warning", 0), (120, "warning", 0), (1200, "problem", 5)]
)
def test_the_clock(serve: Callable[..., Front], ahead: float, level: str, code: int) -> None:
    found, checks = serve(lambda: time.time() + ahead).checks()
    assert (found, checks["clock"]["level"]) == (code, level)
    if level != "ok":
        assert ("behind" if ahead > 0 else "ahead of") in checks["clock"]["message"]
        assert "NTP" in checks["clock"]["next"]


class Hurried(Random):
    """No pause between two tries."""

    def random(self) -> float:
        return 0.0


def test_nobody_answers(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    environment = {"ALIBABA_CLOUD_ACCESS_KEY_ID": "emulator", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": SECRET}
    connection = Connection(
        endpoint=f"http://127.0.0.1:{port}",
        environment=environment,
        edges=Edges(driver=lambda: Driver(random=Hurried())),
    )
    result = doctor(folder, ("remote",), False, connection)
    assert result.exit_code == ExitCode.UNREACHABLE
    assert [(check.name, check.level) for check in result.spaces[0].checks] == [
        ("credentials", Level.OK),
        ("endpoint", Level.PROBLEM),
    ]


# --- policies -------------------------------------------------------------------------------------


def printed_policy(capsys: pytest.CaptureFixture[str], role: str) -> list[str]:
    assert run(["doctor", "--policy", role]) == 0
    document = json.loads(capsys.readouterr().out)
    (statement,) = document.pop("Statement")
    assert document == {"Version": "1"}
    actions: list[str] = statement.pop("Action")
    assert statement == {"Effect": "Allow", "Resource": "*"}
    return actions


def test_policies_need_no_project_and_no_credentials(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "templatesync.yaml").unlink()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ALIBABA_CLOUD_ACCESS_KEY_ID")
    plan, apply = printed_policy(capsys, "plan"), printed_policy(capsys, "apply")
    assert plan == sorted(f"cams:{name}" for name in {ACCOUNT, *READS})
    assert apply == sorted(f"cams:{name}" for name in {ACCOUNT, *READS, *WRITES})
    assert run(["doctor", "--policy", "owner"]) == ExitCode.USAGE


# --- what no emulator shows -----------------------------------------------------------------------


def judged(seen: Seen, way: Way | None = None) -> dict[str, Check]:
    space = Space("remote", SPACE)
    way = way or Way("a role", None, "https://cams.ap-southeast-1.aliyuncs.com", 0.0)
    return {check.name: check for check in diagnosis.checks(space, way, seen, KINDS)}


def answers(klass: AnswerClass, code: str = "") -> dict[str, Answer]:
    data = {"PhoneNumbers": [{"PhoneNumber": "8500000000001", "Status": "CONNECTED"}]}
    return {name: Answer(Request(name), klass, code, data=data) for name in (*READS, *WRITES)}


def test_the_end_of_temporary_credentials_is_told() -> None:
    way = Way("a role", 1_767_323_045.0, "https://cams.ap-southeast-1.aliyuncs.com", None)
    checks = judged(Seen(Account("1", "APPROVED")), way)
    assert checks["credentials"].message == "from a role, valid until 2026-01-02 03:04 UTC and renewed before"
    assert "clock" not in checks


@pytest.mark.parametrize(
    ("url", "level"),
    [
        ("https://cams.ap-southeast-1.aliyuncs.com", Level.OK),
        ("https://cams-vpc.ap-southeast-1.aliyuncs.com", Level.OK),
        ("http://127.0.0.1:8080", Level.OK),
        ("https://cams.example.com", Level.WARNING),
        ("http://cams.ap-southeast-1.aliyuncs.com", Level.WARNING),
    ],
)
def test_a_host_that_is_not_the_services(url: str, level: Level) -> None:
    check = judged(Seen(Account("1", "APPROVED")), Way("a role", None, url, 0.0))["endpoint"]
    assert check.level is level
    assert url in check.message


@pytest.mark.parametrize(
    ("klass", "code", "exit_code"),
    [
        (AnswerClass.THROTTLED, "Throttling.User", ExitCode.UNREACHABLE),
        (AnswerClass.LOST, "", ExitCode.UNREACHABLE),
        (AnswerClass.DENIED, "Product.Unsubscript", ExitCode.DENIED),
    ],
)
def test_no_answer_is_no_permission_and_no_denial(klass: AnswerClass, code: str, exit_code: ExitCode) -> None:
    checks = judged(Seen(Account("1", "APPROVED"), None, answers(klass, code)))
    plan, apply = checks["plan-permissions"], checks["apply-permissions"]
    assert (plan.level, plan.exit_code, plan.missing) == (Level.PROBLEM, exit_code, ())
    assert (apply.level, apply.exit_code, apply.missing) == (Level.WARNING, ExitCode.OK, ())
    assert "is not known" in plan.message


@pytest.mark.parametrize("klass", [AnswerClass.SUCCESS, AnswerClass.NOT_FOUND, AnswerClass.INVALID, AnswerClass.OTHER])
def test_a_refusal_of_what_was_asked_shows_the_permission(klass: AnswerClass) -> None:
    checks = judged(Seen(Account("1", "APPROVED"), None, answers(klass)))
    assert {check.level for check in checks.values()} == {Level.OK}
