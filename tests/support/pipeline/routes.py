"""What the routes of the API have in common: who asks, what is answered, which permission it takes. Knows no socket."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from support.pipeline.state import GitHub, Repository, Token


class Refused(Exception):
    """An answer that is an error."""

    def __init__(self, status: int, message: str, *reasons: str) -> None:
        super().__init__(message)
        self.status = status
        self.body: dict[str, Any] = {
            "message": message,
            **({"errors": [{"message": reason} for reason in reasons]} if reasons else {}),
            "documentation_url": "https://docs.github.com/rest",
        }


@dataclass(frozen=True)
class Call:
    github: GitHub
    repository: Repository
    token: Token | None
    query: Mapping[str, str]
    body: Any
    accept: str = ""

    @property
    def login(self) -> str:
        assert self.token
        return self.token.login

    def may(self, permission: str, access: str) -> bool:
        if self.token is None:
            return not self.repository.private and access == "read"
        if self.token.repository and self.token.repository != self.repository.name:
            return False
        return self.token.may(permission, access) or (access == "read" and not self.repository.private)

    def need(self, access: str, *permissions: str) -> None:
        """One of these permissions is needed."""
        if any(self.may(permission, access) for permission in permissions):
            return
        if self.token is None:
            raise Refused(
                401 if access == "write" else 404, "Requires authentication" if access == "write" else "Not Found"
            )
        raise Refused(403, "Resource not accessible by integration")

    def text(self, name: str, *, required: bool = True, most: int = 0) -> str:
        value = self.body.get(name) if isinstance(self.body, dict) else None
        if value is None and not required:
            return ""
        if not isinstance(value, str) or (required and not value):
            raise Refused(422, "Invalid request.", f'"{name}" wasn\'t supplied.')
        if most and len(value) > most:
            raise Refused(422, "Validation Failed", f"{name} is too long (maximum is {most} characters)")
        return value


@dataclass(frozen=True)
class Reply:
    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Listed:
    """A list that is told in pages; with a key it is `{"total_count": …, KEY: […]}`."""

    items: list[dict[str, Any]]
    key: str = ""


Route = Callable[..., Reply | Listed | dict[str, Any]]


@dataclass(frozen=True)
class Routes:
    """Of one module."""

    rows: list[tuple[str, re.Pattern[str], Route]] = field(default_factory=list)

    def at(self, method: str, path: str) -> Callable[[Route], Route]:
        """`{name}` is one part of a path, `{name*}` the rest of it. Below `/repos/OWNER/NAME`."""
        pattern = re.sub(r"\\{(\w+)\\\*\\}", r"(?P<\1>.+)", re.escape(path))
        pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", pattern)

        def keep(route: Route) -> Route:
            self.rows.append((method, re.compile(pattern), route))
            return route

        return keep


def number(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,12}", text):
        raise Refused(404, "Not Found")
    return int(text)


def known(rows: Mapping[int, Any], text: str) -> Any:
    """The row of this number."""
    found = rows.get(number(text))
    if found is None:
        raise Refused(404, "Not Found")
    return found
