"""What `doctor` finds out about the service by reading: each belief turned over is named, and nothing else is told."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.emulated_project import LOCAL, World
from support.emulator_caller import Caller, body

from templatesync.commands import survey
from templatesync.commands.doctor import doctor
from templatesync.emulator import Emulator
from templatesync.emulator.store.spaces import new_space
from templatesync.kinds import KINDS
from templatesync.kinds.examining import Look, Said
from templatesync.model.belief import Belief, Observation, Verdict, judge
from templatesync.model.request import Answer, AnswerClass, Request
from templatesync.model.resource import Key, Live
from templatesync.planning.reading import ACCOUNT
from templatesync.render import doctor as render
from templatesync.render.terminal import Style
from templatesync.schema.loading import schema_dir
from templatesync.service import spelling
from templatesync.service.api import api
from templatesync.service.driver.job import STOPPED

NUMBER = str(new_space(LOCAL).numbers[0]["PhoneNumber"])
FLOW_JSON = json.dumps({"version": "7.0", "screens": [{"id": "START", "terminal": True, "layout": {}}]}).encode()
PARTS: list[dict[str, Any]] = [
    {"Type": "HEADER", "Format": "IMAGE", "Url": "https://example.com/secretive.png"},
    body("Secretive & fine,\n$(secretive_name), it is caf\u00e9 time."),
    {"Type": "FOOTER", "Text": "Secretive footer"},
    {
        "Type": "BUTTONS",
        "Buttons": [
            {"Type": "URL", "Text": "Secretive", "Url": "https://secretive.example/$(secretive_name)"},
            {"Type": "PHONE_NUMBER", "Text": "Call", "PhoneNumber": "+850012345678"},
            {"Type": "QUICK_REPLY", "Text": "Secretive no"},
        ],
    },
]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A space with some of everything, as it was made before anybody turned a belief over. Only reads follow."""
    world = World(tmp_path_factory.mktemp("service"))
    caller = Caller(lambda request: Emulator.handle(world.emulator, request), world.clock, space=LOCAL)
    for number in range(12):
        status = ("pass", "fail", "auditing", "unaudit")[number % 4]
        world.live(name=f"secretive_{number}", language=("en", "zh_CN")[number % 2], category="UTILITY", status=status,
                   components=PARTS, example={"secretive_name": "Secretive Ann"})  # fmt: skip
    upload = caller.upload(FLOW_JSON)
    for number in range(11):
        flow = caller.ok("CreateFlow", FlowName=f"Secretive {number}", Categories=["OTHER"])["Data"]["FlowId"]
        caller.ok("UpdateFlowJSONAsset", FlowId=flow, FilePath=upload)
    for image in ("PNG", "SVG", "PNG", "SVG"):
        caller.ok("CreatePhoneMessageQrdl", PhoneNumber=NUMBER, PrefilledMessage=f"Secretive &\n{image} caf\u00e9",
                  GenerateQrImage=image)  # fmt: skip
    yield world
    world.emulator.end()


@pytest.fixture
def world(filled: World) -> Iterator[World]:
    yield filled
    filled.settings(quirks={})


def document(world: World, **quirks: str) -> dict[str, Any]:
    """What `doctor --format json` writes of a service that believes otherwise."""
    world.settings(quirks={name.replace("_", "-"): value for name, value in quirks.items()})
    world.forget()
    result = doctor(world.root, (), False, world.connection)
    assert not any(entry["changed"] for entry in world.arrived())
    assert not world.writes()
    told: dict[str, Any] = json.loads(render.json(result, Style(False)))
    schema = json.loads((schema_dir() / "doctor.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft7Validator(schema).validate(told)
    return told


def seen(told: Mapping[str, Any], verdict: str = "differs") -> dict[str, list[str]]:
    return {one["check"]: one["seen"] for one in told["spaces"][0]["service"] if one["verdict"] == verdict}


def test_a_service_as_believed(world: World) -> None:
    told = document(world)
    assert seen(told) == {}
    assert set(seen(told, "unknown")) == {
        "code-per-language", "empty-phone-numbers", "empty-qr-codes", "flow-action", "page-cap", "rates",
        "upload-end-point",
    }  # fmt: skip
    checks = [one["check"] for one in told["spaces"][0]["service"]]
    assert checks == sorted(checks)
    assert {f"cams:{name}" for kind in KINDS.values() for name in kind.remote.reads} <= set(seen(told, "ok"))


def test_the_same_service_is_told_the_same(world: World) -> None:
    assert document(world, audit_status="meta") == document(world, audit_status="meta")


def test_ten_ways_at_once(world: World) -> None:
    """Every one is named, and with what was seen."""
    told = seen(
        document(
            world,
            absent_template="system-error",
            absent_flow="null-data",
            audit_status="send-fail",
            account_status="lower",
            category="lower",
            language_spelling="hyphen",
            update_time="seconds",
            url_type="upper",
            page_cap="10-cut",
            qr_image="lower",
        )
    )
    assert told["absent-template"] == [f"by {how}: ERR-COMMON-001, HTTP 200" for how in ("code", "name")]
    assert told["absent-flow"] == [f"{name}: OK, Data null" for name in ("GetFlow", "GetFlowJSONAssest")]
    assert "ListChatappTemplate.ListTemplate.AuditStatus: sendFail" in told["audit-status"]
    assert told["account-status"] == ["QueryChatappBindWaba.Data.AccountReviewStatus: approved"]
    assert "GetChatappTemplateDetail.Data.Category: utility" in told["category"]
    assert told["language-spelling"] == ["zh-CN"]
    assert told["update-time"] == ["seconds"]
    assert "GetChatappTemplateDetail.Data.Components.Buttons.UrlType: DYNAMIC" in told["url-type"]
    assert told["page-cap"] == [f"{name}: 10 rows for 100" for name in ("ListChatappTemplate", "ListFlow")]
    assert told["qr-image"] == ["png", "svg"] or told["qr-image"] in (["png"], ["svg"])


SETTLED = [
    *((f"absent-template={value}", "absent-template") for value in (
        "other-code", "system-error", "http-404", "http-400", "missing-data", "null-data", "empty-data", "empty-text",
        "empty-list")),
    *((f"absent-flow={value}", "absent-flow") for value in ("other-code", "http-404", "missing-data", "empty-list")),
    *((f"empty-templates={value}", "empty-templates") for value in (
        "null", "missing", "empty-text", "empty-object", "list-text", "code", "http-404", "missing-with-total")),
    *((f"empty-flows={value}", "empty-flows") for value in ("null", "missing", "empty-text", "code", "http-404")),
    *((f"list-filter={value}", "list-filter") for value in (
        "ignored", "language-ignored", "refused", "finds-nothing")),
    *((f"total={value}", "total") for value in ("missing", "null", "too-large", "too-small", "of-page")),
    *((f"page-cap={value}", "page-cap") for value in ("10-cut", "10-refused", "50-refused")),
    ("rows-twice=last", "rows-twice"),
    ("templates-twice=other-code", "templates-twice"),
    ("templates-twice=other-state", "templates-twice"),
    *((f"row-identity={value}", "row-identity") for value in (
        "TemplateCode", "TemplateName", "Language", "TemplateType")),
    *((f"detail-identity={value}", "detail-identity") for value in (
        "TemplateCode", "Name", "Language", "TemplateType")),
    *((f"audit-status={value}", "audit-status") for value in (
        "upper", "capitalized", "meta", "meta-lower", "send-fail", "numbers", "unknown", "empty", "null", "missing")),
    ("detail-audit-status=null", "audit-status"),
    *((f"category={value}", "category") for value in ("lower", "unknown", "empty", "null", "missing")),
    *((f"quality={value}", "quality") for value in ("lower", "unknown", "empty", "null", "missing")),
    *((f"flow-status={value}", "flow-status") for value in ("lower", "unknown", "empty", "null", "missing")),
    *((f"account-status={value}", "account-status") for value in ("lower", "unknown", "empty", "null", "missing")),
    *((f"account-id={value}", "account-id") for value in ("WabaId", "CustWabaId", "missing")),
    *((f"update-time={value}", "update-time") for value in ("seconds", "date", "missing")),
    *((f"language-spelling={value}", "language-spelling") for value in ("hyphen", "lower", "lower-hyphen")),
    *((f"name-spelling={value}", "name-spelling") for value in ("upper", "capitalized")),
    ("template-codes=digits", "template-codes"),
    ("template-type=lower", "template-type"),
    ("phone-numbers=spaced", "phone-numbers"),
    *((f"flow-path={value}", "flow-path") for value in ("http", "other-host", "empty-text", "missing")),
    *((f"flow-file={value}", "flow-file") for value in ("denied", "not-there", "page", "cut")),
    *((f"upload-end-point={value}", "upload-end-point") for value in ("https", "bucket-host", "bucket-https")),
    *((f"denied-{what}={how}", f"cams:{name}") for how in ("gateway", "product", "words") for what, name in (
        ("flows", "ListFlow"), ("qr-codes", "ListPhoneMessageQrdl"), ("phone-numbers", "QueryChatappPhoneNumbers"),
        ("metrics", survey.METRIC), ("details", "GetChatappTemplateDetail"), ("account", ACCOUNT),
        ("health", survey.HEALTH), ("uploads", "GetChatappUploadAuthorization"))),
    *((f"messages={value}", "messages") for value in ("empty", "chinese")),
    ("refusal-status=400", "refusal-status"),
    ("text-ends=added", "text-ends"),
    ("line-ends=crlf", "line-ends"),
    ("line-ends=escaped", "line-ends"),
    ("characters=nfd", "characters"),
    ("characters=html", "characters"),
    ("variables=numbered", "variables"),
    ("urls=encoded", "urls"),
    ("urls=numbered", "urls"),
    ("text-format=told", "text-format"),
    ("allow-send=false", "allow-send"),
    *((f"dropped-field={value}", "dropped-field") for value in ("Buttons", "PhoneNumber", "Text", "Url", "UrlType")),
    ("dropped-field=Format", "format"),
    ("url-type=capitalized", "url-type"),
    ("format=lower", "format"),
    ("type=lower", "type"),
    ("unknown-fields=filled", "unknown-fields"),
    ("unknown-fields=null", "unknown-fields"),
    ("qr-image=null", "qr-image"),
    *((f"success={value}", "success") for value in ("false", "null", "missing")),
    ("success-code=200", "success-code"),
    ("success-code=SUCCESS", "success-code"),
    ("success-code=lower", "success-code"),
    ("success-code=number", "success-code"),
    ("success-code=missing", "success-code"),
    ("rows-under=Data", "rows-under"),
    ("rows-under=List", "rows-under"),
    *((f"nulls={value}", "nulls") for value in ("missing", "empty-text", "word")),
    ("numbers=text", "numbers"),
    *((f"booleans={value}", "booleans") for value in ("text", "capitalized", "numbers", "letters")),
    ("ids=numbers", "ids"),
    *((f"names={value}", "names") for value in ("camel", "lower", "snake", "camel-inside")),
    *((f"lists={value}", "lists") for value in ("rows-text", "inner-text", "wrapped", "rows-wrapped")),
    *((f"lone={value}", "lone") for value in ("unwrapped", "unwrapped-rows")),
    *((f"objects={value}", "objects") for value in ("text", "inner-text")),
]  # fmt: skip


# Each looks at a whole space: a third of them, drawn evenly, and all of them in `make soak`.
SOAK = int(os.environ.get("TEMPLATESYNC_SOAK", "0"))


@pytest.mark.slow
@pytest.mark.parametrize(("quirk", "check"), SETTLED if SOAK else SETTLED[::3])
def test_what_reading_settles_is_named(world: World, quirk: str, check: str) -> None:
    name, _, value = quirk.partition("=")
    told = document(world, **{name: value})
    assert check in seen(told), seen(told)
    says_nothing_of_the_user(world, told)


def says_nothing_of_the_user(world: World, told: Mapping[str, Any]) -> None:
    text = json.dumps(told, ensure_ascii=False).casefold()
    waba = new_space(LOCAL).waba_id
    for word in ("secretive", "caf", "ann", NUMBER, "850012345678", waba, LOCAL):
        assert word not in text.replace("cannot", ""), word


def test_nothing_of_the_user_is_told(world: World) -> None:
    for quirks in ({}, {"names": "camel-inside"}, {"lists": "wrapped"}, {"nulls": "word"}, {"ids": "numbers"}):
        says_nothing_of_the_user(world, document(world, **quirks))


def test_an_empty_list_of_qr_codes_and_of_numbers(tmp_path: Path) -> None:
    empty = World(tmp_path)
    assert "empty-qr-codes" in seen(document(empty), "ok")
    assert seen(document(empty, empty_qr_codes="code"))["empty-qr-codes"] == ["InvalidParameter.NoData, HTTP 200"]
    empty.control("space", cust_space_id=LOCAL, phone_numbers=[])
    assert "empty-phone-numbers" in seen(document(empty), "ok")
    assert seen(document(empty, empty_phone_numbers="null"))["empty-phone-numbers"] == ["OK, PhoneNumbers null"]
    empty.emulator.end()


def test_text_tells_what_differs_and_what_was_believed(world: World) -> None:
    world.settings(quirks={"audit-status": "send-fail", "detail-identity": "TemplateType"})
    result = doctor(world.root, (), False, world.connection)
    told = render.text(result, Style(False))
    assert "  differs  audit-status     GetChatappTemplateDetail.Data.AuditStatus: sendFail; ListChatapp" in told
    assert "believed: one of auditing, fail, pass, unaudit" in told
    assert "send `templatesync doctor --format json`" in told
    count = sum(belief.verdict == "differs" for belief in result.spaces[0].beliefs)
    assert f"\nWhat reading tells of credentials and permissions is well; {count} things of the service differ " in told
    assert "can tell is well" not in told
    assert "absent-flow" not in told
    assert "absent-flow" in render.text(result, Style(False, verbose=True))


def test_what_import_writes_is_what_is_live(world: World) -> None:
    assert "import-law" in seen(document(world), "ok")
    (space,) = doctor(world.root, (), False, world.connection).spaces
    assert all(isinstance(one, Belief) for one in space.beliefs)


def test_a_difference_of_import_is_told_by_its_path_alone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = KINDS["template"]

    def unparse(live: Live) -> Any:
        whole = kind.file.unparse(live)
        footer = {"Type": "FOOTER", "Text": "Secretive"}
        more = {"Components": [*whole.body["Components"], footer], "secretive_member": "Secretive"}
        return whole._replace(body={**whole.body, **more})

    from templatesync.commands import round_trip

    live = Live(
        Key("template", "secretive", "en"),
        "pass",
        {},
        {},
        {"Category": "UTILITY", "Components": [body("Hi $(secretive_name)!")], "Example": {"secretive_name": "Ann"}},
    )
    changed = kind._replace(file=kind.file._replace(unparse=unparse))
    assert [*round_trip.observe(kind, live)] == [Observation(round_trip.LAW)]
    told = sorted(one.seen for one in round_trip.observe(changed, live))
    assert told == [
        "template: *",
        "template: Components[FOOTER]",
    ]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8) | st.just("secretive"),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8) | st.just("secretive"), inner, max_size=3)
    ),
    max_leaves=8,
)


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    """An answer of some operation with anything in any documented place."""
    operation = draw(st.sampled_from([one for one in api().operations.values() if not one.write]))

    def made(fields: Any, depth: int) -> Any:
        members: dict[str, Any] = {}
        for field in draw(st.lists(st.sampled_from(fields), max_size=6)) if fields else ():
            inner = field.fields and depth < 4 and draw(st.booleans())
            value = made(field.fields, depth + 1) if inner else draw(ANYTHING)
            members[field.name] = [value] if inner and field.type == "array" else value
        return members

    data = {**made(operation.response, 0), "Code": "OK"}
    klass = draw(st.sampled_from([AnswerClass.SUCCESS, AnswerClass.SUCCESS, AnswerClass.OTHER]))
    return Answer(Request(operation.name, {"Page": {"Index": 1, "Size": 10}, "Name": "n", "Language": "en"}), klass,
                  "OK", data=data, raw=data, http_status=200)  # fmt: skip


@given(st.lists(answers(), max_size=5), st.lists(answers(), min_size=5, max_size=5))
def test_no_answer_is_too_odd_to_be_looked_at(said: list[Answer], asked: list[Answer]) -> None:
    for answer in (*said, *asked):
        told = [*spelling.observe(answer)]
        assert not any("secretive" in one.seen for one in told if one.check not in _WORDS)
    for kind in KINDS.values():
        look = Look(Live(Key(kind.name, "n", "en"), "pass", {"template_code": "1"}), None, tuple(said))
        one = Said(None, tuple(said), (look,))
        names = [*kind.remote.survey().questions(one)]
        one = one._replace(asked=dict(zip(names, asked, strict=False)))
        judge(survey.believed(KINDS), kind.remote.survey().observe(one))


# A word in the place of one of the service's own is told as it is.
_WORDS = frozenset(spelling.enum_checks([one.name for one in api().operations.values()])) | {"success-code", "booleans"}


def test_verdicts() -> None:
    believed = {"a": "A", "b": "B", "c": "C"}
    found = judge(believed, [Observation("a"), Observation("b", "so"), Observation("b", "not", True)])
    assert [one.verdict for one in found] == [Verdict.OK, Verdict.DIFFERS, Verdict.UNKNOWN]
    assert found[1].seen == ("not",)


def test_what_was_interrupted_is_not_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    """There may be very much of it, and nobody waits for it any more."""
    monkeypatch.delattr(survey, "judge")
    asked = survey.survey(KINDS, ())
    batch = next(asked)
    with pytest.raises(StopIteration) as ended:
        while True:
            batch = asked.send([Answer(one, AnswerClass.UNREACHABLE, STOPPED) for one in batch])
    assert ended.value.value.beliefs == ()
