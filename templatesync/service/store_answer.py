"""What the object store answered -> `Answer`. Pure: no clock, no network.

The store is a web server, not the API: its status decides. Of its complaints, which are XML and may quote the form with
its keys, only the code and the sentence are read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from templatesync.model.json_value import Json
from templatesync.model.request import Answer, AnswerClass
from templatesync.service.answers import NOT_AN_ANSWER, REDIRECT, Context, proxy_login
from templatesync.service.http import Reply
from templatesync.service.secret import printable, scrub

NOT_READABLE = "templatesync.UploadNotReadable"

# Keys that have run out, or are not yet known everywhere: with fresh ones it works.
_FRESH_KEYS = frozenset({"SecurityTokenExpired", "InvalidSecurityToken", "InvalidAccessKeyId"})

_COMPLAINT = 16 * 1024
_CODE = re.compile(r"<Code>([A-Za-z0-9.]{1,80})</Code>")
_MESSAGE = re.compile(r"<Message>([^<]{1,2000})</Message>")


def delivered(context: Context, reply: Reply) -> Answer:
    """The answer to a `Download`: `content` in its data."""
    if reply.status != 200:
        return _refused(context, reply)
    if not reply.body:
        message, request_id = "the object store sent an empty file", _id(context, reply)
        return Answer(context.request, AnswerClass.UNAVAILABLE, NOT_AN_ANSWER, message, request_id, http_status=200)
    return _done(context, reply, {"content": reply.body})


def stored(context: Context, reply: Reply, data: Mapping[str, Json]) -> Answer:
    """The answer to an `Upload`, with `data` when it succeeded."""
    if reply.status not in (200, 201, 204):
        return _refused(context, reply)
    if not reply.headers.get("etag"):
        # Every object has one: something in between was polite, and who knows what became of the file.
        message = f"not an answer of the object store: HTTP {reply.status} without an ETag"
        return Answer(context.request, AnswerClass.LOST, NOT_AN_ANSWER, message, http_status=reply.status)
    return _done(context, reply, data)


def read_back(context: Context, reply: Reply, answer: Answer) -> Answer:
    """The `answer` to an upload, once a request without keys for what it stored was answered too."""
    if reply.status in (200, 206):
        return answer
    refused = _refused(context, reply)
    if refused.klass not in (AnswerClass.OTHER, AnswerClass.RESIGN):
        return refused
    message = (
        f"the file was stored but cannot be read without keys ({refused.message}), so whoever is given its address "
        "cannot read it either; in a template, write the https address of a copy that anybody can read in its place"
    )
    return replace(refused, klass=AnswerClass.OTHER, code=NOT_READABLE, message=message)


def _done(context: Context, reply: Reply, data: Mapping[str, Json]) -> Answer:
    request_id = _id(context, reply)
    return Answer(context.request, AnswerClass.SUCCESS, "OK", "", request_id, data, http_status=reply.status)


def _refused(context: Context, reply: Reply) -> Answer:
    if reply.status == 407:
        return proxy_login(context)
    # Scrubbed before it is cut: half a token is not found.
    text = scrub(reply.body.decode("latin-1"), context.secrets)[:_COMPLAINT]
    code, message = _CODE.search(text), _MESSAGE.search(text)
    word = code[1] if code else NOT_AN_ANSWER
    if 300 <= reply.status < 400:
        word, said = REDIRECT, "a redirect, which is never followed"
    else:
        said = printable(message[1].encode("latin-1")) if message else f"{len(reply.body)} bytes"
    return Answer(
        request=context.request,
        klass=_class(reply.status, word),
        code=word,
        message=f"the object store answered HTTP {reply.status}: {said}",
        request_id=_id(context, reply),
        http_status=reply.status,
    )


def _class(status: int, code: str) -> AnswerClass:
    if status == 429:
        return AnswerClass.THROTTLED
    if status >= 500:
        return AnswerClass.UNAVAILABLE
    return AnswerClass.RESIGN if code in _FRESH_KEYS else AnswerClass.OTHER


def _id(context: Context, reply: Reply) -> str:
    return printable(scrub(reply.headers.get("x-oss-request-id", ""), context.secrets).encode(), 80)
