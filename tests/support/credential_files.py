"""Files that hold credentials, and what surrounds a run that looks for some. No service is asked unless it is given."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx

from support.scripted_server import NOW
from templatesync.service.credentials import Surroundings
from templatesync.service.http import Network

Handler = Callable[[httpx.Request], httpx.Response]


def nobody(request: httpx.Request) -> httpx.Response:
    raise AssertionError(f"nobody should have asked {request.url.host}")


def around(
    home: Path | None, env: Mapping[str, str] | None = None, sts: Handler = nobody, ecs: Handler = nobody
) -> Surroundings:
    return Surroundings(
        env=env or {},
        home=home,
        region="ap-southeast-1",
        clock=lambda: NOW,
        network=Network(transport=httpx.MockTransport(sts)),
        metadata=Network(transport=httpx.MockTransport(ecs)),
    )


def write_config(home: Path, *profiles: Mapping[str, Any], current: str = "default") -> None:
    file = home / ".aliyun" / "config.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps({"current": current, "profiles": list(profiles), "meta_path": ""}))


def write_ini(home: Path, text: str) -> None:
    file = home / ".alibabacloud" / "credentials.ini"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
