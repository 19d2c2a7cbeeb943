"""A space with one of everything, and calls of every operation: what quirks are compared on. Knows no quirk."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from support.emulator_caller import Caller, Clock, body, shop
from templatesync.emulator import ConnectionDropped, Emulator, HttpResponse, Settings
from templatesync.emulator.store.spaces import new_space
from templatesync.service.api import api

SPACE, EMPTY, REFUSED = "cams-one", "cams-empty", "cams-refused"
NUMBER = str(new_space(SPACE).numbers[0]["PhoneNumber"])
DAY = 86_400_000
SCREEN = {"id": "START", "terminal": True, "layout": {"type": "SingleColumnLayout", "children": []}}
FLOW_JSON = json.dumps({"version": "7.0", "screens": [SCREEN]}).encode()
GET_FILE = "GET file"

OTHER_JSON = FLOW_JSON.replace(b"7.0", b"6.0")
ODD_TEXT = " Cafe\u0301, caf\u00e9 & <tea>  for $(name) \n\n\nsee \u2764\ufe0f \uff21 "

EVERYTHING: list[dict[str, Any]] = [
    {"Type": "HEADER", "Format": "DOCUMENT", "Url": "https://example.com/a.pdf", "FileName": "a", "FileType": "pdf"},
    {
        "Type": "BODY",
        "Text": ODD_TEXT,
        "AddSecretRecommendation": True,
        "Caption": " c ",
        "ThumbUrl": "https://e.com/t",
    },
    {"Type": "FOOTER", "Text": "Bye ", "CodeExpirationMinutes": 5, "HasExpiration": True},
    {
        "Type": "BUTTONS",
        "Buttons": [
            {"Type": "URL", "Text": "See", "Url": "https://EXAMPLE.com", "UrlType": "static"},
            {"Type": "URL", "Text": "Ask", "Url": "https://example.com/$(name)"},
            {"Type": "PHONE_NUMBER", "Text": "Call", "PhoneNumber": "+850012345678"},
            {"Type": "QUICK_REPLY", "Text": "Stop", "IsOptOut": True},
            {"Type": "COPY_CODE", "CouponCode": "A1"},
            {"Type": "FLOW", "Text": "Go", "FlowId": "123", "FlowAction": "NAVIGATE", "NavigateScreen": "START"},
            {"Type": "FLOW", "Text": "Do", "FlowId": "123"},
            {"Type": "ONE_TAP", "Text": "Tap", "SupportedApps": [{"PackageName": "a.b", "SignatureHash": "x"}]},
        ],
    },
    {
        "Type": "CAROUSEL",
        "Cards": [
            {"CardComponents": [{"Type": "BODY", "Text": f"Card {number}"}, {"Type": "HEADER", "Format": "IMAGE"}]}
            for number in (1, 2)
        ],
    },
]
PROPERTIES = {"MessageSendTtlSeconds": 60, "ProductSetId": "9", "AllowSend": True, "CategoryChangePaused": True}


@dataclass
class Made:
    """What the space has, by the names under which calls refer to it."""

    flows: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    qr_codes: list[str] = field(default_factory=list)
    coming: dict[str, str] = field(default_factory=dict)
    """The ids that the first creations of `writes` are going to get."""
    upload: str = ""
    other_upload: str = ""
    file: str = ""


def open_emulator(db: Path | None, clock: Clock, quirks: Mapping[str, str]) -> tuple[Emulator, Caller]:
    """Answers are the same in every run: RequestIds count."""
    numbers = count(1)
    emulator = Emulator(Settings(quirks=quirks), db=db, clock=clock, sleep=clock.sleep, ids=lambda: f"R{next(numbers)}")
    return emulator, Caller(emulator.handle, clock, space=SPACE)


def fill(caller: Caller, *, many: int) -> Made:
    """Make everything; `many` templates and flows more than that."""
    made = Made()

    def put(name: str, status: str, language: str = "en", **more: Any) -> None:
        given = {"cust_space_id": SPACE, "name": name, "language": language, "category": "UTILITY", "status": status}
        told = caller.control("POST", "template", given | {"components": [body()], "example": {"name": "Ann"}} | more)
        made.codes[name] = told["template_code"]

    for number in range(many):
        put(f"t{number}", "pass")
        caller.ok("CreateFlow", FlowName=f"f{number}", Categories=["OTHER"])
    put("everything", "pass", "zh_CN", components=EVERYTHING, properties=PROPERTIES, example={"name": " Ann "})
    put("refused", "fail", reason="SCAM", components=[body(), {"Type": "FOOTER", "Text": "Bye"}])
    put("ended", "pass")
    for name in ("gone", "shop", "edited"):
        made.codes[name] = caller.create(Name=name)["Data"]["TemplateCode"]
    caller.ok("DeleteChatappTemplate", TemplateName="gone", Language="en", TemplateType="WHATSAPP")
    caller.control("POST", "review", {"cust_space_id": SPACE, "template_name": "edited", "status": "unaudit"})
    for name in (" Sign  up ", "draft", "to publish", "to end", "to delete"):
        made.flows[name] = caller.ok("CreateFlow", FlowName=name, Categories=["OTHER"])["Data"]["FlowId"]
    made.upload, made.other_upload = caller.upload(FLOW_JSON), caller.upload(OTHER_JSON, "other.json")
    for name in (" Sign  up ", "to publish"):
        caller.ok("UpdateFlowJSONAsset", FlowId=made.flows[name], FilePath=made.upload)
    caller.control("POST", "flow", {"cust_space_id": SPACE, "flow_id": made.flows["to end"], "status": "PUBLISHED"})
    made.file = caller.ok("GetFlowJSONAssest", FlowId=made.flows[" Sign  up "])["Data"]["FilePath"]
    for image in ("PNG", "SVG", "SVG"):
        given = {"PhoneNumber": NUMBER, "PrefilledMessage": ODD_TEXT, "GenerateQrImage": image}
        made.qr_codes.append(caller.ok("CreatePhoneMessageQrdl", **given)["Data"]["QrdlCode"])
    caller.control("POST", "space", {"cust_space_id": REFUSED, "refuse": "InvalidParameter.Nope"})
    caller.control("POST", "space", {"cust_space_id": EMPTY, "phone_numbers": []})
    return made


Step = tuple[str, str, dict[str, Any]]
"""A space, an operation and its parameters."""


def reads(made: Made) -> Iterator[Step]:
    """Every way of reading, with what is not there."""
    yield SPACE, "QueryChatappBindWaba", {}
    yield SPACE, "QueryWabaBusinessInfo", {"WabaId": new_space(SPACE).waba_id}
    for space in (SPACE, EMPTY):
        yield space, "QueryChatappPhoneNumbers", {}
        for size in (100, 20, 3):
            yield space, "ListChatappTemplate", {"Page": {"Index": 1, "Size": size}}
            yield space, "ListFlow", {"Page": {"Index": 1, "Size": size}}
    yield SPACE, "ListChatappTemplate", {"Page": {"Index": 9, "Size": 100}}
    for name, language in (("t1", "en"), ("t1", "id"), ("everything", "zh_CN"), ("no_such_name", "en")):
        yield SPACE, "ListChatappTemplate", {"Name": name, "Language": language}
        yield SPACE, "GetChatappTemplateDetail", {"TemplateName": name, "Language": language}
    yield SPACE, "ListChatappTemplate", {"AuditStatus": "fail"}
    for name in ("refused", "edited", "ended"):
        yield SPACE, "GetChatappTemplateDetail", {"TemplateCode": made.codes[name], "Language": "en"}
    yield SPACE, "GetChatappTemplateDetail", {"TemplateCode": made.codes["ended"] + "000002", "Language": "en"}
    day = {"Start": 0, "End": DAY}
    for code, language in ((made.codes["everything"], "zh_CN"), ("none", "en")):
        yield SPACE, "GetChatappTemplateMetric", {"TemplateCode": code, "Language": language} | day
    for node in ({"NodeType": "WABA"}, {"NodeType": "PHONE", "PhoneNumber": NUMBER}):
        yield SPACE, "GetWhatsappHealthStatus", node
    node = {"NodeType": "TEMPLATE", "TemplateCode": made.codes["everything"], "Language": "zh_CN"}
    yield SPACE, "GetWhatsappHealthStatus", node
    for flow_id in (*made.flows.values(), "1"):
        yield SPACE, "GetFlow", {"FlowId": flow_id}
    for flow_id in (made.flows[" Sign  up "], made.flows["draft"], "1"):
        yield SPACE, "GetFlowJSONAssest", {"FlowId": flow_id}
    yield SPACE, "GetFlowPreviewUrl", {"FlowId": made.flows["draft"]}
    yield SPACE, "ListPhoneMessageQrdl", {"PhoneNumber": NUMBER}
    yield "cams-two", "ListPhoneMessageQrdl", {"PhoneNumber": new_space("cams-two").numbers[0]["PhoneNumber"]}
    yield SPACE, "GetChatappUploadAuthorization", {}


def creations() -> Iterator[Step]:
    """What gets an id that calls after it refer to."""
    yield SPACE, "CreateChatappTemplate", shop(Name="made")
    yield SPACE, "CreateFlow", {"FlowName": " Later  on ", "Categories": ["OTHER"]}
    yield (
        SPACE,
        "CreatePhoneMessageQrdl",
        {"PhoneNumber": NUMBER, "PrefilledMessage": ODD_TEXT + "!", "GenerateQrImage": "SVG"},
    )


def writes(made: Made) -> Iterator[Step]:
    """Every write, of what was there and of what was just made; twice, so that some are refused."""
    edit = {"Language": "en", "Components": [body("Other words, $(name).")], "Example": {"name": "Ann"}}
    flow = {"FlowName": " Draft  2 ", "Categories": ["OTHER"]}
    code = {"PhoneNumber": NUMBER, "PrefilledMessage": ODD_TEXT + "?", "GenerateQrImage": "SVG"}
    whatsapp = {"Language": "en", "TemplateType": "WHATSAPP"}
    for _ in range(2):
        yield from creations()
        yield SPACE, "CreateChatappTemplate", shop(Name="gone")
        yield SPACE, "ModifyChatappTemplate", {"TemplateName": "edited"} | edit
        for template in (made.codes["ended"], made.coming["TemplateCode"]):
            yield SPACE, "ModifyChatappTemplateProperties", whatsapp | {"TemplateCode": template, "AllowSend": False}
            one = {"Language": "en", "TemplateCode": template}
            kind = {"ArchiveType": "ARCHIVE", "ChannelType": "WHATSAPP"}
            yield SPACE, "ArchiveChatappTemplate", kind | {"TemplateList": [one]}
        yield SPACE, "DeleteChatappTemplate", whatsapp | {"TemplateName": "shop"}
        for flow_id in (made.flows["draft"], made.coming["FlowId"]):
            yield SPACE, "ModifyFlow", flow | {"FlowId": flow_id}
            yield SPACE, "UpdateFlowJSONAsset", {"FlowId": flow_id, "FilePath": made.upload}
        yield SPACE, "UpdateFlowJSONAsset", {"FlowId": made.flows[" Sign  up "], "FilePath": made.other_upload}
        yield SPACE, "PublishFlow", {"FlowId": made.flows["to publish"]}
        yield SPACE, "DeprecateFlow", {"FlowId": made.flows["to end"]}
        yield SPACE, "DeleteFlow", {"FlowId": made.flows["to delete"]}
        for qr_code in (made.qr_codes[0], made.coming["QrdlCode"]):
            yield SPACE, "UpdatePhoneMessageQrdl", code | {"QrdlCode": qr_code}
        yield SPACE, "DeletePhoneMessageQrdl", {"PhoneNumber": NUMBER, "QrdlCode": made.qr_codes[1]}


def nonsense() -> Iterator[Step]:
    """Every write with something that no rule lets pass, about nothing that is there."""
    nowhere = {"TemplateCode": "none", "TemplateName": "No Such", "Language": "zz", "TemplateType": "WHATSAPP"}
    yield SPACE, "CreateChatappTemplate", {"Name": "No Such", "Language": "zz", "Category": "X", "Components": [body()]}
    yield SPACE, "ModifyChatappTemplate", nowhere | {"Components": [body("{{1}}")]}
    yield SPACE, "ModifyChatappTemplateProperties", nowhere
    yield SPACE, "DeleteChatappTemplate", nowhere
    yield SPACE, "ArchiveChatappTemplate", {"TemplateList": [nowhere]}
    yield SPACE, "CreateFlow", {"FlowName": "x" * 500, "Categories": ["X"], "EndpointUri": "no"}
    for operation in ("ModifyFlow", "UpdateFlowJSONAsset", "PublishFlow", "DeprecateFlow", "DeleteFlow"):
        yield SPACE, operation, {"FlowId": "no id"}
    code = {"PhoneNumber": NUMBER, "PrefilledMessage": "x" * 500, "GenerateQrImage": "PNG"}
    yield SPACE, "CreatePhoneMessageQrdl", code
    yield SPACE, "UpdatePhoneMessageQrdl", code | {"QrdlCode": "no code"}
    yield SPACE, "DeletePhoneMessageQrdl", {"PhoneNumber": "none", "QrdlCode": "no code"}


def one_of_each(made: Made) -> dict[str, Step]:
    """One call of every operation that would go well."""
    steps = {step[1]: step for step in reversed([*reads(made), *writes(made)])}
    assert set(steps) == set(api().operations)
    return steps


Answer = tuple[int, str, str]
"""Status, header that tells how long to wait, and body; all zero and empty where the connection ended."""


def ask(caller: Caller, step: Step) -> Answer:
    """One call."""
    space, operation, params = step
    return answer(lambda: caller.but(space=space).raw(operation, **params))


def answer(call: Any) -> Answer:
    """What came, in a form that can be compared."""
    try:
        response: HttpResponse = call()
    except ConnectionDropped:
        return (0, "", "")
    return (response.status, response.headers.get("x-acs-retry-after", ""), response.body.decode("utf-8", "replace"))


def everything(caller: Caller, clock: Clock, made: Made) -> Iterator[tuple[str, Answer]]:
    """Operation and answer: refusals and throttled calls, writes, reads at once and after more than an hour."""

    def run(steps: Iterable[Step]) -> Iterator[tuple[str, Answer]]:
        for step in steps:
            yield step[1], ask(caller, step)

    each = one_of_each(made)
    yield from run((REFUSED, name, params) for _, name, params in list(each.values())[::4])
    for name in ("ListChatappTemplate", "GetFlow", "CreatePhoneMessageQrdl"):
        caller.control("POST", "faults", {"kind": "throttle", "action": name})
        yield name, ask(caller, each[name])
    clock.sleep(1)
    yield from run(writes(made))
    yield from run(reads(made))
    for url in (made.file, made.upload):
        yield GET_FILE, answer(lambda url=url: caller.fetch(url))
    clock.sleep(3700)
    yield from run(each[name] for name in ("ListChatappTemplate", "ListFlow", "ListPhoneMessageQrdl"))
    for name in ("edited", "made"):
        yield from run([(SPACE, "GetChatappTemplateDetail", {"TemplateName": name, "Language": "en"})])


class Filled:
    """A database that is filled once and copied for each run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "filled.db"
        self.numbers = count(1)
        emulator, caller = open_emulator(self.path, Clock(), {})
        self.made = fill(caller, many=55)
        emulator.close()
        self.made.coming = self._foreseen()
        each = one_of_each(self.made)
        self.reads = [each[name] for name, operation in api().operations.items() if not operation.write]
        """One call of every operation that only reads."""

    def copy(self) -> Path:
        """A fresh copy of the database."""
        copy = self.folder / f"{next(self.numbers)}.db"
        shutil.copy(self.path, copy)
        return copy

    def _foreseen(self) -> dict[str, str]:
        emulator, caller = open_emulator(self.copy(), Clock(), {})
        found: dict[str, str] = {}
        for _, operation, params in creations():
            found |= caller.ok(operation, **params)["Data"]
        emulator.close()
        return found

    def run(self, quirks: Mapping[str, str], *more: Step) -> list[tuple[str, Answer]]:
        """All calls, and some more at the end, against a fresh copy with these quirks."""
        copy, clock = self.copy(), Clock()
        emulator, caller = open_emulator(copy, clock, quirks)
        told = [*everything(caller, clock, self.made), *((step[1], ask(caller, step)) for step in more)]
        emulator.close()
        copy.unlink()
        return told
