"""Which credentials are used: the first of the named profile, environment, settings files and, if asked, metadata."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from templatesync.model.errors import DeniedError
from templatesync.service.credentials.base import Provider, StaticProvider, make_credentials
from templatesync.service.credentials.metadata import METADATA_TIMEOUTS
from templatesync.service.credentials.profile import (
    Profiles,
    Surroundings,
    metadata_provider,
    oidc_provider,
    read_config,
    read_ini,
)
from templatesync.service.credentials.role import STS_TIMEOUTS, AssumedRole
from templatesync.service.http import Network

_KEY_ID = "ALIBABA_CLOUD_ACCESS_KEY_ID"
_KEY_SECRET = "ALIBABA_CLOUD_ACCESS_KEY_SECRET"  # noqa: S105 - a name
_TOKEN = "ALIBABA_CLOUD_SECURITY_TOKEN"  # noqa: S105 - a name
_OIDC = ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "ALIBABA_CLOUD_ROLE_ARN", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN")
_CONFIG = "~/.aliyun/config.json"
_INI = "~/.alibabacloud/credentials.ini"


def surroundings(
    region: str,
    *,
    proxy: str | None = None,
    clock: Callable[[], float] = time.time,
    in_checkout: Callable[[Path], bool] = lambda file: False,
) -> Surroundings:
    """The world as it is: the one place here that reads the environment and the home directory."""
    try:
        home: Path | None = Path.home()
    except RuntimeError:
        home = None
    if home is not None and not home.is_absolute():
        home = None  # a folder of whatever project is worked on
    return Surroundings(
        env=dict(os.environ),
        home=home,
        region=region,
        clock=clock,
        network=Network(proxy=proxy, timeouts=STS_TIMEOUTS),
        metadata=Network(proxy="", timeouts=METADATA_TIMEOUTS),
        in_checkout=in_checkout,
    )


def find_provider(around: Surroundings, *, profile: str = "", ecs: bool = False) -> Provider:
    """The credentials to use. Asks no network yet; raises DeniedError when there are none, or a source is broken.

    `profile` names one and is final. `ecs` allows the metadata service as the last source.
    """
    if profile:
        return _named(around, profile)
    env = around.env
    name = env.get("ALIBABA_CLOUD_PROFILE", "")
    looked = [f"{_KEY_ID} and {_KEY_SECRET} (not set)"]
    if found := _from_keys(env):
        return found
    if found := _from_oidc(around):
        return found
    looked.append(f"{', '.join(_OIDC)} (not all three set)")
    for profiles, state in (_config(around), _ini(around)):
        wanted = name or (profiles.current if profiles else "")
        if profiles and (found := profiles.provider(wanted, around)):
            return found
        looked.append(f"{_missing(profiles, wanted)}" if profiles else state)
    if ecs and not _is_true(env, "ALIBABA_CLOUD_ECS_METADATA_DISABLED"):
        return metadata_provider(env.get("ALIBABA_CLOUD_ECS_METADATA", ""), "the role of this ECS instance", around)
    looked.append("the ECS metadata service (not asked)")
    raise DeniedError(
        "no credentials found; looked at " + "; ".join(f"{number}. {what}" for number, what in enumerate(looked, 1)),
        hint=f"set {_KEY_ID} and {_KEY_SECRET}, or run `aliyun configure`, or use an OIDC role in CI",
    )


def _named(around: Surroundings, name: str) -> Provider:
    # The flag is an order: what switches profiles off in the environment does not overrule it.
    looked = []
    for profiles, state in (_config(around, asked=True), _ini(around)):
        if profiles and (found := profiles.provider(name, around)):
            return found
        looked.append(_missing(profiles, name) if profiles else state)
    raise DeniedError(
        f"there is no profile {name!r}; looked at {' and '.join(looked)}",
        hint=f"name another one with --profile, or set {_KEY_ID} and {_KEY_SECRET} and leave --profile out",
    )


def _from_keys(env: Mapping[str, str]) -> Provider | None:
    key_id, secret = env.get(_KEY_ID, "").strip(), env.get(_KEY_SECRET, "").strip()
    if not key_id and not secret:
        return None
    for here, other, value in ((_KEY_ID, _KEY_SECRET, secret), (_KEY_SECRET, _KEY_ID, key_id)):
        if not value:
            # Another source would be another identity than the one that was meant.
            raise DeniedError(f"{here} is set and {other} is not", hint=f"set {other} too, or neither of the two")
    source = f"the environment ({_KEY_ID})"
    return StaticProvider(make_credentials(key_id, secret, env.get(_TOKEN, ""), source=source), source)


def _from_oidc(around: Surroundings) -> Provider | None:
    token_file, arn, provider_arn = (around.env.get(name, "").strip() for name in _OIDC)
    if not (token_file and arn and provider_arn):
        return None
    session = around.env.get("ALIBABA_CLOUD_ROLE_SESSION_NAME", "") or "templatesync"
    role = AssumedRole(arn=arn, host=around.sts_host(), session=session)
    return oidc_provider(provider_arn, Path(token_file), role, "the environment (OIDC)", around)


def _config(around: Surroundings, *, asked: bool = False) -> tuple[Profiles | None, str]:
    switches = ("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "ALIBABA_CLOUD_IGNORE_PROFILE")
    for switch in switches:
        if not asked and _is_true(around.env, switch):
            return None, f"{_CONFIG} (switched off by {switch})"
    if around.home is None:
        return None, f"{_CONFIG} (no home directory)"
    file = around.home / ".aliyun" / "config.json"
    _refuse_checkout(file, _CONFIG, around)
    return read_config(file, _CONFIG), f"{_CONFIG} (no such file)"


def _ini(around: Surroundings) -> tuple[Profiles | None, str]:
    override = around.env.get("ALIBABA_CLOUD_CREDENTIALS_FILE", "")
    if override:
        where = "the file that ALIBABA_CLOUD_CREDENTIALS_FILE names"
        return read_ini(Path(override), where), f"{where} (no such file)"
    if around.home is None:
        return None, f"{_INI} (no home directory)"
    file = around.home / ".alibabacloud" / "credentials.ini"
    _refuse_checkout(file, _INI, around)
    return read_ini(file, _INI), f"{_INI} (no such file)"


def _refuse_checkout(file: Path, where: str, around: Surroundings) -> None:
    """Raises DeniedError for a file of a home inside the checkout. One that a variable names was chosen by name."""
    if os.path.lexists(file) and around.in_checkout(file):
        raise DeniedError(
            f"{where} is not read: it lies in the checkout, where a pull request can put it",
            hint="let HOME name a folder outside of the checkout, or delete the file",
        )


def _missing(profiles: Profiles, name: str) -> str:
    there = ", ".join(sorted(profiles.by_name)) or "none"
    return f"{profiles.where} (no profile {name!r}; there: {there})"


def _is_true(env: Mapping[str, str], name: str) -> bool:
    return env.get(name, "").lower() in ("true", "1")
