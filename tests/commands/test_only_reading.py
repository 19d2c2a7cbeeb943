"""Commands that look write nothing, whoever answers: tried on a service that accepts whatever it is sent."""

from __future__ import annotations

import functools
import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import click
import pytest
from support.emulated_project import Clock, OneWorker
from support.emulator_caller import body
from support.git_repository import Repository

import templatesync.commands
from templatesync.cli import main, run
from templatesync.commands import session
from templatesync.commands.session import Connection, Edges
from templatesync.emulator import Emulator, HttpRequest, Settings
from templatesync.emulator.server import running
from templatesync.emulator.store.spaces import new_space
from templatesync.kinds.base import Scope
from templatesync.kinds.flow import KIND as FLOW
from templatesync.model.calls import Calls
from templatesync.model.request import AnyRequest, Download, Request, Upload
from templatesync.model.resource import Listing
from templatesync.planning import document
from templatesync.project import contract_document
from templatesync.service.api import api
from templatesync.service.client import Client
from templatesync.service.credentials.base import StaticProvider, make_credentials
from templatesync.service.driver.driver import Driver
from templatesync.service.reader import Reader, WriteByReaderError, only_reads

SPACE = "cams-reading01"
NUMBER = str(new_space(SPACE).numbers[0]["PhoneNumber"]).removeprefix("+")
READS = {
    "GetChatappTemplateDetail", "GetChatappTemplateMetric", "GetChatappUploadAuthorization", "GetFlow",
    "GetFlowJSONAssest", "GetFlowPreviewUrl", "GetWhatsappHealthStatus", "ListChatappTemplate", "ListFlow",
    "ListPhoneMessageQrdl", "QueryChatappBindWaba", "QueryChatappPhoneNumbers", "QueryWabaBusinessInfo",
}  # fmt: skip
"""All operations that change nothing. One more is to be thought about twice."""

PROJECT = f"""\
version: 1
spaces:
  remote: {{cust_space_id: {SPACE}, vars: {{site: "https://www.example.com"}}}}
default_space: remote
"""
FILES = {
    "templatesync.yaml": PROJECT,
    "templates/new.yaml": "Name: shop_new\nLanguage: en\nCategory: MARKETING\nComponents:\n"
    "  - {Type: HEADER, Format: DOCUMENT, Url: 'file:media/terms.txt'}\n  - {Type: BODY, Text: Good morning to you.}\n",
    "templates/other.yaml": "Name: shop_other\nLanguage: en\nCategory: UTILITY\nComponents:\n"
    "  - {Type: BODY, Text: Good evening to you.}\n",
    "templates/gone.yaml": "Name: shop_gone\nLanguage: en\ntemplatesync: {state: absent}\n",
    "qr_codes/new.yaml": f"kind: qr_code\nPhoneNumber: '{NUMBER}'\nPrefilledMessage: Good morning\n",
    "flows/new.yaml": "kind: flow\nFlowName: shop_flow\nCategories: [OTHER]\n",
    "media/terms.txt": "Parcels leave our studio within a day.",
    "contract.json": document.text(contract_document.to_json(())),
    "codes.json": "{}",
    "request.json": json.dumps({"TemplateName": "shop_other", "Language": "en"}),
    "receipt.json": document.text(document.outcomes_json(())),
    "status.json": '{"format_version": "1.0", "spaces": []}',
    "meta.json": json.dumps({"name": "shop_meta", "language": "en", "category": "UTILITY",
                             "components": [{"type": "BODY", "text": "Good night to you."}]}),
}  # fmt: skip

CLOCK = Clock()
KEY = "template/shop_other@en"
RUNS: dict[str, tuple[str, ...]] = {
    "doctor": ("-v", "--policy apply", "--trial trial_1"),
    "plan": (
        "--prune --allow-breaking --allow-mass-change 9 --allow-unknown-state --detailed-exitcode --format json",
        f"--resubmit {KEY} --target {KEY} --fail-on blocked,unmanaged,drift --known receipt.json --out plan.json",
        "--cache --prune --details --only create,update --usage",
        "--changed-since HEAD --format markdown --also html=plan.html --link https://ci.example.com/plan.html",
    ),
    "status": (
        "--exit-code --format json",
        "--details --content --fail-on drift --usage",
        f"--wait --timeout 1m --target {KEY}",
        "--receipt receipt.json --since status.json",
        "--known receipt.json --fail-on missing",
    ),
    "outputs": (
        "--format env",
        "--format codes --check receipt.json",
        "--format contract --contract contract.json",
    ),
    "breaking": ("--against HEAD", f"--against HEAD --allow {KEY}:breaking-language-removed --format github"),
    "check-payload": ("request.json --codes codes.json", "request.json --contract contract.json --format github"),
    "preview": ("-o page.html --language en --against HEAD", "-o page.html --live"),
    "import": (
        "--images pictures --var site",
        f"--update --dry-run --known receipt.json --format json {KEY}",
        f"--update --yes {KEY}",
        "--from-meta meta.json",
    ),
    "validate": ("--strict --no-cache --format sarif", "--fix", "--changed-since HEAD"),
}
WRITING = {"doctor": {"--yes"}}
"""Options that are there to write, and say so: with `--trial`, that nobody is to be asked."""
NO_SPACE = {"ci", "emulator", "finish", "fmt", "help", "init", "new-version", "rename", "retire", "rules", "schema"}


class Service:
    """A served emulator that accepts everything, with some of everything in its space."""

    def __init__(self, url: str, emulator: Emulator) -> None:
        self.url, self.emulator = url, emulator
        for name in ("shop_other", "shop_gone", "shop_unmanaged"):
            self.control("template", cust_space_id=SPACE, name=name, language="en", category="UTILITY",
                         components=[body("Hello there, your parcel is here.")], status="pass")  # fmt: skip
        self.send("CreateFlow", FlowName="Live", Categories=["OTHER"])
        self.send("CreatePhoneMessageQrdl", PhoneNumber=NUMBER, PrefilledMessage="Hi", GenerateQrImage="PNG")

    def control(self, path: str, **body: Any) -> Any:
        method, data = ("POST", json.dumps(body).encode()) if body else ("GET", b"")
        answer = self.emulator.handle(HttpRequest(method, f"/_emulator/{path}", {"host": "127.0.0.1"}, data))
        assert answer.status == 200, answer.body
        return json.loads(answer.body)

    def client(self) -> Client:
        keys = StaticProvider(make_credentials("emulator", "emulator", source="a test"), "a test")
        return Client(endpoint=self.url, cust_space_id=SPACE, credentials=keys, clock=CLOCK)

    def send(self, operation: str, **params: Any) -> None:
        client = self.client()
        assert client.send(Request(operation, params)).ok
        client.close()

    def arrived(self) -> list[dict[str, Any]]:
        history: list[dict[str, Any]] = self.control("history")
        return history


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    emulator = Emulator(Settings(quirks={"accepts": "everything"}), clock=CLOCK, sleep=CLOCK.sleep)
    with running(emulator) as url:
        yield Service(url, emulator)
    emulator.close()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    repository = Repository.new(tmp_path_factory.mktemp("reading") / "shop")
    for name, text in FILES.items():
        path = repository.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    repository.commit()
    repository.root.joinpath("templates/new.yaml").write_text(FILES["templates/new.yaml"].replace("morning", "day"))
    return repository.root


def look(service: Service, shop: Path, monkeypatch: pytest.MonkeyPatch, command: str) -> int:
    """Run a command in the project, against the service, with a worker and a clock that nobody waits for."""
    driver = functools.partial(Driver, clock=CLOCK, make_workers=lambda size: OneWorker(CLOCK), random=Random(1))
    edges = Edges(CLOCK, driver, elapsed=CLOCK)
    monkeypatch.setattr(session, "Connection", lambda *given, **more: Connection(*given, **more, edges=edges))
    monkeypatch.setattr(tempfile, "tempdir", str(shop.parent))  # what is written of a defect
    monkeypatch.chdir(shop)
    for name in ("ID", "SECRET"):
        monkeypatch.setenv(f"ALIBABA_CLOUD_ACCESS_KEY_{name}", "emulator")
    return run([*command.split(), "--endpoint", service.url, "-q"])


@pytest.mark.parametrize(("command", "given"), [(name, given) for name, several in RUNS.items() for given in several])
def test_no_command_that_looks_writes(
    service: Service, shop: Path, monkeypatch: pytest.MonkeyPatch, command: str, given: str
) -> None:
    before = len(service.arrived())
    code = look(service, shop, monkeypatch, f"{command} {given}")
    arrived = service.arrived()[before:]
    assert {entry["operation"] for entry in arrived} <= READS | {"GET file"}
    assert not any(entry["changed"] for entry in arrived)
    assert code in (0, 1, 2, 3, 6, 64), code
    offline = (
        command in ("validate", "breaking", "check-payload") or (command == "preview" and "--live" not in given)
    ) or any(word in given for word in ("--policy", "--trial", "--from-meta", "--contract"))
    assert bool(arrived) is not offline


def test_every_command_and_option_is_tried() -> None:
    common = {name for option in main.params for name in option.opts} | {"--help", "--format"}
    commands = {name: command for name, command in main.commands.items() if name not in NO_SPACE | {"apply"}}
    assert set(commands) == set(RUNS)
    for name, command in commands.items():
        longest = {max(option.opts, key=len) for option in command.params if isinstance(option, click.Option)}
        tried = set(re.findall(r"--[a-z-]+", " ".join(RUNS[name])))
        assert longest - common - tried == WRITING.get(name, set()), name


# --- by construction --------------------------------------------------------------------------------------------------


def test_only_these_operations_read() -> None:
    operations = api().operations
    assert {name for name, operation in operations.items() if not operation.write} == READS
    assert {name for name in operations if only_reads(Request(name))} == READS
    assert not only_reads(Request("GetSomethingThatIsNew"))
    assert not only_reads(Upload("a.txt", b"a", "text/plain"))
    assert only_reads(Download("http://127.0.0.1/", 1))


def test_a_reader_sends_nothing_that_may_write(service: Service) -> None:
    client = service.client()
    reader = Reader(client)
    before = len(service.arrived())
    asked: list[AnyRequest] = [Request(name) for name in (*sorted({*api().operations} - READS), "GetWhatIsNew")]
    for request in (*asked, Upload("a.txt", b"a", "text/plain")):
        with pytest.raises(WriteByReaderError, match="may write"):
            reader.send(request)
    assert len(service.arrived()) == before
    assert reader.send(Request("ListFlow", {"Page": {"Index": 1, "Size": 10}})).ok
    client.close()


def test_only_apply_and_the_trial_can_write() -> None:
    folder = Path(templatesync.commands.__file__).parent
    texts = {path.name: path.read_text(encoding="utf-8") for path in folder.parent.rglob("*.py")}
    assert {name for name, text in texts.items() if "writes=True" in text} == {"apply.py", "trial.py"}
    assert {name for name, text in texts.items() if ".writers" in text} == {"apply.py", "trial.py"}
    assert {name for name, text in texts.items() if re.search(r"\bClient\(\n", text)} == {"session.py"}


@pytest.mark.parametrize("command", ["plan", "status", "outputs", "import", "doctor", "apply --yes"])
def test_a_kind_that_would_write_while_it_reads_cannot(
    service: Service, shop: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """Until an apply carries something out, it only reads, too."""

    def fetch(scope: Scope) -> Calls[Listing]:
        yield (Request("CreateFlow", {"FlowName": "by the way", "Categories": ["OTHER"]}),)
        return Listing({})

    bent = FLOW._replace(remote=FLOW.remote._replace(fetch=fetch))
    monkeypatch.setattr("templatesync.kinds.flow.KIND", bent)
    before = service.arrived()
    look(service, shop, monkeypatch, command)
    assert not [entry for entry in service.arrived()[len(before) :] if entry["operation"] not in READS]
