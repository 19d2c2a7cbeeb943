"""Storing a file for the service to fetch: one form, signed with the temporary keys that the service hands out.

The keys never leave this room: they are neither in an answer nor in a message. Knows no operation: who asks for the
keys is the client.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from urllib.parse import quote

from templatesync.model.json_value import Json, canonical_json
from templatesync.model.request import Answer, AnswerClass, Upload
from templatesync.service.answers import NOT_AN_ANSWER, Context, from_failure
from templatesync.service.download import HEADERS, untrusted
from templatesync.service.http import Bounds, ExchangeError, Network
from templatesync.service.secret import Secret
from templatesync.service.store_answer import read_back, stored
from templatesync.service.trusted_url import Target, UntrustedUrlError, check_answer_url

# Bytes. The largest medium that WhatsApp takes is a document of 100 MB.
LARGEST = 100 * 1024 * 1024

_ANSWER_CAP = 64 * 1024
# Seconds: for the connection, and for each byte at the slowest line that is worth waiting for.
_AT_LEAST = 15.0
_PER_BYTE = 1 / 100_000
_HOUR = 3600.0

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}", re.ASCII)
_MEDIA_TYPE = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,100}", re.ASCII)
_BUCKET = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]", re.ASCII)
_JUST_A_HOST = re.compile(r"(?:https?://)?([^/]+)/?")
_LONGEST_KEY = 1023
_KEYS = ("AccessKeyId", "AccessKeySecret", "SecurityToken")


@dataclass(frozen=True, slots=True)
class UploadGrant:
    """Leave to store files in a folder until `expires`, epoch seconds. `target` is where the form goes."""

    target: Target
    bucket: str
    folder: str
    key_id: Secret
    secret: Secret
    token: Secret
    expires: float


def upload(network: Network, request: Upload, data: Json, endpoint: str, now: float) -> Answer:
    """One attempt, with `data` of GetChatappUploadAuthorization. `now` in epoch seconds, as right as it is known."""
    if len(request.content) > LARGEST:
        message = f"{request.name} has {len(request.content)} bytes; no more than {LARGEST} can be uploaded"
        return Answer(request, AnswerClass.INVALID, "templatesync.TooLarge", message)
    try:
        grant = read_grant(data, endpoint, now)
    except UntrustedUrlError as error:
        return untrusted(request, error)
    except ValueError as error:
        return Answer(request, AnswerClass.OTHER, NOT_AN_ANSWER, f"the leave to upload cannot be used: {error}")
    key = f"{grant.folder}/{request.name}"
    fields = form_fields(grant, key, len(request.content))
    secrets = (grant.key_id, grant.secret, grant.token, Secret(fields["Signature"]), Secret(fields["policy"]))
    context = Context(request, secrets=secrets)
    content_type, body = form_body(fields, request)
    bounds = Bounds(_AT_LEAST + len(body) * _PER_BYTE, _ANSWER_CAP)
    try:
        reply = network.visit("POST", grant.target, HEADERS | {"content-type": content_type}, body, bounds=bounds)
    except UntrustedUrlError as error:
        return untrusted(request, error)
    except ExchangeError as error:
        return from_failure(context, error)
    answer = stored(context, reply, {"url": grant.target.url + quote(key), "key": key})
    return _checked(network, grant.target, request, answer) if answer.ok else answer


def _checked(network: Network, target: Target, request: Upload, answer: Answer) -> Answer:
    """The answer to an upload, once its address was read without keys, as whoever is given it will."""
    context = Context(request)
    # Most stores send the one byte; one that knows no ranges sends all.
    size = len(request.content)
    bounds = Bounds(_AT_LEAST + size * _PER_BYTE, size + _ANSWER_CAP)
    place = replace(target, url=answer.data["url"])
    try:
        reply = network.visit("GET", place, HEADERS | {"range": "bytes=0-0"}, bounds=bounds)
    except UntrustedUrlError as error:
        return untrusted(request, error)
    except ExchangeError as error:
        return from_failure(context, error)
    return read_back(context, reply, answer)


def read_grant(data: Json, endpoint: str, now: float) -> UploadGrant:
    """What the service's answer allows. Raises UntrustedUrlError, and ValueError with what is wrong (no secret in it).

    An EndPoint with a path is where the form goes, as it stands; of any other only the host counts, which may have the
    bucket in front already.
    """
    values = data if isinstance(data, dict) else {}
    for name in ("EndPoint", "BucketName", "Dir", *_KEYS):
        if not isinstance(values.get(name), str) or not values[name]:
            raise ValueError(f"it has no {name}")
    place, bucket, folder = values["EndPoint"], values["BucketName"], values["Dir"].strip("/")
    for name in _KEYS:
        if not (values[name].isascii() and values[name].isprintable()):
            raise ValueError(f"its {name} is none")
    if not _BUCKET.fullmatch(bucket):
        raise ValueError("its BucketName is none")
    if not folder or not folder.isprintable() or len(quote(folder)) > _LONGEST_KEY - 200:
        raise ValueError("its Dir is none")
    host = _JUST_A_HOST.fullmatch(place)
    url = f"https://{bucket}.{host[1].removeprefix(f'{bucket}.')}/" if host else place
    target = check_answer_url(url if url.endswith("/") else f"{url}/", endpoint)
    if "?" in url:
        raise ValueError("its EndPoint has a query")
    key_id, secret, token = (Secret(values[name]) for name in _KEYS)
    return UploadGrant(target, bucket, folder, key_id, secret, token, _expires(values.get("Expire"), now))


def form_fields(grant: UploadGrant, key: str, size: int) -> dict[str, str]:
    """The form but for the file, signed. The policy allows this one object of this one size."""
    policy = {
        "expiration": datetime.fromtimestamp(grant.expires, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "conditions": [{"bucket": grant.bucket}, ["eq", "$key", key], ["content-length-range", size, size]],
    }
    encoded = base64.b64encode(canonical_json(policy).encode()).decode()
    proof = hmac.digest(grant.secret.reveal().encode(), encoded.encode(), "sha1")
    return {
        "key": key,
        "policy": encoded,
        "OSSAccessKeyId": grant.key_id.reveal(),
        "Signature": base64.b64encode(proof).decode(),
        "x-oss-security-token": grant.token.reveal(),
        "success_action_status": "200",
    }


def form_body(fields: Mapping[str, str], request: Upload) -> tuple[str, bytes]:
    """Content type and body of the form; the file comes last, for the store reads nothing behind it."""
    assert _NAME.fullmatch(request.name), f"{request.name!r} is no name of an upload"
    assert _MEDIA_TYPE.fullmatch(request.media_type), f"{request.media_type!r} is no media type"
    heads = [f'Content-Disposition: form-data; name="{name}"'.encode() for name in fields]
    contents = [value.encode() for value in fields.values()]
    file = (
        f'Content-Disposition: form-data; name="file"; filename="{request.name}"\r\nContent-Type: {request.media_type}'
    )
    heads.append(file.encode())
    contents.append(request.content)
    boundary = _boundary(contents)
    parts = [
        b"--%b\r\n%b\r\n\r\n%b\r\n" % (boundary, head, content) for head, content in zip(heads, contents, strict=True)
    ]
    return f"multipart/form-data; boundary={boundary.decode()}", b"".join([*parts, b"--%b--\r\n" % boundary])


def _boundary(contents: Sequence[bytes]) -> bytes:
    """A text that is in none of these, the same for the same contents."""
    digest = hashlib.sha256()
    for content in contents:
        digest.update(b"%d:%b" % (len(content), content))
    for turn in count():
        boundary = b"templatesync-%b-%d" % (digest.hexdigest()[:32].encode(), turn)
        if not any(boundary in content for content in contents):
            return boundary
    raise AssertionError("unreachable")


def _expires(value: Json, now: float) -> float:
    """Epoch seconds. The service's own word where it can be read: then a wrong clock of ours does no harm.

    Its unit is not documented: seconds or milliseconds since 1970, or seconds from now.
    """
    if type(value) is not int or not 0 < value < 10**14:
        return now + _HOUR
    if value > 10**11:
        return value / 1000
    return float(value) if value > 10**9 else now + min(value, _HOUR)
