"""The signature against what the official SDK made of the same requests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templatesync.service import signing

VECTORS: list[dict[str, Any]] = json.loads(Path(__file__).with_name("signing_vectors.json").read_text())["vectors"]
TEXT = st.text(st.characters(exclude_categories=["Cs"]))


def test_all_vectors_are_here() -> None:
    assert len(VECTORS) == 38
    assert len({vector["id"] for vector in VECTORS}) == 38


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_a_vector(vector: dict[str, Any]) -> None:
    headers = {name.lower(): value for name, value in vector["signed_request_headers"].items()}
    body = vector["body"].encode()
    request = signing.canonical_request(
        vector["method"], vector["path"], vector["query"], headers, list(headers), signing.payload_hash(body)
    )
    assert request == vector["canonical_request"]
    assert signing.string_to_sign(request) == vector["string_to_sign"]
    proof = signing.signature(vector["access_key_secret"], signing.string_to_sign(request))
    assert proof == vector["signature"]
    assert vector["authorization"].endswith(f"Signature={proof}")


def _is_lean(vector: dict[str, Any]) -> bool:
    return all(
        name.lower() in ("host", "content-type") or name.lower().startswith("x-acs-")
        for name in vector["signed_request_headers"]
    )


@pytest.mark.parametrize("vector", [v for v in VECTORS if _is_lean(v)], ids=lambda vector: vector["id"])
def test_the_whole_header_where_the_sdk_signs_no_more_than_we_do(vector: dict[str, Any]) -> None:
    header = signing.authorization(
        access_key_id=vector["access_key_id"],
        access_key_secret=vector["access_key_secret"],
        method=vector["method"],
        path=vector["path"],
        params=vector["query"],
        headers={**vector["signed_request_headers"], "User-Agent": "not signed", "Accept": "*/*"},
        body=vector["body"].encode(),
    )
    assert header == vector["authorization"]


@pytest.mark.parametrize("vector", [v for v in VECTORS if v["form"]], ids=lambda vector: vector["id"])
def test_our_form_says_the_same_as_the_sdks(vector: dict[str, Any]) -> None:
    ours = dict(parse_qsl(signing.canonical_query(vector["form"]), keep_blank_values=True))
    theirs = dict(parse_qsl(vector["body"], keep_blank_values=True))
    assert ours == theirs == vector["form"]


@given(st.dictionaries(TEXT.filter(bool), TEXT, max_size=8))
def test_a_query_survives_encoding(params: dict[str, str]) -> None:
    query = signing.canonical_query(params)
    assert query.isascii()
    assert dict(parse_qsl(query, keep_blank_values=True)) == params
    names = [pair.partition("=")[0] for pair in query.split("&")] if params else []
    assert [signing.percent_encode(name) for name in sorted(params)] == names


@given(TEXT, TEXT, TEXT)
def test_any_change_changes_the_signature(secret: str, text: str, other: str) -> None:
    same = signing.signature(secret, text) == signing.signature(secret, other)
    assert same == (text == other)


def _header(**more: Any) -> str:
    given: dict[str, Any] = {"method": "POST", "path": "/", "params": {}, "headers": {"Host": "h"}, "body": b""} | more
    return signing.authorization(access_key_id="id", access_key_secret="secret", **given)


@pytest.mark.parametrize(
    "other",
    [{"method": "GET"}, {"path": "/a"}, {"params": {"a": ""}}, {"headers": {"Host": "other"}}, {"body": b"a"}],
    ids=str,
)
def test_whatever_is_sent_is_signed(other: dict[str, Any]) -> None:
    assert _header(**other) != _header()


def test_a_url_without_a_path_is_that_of_the_root() -> None:
    assert _header(path="") == _header(path="/")


def test_a_request_without_a_body_sends_no_bytes() -> None:
    given: dict[str, Any] = {"method": "GET", "path": "/", "params": {}, "headers": {"Host": "h"}}
    header = signing.authorization(access_key_id="id", access_key_secret="secret", **given)
    assert header == _header(method="GET", body=b"")
