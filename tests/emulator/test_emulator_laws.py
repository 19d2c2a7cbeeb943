"""Laws: whatever comes in is answered; and every operation of the API has its one function."""

from __future__ import annotations

import json
from importlib import import_module
from pkgutil import iter_modules
from typing import Any
from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st
from support.emulator_caller import Caller, Clock, body, shop

from templatesync.emulator import Emulator, HttpRequest, operations
from templatesync.emulator.object_store.origin import MEDIA, UPLOADS
from templatesync.emulator.operations import OPERATIONS
from templatesync.emulator.operations.call import OperationFunction
from templatesync.service.api import api

quick = settings(max_examples=80)

texts = st.text(max_size=30)
keys = st.sampled_from(["Type", "Text", "Buttons"]) | texts
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)
kinds = st.sampled_from(["BODY", "HEADER", "FOOTER", "BUTTONS", "CAROUSEL", "LIMITED_TIME_OFFER", "URL", "FLOW", "MPM"])
formats = st.sampled_from(["TEXT", "IMAGE"])
leaves = {"Text": texts, "Url": texts, "Format": formats, "CodeExpirationMinutes": st.integers()}
lists = ("Buttons", "Cards", "CardComponents", "SupportedApps")
components = st.recursive(
    st.fixed_dictionaries({"Type": kinds}, optional=leaves),
    lambda inner: st.fixed_dictionaries(
        {"Type": kinds}, optional={name: st.lists(inner, max_size=3) for name in lists}
    ),
    max_leaves=6,
)
header_names = st.sampled_from(["host", "authorization", "x-acs-action", "x-acs-date", "content-type"])
parameters = st.sampled_from(sorted({field.name for name in OPERATIONS for field in api().operations[name].request}))


def emulator() -> tuple[Emulator, Caller]:
    clock = Clock()
    made = Emulator(clock=clock)
    return made, Caller(made.handle, clock)


@quick
@given(
    method=texts,
    target=texts.map(lambda text: "/" + text) | texts,
    headers=st.dictionaries(header_names, texts),
    content=st.binary(max_size=200),
)
def test_any_request_gets_an_answer(method: str, target: str, headers: dict[str, str], content: bytes) -> None:
    made, _ = emulator()
    response = made.handle(HttpRequest(method, target, headers, content))
    answer = json.loads(response.body)
    assert response.status != 500, answer
    assert response.headers["content-length"] == str(len(response.body))
    made.close()


@quick
@given(
    method=st.sampled_from(["GET", "POST", "PUT"]),
    bucket=st.sampled_from([UPLOADS, MEDIA, ""]),
    key=st.sampled_from(["", "qr/", "flows/", "flows/1.json?Expires=9999999999&OSSAccessKeyId=STS.EMULATORservice&"])
    | texts,
    rest=texts,
    kind=st.sampled_from(["multipart/form-data; boundary=B", "text/plain", ""]),
    content=st.lists(
        st.sampled_from([b"--B", b"\r\n", b"--", b'Content-Disposition: form-data; name="file"', b"key"])
        | st.binary(max_size=9)
    ),
)
def test_any_request_to_the_object_store_gets_an_answer(
    method: str, bucket: str, key: str, rest: str, kind: str, content: list[bytes]
) -> None:
    made, _ = emulator()
    target = f"/_oss/{bucket}/{key}{rest}"
    response = made.handle(HttpRequest(method, target, {"content-type": kind}, b"".join(content)))
    assert 400 <= response.status < 500, response.body
    assert response.headers["content-length"] == str(len(response.body))
    assert ElementTree.fromstring(response.body).tag == "Error"
    made.close()


@quick
@given(
    operation=st.sampled_from(sorted(OPERATIONS)),
    params=st.dictionaries(parameters, values),
)
def test_any_parameters_get_an_answer(operation: str, params: dict[str, Any]) -> None:
    made, caller = emulator()
    params.pop("CustSpaceId", None)
    encoded = {name: json.dumps(value) if isinstance(value, dict | list) else value for name, value in params.items()}
    clean = {name: str(value).encode(errors="replace").decode() for name, value in encoded.items() if value is not None}
    response = caller.raw(operation, **clean)
    assert response.status != 500, response.body
    made.close()


@quick
@given(
    listed=st.lists(components, max_size=4),
    category=st.sampled_from(["UTILITY", "MARKETING", "AUTHENTICATION"]),
    kind=st.sampled_from(["WHATSAPP", "VIBER"]),
)
def test_any_components_are_taken_or_refused(listed: list[dict[str, Any]], category: str, kind: str) -> None:
    made, caller = emulator()
    params = shop(Category=category, TemplateType=kind, Components=listed, Example=None)
    encoded = params | {"Components": json.dumps(listed)}
    response = caller.raw("CreateChatappTemplate", **encoded)
    assert response.status in (200, 400), response.body
    if json.loads(response.body)["Code"] == "OK":
        caller.detail()
    made.close()


@quick
@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200))
def test_texts_come_back_as_they_were(text: str) -> None:
    made, caller = emulator()
    if caller.code("CreateChatappTemplate", **shop(Components=[body(text)], Example=None)) == "OK":
        assert caller.detail()["Components"][0]["Text"] == text
    made.close()


@quick
@given(
    path=st.sampled_from(["review", "category", "template", "flow", "space", "faults", "clock", "settings"]),
    content=st.binary(max_size=60) | values.map(lambda value: json.dumps(value).encode()),
)
def test_control_endpoints_never_break(path: str, content: bytes) -> None:
    made, _ = emulator()
    assert made.handle(HttpRequest("POST", f"/_emulator/{path}", {}, content)).status in (200, 400, 404, 409)
    made.close()


def test_every_operation_of_the_api_is_emulated_by_one_function() -> None:
    modules = [import_module(f"{operations.__name__}.{found.name}") for found in iter_modules(operations.__path__)]
    marked = [one.name for module in modules for one in vars(module).values() if isinstance(one, OperationFunction)]
    assert sorted(marked) == sorted(OPERATIONS) == sorted(api().operations)
