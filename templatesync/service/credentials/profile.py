"""Profiles in files: `~/.aliyun/config.json` of the aliyun CLI and `~/.alibabacloud/credentials.ini` of the SDKs."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Mapping
from configparser import ConfigParser
from configparser import Error as IniError
from dataclasses import dataclass
from pathlib import Path

from templatesync.model.errors import DeniedError
from templatesync.model.json_value import Json
from templatesync.service.credentials.base import Credentials, Provider, StaticProvider, make_credentials
from templatesync.service.credentials.metadata import instance_credentials
from templatesync.service.credentials.official import official_provider
from templatesync.service.credentials.refreshing import Refreshing
from templatesync.service.credentials.role import AssumedRole, assume_role, assume_role_with_oidc
from templatesync.service.endpoint import check_region
from templatesync.service.http import Network

_FILE_LIMIT = 4 * 1024 * 1024

# Types of credentials.ini in the words of config.json, and its fields likewise.
_INI_TYPES: Mapping[str, str] = {
    "access_key": "AK",
    "sts": "StsToken",
    "ram_role_arn": "RamRoleArn",
    "oidc_role_arn": "OIDC",
    "ecs_ram_role": "EcsRamRole",
}
_INI_FIELDS: Mapping[str, str] = {
    "security_token": "sts_token",
    "role_arn": "ram_role_arn",
    "role_session_name": "ram_session_name",
    "oidc_token_file_path": "oidc_token_file",
    "role_name": "ram_role_name",
}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Everything outside that decides on credentials. `region` is where the token service is asked by default.

    `network` has the deadlines of the token service, `metadata` those of the metadata service. `in_checkout` says of a
    file whether a pull request could have put it there: a profile may name a program to run.
    """

    env: Mapping[str, str]
    home: Path | None
    region: str
    clock: Callable[[], float]
    network: Network
    metadata: Network
    in_checkout: Callable[[Path], bool] = lambda file: False

    def sts_host(self, region: str = "") -> str:
        """The host of the token service."""
        asked = region or self.env.get("ALIBABA_CLOUD_STS_REGION", "") or self.region
        vpc = self.env.get("ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED", "").lower() == "true"
        return f"sts{'-vpc' if vpc else ''}.{check_region(asked)}.aliyuncs.com"


@dataclass(frozen=True, slots=True)
class Profiles:
    """The profiles of one file, by name, in the fields of config.json. `where` names the file to a person."""

    where: str
    file: Path
    by_name: Mapping[str, Mapping[str, Json]]
    current: str = ""
    ini: bool = False

    def provider(self, name: str, around: Surroundings) -> Provider | None:
        """The provider of a profile, None when there is no such profile."""
        return _provider(self, name, around, ()) if name in self.by_name else None


def read_config(file: Path, where: str) -> Profiles | None:
    """The CLI's config.json; None when there is none."""
    text = _read(file, where)
    if text is None:
        return None
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError):
        raise DeniedError(f"{where} is not valid JSON") from None
    profiles = raw.get("profiles") if isinstance(raw, dict) else None
    if not isinstance(profiles, list):
        raise DeniedError(f"{where} has no list of profiles")
    named = {str(entry["name"]): entry for entry in profiles if isinstance(entry, dict) and entry.get("name")}
    return Profiles(where, file, named, current=str(raw.get("current") or "default"))


def read_ini(file: Path, where: str) -> Profiles | None:
    """The SDKs' credentials.ini; None when there is none. `%` and `#` inside a value are part of it."""
    text = _read(file, where)
    if text is None:
        return None
    parser = ConfigParser(interpolation=None, inline_comment_prefixes=("#",), default_section="\0")
    try:
        parser.read_string(text)
    except IniError:
        raise DeniedError(f"{where} is not a valid INI file") from None
    named: dict[str, dict[str, Json]] = {}
    for section in parser.sections():
        fields = {_INI_FIELDS.get(field, field): value for field, value in parser.items(section)}
        kind = fields.get("type", "")
        named[section] = {**fields, "name": section, "mode": _INI_TYPES.get(kind.lower(), kind)}
    return Profiles(where, file, named, current="default", ini=True)


def _read(file: Path, where: str) -> str | None:
    try:
        # Non-blocking, because opening a pipe that nobody writes to would wait for ever.
        descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(descriptor, "rb") as stream:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise DeniedError(f"{where} is not a plain file")
            data = stream.read(_FILE_LIMIT + 1)
        if len(data) > _FILE_LIMIT:
            raise DeniedError(f"{where} is too large to be a file of profiles")
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError):
        raise DeniedError(f"{where} cannot be read") from None


def _provider(profiles: Profiles, name: str, around: Surroundings, chain: tuple[str, ...]) -> Provider:
    """`chain` are the profiles that led here; one that leads back to itself is refused."""
    where = f"the profile {name!r} of {profiles.where}"
    if name in chain:
        raise DeniedError(f"{where} is its own source: {' -> '.join((*chain, name))}")
    fields = profiles.by_name.get(name)
    if fields is None:
        raise DeniedError(f"{profiles.where} has no profile {name!r}, which the profile {chain[-1]!r} builds on")
    mode = str(fields.get("mode") or "")
    match mode.lower():
        case "ak":
            return StaticProvider(_key(fields, where), f"{where} (AK)")
        case "ststoken":
            return StaticProvider(_key(fields, where, token=True), f"{where} (StsToken)")
        case "ramrolearn":
            base: Provider = StaticProvider(_key(fields, where, token=bool(fields.get("sts_token"))), where)
            return role_provider(base, _role(fields, where, around), f"{where} (RamRoleArn)", around)
        case "chainableramrolearn":
            base = _provider(profiles, _need(fields, "source_profile", where), around, (*chain, name))
            return role_provider(base, _role(fields, where, around), f"{where} (ChainableRamRoleArn)", around)
        case "oidc":
            token_file = Path(_need(fields, "oidc_token_file", where))
            provider_arn = _need(fields, "oidc_provider_arn", where)
            role = _role(fields, where, around)
            return oidc_provider(provider_arn, token_file, role, f"{where} (OIDC)", around)
        case "ecsramrole":
            return metadata_provider(_text(fields, "ram_role_name"), f"{where} (EcsRamRole)", around)
        case "":
            raise DeniedError(f"{where} has no mode")
        case _:
            clock = around.clock
            return official_provider(where, mode, file=profiles.file, name=name, ini=profiles.ini, clock=clock)


def role_provider(base: Provider, role: AssumedRole, source: str, around: Surroundings) -> Provider:
    """Credentials of a role, by the key of `base`."""

    def fetch() -> Credentials:
        return assume_role(base, role, around.network, around.clock)

    return Refreshing(fetch, source=f"{source}, as {role.arn}", account=role.account, clock=around.clock)


def oidc_provider(
    provider_arn: str, token_file: Path, role: AssumedRole, source: str, around: Surroundings
) -> Provider:
    """Credentials of a role, by a token that a CI runner wrote into a file."""

    def fetch() -> Credentials:
        return assume_role_with_oidc(provider_arn, token_file, role, around.network, around.clock)

    return Refreshing(fetch, source=f"{source}, as {role.arn}", account=role.account, clock=around.clock)


def metadata_provider(role: str, source: str, around: Surroundings) -> Provider:
    """Credentials of the instance that this runs on."""
    hardened = around.env.get("ALIBABA_CLOUD_IMDSV1_DISABLED", "").lower() == "true"

    def fetch() -> Credentials:
        return instance_credentials(role, around.metadata, hardened=hardened)

    return Refreshing(fetch, source=source, account=f"ecs:{role}", clock=around.clock)


def _key(fields: Mapping[str, Json], where: str, *, token: bool = False) -> Credentials:
    security_token = _need(fields, "sts_token", where) if token else ""
    return make_credentials(
        _text(fields, "access_key_id"), _text(fields, "access_key_secret"), security_token, source=where
    )


def _role(fields: Mapping[str, Json], where: str, around: Surroundings) -> AssumedRole:
    seconds = _text(fields, "expired_seconds")
    return AssumedRole(
        arn=_need(fields, "ram_role_arn", where),
        host=around.sts_host(_text(fields, "sts_region")),
        session=_text(fields, "ram_session_name") or _text(fields, "role_session_name") or "templatesync",
        seconds=int(seconds) if seconds.isdecimal() and int(seconds) > 0 else 3600,
        policy=_text(fields, "policy"),
        external_id=_text(fields, "external_id"),
    )


def _need(fields: Mapping[str, Json], name: str, where: str) -> str:
    value = _text(fields, name)
    if not value:
        raise DeniedError(f"{where} has no {name}")
    return value


def _text(fields: Mapping[str, Json], name: str) -> str:
    value = fields.get(name)
    return str(value).strip() if isinstance(value, (str, int)) else ""
