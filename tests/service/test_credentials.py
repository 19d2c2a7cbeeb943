"""The chain of sources, each against files in a temporary home and a scripted token service."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote

import httpx
import pytest
from support.credential_files import Handler, around, write_config, write_ini
from support.scripted_server import KEY_ID, SECRET, TOKEN

from templatesync.model.errors import DeniedError, ServiceError, UnreachableError
from templatesync.service import signing
from templatesync.service.credentials import Provider, find_provider, surroundings

ROLE = "acs:ram::1234567890123456:role/plan"
KEYS = {"ALIBABA_CLOUD_ACCESS_KEY_ID": KEY_ID, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": SECRET}
AK = {"name": "default", "mode": "AK", "access_key_id": "LTAIofTheProfile", "access_key_secret": "s-of-the-profile"}
JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJyZXBvIn0.c2lnbmF0dXJl"


def sts_answer(expires: str = "2026-01-02T04:04:05Z") -> httpx.Response:
    credentials = {
        "AccessKeyId": "STS.temporaryKeyId",
        "AccessKeySecret": "temporarySecret",
        "SecurityToken": "temporaryToken",
        "Expiration": expires,
    }
    return httpx.Response(200, json={"RequestId": "R", "AssumedRoleUser": {"Arn": ROLE}, "Credentials": credentials})


def key_of(provider: Provider) -> tuple[str, str, str]:
    found = provider.get()
    token = found.security_token.reveal() if found.security_token else ""
    return (found.access_key_id, found.access_key_secret.reveal(), token)


# The order


def test_the_order_of_sources(tmp_path: Path) -> None:
    write_config(tmp_path, AK, {**AK, "name": "other", "access_key_id": "LTAIother"}, current="default")
    write_ini(tmp_path, "[default]\ntype=access_key\naccess_key_id=LTAIini\naccess_key_secret=x\n")
    oidc = {
        "ALIBABA_CLOUD_OIDC_TOKEN_FILE": "t",
        "ALIBABA_CLOUD_ROLE_ARN": ROLE,
        "ALIBABA_CLOUD_OIDC_PROVIDER_ARN": "acs:ram::1:oidc-provider/github",
    }
    env = {**KEYS, **oidc, "ALIBABA_CLOUD_PROFILE": "other"}
    accounts = []
    for gone in ((), KEYS, oidc, ("ALIBABA_CLOUD_PROFILE",)):
        for name in gone:
            del env[name]
        accounts.append(find_provider(around(tmp_path, dict(env)), ecs=True).account)
    (tmp_path / ".aliyun" / "config.json").unlink()
    accounts.append(find_provider(around(tmp_path), ecs=True).account)
    (tmp_path / ".alibabacloud" / "credentials.ini").unlink()
    accounts.append(find_provider(around(tmp_path), ecs=True).account)
    assert accounts == [KEY_ID, "1234567890123456", "LTAIother", "LTAIofTheProfile", "LTAIini", "ecs:"]


def test_a_profile_by_flag_beats_everything(tmp_path: Path) -> None:
    write_config(tmp_path, AK)
    env = {**KEYS, "ALIBABA_CLOUD_CLI_PROFILE_DISABLED": "true"}
    found = find_provider(around(tmp_path, env), profile="default")
    assert key_of(found) == ("LTAIofTheProfile", "s-of-the-profile", "")
    assert found.source == "the profile 'default' of ~/.aliyun/config.json (AK)"
    write_ini(tmp_path, "[only-here]\ntype=access_key\naccess_key_id=LTAIini\naccess_key_secret=x\n")
    assert find_provider(around(tmp_path, env), profile="only-here").account == "LTAIini"
    with pytest.raises(DeniedError, match=r"no profile 'none'.*there: default.*there: only-here"):
        find_provider(around(tmp_path, env), profile="none")


def test_nothing_found_says_what_was_looked_at_in_order(tmp_path: Path) -> None:
    with pytest.raises(DeniedError) as caught:
        find_provider(around(tmp_path))
    text = str(caught.value)
    places = ["ACCESS_KEY_ID", "OIDC_TOKEN_FILE", "~/.aliyun/config.json", "~/.alibabacloud/credentials.ini", "ECS"]
    assert sorted(places, key=text.index) == places
    assert "aliyun configure" in caught.value.hint
    assert str(tmp_path) not in text
    with pytest.raises(DeniedError, match="no home directory"):
        find_provider(around(None))


@pytest.mark.parametrize("switch", ["ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "ALIBABA_CLOUD_IGNORE_PROFILE"])
def test_profiles_of_the_cli_can_be_switched_off(tmp_path: Path, switch: str) -> None:
    write_config(tmp_path, AK)
    with pytest.raises(DeniedError, match=f"switched off by {switch}"):
        find_provider(around(tmp_path, {switch: "TRUE"}))
    assert find_provider(around(tmp_path, {switch: "false"})).account == "LTAIofTheProfile"


# Environment


def test_the_environment(tmp_path: Path) -> None:
    found = find_provider(around(tmp_path, {**KEYS, "ALIBABA_CLOUD_SECURITY_TOKEN": f"{TOKEN}\n"}))
    assert key_of(found) == (KEY_ID, SECRET, TOKEN)
    assert found.source == "the environment (ALIBABA_CLOUD_ACCESS_KEY_ID)"
    assert found.refresh() is False


@pytest.mark.parametrize("name", KEYS)
def test_half_a_key_is_an_error_not_another_identity(tmp_path: Path, name: str) -> None:
    write_config(tmp_path, AK)
    with pytest.raises(DeniedError, match=r"is set and .* is not"):
        find_provider(around(tmp_path, {name: "x", **{other: "" for other in KEYS if other != name}}))


def test_empty_variables_are_not_set(tmp_path: Path) -> None:
    write_config(tmp_path, AK)
    assert find_provider(around(tmp_path, dict.fromkeys(KEYS, ""))).account == "LTAIofTheProfile"


def test_a_key_with_a_line_break_is_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(DeniedError, match=r"access key secret .* line break") as caught:
        find_provider(around(tmp_path, {**KEYS, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": f"{SECRET}\n{SECRET}"}))
    assert SECRET not in str(caught.value)


def test_the_edge_reads_the_real_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    found = surroundings("ap-southeast-1")
    assert found.home == tmp_path
    assert find_provider(found).account == KEY_ID


# Profiles


@pytest.mark.parametrize("mode", ["AK", "ak", "StsToken", "ststoken"])
def test_keys_in_a_profile(tmp_path: Path, mode: str) -> None:
    write_config(tmp_path, {**AK, "mode": mode, "sts_token": TOKEN})
    expected = TOKEN if mode.lower() == "ststoken" else ""
    assert key_of(find_provider(around(tmp_path))) == ("LTAIofTheProfile", "s-of-the-profile", expected)


@pytest.mark.parametrize(
    ("profile", "message"),
    [
        ({"mode": "AK", "access_key_id": "", "access_key_secret": SECRET}, "no access key id"),
        ({"mode": "AK", "access_key_id": "a"}, "no access key secret"),
        ({"mode": "StsToken", "access_key_id": "a", "access_key_secret": SECRET}, "no sts_token"),
        ({"mode": "RamRoleArn", "access_key_id": "a", "access_key_secret": SECRET}, "no ram_role_arn"),
        ({"mode": "ChainableRamRoleArn", "ram_role_arn": ROLE}, "no source_profile"),
        ({"mode": "ChainableRamRoleArn", "ram_role_arn": ROLE, "source_profile": "gone"}, "no profile 'gone'"),
        ({"mode": "ChainableRamRoleArn", "ram_role_arn": ROLE, "source_profile": "default"}, "its own source"),
        ({"mode": "OIDC", "ram_role_arn": ROLE}, "no oidc_token_file"),
        ({"mode": ""}, "no mode"),
        ({}, "no mode"),
    ],
)
def test_a_broken_profile_is_told_and_not_passed_over(tmp_path: Path, profile: Mapping[str, Any], message: str) -> None:
    write_config(tmp_path, {"name": "default", **profile})
    with pytest.raises(DeniedError, match=message) as caught:
        find_provider(around(tmp_path))
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("mode", ["CloudSSO", "OAuth", "External", "CredentialsURI", "BearerToken", "Novel"])
def test_other_modes_need_the_official_package(tmp_path: Path, mode: str) -> None:
    write_config(tmp_path, {"name": "default", "mode": mode, "process_command": "touch /tmp/never"})
    with pytest.raises(DeniedError, match=f"mode {mode}") as caught:
        find_provider(around(tmp_path))
    assert "templatesync[alibabacloud]" in caught.value.hint


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"profiles": 3}', "\ud800".encode("utf-8", "surrogatepass"), "[" * 9999]
)
def test_a_config_that_is_none(tmp_path: Path, text: str | bytes) -> None:
    write_config(tmp_path, AK)
    (tmp_path / ".aliyun" / "config.json").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(DeniedError, match=r"~/.aliyun/config.json"):
        find_provider(around(tmp_path))


def test_a_directory_in_place_of_the_file(tmp_path: Path) -> None:
    (tmp_path / ".aliyun" / "config.json").mkdir(parents=True)
    with pytest.raises(DeniedError, match="cannot be read"):
        find_provider(around(tmp_path))


def test_the_ini_file_is_read_as_it_stands(tmp_path: Path) -> None:
    write_ini(
        tmp_path,
        "[DEFAULT]\naccess_key_id = never inherited\n"
        "[default]\ntype = access_key  # the one\naccess_key_id = LTAIini\naccess_key_secret = 50%off#x%(y)s\n"
        "[ci]\ntype = sts\naccess_key_id = LTAIci\naccess_key_secret = s\nsecurity_token = t\n",
    )
    assert key_of(find_provider(around(tmp_path))) == ("LTAIini", "50%off#x%(y)s", "")
    assert key_of(find_provider(around(tmp_path, {"ALIBABA_CLOUD_PROFILE": "ci"}))) == ("LTAIci", "s", "t")
    elsewhere = tmp_path / "elsewhere.ini"
    elsewhere.write_text("[default]\ntype=access_key\naccess_key_id=LTAIelse\naccess_key_secret=s\n")
    env = {"ALIBABA_CLOUD_CREDENTIALS_FILE": str(elsewhere)}
    found = find_provider(around(tmp_path, env))
    assert found.account == "LTAIelse"
    assert str(tmp_path) not in found.source


@pytest.mark.parametrize("text", ["no section", "[a]\n[a]\n", "[a]\nx=1\nx=2\n"])
def test_an_ini_file_that_is_none(tmp_path: Path, text: str) -> None:
    write_ini(tmp_path, text)
    with pytest.raises(DeniedError, match="not a valid INI"):
        find_provider(around(tmp_path))


# Roles


def _assumed(
    tmp_path: Path, profile: Mapping[str, Any], *more: Mapping[str, Any]
) -> tuple[Provider, list[httpx.Request]]:
    requests: list[httpx.Request] = []

    def sts(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return sts_answer()

    write_config(tmp_path, {"name": "default", "ram_role_arn": ROLE, **profile}, *more)
    provider = find_provider(around(tmp_path, sts=sts))
    assert requests == [], "nobody is asked before credentials are needed"
    assert key_of(provider) == ("STS.temporaryKeyId", "temporarySecret", "temporaryToken")
    assert provider.account == "1234567890123456"
    return provider, requests


def _verified(request: httpx.Request, secret: str) -> dict[str, str]:
    fields = dict(part.split("=", 1) for part in request.headers["authorization"].split(" ", 1)[1].split(","))
    text = signing.canonical_request(
        "POST",
        "/",
        {},
        dict(request.headers),
        fields["SignedHeaders"].split(";"),
        signing.payload_hash(request.content),
    )
    assert fields["Signature"] == signing.signature(secret, signing.string_to_sign(text))
    return dict(parse_qsl(request.content.decode()))


def test_ram_role_arn(tmp_path: Path) -> None:
    profile = {
        "mode": "RamRoleArn",
        "access_key_id": KEY_ID,
        "access_key_secret": SECRET,
        "ram_session_name": "ci",
        "expired_seconds": 900,
        "policy": '{"Version":"1"}',
        "external_id": "ext",
        "sts_region": "eu-central-1",
    }
    provider, requests = _assumed(tmp_path, profile)
    assert str(requests[0].url) == "https://sts.eu-central-1.aliyuncs.com/"
    assert requests[0].headers["x-acs-action"] == "AssumeRole"
    assert requests[0].headers["x-acs-version"] == "2015-04-01"
    assert _verified(requests[0], SECRET) == {
        "RoleArn": ROLE,
        "RoleSessionName": "ci",
        "DurationSeconds": "900",
        "Policy": '{"Version":"1"}',
        "ExternalId": "ext",
    }
    assert provider.source == f"the profile 'default' of ~/.aliyun/config.json (RamRoleArn), as {ROLE}"
    assert SECRET not in repr(provider)


def test_chainable_ram_role_arn(tmp_path: Path) -> None:
    base = {**AK, "name": "base", "mode": "StsToken", "access_key_secret": SECRET, "sts_token": TOKEN}
    _, requests = _assumed(tmp_path, {"mode": "ChainableRamRoleArn", "source_profile": "base"}, base)
    assert requests[0].headers["x-acs-security-token"] == TOKEN
    assert _verified(requests[0], SECRET)["RoleSessionName"] == "templatesync"
    assert requests[0].url.host == "sts.ap-southeast-1.aliyuncs.com"


def test_oidc_of_the_environment(tmp_path: Path) -> None:
    token_file = tmp_path / "token"
    token_file.write_text(f"{JWT}\n")
    requests: list[httpx.Request] = []

    def sts(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return sts_answer()

    env = {
        "ALIBABA_CLOUD_OIDC_TOKEN_FILE": str(token_file),
        "ALIBABA_CLOUD_ROLE_ARN": ROLE,
        "ALIBABA_CLOUD_OIDC_PROVIDER_ARN": "acs:ram::1:oidc-provider/github",
        "ALIBABA_CLOUD_ROLE_SESSION_NAME": "run-7",
    }
    provider = find_provider(around(tmp_path, env, sts))
    assert key_of(provider)[0] == "STS.temporaryKeyId"
    query = dict(parse_qsl(requests[0].url.query.decode()))
    assert query["Action"] == "AssumeRoleWithOIDC"
    assert "authorization" not in requests[0].headers
    assert JWT not in str(requests[0].url)
    form = dict(parse_qsl(requests[0].content.decode()))
    assert form["OIDCToken"] == JWT
    assert form["RoleSessionName"] == "run-7"
    for missing in list(env)[:3]:
        with pytest.raises(DeniedError, match="not all three"):
            find_provider(around(tmp_path, {**env, missing: ""}, sts))


def test_oidc_of_a_profile(tmp_path: Path) -> None:
    token_file = tmp_path / "token"
    token_file.write_text(JWT)
    profile = {"mode": "OIDC", "oidc_provider_arn": "acs:ram::1:oidc-provider/x", "oidc_token_file": str(token_file)}
    _, requests = _assumed(tmp_path, {**profile, "ram_session_name": "mine"})
    assert dict(parse_qsl(requests[0].content.decode()))["RoleSessionName"] == "mine"


@pytest.mark.parametrize("content", [None, b"", b" \n", b"\xff", b"x" * 70_000])
def test_an_oidc_token_file_of_no_use(tmp_path: Path, content: bytes | None) -> None:
    token_file = tmp_path / "token"
    if content is not None:
        token_file.write_bytes(content)
    profile = {"name": "default", "mode": "OIDC", "oidc_provider_arn": "p", "oidc_token_file": str(token_file)}
    write_config(tmp_path, {**profile, "ram_role_arn": ROLE})
    with pytest.raises(DeniedError, match="token"):
        find_provider(around(tmp_path)).get()


def _role(tmp_path: Path, sts: Handler) -> Provider:
    write_config(tmp_path, {**AK, "mode": "RamRoleArn", "access_key_secret": SECRET, "ram_role_arn": ROLE})
    return find_provider(around(tmp_path, sts=sts))


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (403, {"Code": "NoPermission", "Message": f"no {SECRET} {JWT}", "RequestId": "R9"}, DeniedError),
        (404, {"Code": "EntityNotExist.Role", "Message": f"no role {TOKEN}STS.abcdefghijk"}, DeniedError),
        (404, {"Code": f"No.{SECRET}", "Message": "", "RequestId": quote(f"{'x' * 70}{SECRET}")}, DeniedError),
        (400, {"Code": "Throttling.User", "Message": "slow down"}, UnreachableError),
        (503, {"Code": "ServiceUnavailable", "Message": "later"}, UnreachableError),
        (503, f"<html>{SECRET}</html>", UnreachableError),
        (302, "", UnreachableError),
        (200, "{}", UnreachableError),
        (200, {"Credentials": {"AccessKeyId": "a", "AccessKeySecret": SECRET}}, DeniedError),
        (200, {"Credentials": {"AccessKeyId": "a"}}, DeniedError),
    ],
)
def test_the_token_service_refuses(tmp_path: Path, status: int, body: Any, kind: type[ServiceError]) -> None:
    content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    with pytest.raises(ServiceError) as caught:
        _role(tmp_path, lambda _: httpx.Response(status, content=content)).get()
    assert type(caught.value) is kind
    for canary in (SECRET, JWT, "STS.abc"):
        assert canary not in f"{caught.value!r} {caught.value.request_id}"
        assert canary[:10] not in f"{caught.value!r} {caught.value.request_id}{caught.value.code}"
    if isinstance(body, dict) and "Code" in body:
        assert caught.value.code == body["Code"].replace(SECRET, "***")


def test_the_token_service_is_out_of_reach(tmp_path: Path) -> None:
    def sts(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    with pytest.raises(UnreachableError, match="token service could not be asked"):
        _role(tmp_path, sts).get()


def test_the_token_service_minds_the_clock(tmp_path: Path) -> None:
    dates: list[str] = []

    def sts(request: httpx.Request) -> httpx.Response:
        dates.append(request.headers["x-acs-date"])
        if len(dates) > 1:
            return sts_answer()
        there = {"date": "Fri, 02 Jan 2026 05:00:00 GMT"}
        return httpx.Response(400, json={"Code": "InvalidTimeStamp.Expired"}, headers=there)

    assert _role(tmp_path, sts).get().access_key_id == "STS.temporaryKeyId"
    assert dates == ["2026-01-02T03:04:05Z", "2026-01-02T05:00:00Z"]


def test_vpc_and_region_of_the_environment(tmp_path: Path) -> None:
    env = {"ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED": "true", "ALIBABA_CLOUD_STS_REGION": "cn-hangzhou"}
    assert around(tmp_path, env).sts_host() == "sts-vpc.cn-hangzhou.aliyuncs.com"


# ECS


def _metadata(log: list[tuple[str, str, str]], *, hardened: bool = True) -> Handler:
    def handler(request: httpx.Request) -> httpx.Response:
        session = request.headers.get("x-aliyun-ecs-metadata-token", "")
        log.append((request.method, request.url.path, session))
        if request.method == "PUT":
            return httpx.Response(200 if hardened else 404, text="SESSION")
        if request.url.path.endswith("/security-credentials/"):
            return httpx.Response(200, text="my-role")
        body = {
            "Code": "Success",
            "AccessKeyId": "STS.e",
            "AccessKeySecret": "es",
            "SecurityToken": "et",
            "Expiration": "2026-01-02T09:04:05Z",
        }
        return httpx.Response(200, json=body)

    return handler


def test_ecs_only_when_asked(tmp_path: Path) -> None:
    log: list[tuple[str, str, str]] = []
    provider = find_provider(around(tmp_path, ecs=_metadata(log)), ecs=True)
    assert log == []
    assert key_of(provider) == ("STS.e", "es", "et")
    base = "/latest/meta-data/ram/security-credentials/"
    assert log == [("PUT", "/latest/api/token", ""), ("GET", base, "SESSION"), ("GET", base + "my-role", "SESSION")]
    with pytest.raises(DeniedError, match="no credentials found"):
        find_provider(around(tmp_path, {"ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true"}), ecs=True)


def test_ecs_by_profile_with_a_role(tmp_path: Path) -> None:
    log: list[tuple[str, str, str]] = []
    write_config(tmp_path, {"name": "default", "mode": "EcsRamRole", "ram_role_name": "r/../x"})
    provider = find_provider(around(tmp_path, ecs=_metadata(log, hardened=False)))
    assert provider.get().access_key_id == "STS.e"
    assert len(log) == 2
    hardened = around(tmp_path, {"ALIBABA_CLOUD_IMDSV1_DISABLED": "true"}, ecs=_metadata(log, hardened=False))
    with pytest.raises(DeniedError, match="no session token"):
        find_provider(hardened).get()


@pytest.mark.parametrize(
    "answer", [httpx.Response(404), httpx.Response(200, text="nonsense"), httpx.ConnectTimeout("")]
)
def test_no_metadata(tmp_path: Path, answer: httpx.Response | Exception) -> None:
    def handler(_: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    with pytest.raises(ServiceError, match="metadata service"):
        find_provider(around(tmp_path, ecs=handler), ecs=True).get()
