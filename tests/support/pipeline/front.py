"""GitHub's API on loopback: addresses, tokens, pages and planned faults. Knows sockets, and no route by name."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from support.pipeline import automation, discussion
from support.pipeline.routes import Call, Listed, Refused, Reply
from support.pipeline.state import GitHub, Refusal, Token

ROWS = (*discussion.ROUTES.rows, *automation.ROUTES.rows)
PER_PAGE, MOST_PER_PAGE = 30, 100


def answer(github: GitHub, method: str, address: str, headers: dict[str, str], body: bytes) -> Reply:
    """Never raises for what a caller did."""
    parts = urlsplit(address)
    if parts.path.startswith("/_blobs/"):
        return _blob(github, parts.path)
    try:
        token = _token(github, headers.get("authorization", ""))
        with github.lock:
            github.requests.append((method, address, token.login if token else ""))
            planned = _planned(github, method, address)
            if planned:
                return Reply(planned.status, planned.body)
            return _routed(github, token, method, address, headers.get("accept", ""), body)
    except Refused as refused:
        return Reply(refused.status, refused.body)


def _blob(github: GitHub, path: str) -> Reply:
    owner, name, of = path.removeprefix("/_blobs/").split("/")
    data = github.repositories[f"{owner}/{name}"].artifacts[int(of)].data
    return Reply(200, data, {"Content-Type": "application/zip"})


def _token(github: GitHub, header: str) -> Token | None:
    if not header:
        return None
    kind, _, value = header.partition(" ")
    token = github.tokens.get(value.strip())
    if kind.lower() not in ("token", "bearer") or token is None or token.revoked:
        raise Refused(401, "Bad credentials")
    return token


def _planned(github: GitHub, method: str, address: str) -> Refusal | None:
    for refusal in github.refusals:
        if refusal.method == method and refusal.path in address and refusal.times:
            refusal.times -= 1
            return refusal
    return None


def _routed(github: GitHub, token: Token | None, method: str, address: str, accept: str, body: bytes) -> Reply:
    parts = urlsplit(address)
    pieces = parts.path.split("/", 4)
    held = github.repositories.get("/".join(pieces[2:4])) if pieces[1] == "repos" else None
    if held is None or (held.private and (token is None or token.repository not in ("", held.name))):
        raise Refused(404, "Not Found")
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    try:
        given = json.loads(body) if body else {}
    except ValueError:
        raise Refused(400, "Problems parsing JSON") from None
    call = Call(github, held, token, query, given, accept)
    rest = f"/{pieces[4]}" if len(pieces) > 4 else ""
    for wanted, pattern, route in ROWS:
        found = pattern.fullmatch(rest)
        if found and wanted == method:
            told = route(call, **{name: unquote(text) for name, text in found.groupdict().items()})
            if isinstance(told, Listed):
                return _page(github, parts.path, query, told)
            return told if isinstance(told, Reply) else Reply(200, told)
    raise Refused(404, "Not Found")


def _page(github: GitHub, path: str, query: dict[str, str], listed: Listed) -> Reply:
    try:
        size = min(max(int(query.get("per_page", PER_PAGE)), 1), MOST_PER_PAGE)
        page = max(int(query.get("page", 1)), 1)
    except ValueError:
        size, page = PER_PAGE, 1
    rows = listed.items[(page - 1) * size : page * size]
    headers = {}
    if page * size < len(listed.items):
        last = -(-len(listed.items) // size)
        links = (("next", page + 1), ("last", last))
        told = [f'<{github.url}{path}?{urlencode(query | {"page": str(at)})}>; rel="{rel}"' for rel, at in links]
        headers["Link"] = ", ".join(told)
    return Reply(200, {"total_count": len(listed.items), listed.key: rows} if listed.key else rows, headers)


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def _answer(self) -> None:
        body = self._body()
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = answer(self.server.github, self.command, self.path, headers, body)
        data = reply.body if isinstance(reply.body, bytes) else b"" if reply.body is None else _json(reply.body)
        self.send_response(reply.status)
        for name, value in {"Content-Type": "application/json; charset=utf-8", **reply.headers}.items():
            self.send_header(name, value)
        if reply.status != 204:
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _body(self) -> bytes:
        if self.headers.get("transfer-encoding", "").lower() == "chunked":
            parts = []
            while size := int(self.rfile.readline(), 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)
        return self.rfile.read(int(self.headers.get("content-length") or 0))

    def __getattr__(self, name: str) -> Any:
        """`do_GET` and the like: one way for all methods."""
        if name.startswith("do_"):
            return self._answer
        raise AttributeError(name)

    def log_message(self, format: str, *args: Any) -> None:
        """Nobody reads along."""


def _json(body: Any) -> bytes:
    # A planned fault may be no JSON at all.
    return body.encode() if isinstance(body, str) else json.dumps(body, ensure_ascii=False).encode()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, github: GitHub) -> None:
        self.github = github
        super().__init__(("127.0.0.1", 0), _Connection)

    def server_bind(self) -> None:
        # Not HTTPServer's, which asks the name service who 127.0.0.1 is.
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that goes away needs no report."""


@contextlib.contextmanager
def served(github: GitHub) -> Iterator[str]:
    """The address of the API, for as long as this lasts."""
    with _Server(github) as server:
        github.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield github.url
        finally:
            server.shutdown()
            thread.join()
