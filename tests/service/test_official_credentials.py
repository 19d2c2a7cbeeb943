"""The official credentials package, played by a stand-in: it is an extra, and not there when the tests run."""

from __future__ import annotations

import json
import sys
import types
from pathlib import Path
from typing import Any

import pytest
from support.credential_files import around, write_config, write_ini
from support.scripted_server import SECRET, TOKEN

from templatesync.model.errors import DeniedError
from templatesync.service.credentials import find_provider


class Official:
    """Both of the package's providers in one."""

    calls: list[tuple[str, str]] = []  # noqa: RUF012 - replaced by each test
    error: Exception | None = None

    def __init__(self, *, profile_name: str, profile_file: str) -> None:
        self.calls.append((profile_name, Path(profile_file).name))

    def get_credentials(self) -> Any:
        if self.error:
            raise self.error
        found = {"get_access_key_id": "STS.sso", "get_access_key_secret": SECRET, "get_security_token": TOKEN}
        return types.SimpleNamespace(**{name: lambda value=value: value for name, value in found.items()})


@pytest.fixture
def official(monkeypatch: pytest.MonkeyPatch) -> type[Official]:
    module: Any = types.ModuleType("alibabacloud_credentials.provider")
    module.CLIProfileCredentialsProvider = module.ProfileCredentialsProvider = Official
    monkeypatch.setitem(sys.modules, "alibabacloud_credentials", types.ModuleType("alibabacloud_credentials"))
    monkeypatch.setitem(sys.modules, "alibabacloud_credentials.provider", module)
    monkeypatch.setattr(Official, "calls", [])
    monkeypatch.setattr(Official, "error", None)
    return Official


def test_other_modes_go_through_it(tmp_path: Path, official: type[Official]) -> None:
    write_config(tmp_path, {"name": "default", "mode": "CloudSSO"})
    provider = find_provider(around(tmp_path))
    found = provider.get()
    assert (found.access_key_id, found.access_key_secret.reveal()) == ("STS.sso", SECRET)
    assert found.security_token is not None
    assert provider.source.endswith("(mode CloudSSO, through alibabacloud_credentials)")
    write_ini(tmp_path, "[rsa]\ntype = rsa_key_pair\n")
    find_provider(around(tmp_path), profile="rsa").get()
    assert official.calls == [("default", "config.json"), ("rsa", "credentials.ini")]


def test_its_errors_are_not_repeated(tmp_path: Path, official: type[Official]) -> None:
    write_config(tmp_path, {"name": "default", "mode": "OAuth"})
    official.error = RuntimeError(json.dumps({"access_token": TOKEN, "secret": SECRET}))
    with pytest.raises(DeniedError, match="RuntimeError") as caught:
        find_provider(around(tmp_path)).get()
    assert TOKEN not in f"{caught.value!r}"
    assert SECRET not in f"{caught.value!r}"
    assert caught.value.__cause__ is None
    assert "--profile default" in caught.value.hint
