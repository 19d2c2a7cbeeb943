"""A caller of the emulator for tests: signs with the project's own signing, sends through any door. Knows no client."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpx

from templatesync.emulator import Emulator, HttpRequest, HttpResponse
from templatesync.service import signing
from templatesync.service.api import api, encode

Door = Callable[[HttpRequest], HttpResponse]

_numbers = count(1)


class Clock:
    """A clock that moves only when told, by `sleep` too."""

    def __init__(self, now: float = 1_767_323_045.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@dataclass(frozen=True)
class Caller:
    """Calls operations in one space. `place` is where parameters go: `query` or `form`."""

    door: Door
    clock: Callable[[], float]
    space: str | None = "cams-one"
    place: str = "form"
    key: str = "emulator"
    secret: str = "emulator"
    token: str = ""
    host: str = "127.0.0.1"
    extra: Mapping[str, str] = field(default_factory=dict)

    def request(self, operation: str, **params: Any) -> HttpRequest:
        known = api().operations.get(operation)
        space = {} if self.space is None else {"CustSpaceId": self.space}
        texts = encode(known, space | params) if known else {name: str(value) for name, value in params.items()}
        body, query = (urlencode(texts).encode(), {}) if self.place == "form" else (b"", texts)
        headers = {
            "host": self.host,
            "x-acs-action": operation,
            "x-acs-version": "2020-06-06",
            "x-acs-date": datetime.fromtimestamp(self.clock(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "x-acs-signature-nonce": f"{next(_numbers):032x}",
            "x-acs-content-sha256": signing.payload_hash(body),
            **({"content-type": "application/x-www-form-urlencoded"} if body else {}),
            **({"x-acs-security-token": self.token, "x-acs-accesskey-id": self.key} if self.token else {}),
            **self.extra,
        }
        headers["authorization"] = signing.authorization(
            access_key_id=self.key,
            access_key_secret=self.secret,
            method="POST",
            path="/",
            params=query,
            headers=headers,
            body=body,
        )
        return HttpRequest("POST", "/" + ("?" + urlencode(query) if query else ""), headers, body)

    def raw(self, operation: str, **params: Any) -> HttpResponse:
        return self.door(self.request(operation, **params))

    def call(self, operation: str, **params: Any) -> dict[str, Any]:
        answer = json.loads(self.raw(operation, **params).body)
        assert isinstance(answer, dict)
        return answer

    def code(self, operation: str, **params: Any) -> str:
        return str(self.call(operation, **params)["Code"])

    def ok(self, operation: str, **params: Any) -> dict[str, Any]:
        answer = self.call(operation, **params)
        assert answer["Code"] == "OK", answer
        return answer

    def control(self, method: str, path: str, body: Any = None) -> Any:
        data = b"" if body is None else json.dumps(body).encode()
        answer = self.door(HttpRequest(method, "/_emulator/" + path, {"host": self.host}, data))
        return json.loads(answer.body) | {"_status": answer.status} if answer.status != 200 else json.loads(answer.body)

    def create(self, **changes: Any) -> dict[str, Any]:
        return self.ok("CreateChatappTemplate", **(shop() | changes))

    def detail(self, name: str = "shop", language: str = "en") -> dict[str, Any]:
        answer = self.ok("GetChatappTemplateDetail", TemplateName=name, Language=language)
        data = answer["Data"]
        assert isinstance(data, dict)
        return data

    def status(self, name: str = "shop", language: str = "en") -> str:
        return str(self.detail(name, language)["AuditStatus"])

    def names(self, **params: Any) -> list[str]:
        return [row["TemplateName"] for row in self.ok("ListChatappTemplate", **params)["ListTemplate"]]

    def history(self) -> list[dict[str, Any]]:
        entries = self.control("GET", "history")
        assert isinstance(entries, list)
        return entries

    def fetch(self, url: str) -> HttpResponse:
        parts = urlsplit(url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        return self.door(HttpRequest("GET", target, {"host": parts.netloc}))

    def post_form(self, url: str, fields: Mapping[str, str], data: bytes, name: str = "a.json") -> HttpResponse:
        made = httpx.Request("POST", url, data=dict(fields), files={"file": (name, data, "application/json")})
        headers = {key.lower(): value for key, value in made.headers.items()}
        return self.door(HttpRequest("POST", made.url.raw_path.decode(), headers, made.read()))

    def fields(
        self, grant: Mapping[str, Any], name: str, *conditions: Any, seconds: float = 600, **changes: str
    ) -> dict[str, str]:
        """The form of an upload, signed with what an authorization has granted."""
        until = datetime.fromtimestamp(self.clock() + seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        policy = json.dumps({"expiration": until, "conditions": [{"bucket": grant["BucketName"]}, *conditions]})
        encoded = base64.b64encode(policy.encode()).decode()
        proof = hmac.digest(grant["AccessKeySecret"].encode(), encoded.encode(), "sha1")
        return {
            "key": f"{grant['Dir']}/{name}",
            "policy": encoded,
            "OSSAccessKeyId": grant["AccessKeyId"],
            "Signature": base64.b64encode(proof).decode(),
            "x-oss-security-token": grant["SecurityToken"],
        } | changes

    def grant(self) -> dict[str, Any]:
        data = self.ok("GetChatappUploadAuthorization")["Data"]
        assert isinstance(data, dict)
        return data

    def upload(self, data: bytes, name: str = "a.json") -> str:
        """Upload, and give the address of the object."""
        grant = self.grant()
        answer = self.post_form(grant["EndPoint"], self.fields(grant, name), data)
        assert answer.status == 204, answer
        return f"{grant['EndPoint'].rstrip('/')}/{quote(grant['Dir'])}/{quote(name)}"

    def but(self, **changes: Any) -> Caller:
        return replace(self, **changes)


def body(text: str = "Hi $(name), your parcel is here.") -> dict[str, Any]:
    return {"Type": "BODY", "Text": text}


def shop(**changes: Any) -> dict[str, Any]:
    """The parameters of an ordinary creation."""
    return {
        "Name": "shop",
        "Language": "en",
        "Category": "UTILITY",
        "TemplateType": "WHATSAPP",
        "Components": [body()],
        "Example": {"name": "Ann"},
    } | changes


def through_httpx(url: str, client: httpx.Client) -> Door:
    """A door that is a real connection to a served emulator."""

    def door(request: HttpRequest) -> HttpResponse:
        answer = client.request(
            request.method, url + request.target, headers=dict(request.headers), content=request.body
        )
        return HttpResponse(answer.status_code, dict(answer.headers), answer.content)

    return door


def embedded(emulator: Emulator) -> Door:
    """A door without a connection."""
    return emulator.handle
