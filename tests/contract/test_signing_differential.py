"""Our signature code against the official SDK's own, on random requests: the same bytes, every time."""

from __future__ import annotations

import random
from typing import Any

from support.contract.sdk import Driver

from templatesync.service import signing

SEED = 20200606
REQUESTS = 2_000

# What parameter names are made of. The SDK does not percent-encode names, and no API has one that would need it.
NAME = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"
RESERVED = " !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
WHITE = "\t\n\r\x0b\x0c\x1c\x85\xa0\u2028\u3000"
SCRIPTS = "aZ09äßñçøÅğłЖяαΩאבגابتثहिन्दी中文字テスト한국어ไทยሰላም"
BEYOND = "😀👩\u200d👩\u200d👧🇸🇬\U00020bb7\U0001d400e\u0301\u200f\u202e\ufeff\ufffd\x00\x7f"
ALPHABETS = (NAME, RESERVED, SCRIPTS, BEYOND, WHITE, NAME + RESERVED + WHITE + SCRIPTS + BEYOND)

# Headers that the SDK signs and we do not, and that both sign when they are there.
UNSIGNED = ("user-agent", "accept", "accept-language", "date", "x-other", "xacs-none")
SIGNED = ("x-acs-accesskey-id", "x-acs-security-token", "x-acs-credentials-provider", "x-acs-retry-attempts", "x-acs-z")


def text(source: random.Random, most: int = 24) -> str:
    """Any text: empty, short, and now and then long enough for a large template."""
    length = source.choice((0, 1, source.randint(0, most), source.randint(0, most)))
    if source.random() < 0.02:
        length = source.randint(2_000, 20_000)
    return "".join(source.choices(source.choice(ALPHABETS), k=length))


def header(source: random.Random) -> str:
    """A value with blanks around and inside, as whoever wrote it left them."""
    words = ("".join(source.choices(NAME + "/+=:;,", k=source.randint(1, 12))) for _ in range(source.randint(0, 4)))
    blanks = ("", " ", "  ", "\t")
    return source.choice(blanks) + source.choice((" ", "  ")).join(words) + source.choice(blanks)


def spelled(source: random.Random, name: str) -> str:
    return source.choice((name, name.title(), name.upper()))


def make(source: random.Random) -> dict[str, Any]:
    """One request: query, headers, body and key, in the form that both sides take."""
    names = {"".join(source.choices(NAME, k=source.randint(1, 12))) for _ in range(source.randint(0, 12))}
    body = source.choice(("", "", text(source, 200), signing.canonical_query({"Name": text(source, 200)})))
    headers = {
        "host": source.choice(("127.0.0.1:8080", "cams.ap-southeast-1.aliyuncs.com")),
        "x-acs-action": "CreateChatappTemplate",
        "x-acs-version": "2020-06-06",
        "x-acs-date": f"2026-01-{source.randint(1, 28):02d}T00:00:{source.randint(0, 59):02d}Z",
        "x-acs-signature-nonce": f"{source.getrandbits(128):032x}",
        "x-acs-content-sha256": signing.payload_hash(body.encode()),
    }
    if body:
        headers["content-type"] = "application/x-www-form-urlencoded"
    for name in source.sample(SIGNED, source.randint(0, len(SIGNED))):
        headers[name] = header(source)
    # Sets have no order that a seed would fix.
    params = {name: text(source) for name in sorted(names)}
    items = list(params.items())
    source.shuffle(items)
    return {
        "method": source.choice(("POST", "POST", "GET")),
        "path": source.choice(("/", "/", "")),
        "query": dict(items),
        "headers": {spelled(source, name): value for name, value in headers.items()},
        "body": body,
        "key": "LTAI" + "".join(source.choices(NAME[:62], k=20)),
        "secret": text(source, 40) or "secret",
    }


def with_others(source: random.Random, request: dict[str, Any]) -> dict[str, Any]:
    """The request with headers that only the SDK would sign."""
    others = {name: header(source) for name in source.sample(UNSIGNED, source.randint(1, 4))}
    return request | {"headers": request["headers"] | others}


def ours(request: dict[str, Any]) -> str:
    return signing.authorization(
        access_key_id=request["key"],
        access_key_secret=request["secret"],
        method=request["method"],
        path=request["path"],
        params=request["query"],
        headers=request["headers"],
        body=request["body"].encode(),
    )


def ours_over_everything(request: dict[str, Any]) -> str:
    """The SDK signs every header; our functions do too when told so, as the emulator tells them."""
    lower = {name.lower(): value for name, value in request["headers"].items()}
    payload = signing.payload_hash(request["body"].encode())
    canonical = signing.canonical_request(
        request["method"], request["path"], request["query"], lower, list(lower), payload
    )
    proof = signing.signature(request["secret"], signing.string_to_sign(canonical))
    signed = ";".join(sorted(lower))
    return f"{signing.ALGORITHM} Credential={request['key']},SignedHeaders={signed},Signature={proof}"


def test_no_difference_in_2000_random_requests(judge: Driver) -> None:
    source = random.Random(SEED)
    lean = [make(source) for _ in range(REQUESTS)]
    full = [with_others(source, request) for request in lean]
    # The lot must hold what it is meant to try.
    values = [value for request in lean for value in request["query"].values()]
    assert any(len(value) > 10_000 for value in values)
    assert {"", " ", "+"} <= set(values)
    assert any(not request["query"] for request in lean)
    assert any("x-acs-security-token" in request["headers"] for request in lean)

    theirs = judge.order("authorize", requests=lean)["signed"]
    differing = [
        request
        for request, signed in zip(lean, theirs, strict=True)
        if (ours(request), signing.payload_hash(request["body"].encode()))
        != (signed["authorization"], signed["payload"])
    ]
    assert not differing, f"{len(differing)} differ, the first: {differing[0]!r:.2000}"

    theirs = judge.order("authorize", requests=full)["signed"]
    differing = [
        request
        for request, signed in zip(full, theirs, strict=True)
        if ours_over_everything(request) != signed["authorization"]
    ]
    assert not differing, f"{len(differing)} differ, the first: {differing[0]!r:.2000}"
    # What proxies may rewrite changes nothing for us.
    assert [ours(request) for request in full] == [ours(request) for request in lean]


def test_the_judge_sees_a_difference(judge: Driver) -> None:
    """A comparison that could not fail would prove nothing."""
    request = make(random.Random(SEED))
    other = request | {"query": request["query"] | {"Name": "changed"}}
    signed = judge.order("authorize", requests=[request, other])["signed"]
    assert signed[0]["authorization"] == ours(request) != signed[1]["authorization"] == ours(other)
