"""Secrets do not show, however they are printed."""

from __future__ import annotations

import copy
import json
import pickle
import traceback
from dataclasses import asdict
from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.scripted_server import KEY_ID, SECRET, TOKEN

from templatesync.service.credentials import Credentials
from templatesync.service.secret import Secret, printable, scrub, scrub_json


def test_every_way_to_print_one() -> None:
    secret = Secret(SECRET)
    shown = [repr(secret), str(secret), f"{secret}", f"{secret:>10}", "%s" % secret, f"{[secret]!r}"]  # noqa: UP031
    assert not any(SECRET in text for text in shown)
    assert secret.reveal() == SECRET


def test_credentials_do_not_show_either() -> None:
    credentials = Credentials(KEY_ID, Secret(SECRET), Secret(TOKEN), 1.0)
    for text in (repr(credentials), str(asdict(credentials)["access_key_secret"]), repr(asdict(credentials))[30:]):
        assert SECRET not in text
        assert TOKEN not in text
    assert KEY_ID not in repr(credentials)


def test_a_secret_is_never_written_down() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(Secret(SECRET))
    with pytest.raises(TypeError):
        json.dumps({"key": Secret(SECRET)})
    assert copy.deepcopy(Secret(SECRET)) == Secret(SECRET)


def test_a_traceback_with_locals_does_not_show_it() -> None:
    def fail(secret: Secret) -> None:
        raise ValueError("no")

    try:
        fail(Secret(SECRET))
    except ValueError as error:
        shown = traceback.TracebackException.from_exception(error, capture_locals=True)
        assert SECRET not in "".join(shown.format())


def test_equality_and_truth() -> None:
    assert Secret("a") == Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a")}) == 1
    assert not Secret("")


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=4), st.text(), st.text())
def test_scrubbed_text_holds_no_secret(value: str, before: str, after: str) -> None:
    for spelling in (value, quote_plus(value)):
        cleaned = scrub(before + spelling + after, [Secret(value)])
        # What hides a secret may, with what stands around it, spell a secret that is made of its stars.
        assert value not in cleaned or "*" in value


@pytest.mark.parametrize(
    "leak",
    [
        "LTAI5tABCDEFGHIJKLMNOPQR",
        "STS.NUgYrLnoC37mZZCNnAbez",
        "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJyZXBvIn0.c2lnbmF0dXJl",
    ],
)
def test_what_looks_like_a_credential_goes(leak: str) -> None:
    assert scrub(f"Specified key {leak} is not found.") == "Specified key *** is not found."


def test_a_password_in_a_url_goes() -> None:
    assert scrub("http://user:pass@proxy:3128 refused") == "http://***@proxy:3128 refused"
    assert scrub("see https://help.aliyun.com/a@b") == "see https://help.aliyun.com/a@b"


def test_scrub_json_goes_everywhere() -> None:
    value = {"a": [f"x{SECRET}", {SECRET: 1}], "n": 1, "z": None}
    assert scrub_json(value, [Secret(SECRET)]) == {"a": ["x***", {"***": 1}], "n": 1, "z": None}


def test_very_short_secrets_are_left() -> None:
    assert scrub("abc", [Secret("b")]) == "abc"


def test_printable() -> None:
    assert printable(b"<html>\x1b[31m\xff") == "<html>\\x1b[31m\\xff"
    assert printable(b"a" * 300) == "a" * 200 + "…"
