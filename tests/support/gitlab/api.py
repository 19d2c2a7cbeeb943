"""A small GitLab on loopback: users, merge requests, notes, issues, jobs and artifacts. Knows no script of ours.

Tokens have an owner and what they may do; pages are as long as asked for; what a test sets in `refuse` is answered so.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

PROJECT = 42
OURS, THEIRS = 7, 8
TOKEN = "glpat-of-the-project"
"""The token of OURS."""

Answer = tuple[int, Any]


class Refused(Exception):
    """Answered with this status."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


@dataclass
class GitLab:
    """What GitLab has. Tests read and set it."""

    url: str = ""
    requests: dict[int, dict[str, Any]] = field(default_factory=dict)
    """Merge requests by number."""
    notes: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    issues: list[dict[str, Any]] = field(default_factory=list)
    jobs: dict[int, dict[str, Any]] = field(default_factory=dict)
    """With `pipeline`, `name`, `status` and `ref`."""
    artifacts: dict[tuple[int, str], bytes] = field(default_factory=dict)
    refuse: dict[str, int] = field(default_factory=dict)
    """By a pattern of method and path: the status that is answered."""
    calls: list[str] = field(default_factory=list)
    before: Callable[[str], None] = lambda call: None
    """Called with each method and path before it is answered, to change what is there meanwhile."""

    def note(self, request: int, author: int, body: str) -> int:
        """Somebody writes a note; its id."""
        number = 100 + sum(map(len, self.notes.values()))
        self.notes.setdefault(request, []).append({"id": number, "author": {"id": author}, "body": body})
        return number

    def issue(self, author: int, title: str, description: str) -> int:
        """Somebody writes an issue; its number."""
        number = 1 + len(self.issues)
        said = {"title": title, "description": description, "state": "opened", "notes": []}
        self.issues.append({"iid": number, "author": {"id": author}, **said})
        return number

    def bodies(self, request: int) -> list[str]:
        return [each["body"] for each in self.notes.get(request, [])]

    def answer(self, method: str, path: str, asked: dict[str, str], sent: Any) -> Answer:
        self.before(f"{method} {path}")
        for pattern, status in self.refuse.items():
            if re.search(pattern, f"{method} {path}"):
                raise Refused(status)
        if path == "/user":
            return 200, {"id": OURS}
        inside = f"/projects/{PROJECT}"
        if not path.startswith(inside):
            raise Refused(404)
        for pattern, handle in _ROUTES.items():
            found = re.fullmatch(pattern, f"{method} {path.removeprefix(inside)}")
            if found:
                return handle(self, found, asked, sent)
        raise Refused(404)


def _request(lab: GitLab, found: re.Match[str], asked: dict[str, str], sent: Any) -> Answer:
    return 200, _there(lab.requests, int(found[1]))


def _requests(lab: GitLab, found: re.Match[str], asked: dict[str, str], sent: Any) -> Answer:
    rows = [each for each in lab.requests.values() if each["state"] == asked["state"]]
    return 200, [each for each in rows if each["target_branch"] == asked["target_branch"]]


def _of_commit(lab: GitLab, found: re.Match[str], asked: dict[str, str], sent: Any) -> Answer:
    return 200, [each for each in lab.requests.values() if found[1] in each["commits"]]


def _notes(lab: GitLab, found: re.Match[str], asked: dict[str, str], sent: Any) -> Answer:
    _there(lab.requests, int(found[1]))
    return 200, lab.notes.get(int(found[1]), [])


def _write_note(lab: GitLab, found: re.Match[str], asked: dict[str, str], sent: Any) -> Answer:
    if len(sent["body"]) > 1_000_000:
        raise Refused(400)
    return 201, {"id": lab.note(int(found[1]), OURS, sent["body"])}


def _edit_note(lab: GitLab, found: re.Match[str], asked: dict[str, str], sent: Any) -> Answer:
    row = _own(lab.notes.get(int(found[1]), []), "id", int(found[2]))
    row["body"] = sent["body"]
    return 200, row


def _remove_note(lab: GitLab, found: re.Match[str], asked: dict[str, str], sent: Any) -> Answer:
    rows = lab.notes.get(int(found[1]), [])
    rows.remove(_own(rows, "id", int(found[2])))
    return 204, None


def _issues(lab: GitLab, found: re.Match[str], asked: dict[str, str], sent: Any) -> Answer:
    rows = [each for each in lab.issues if asked["state"] in ("all", each["state"])]
    return 200, [each for each in rows if each["author"]["id"] == int(asked["author_id"])]


def _write_issue(lab: GitLab, found: re.Match[str], asked: dict[str, str], sent: Any) -> Answer:
    if not 0 < len(sent["title"]) <= 255:
        raise Refused(400)
    return 201, {"iid": lab.issue(OURS, sent["title"], sent["description"])}


def _edit_issue(lab: GitLab, found: re.Match[str], asked: dict[str, str], sent: Any) -> Answer:
    row = _own(lab.issues, "iid", int(found[1]))
    event = sent.pop("state_event", "")
    row.update(sent)
    row["state"] = {"close": "closed", "reopen": "opened"}.get(event, row["state"])
    return 200, row


def _comment_issue(lab: GitLab, found: re.Match[str], asked: dict[str, str], sent: Any) -> Answer:
    next(each for each in lab.issues if each["iid"] == int(found[1]))["notes"].append(sent["body"])
    return 201, {}


def _jobs(lab: GitLab, found: re.Match[str], asked: dict[str, str], sent: Any) -> Answer:
    rows = [each for each in lab.jobs.values() if each["pipeline"] == int(found[1])]
    return 200, [each for each in rows if each["status"] == asked.get("scope[]", each["status"])]


def _job(lab: GitLab, found: re.Match[str], asked: dict[str, str], sent: Any) -> Answer:
    return 200, _there(lab.jobs, int(found[1]))


def _artifact(lab: GitLab, found: re.Match[str], asked: dict[str, str], sent: Any) -> Answer:
    return 200, _there(lab.artifacts, (int(found[1]), found[2]))


_Handler = Callable[[GitLab, re.Match[str], dict[str, str], Any], Answer]
_ROUTES: dict[str, _Handler] = {
    r"GET /merge_requests/(\d+)": _request,
    r"GET /merge_requests": _requests,
    r"GET /repository/commits/([0-9a-f]{40})/merge_requests": _of_commit,
    r"GET /merge_requests/(\d+)/notes": _notes,
    r"POST /merge_requests/(\d+)/notes": _write_note,
    r"PUT /merge_requests/(\d+)/notes/(\d+)": _edit_note,
    r"DELETE /merge_requests/(\d+)/notes/(\d+)": _remove_note,
    r"GET /issues": _issues,
    r"POST /issues": _write_issue,
    r"PUT /issues/(\d+)": _edit_issue,
    r"POST /issues/(\d+)/notes": _comment_issue,
    r"GET /pipelines/(\d+)/jobs": _jobs,
    r"GET /jobs/(\d+)": _job,
    r"GET /jobs/(\d+)/artifacts/(.+)": _artifact,
}


def _there(rows: dict[Any, Any], key: Any) -> Any:
    if key not in rows:
        raise Refused(404)
    return rows[key]


def _own(rows: list[dict[str, Any]], key: str, value: int) -> dict[str, Any]:
    """A row that the token may change: a Reporter writes what is its own."""
    row = next((each for each in rows if each[key] == value), None)
    if row is None:
        raise Refused(404)
    if row["author"]["id"] != OURS:
        raise Refused(403)
    return row


@contextmanager
def served() -> Iterator[GitLab]:
    """A GitLab on loopback while the context lasts."""
    lab = GitLab()

    class Front(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _do(self) -> None:
            address = urlsplit(self.path)
            asked = {name: values[0] for name, values in parse_qs(address.query).items()}
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            path = unquote(address.path).removeprefix("/api/v4")
            lab.calls.append(f"{self.command} {path}")
            try:
                if self.headers.get("Authorization") != f"Bearer {TOKEN}":
                    raise Refused(401)
                status, said = lab.answer(self.command, path, asked, json.loads(body) if body else None)
                if isinstance(said, list):
                    size, page = int(asked.get("per_page", 20)), int(asked.get("page", 1))
                    said = said[size * (page - 1) : size * page]
            except Refused as refused:
                status, said = refused.status, {"message": f"{refused.status}"}
            data = said if isinstance(said, bytes) else b"" if said is None else json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PUT = do_DELETE = _do  # noqa: N815  # as http.server calls them

        def log_message(self, *said: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Front)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    lab.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield lab
    finally:
        server.shutdown()
        server.server_close()
