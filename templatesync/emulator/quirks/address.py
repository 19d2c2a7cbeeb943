"""Files beside the API: where they are said to be, and what comes from there. Knows no flow and no upload."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit, urlunsplit

from templatesync.emulator.object_store.origin import MEDIA, MEDIA_HOST, OBJECT_STORE_HOST, UPLOADS
from templatesync.emulator.object_store.origin import PREFIX as STORE
from templatesync.emulator.object_store.request import ObjectReply, ObjectRequest
from templatesync.emulator.outcome import RefusedCall
from templatesync.emulator.quirks.quirk import Asked, Behaviour, Body, Fetch, Quirk
from templatesync.emulator.quirks.walk import ROW, changed, member, without
from templatesync.model.json_value import Json

_FETCH = frozenset({"GET file"})


def _path(about: str, change: Callable[[str], Json]) -> Behaviour:
    return Behaviour(about=about, tell=lambda asked, body: changed(body, member("FilePath", change, ROW)))


def _at(scheme: str, host: str) -> Callable[[str], str]:
    """The same object at another address."""

    def move(url: str) -> str:
        parts = urlsplit(url)
        return urlunsplit((scheme, host, parts.path.removeprefix(f"{STORE}{MEDIA}"), parts.query, ""))

    return move


def _only(bucket: str, folder: str, fetch: Fetch) -> Fetch:
    """For reads of one folder in one bucket."""

    def change(received: ObjectRequest, reply: ObjectReply) -> ObjectReply:
        meant = received.bucket == bucket and received.key.startswith(folder) and received.request.method == "GET"
        return fetch(received, reply) if meant else reply

    return change


def _refused(code: str, message: str, status: int) -> Fetch:
    def fetch(received: ObjectRequest, reply: ObjectReply) -> ObjectReply:
        raise RefusedCall(code, message, status=status)

    return fetch


def _bytes(data: bytes) -> Fetch:
    return lambda received, reply: replace(reply, body=data)


def _flow_file(about: str, fetch: Fetch) -> Behaviour:
    return Behaviour(about=about, fetch=_only(MEDIA, "flows/", fetch))


def _upload(about: str, fetch: Fetch) -> Behaviour:
    return Behaviour(about=about, fetch=_only(UPLOADS, "", fetch))


def _end_point(about: str, told: str) -> Behaviour:
    return Behaviour(about=about, tell=lambda asked, body: changed(body, member("EndPoint", lambda url: told, ROW)))


def _id(about: str, change: Callable[[str], Json]) -> Behaviour:
    names = {"CreateChatappTemplate": "TemplateCode", "CreateFlow": "FlowId", "CreatePhoneMessageQrdl": "QrdlCode"}

    def tell(asked: Asked, body: Body) -> Body:
        return changed(body, member(names[asked.action], change, ROW))

    return Behaviour(about=about, tell=tell)


def _no_id(asked: Asked, body: Body) -> Body:
    for name in ("TemplateCode", "FlowId", "QrdlCode"):
        body = changed(body, without(name, ROW))
    return body


_DENIED = _refused("AccessDenied", "You have no right to access this object.", 403)
_GONE = _refused("NoSuchKey", "The specified key does not exist.", 404)
_BUCKET_HOST = f"{UPLOADS}.{OBJECT_STORE_HOST}"

QUIRKS = (
    Quirk(
        "flow-path",
        "where the JSON of a flow is said to be",
        frozenset({"GetFlowJSONAssest"}),
        {
            "http": _path("in the object store, by http", _at("http", MEDIA_HOST)),
            "https": _path("in the object store, by https", _at("https", MEDIA_HOST)),
            "other-host": _path("on a host of somebody else", _at("https", "flows.example.net")),
            "empty-text": _path("an empty text", lambda url: ""),
            "missing": Behaviour(about="not told", tell=lambda asked, body: changed(body, without("FilePath", ROW))),
        },
    ),
    Quirk(
        "flow-file",
        "what comes from where the JSON of a flow is",
        _FETCH,
        {
            "denied": _flow_file("HTTP 403", _DENIED),
            "not-there": _flow_file("HTTP 404", _GONE),
            "page": _flow_file("a page of HTML", _bytes(b"<html><body>Sign in</body></html>")),
            "cut": _flow_file("the beginning of it", _bytes(b'{"version": "7.0", "scr')),
        },
    ),
    Quirk(
        "upload-end-point",
        "EndPoint of an authorization of uploads; to be used with the emulator embedded, which answers for any host",
        frozenset({"GetChatappUploadAuthorization"}),
        {
            "host": _end_point("the object store's host", OBJECT_STORE_HOST),
            "https": _end_point("the same with a scheme", f"https://{OBJECT_STORE_HOST}"),
            "bucket-host": _end_point("the host of the bucket, which it names already", _BUCKET_HOST),
            "bucket-https": _end_point("the same with a scheme", f"https://{_BUCKET_HOST}"),
        },
    ),
    Quirk(
        "upload-read",
        "what comes when an upload is read back without keys",
        _FETCH,
        {"denied": _upload("HTTP 403", _DENIED), "not-there": _upload("HTTP 404", _GONE)},
    ),
    Quirk(
        "created-id",
        "the id that a creation is answered with",
        frozenset({"CreateChatappTemplate", "CreateFlow", "CreatePhoneMessageQrdl"}),
        {
            "other": _id("one that is never listed", lambda told: told[::-1]),
            "null": _id("null", lambda told: None),
            "missing": Behaviour(about="not told", tell=_no_id),
        },
    ),
)
