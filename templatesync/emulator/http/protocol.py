"""The API's protocol: requests to parameters, replies to bytes. Pure; knows no state and no operation's meaning.

RPC style of Alibaba Cloud's gateway: the action in a header, parameters in query or form body, values as text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import formatdate
from types import MappingProxyType
from urllib.parse import parse_qsl

from templatesync.emulator.http.message import HttpRequest, HttpResponse
from templatesync.emulator.outcome import OperationReply, RefusedCall
from templatesync.emulator.strict_json import parse
from templatesync.model.json_value import Json
from templatesync.service.api import Field, Operation, ParameterProblem, api, check

FORM = "application/x-www-form-urlencoded"

# Never shown in the history: who reads it may be somebody else than who sends.
SECRET_PARAMETERS = frozenset({"IsvCode"})

# In the query of an address that is a parameter or part of one: who has it may read what is there.
_PROOF = re.compile(r"\b(Signature|security-token)=[^&\s\"\\]+", re.IGNORECASE)

# More parameters than any operation has, with room for flattened lists; stops a body of a million `&`.
_MAX_FIELDS = 2_000
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_BOOLEANS: Mapping[str, bool] = MappingProxyType({"true": True, "false": False})

# What the service calls a parameter that is there and does not fit, by its name and what is wrong with it. Codes of
# the error page where it has one; the rest are in its style.
_CODES: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("TemplateType", "enum"): "InvalidParameter.TemplateTypeNotSupport",
        ("AuditStatus", "enum"): "InvalidParameter.AuditStatusNotSupport",
        ("Category", "enum"): "InvalidParameter.CategoryNotSupport",
        ("Granularity", "enum"): "InvalidParameter.GranularityNotSupport",
        ("Components", "shape"): "InvalidParameter.ContentError",
        ("Example", "shape"): "InvalidParameter.ContentError",
        ("Page", "shape"): "InvalidParameter.PageInvalid",
    }
)
_EMPTY_CODES: Mapping[str, str] = MappingProxyType(
    {
        "Language": "InvalidParameter.LanguageNotEmpty",
        "TemplateCode": "InvalidParameter.TemplateCodeNotEmpty",
        "Components": "InvalidParameter.ContentNotEmpty",
    }
)


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """A request taken apart, before anything in it is checked."""

    action: str
    version: str
    query: Mapping[str, str]
    form: Mapping[str, str]

    @property
    def texts(self) -> dict[str, str]:
        """The parameters, wherever they were; the body wins."""
        return {**self.query, **self.form}

    @property
    def shown(self) -> dict[str, str]:
        """The parameters for the history, without secrets."""
        return {
            name: "***" if name in SECRET_PARAMETERS else _PROOF.sub(r"\1=***", text)
            for name, text in self.texts.items()
        }


def receive(request: HttpRequest) -> ApiRequest:
    """Take a request apart. What cannot be read is left out: the checks that follow will miss it."""
    headers = request.headers
    form: Mapping[str, str] = {}
    if request.body and headers.get("content-type", FORM).split(";")[0].strip().lower() == FORM:
        form = _pairs(request.body.decode("utf-8", "replace"))
    return ApiRequest(
        action=headers.get("x-acs-action", ""),
        version=headers.get("x-acs-version", ""),
        query=_pairs(request.target.partition("?")[2]),
        form=form,
    )


def _pairs(text: str) -> dict[str, str]:
    try:
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=_MAX_FIELDS))
    except ValueError:
        return {}


def find_operation(request: HttpRequest, received: ApiRequest) -> Operation:
    """The operation that is meant. Raises Refusal when there is none."""
    if request.target.partition("?")[0] not in ("", "/") or request.method not in ("GET", "POST"):
        raise RefusedCall("InvalidAction.NotFound", "Specified api is not found, check url and method.", status=404)
    if received.version != api().version:
        raise RefusedCall("InvalidVersion", f"The version {received.version!r} of the API does not exist.", status=400)
    operation = api().operations.get(received.action)
    if operation is None:
        raise RefusedCall("InvalidAction.NotFound", f"The action {received.action!r} is not known here.", status=404)
    return operation


def decode(operation: Operation, texts: Mapping[str, str]) -> dict[str, Json]:
    """Parameters as Python values. A parameter that the operation does not know is ignored, as the gateway does."""
    values: dict[str, Json] = {}
    for field in operation.request:
        text = texts.get(field.name)
        if text is None:
            continue
        if text == "":
            if field.required:
                code = _EMPTY_CODES.get(field.name)
                raise RefusedCall(code, f"{field.name} is empty.") if code else _missing(field.name)
            continue
        values[field.name] = _value(field, text)
    for problem in check(operation.request, values):
        # Members of a newer API pass through JSON unseen; the service stores what it can.
        if problem.what != "unknown":
            raise _refusal(problem)
    return values


def decode_unchecked(operation: Operation, texts: Mapping[str, str]) -> dict[str, Json]:
    """The same, with nothing refused: what does not fit is the text that came."""
    values: dict[str, Json] = {}
    for field in operation.request:
        if text := texts.get(field.name):
            try:
                values[field.name] = _value(field, text)
            except RefusedCall:
                values[field.name] = text
    return values


def _value(field: Field, text: str) -> Json:
    if field.json:
        try:
            return parse(text)
        except ValueError:
            raise _refusal(ParameterProblem(field.name + ".", "shape", "is not JSON")) from None
    if field.type == "boolean":
        value = _BOOLEANS.get(text.lower())
        if value is None:
            raise _refusal(ParameterProblem(field.name, "type", "must be true or false"))
        return value
    if field.type == "integer":
        if not _INTEGER.fullmatch(text):
            raise _refusal(ParameterProblem(field.name, "type", "must be an integer"))
        return int(text)
    return text


def _missing(name: str) -> RefusedCall:
    return RefusedCall(f"Missing{name}", f"The parameter {name} is required and was not sent.", status=400)


def _refusal(problem: ParameterProblem) -> RefusedCall:
    top = re.split(r"[.\[]", problem.path)[0]
    message = f"{problem.path.rstrip('.')} {problem.detail}."
    if problem.path == top and problem.what == "missing":
        return _missing(top)
    if problem.path.endswith(".Format") and problem.what == "enum":
        return RefusedCall("InvalidParameter.HeaderTypeNotSupport", message)
    code = _CODES.get((top, problem.what)) or _CODES.get((top, "shape"))
    if code:
        return RefusedCall(code, message)
    return RefusedCall("InvalidParameter", message, status=400)


def reply_body(operation: Operation, reply: OperationReply, request_id: str) -> dict[str, Json]:
    """A carried-out call. Members that the operation has and the reply has not are null, as the service sends them."""
    if reply.whole:
        return dict(reply.body)
    body: dict[str, Json] = {field.name: None for field in operation.response}
    body |= reply.body
    body |= {"Code": "OK", "Message": "OK", "RequestId": request_id}
    if "Success" in body:
        body["Success"] = True
    return body


def refusal_body(refusal: RefusedCall, request_id: str, host: str) -> dict[str, Json]:
    """A refused call, in the service's form or in the gateway's."""
    if refusal.body is not None:
        return dict(refusal.body)
    if refusal.status == 200:
        return {
            "Code": refusal.code,
            "Message": refusal.message,
            "RequestId": request_id,
            "Success": False,
            "Data": None,
        }
    body: dict[str, Json] = {
        "RequestId": request_id,
        "HostId": host,
        "Code": refusal.code,
        "Message": refusal.message,
        "Recommend": f"https://api.aliyun.com/troubleshoot?q={refusal.code}&product=cams",
    }
    if refusal.denied is not None:
        body["AccessDeniedDetail"] = refusal.denied
    return body


def respond(
    status: int, body: Json, *, now: float, request_id: str = "", retry_after: int | None = None
) -> HttpResponse:
    """A response as bytes. `now` becomes the Date header, from which clients learn how wrong their clock is."""
    data = json.dumps(body, ensure_ascii=False).encode()
    headers = {
        "content-type": "application/json;charset=utf-8",
        "content-length": str(len(data)),
        "date": formatdate(now, usegmt=True),
    }
    if request_id:
        headers["x-acs-request-id"] = request_id
    if retry_after is not None:
        headers[api().retry_after_header] = str(retry_after)
    return HttpResponse(status, headers, data)
