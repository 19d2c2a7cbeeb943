"""A stand-in for `gh api`, as gh 2.23 behaves: flags, fields, pages, `--jq`, messages, exit codes. Knows no route.

It runs as a program of its own, without our packages. What it does not know it refuses, so that no script of ours rests
on what only the stand-in does.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

VALUED = {
    "-X": "method",
    "--method": "method",
    "-f": "raw",
    "--raw-field": "raw",
    "-F": "typed",
    "--field": "typed",
    "-H": "header",
    "--header": "header",
    "-q": "jq",
    "--jq": "jq",
    "--input": "input",
}
PLAIN = {"--paginate", "--silent", "-i", "--include"}


def fail(message: str, code: int = 1) -> None:
    sys.stdout.flush()
    print(message, file=sys.stderr)
    raise SystemExit(code)


def options(words: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {"raw": [], "typed": [], "header": [], "address": []}
    at = 0
    while at < len(words):
        word, at = words[at], at + 1
        name, has_value, value = word.partition("=") if word.startswith("--") else (word, "", "")
        if name[:2] in VALUED and not name.startswith("--") and len(name) > 2:
            name, has_value, value = name[:2], "=", name[2:]
        if name in VALUED:
            if not has_value:
                if at >= len(words):
                    fail(f"flag needs an argument: {name}")
                value, at = words[at], at + 1
            if isinstance(found.get(VALUED[name]), list):
                found[VALUED[name]].append((name, value))
            else:
                found[VALUED[name]] = value
        elif word in PLAIN:
            found[word.lstrip("-")] = True
        elif word.startswith("-") and word != "-":
            fail(f"unknown flag: {word}" if word.startswith("--") else f"unknown shorthand flag: {word[1]!r} in {word}")
        else:
            found["address"].append(word)
    if len(found["address"]) != 1:
        fail(f"accepts 1 arg(s), received {len(found['address'])}")
    return found


def fields(found: dict[str, Any]) -> dict[str, Any]:
    whole: dict[str, Any] = {}
    for name, field in [*found["raw"], *found["typed"]]:
        key, equals, value = field.partition("=")
        if not equals:
            fail(f"field \"{field}\" requires a value separated by an '=' sign")
        put(whole, key, typed(value) if name in ("-F", "--field") else value)
    return whole


def typed(value: str) -> Any:
    if value.startswith("@"):
        return read(value[1:])
    if value in ("true", "false", "null"):
        return {"true": True, "false": False, "null": None}[value]
    return int(value) if re.fullmatch(r"-?[0-9]+", value) else value


def read(name: str) -> str:
    if name == "-":
        return sys.stdin.read()
    try:
        return Path(name).read_bytes().decode()
    except OSError as error:
        fail(f"open {name}: {(error.strerror or '').lower()}")
        raise AssertionError from None


def put(whole: dict[str, Any], key: str, value: Any) -> None:
    """`a[b]=1` and `a[]=1` make objects and lists."""
    first, parts = re.match(r"[^\[]*", key)[0], re.findall(r"\[([^\]]*)\]", key)  # type: ignore[index]
    at: Any = whole
    names = [first, *parts]
    for place, name in enumerate(names):
        last = place == len(names) - 1
        below: Any = value if last else ([] if names[place + 1] == "" else {})
        if name == "":
            if last or not at or not isinstance(at[-1], dict) or names[place + 1] in at[-1]:
                at.append(below)
            at = at[-1]
        else:
            at[name] = below if last else at.get(name, below)
            at = at[name]


def token(host: str) -> str:
    """gh gives the token of github.com to nobody else."""
    ours = ("GH_TOKEN", "GITHUB_TOKEN") if host == "github.com" or host.endswith(".github.com") else ()
    names = ours or ("GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN")
    return next((os.environ[name] for name in names if os.environ.get(name)), "")


def ask(method: str, address: str, headers: dict[str, str], body: bytes | None) -> tuple[Any, bytes]:
    for _ in range(5):
        parts = urlsplit(address)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        try:
            connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=60)
            connection.request(method, target, body, headers)
            response = connection.getresponse()
            data = response.read()
        except OSError as error:
            fail(f'{method.title()} "{address}": {error}')
            raise AssertionError from None
        if response.status in (301, 302, 303, 307, 308) and method == "GET":
            address = response.headers["Location"]
            headers = {name: value for name, value in headers.items() if name != "Authorization"}
            continue
        return response, data
    fail("stopped after 10 redirects")
    raise AssertionError


def selected(data: bytes, program: str) -> None:
    import jq  # from the dev extra: the same language as gh's own, and no C compiler needed

    try:
        for one in jq.compile(program).input_text(data.decode()):
            print("" if one is None else one if isinstance(one, str) else as_go_writes(one))
    except ValueError as error:
        fail(str(error).splitlines()[0])


def as_go_writes(value: Any) -> str:
    """Sorted keys, and what HTML would read is escaped."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


def main(words: list[str]) -> None:
    if not words or words[0] != "api":
        fail(f"the stand-in for gh only knows `gh api`, and was asked for: {' '.join(words)}")
    if not any(
        os.environ.get(f"{start}_{rest}") for start in ("GH", "GITHUB") for rest in ("TOKEN", "ENTERPRISE_TOKEN")
    ):
        fail("To get started with GitHub CLI, please run:  gh auth login", 4)
    found = options(words[1:])
    address = found["address"][0]
    if not address.startswith("http://127.0.0.1:"):
        fail("the stand-in for gh only knows full addresses on loopback: $GITHUB_API_URL/…")
    if found.get("paginate") and found.get("method", "GET").upper() != "GET":
        fail("the `--paginate` option is not supported for non-GET requests")
    if found.get("paginate") and found.get("input"):
        fail("the `--paginate` option is not supported with `--input`")
    talk(found, address)


def talk(found: dict[str, Any], address: str) -> None:
    given = fields(found)
    method = found.get("method", "POST" if given or found.get("input") else "GET").upper()
    body: bytes | None = None
    if found.get("input"):
        body = read(found["input"]).encode()
    elif given and method != "GET":
        body = json.dumps(given, ensure_ascii=False).encode()
    if given and (method == "GET" or found.get("input")):
        address += ("&" if "?" in address else "?") + urlencode({key: shown(value) for key, value in given.items()})
    if found.get("paginate") and not re.search(r"[?&]per_page=", address):
        address += ("&" if "?" in address else "?") + "per_page=100"
    headers = {"User-Agent": "GitHub CLI 2.23.0", "Accept": "*/*", "Content-Type": "application/json; charset=utf-8"}
    for _, header in found["header"]:
        name, colon, value = header.partition(":")
        if not colon:
            fail(f"header \"{header}\" requires a value separated by ':'")
        headers[name.strip().title()] = value.strip()
    if known := token(urlsplit(address).hostname or ""):
        headers.setdefault("Authorization", f"token {known}")
    while address:
        response, data = ask(method, address, headers, body)
        show(found, response, data)
        following = re.search(r'<([^>]+)>; rel="next"', response.headers.get("Link", ""))
        address = following[1] if following and found.get("paginate") else ""


def shown(value: Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def show(found: dict[str, Any], response: Any, data: bytes) -> None:
    if found.get("include") or found.get("i"):
        print(f"HTTP/1.1 {response.status} {response.reason}")
        for name, value in sorted(response.headers.items()):
            print(f"{name}: {value}\r")
        print("\r")
    refused = response.status > 299
    if refused and "json" in response.headers.get("Content-Type", "") and not is_json(data):
        fail(f"invalid character {data[:1].decode(errors='replace')!r} looking for beginning of value")
    if found.get("jq") and not refused and response.status != 204:
        selected(data, found["jq"])
    elif not found.get("silent"):
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    if refused:
        fail(refusal(response.status, data))


def is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except ValueError:
        return False
    return True


def refusal(status: int, data: bytes) -> str:
    try:
        told = json.loads(data)
    except ValueError:
        return f"gh: HTTP {status}"
    message = told.get("message") if isinstance(told, dict) else None
    return f"gh: {message} (HTTP {status})" if message else f"gh: HTTP {status}"


if __name__ == "__main__":
    main(sys.argv[1:])
