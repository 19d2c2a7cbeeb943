"""The reply to a request -> `Answer`. Pure: no clock, no network; knows no kind.

The service's `Code` decides (business errors arrive with status 200, and success next to `Success: false`). Words and
status count where the code is on no list, and when there is none, which mostly means that somebody else answered.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from templatesync.model.json_value import Json
from templatesync.model.request import Answer, AnswerClass, AnyRequest
from templatesync.service.api import Operation, api
from templatesync.service.envelope import Envelope, believed, done_without_code, envelope
from templatesync.service.fit import Fitted, fit
from templatesync.service.http import ExchangeError, Reply
from templatesync.service.refusal import POLICY, reconsidered
from templatesync.service.secret import Secret, conceal, printable, scrub, scrub_json
from templatesync.service.told import DEEPEST, depth, shallow

# Our own words where a service's Code would stand; no code of the service has this prefix.
UNREACHABLE = "templatesync.Unreachable"
LOST = "templatesync.LostAnswer"
NOT_AN_ANSWER = "templatesync.NotAnAnswer"
REDIRECT = "templatesync.Redirect"
PROXY = "templatesync.Proxy"

_MISSIGNED = "SignatureDoesNotMatch"

# A pause that is longer than this is not a queue that moves but a ration that is used up.
LONGEST_PAUSE = 60.0
LONGEST_RATION = 31 * 86_400.0
"""No ration is counted for longer than a month, and no calendar holds every number that a header can."""
_RATION = re.compile(r"\b(hour|hourly|day|daily|month|monthly)\b", re.IGNORECASE)

_DIGITS = 40
_MESSAGE_LIMIT = 2000
_WORD_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Context:
    """What is needed to read the answer of one request. `secrets` are those that it carried.

    `operation` is None for what is no call of the API, and may be repeated.
    """

    request: AnyRequest
    operation: Operation | None = None
    secrets: Sequence[Secret] = field(default=())

    @property
    def unsettled(self) -> AnswerClass:
        """What no usable answer means: a read may be repeated, a write must be looked up."""
        return AnswerClass.LOST if self.operation and self.operation.write else AnswerClass.UNAVAILABLE


def from_reply(context: Context, reply: Reply) -> Answer:
    """The answer that an HTTP reply holds, made to fit its operation when it is a success."""
    data = decode(reply.body)
    said = envelope(data, _header_id(context, reply))
    if not believed(said, reply.status):
        return _without_code(context, reply, data, said)
    make = _success if api().classify(said.code) is AnswerClass.SUCCESS else _refusal
    return make(context, reply, data, said)


def _success(context: Context, reply: Reply, data: Mapping[str, Json], said: Envelope) -> Answer:
    data = conceal(data, reply.body, context.secrets)
    fitted = fit(context.operation.response, data) if context.operation else Fitted(data)
    return Answer(
        request=context.request,
        klass=AnswerClass.SUCCESS,
        code=said.code,
        message=scrub(said.words, context.secrets)[:_MESSAGE_LIMIT],
        request_id=scrub(said.request_id, context.secrets)[:_WORD_LIMIT],
        data=fitted.data,
        http_status=reply.status,
        retry_after=_retry_after(reply.headers),
        problems=fitted.problems,
    )


def _refusal(context: Context, reply: Reply, data: Mapping[str, Json], said: Envelope) -> Answer:
    """A refusal may quote the request, the token and the ISV code in it included."""
    write = context.operation is not None and context.operation.write
    by_code = api().classify(said.code)
    klass = reconsidered(by_code, said.code, said.words, reply.status, write=write)
    pause = _retry_after(reply.headers)
    if klass is AnswerClass.THROTTLED and (pause > LONGEST_PAUSE or _RATION.search(f"{said.code} {said.words}")):
        klass = AnswerClass.QUOTA
    code, request_id = (scrub(word, context.secrets)[:_WORD_LIMIT] for word in (said.code, said.request_id))
    data = scrub_json(data, context.secrets)
    action = f"cams:{context.request.operation}"
    words = scrub(said.words, context.secrets)[:_MESSAGE_LIMIT] + _denied_detail(envelope(data, "").denied, action)
    if klass is AnswerClass.DENIED:
        words = f"{action} is not permitted ({code}{': ' if words.strip() else ''}{words.strip()})"
        if code.startswith(POLICY) or by_code is not AnswerClass.DENIED:
            role = "apply" if write else "plan"
            words += f"; `templatesync doctor --policy {role}` prints what the role needs"
    elif code.startswith(_MISSIGNED):
        words = f"{words} (the secret does not belong to this access key, or the endpoint is another service)"
    return Answer(
        request=context.request,
        klass=klass,
        code=code,
        message=words,
        request_id=request_id,
        data=data,
        http_status=reply.status,
        retry_after=pause,
    )


def _without_code(context: Context, reply: Reply, data: Mapping[str, Json], said: Envelope) -> Answer:
    """The answer without a Code: of the service when all that it should bring is there."""
    if context.operation and said.request_id:
        fitted = fit(context.operation.response, data).data
        if done_without_code(context.operation, said, fitted, reply.status):
            return _success(context, reply, data, said)
    return _stranger(context, reply)


def from_failure(context: Context, error: ExchangeError) -> Answer:
    """The answer that never came."""
    if error.status == 407:
        return proxy_login(context)
    message = scrub(str(error), context.secrets)
    if error.sent:
        return Answer(context.request, AnswerClass.LOST, LOST, message)
    return Answer(context.request, AnswerClass.UNREACHABLE, UNREACHABLE, message)


def _stranger(context: Context, reply: Reply) -> Answer:
    """The answer of something that is not the service, or of a service that broke in the middle."""
    if 300 <= reply.status < 400:
        host = _host(scrub(reply.headers.get("location", ""), context.secrets)[:200])
        message = f"the endpoint redirects (HTTP {reply.status}) to {printable(host.encode())}; that is never followed"
        return Answer(context.request, AnswerClass.UNREACHABLE, REDIRECT, message, http_status=reply.status)
    if reply.status == 407:
        return proxy_login(context)
    klass = context.unsettled
    if reply.status >= 500:
        klass = AnswerClass.UNAVAILABLE
    elif reply.status == 429:
        klass = AnswerClass.THROTTLED
    # Scrubbed before it is cut: half a token is not found.
    kind = printable(scrub(reply.headers.get("content-type", "no type"), context.secrets).encode(), 80)
    start = printable(scrub(reply.body.decode("latin-1"), context.secrets).encode("latin-1"))
    return Answer(
        request=context.request,
        klass=klass,
        code=NOT_AN_ANSWER,
        message=f"not an answer of the service: HTTP {reply.status}, {kind}, {len(reply.body)} bytes: {start}",
        request_id=_header_id(context, reply),
        http_status=reply.status,
        retry_after=_retry_after(reply.headers),
    )


def proxy_login(context: Context) -> Answer:
    """The answer of a proxy that stands in between."""
    message = "the proxy asks for a login (HTTP 407); put user and password into the proxy's URL"
    return Answer(context.request, AnswerClass.UNREACHABLE, PROXY, message, http_status=407)


def decode(body: bytes) -> Mapping[str, Json]:
    """The JSON object of a body; empty when there is none.

    What is walked later must not be deeper than a walk can go: anything below is cut off, and the rest counts. A text
    is kept as it was told, half a character too: names that differ are never made one, and no writer of ours minds.
    """
    try:
        value = _loads(body)
    except ValueError:
        return {}
    except RecursionError:
        value = None
    if value is None or depth(value) > DEEPEST:
        try:
            value = _loads(shallow(body.decode("utf-8", "surrogatepass")))
        except (ValueError, RecursionError):
            return {}
    return value if isinstance(value, dict) else {}


def _loads(body: bytes | str) -> Json:
    """A number that no computer holds stays the text that it was told as: it fits nothing, and costs only its place."""
    return json.loads(body, parse_constant=str, parse_float=_finite, parse_int=_whole)


def _finite(text: str) -> Json:
    value = float(text)
    return value if math.isfinite(value) else text


def _whole(text: str) -> Json:
    return int(text) if len(text) < _DIGITS else text


def _retry_after(headers: Mapping[str, str]) -> float:
    """Seconds; the service's own header counts milliseconds, that of HTTP seconds (a date in it is not read)."""
    for name, unit in ((api().retry_after_header, 1000), ("retry-after", 1)):
        try:
            pause = float(headers.get(name, "")) / unit
        except ValueError:
            continue
        return min(pause, LONGEST_RATION) if math.isfinite(pause) and pause > 0 else 0.0
    return 0.0


def _header_id(context: Context, reply: Reply) -> str:
    return printable(scrub(reply.headers.get("x-acs-request-id", ""), context.secrets).encode(), 80)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or "nowhere"
    except ValueError:
        return "nowhere"


def _denied_detail(detail: Json, action: str) -> str:
    """What a policy lacks, from an object or from the same as JSON text: the service sends both."""
    if isinstance(detail, str):
        detail = decode(detail.encode("utf-8", "replace"))
    if not isinstance(detail, dict):
        return ""
    parts = [
        f"{label}: {detail[name]}"
        for name, label in (("AuthAction", "missing permission"), ("NoPermissionType", "why"), ("PolicyType", "policy"))
        if isinstance(detail.get(name), str) and detail[name] not in ("", action)
    ]
    return f" ({'; '.join(parts)})" if parts else ""
