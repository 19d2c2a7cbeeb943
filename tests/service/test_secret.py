"""Secrets do not show, however they are printed."""

from __future__ import annotations

import copy
import json
import pickle
import subprocess
import sys
import traceback
from dataclasses import asdict

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support.scripted_server import KEY_ID, SECRET, TOKEN
from support.spellings import SPELLINGS

from templatesync.service import signing
from templatesync.service.credentials import Credentials
from templatesync.service.secret import Secret, living, printable, scrub, scrub_json

ODD = "p+s/w=r d\"&<'é"
"""A secret of signs that every language writes in its own way."""


def test_every_way_to_print_one() -> None:
    secret = Secret(SECRET)
    shown = [repr(secret), str(secret), f"{secret}", f"{secret:>10}", "%s" % secret, f"{[secret]!r}"]  # noqa: UP031
    assert shown == ["Secret(***)", "***", "***", "       ***", "***", "[Secret(***)]"]
    assert {repr(needle) for needle in secret.needles()} == {"Needle(***)"}
    assert secret.reveal() == SECRET


def test_credentials_do_not_show_either() -> None:
    credentials = Credentials(KEY_ID, Secret(SECRET), Secret(TOKEN), 1.0)
    for text in (repr(credentials), str(asdict(credentials)["access_key_secret"]), repr(asdict(credentials))[30:]):
        assert SECRET not in text
        assert TOKEN not in text
    assert KEY_ID not in repr(credentials)


def test_a_secret_is_never_written_down() -> None:
    with pytest.raises(TypeError, match=r"^a secret cannot be pickled$"):
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
    assert Secret("a") and not Secret("")


@pytest.mark.parametrize("name", SPELLINGS)
@pytest.mark.parametrize("value", [SECRET, TOKEN, ODD, "p>>>p???p~~~p"])
def test_no_spelling_of_a_secret_is_left(name: str, value: str) -> None:
    shown = scrub(f"Key [{SPELLINGS[name](value)}] is not found.", [Secret(value)])
    assert shown == "Key [***] is not found."


def test_half_a_pair_is_no_obstacle() -> None:
    """It comes from answers, and no encoding of text has it."""
    assert scrub(f"\ud800 {SECRET} \udc00", [Secret(SECRET)]) == "\ud800 *** \udc00"
    assert scrub("\ud800 \\ud800 \udc00", [Secret("some\ud800thing")]) == "\ud800 \\ud800 \udc00"


def test_a_sign_that_json_writes_as_two_is_one() -> None:
    assert scrub(f"Key {json.dumps('p😀ss')} is not found.", [Secret("p😀ss")]) == 'Key "***" is not found.'


# Base64 and hex are no escapes: what is written in them cannot be told from letters.
_ESCAPES = sorted(name for name in SPELLINGS if "base64" not in name and "hex" not in name)


@given(
    st.text(st.characters(min_codepoint=32, max_codepoint=126, exclude_characters="*"), min_size=4),
    st.text(st.characters(exclude_characters="*")),
    st.text(),
    st.lists(st.sampled_from(_ESCAPES), max_size=3),
)
@example("a%2Bb", "%", "", ["in JSON in JSON", "in percents", "in HTML"])
@example("\\\\\\/", "\\", "", ["in JSON"])
def test_scrubbed_text_holds_no_secret(value: str, before: str, after: str, names: list[str]) -> None:
    spelled = value
    for name in names:
        spelled = SPELLINGS[name](spelled)
    assert spelled not in scrub(before + spelled + after, [Secret(value)])


@pytest.mark.parametrize("name", [name for name in SPELLINGS if "base64" in name])
@pytest.mark.parametrize(("before", "after"), [("", ""), ("", " end"), ("Key ", "")])
def test_of_base64_the_whole_word_is_hidden_wherever_it_stands(name: str, before: str, after: str) -> None:
    assert scrub(f"{before}{SPELLINGS[name](TOKEN)}{after}", [Secret(TOKEN)]) == f"{before}***{after}"


def test_no_more_is_hidden_than_what_is_secret() -> None:
    secrets = [Secret(SECRET), Secret(TOKEN), Secret("abcd")]
    assert scrub(f"{SECRET}! %41 {SECRET}? %42", secrets) == "***! %41 ***? %42"
    assert scrub(f"{SECRET}{TOKEN} {SECRET} {TOKEN}", secrets) == "*** *** ***"
    assert scrub("abc YWJj 616263", secrets) == "abc YWJj 616263"
    assert scrub("abcd YWJjZA== 61626364", secrets) == "*** *** ***"


@pytest.mark.parametrize(("layers", "shown"), [(6, "Key *** is not found."), (7, "***")])
def test_what_is_escaped_deeper_than_anyone_escapes_is_hidden_whole(layers: int, shown: str) -> None:
    spelled = TOKEN
    for name in [*("in percents", "in HTML, numbers") * 4][:layers]:
        spelled = SPELLINGS[name](spelled)
    assert scrub(f"Key {spelled} is not found.", [Secret(TOKEN)]) == shown


def test_what_means_no_character_is_left_as_it_is() -> None:
    text = "&#x110000; &#9999999; \\U00110000 \\u{110000} &nothing; %zz \\"
    assert scrub(text) == text


@given(st.text(), st.sampled_from(sorted(SPELLINGS)))
def test_what_is_clean_stays_as_it_is(text: str, name: str) -> None:
    once = scrub(f"{text} {SPELLINGS[name](TOKEN)}", [Secret(TOKEN)])
    assert scrub(once, [Secret(TOKEN)]) == once


def _signed() -> str:
    return signing.authorization(
        access_key_id="an-id",
        access_key_secret=SECRET,
        method="POST",
        path="/",
        params={},
        headers={"host": "cams.aliyuncs.com", "x-acs-date": "2026-01-02T03:04:05Z"},
        body=b"",
    )


@pytest.mark.parametrize("name", _ESCAPES)
def test_the_header_that_signs_a_request_is_hidden(name: str) -> None:
    header = _signed()
    signature = header.rpartition("=")[2]
    shown = scrub(f"sent {SPELLINGS[name](header)} and no more")
    assert signature not in shown
    assert "an-id" not in shown
    assert shown.startswith("sent ") and shown.endswith(" and no more")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Authorization: Basic dXNlcjpwYXNz\nHost: x", "Authorization: ***\nHost: x"),
        ('{"Proxy-Authorization": "Basic dXNlcjpwYXNz", "a": 1}', '{"Proxy-Authorization": "***", "a": 1}'),
        ("set-cookie: a=b; Path=/", "set-cookie: ***"),
        ("x-acs-security-token:abc\nx-acs-signature-nonce:1", "x-acs-security-token:***\nx-acs-signature-nonce:1"),
        ("SecurityToken=abc&Format=JSON", "SecurityToken=***&Format=JSON"),
        ('{\\"AccessKeySecret\\":\\"a\\"}', '{\\"AccessKeySecret\\":\\"***\\"}'),
        ("OIDCToken%3Dab%26x%3D1", "OIDCToken%3D***%26x%3D1"),
        ("Authorization: Basic\r\n dXNlcjpwYXNz\r\n\tmore\r\nHost: x", "Authorization: ***\r\nHost: x"),
        ("<Authorization>Basic ab</Authorization><a>", "<Authorization>***</Authorization><a>"),
        ("<SignatureProvided>abc</SignatureProvided>", "<SignatureProvided>***</SignatureProvided>"),
        ("&lt;SecurityToken&gt;a b&lt;", "&lt;SecurityToken&gt;*** b&lt;"),
        ("the server got bearer ab.cd-12345, and", "the server got bearer ***, and"),
        ("The specified signature is not right: see SignatureNonce=1", None),
        ("Authorization is needed, a cookie is none, a bearer of news came", None),
    ],
)
def test_what_a_secret_header_or_field_holds_is_hidden(text: str, shown: str | None) -> None:
    assert scrub(text) == (text if shown is None else shown)


@pytest.mark.parametrize(
    "leak",
    [
        "LTAI5tABCDEFGHIJKLMNOPQR",
        "STS.NUgYrLnoC37mZZCNnAbez",
        "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJyZXBvIn0.c2lnbmF0dXJl",
        "eyJabcde.f",
    ],
)
def test_what_looks_like_a_credential_goes(leak: str) -> None:
    assert scrub(f"a.b: Specified key {leak} is not found.") == "a.b: Specified key *** is not found."


@pytest.mark.parametrize(
    "near",
    ["eyJ.x", "aneyJhbGc.y", "eyJab.cdefghij.kl", "eyJhbGciOiJSUzI1NiJ9", "LTAI", "STS.", "LTAI1234567", "a.STS.b"],
)
def test_what_only_begins_like_a_credential_stays(near: str) -> None:
    assert scrub(f"a.b, see {near} there. And") == f"a.b, see {near} there. And"


def test_a_login_in_a_url_goes() -> None:
    assert scrub("http://user:pass@proxy:3128 refused") == "http://***@proxy:3128 refused"
    assert scrub("http://us@er:p@ss@proxy/a@b refused") == "http://***@proxy/a@b refused"
    assert scrub("https%3A%2F%2Ftoken%40host%2F") == "https%3A%2F%2F***%40host%2F"
    for harmless in (
        "see https://help.aliyun.com/a@b",
        "https://a?b=c@d",
        "https://a#b@c",
        "https://@a",
        "user:pass@host",
    ):
        assert scrub(harmless) == harmless


def test_scrub_json_goes_everywhere() -> None:
    value = {"a": [f"x{SECRET}", {SECRET: 1}], "n": 1, "z": None}
    assert scrub_json(value, [Secret(SECRET)]) == {"a": ["x***", {"***": 1}], "n": 1, "z": None}


def test_very_short_secrets_are_hidden_only_where_a_secret_must_be() -> None:
    assert scrub("abc", [Secret("abc")]) == "abc"
    assert scrub("abcd", [Secret("abcd")]) == "***"
    assert scrub("SecurityToken=abc", [Secret("abc")]) == "SecurityToken=***"


# Long texts


@pytest.mark.parametrize("shown", [0, 1, len(TOKEN) // 2, len(TOKEN) - 1])
@pytest.mark.parametrize("name", ["as it is", "in percents, small digits", "in HTML, all of it", "in base64"])
def test_a_long_text_is_not_cut_inside_a_secret(name: str, shown: int) -> None:
    spelled = SPELLINGS[name](TOKEN)
    filled = f"{TOKEN} " * 40
    text = filled + "word " * (1 << 16)
    visible = len(spelled) * shown // len(TOKEN)
    cut = text[: (1 << 18) - visible - 1] + f" {spelled} and more"
    cleaned = scrub(cut, [Secret(TOKEN)])
    assert cleaned.startswith("*** " * 40 + "word ")
    assert cleaned.endswith(" ***")
    assert set(cleaned.split()) <= {"***", "word", "wor", "wo", "w"}


def test_a_long_text_keeps_its_lines_and_its_last_whole_word() -> None:
    start = "a\n\n  b" + "c " * ((1 << 17) - 4)
    assert scrub(start + " word") == start + " ***"
    assert scrub(start + "d word") == start + "d ***"
    assert scrub(start[:-4] + "word") == start[:-4] + "word"


def test_of_a_long_text_without_a_blank_nothing_is_shown() -> None:
    assert scrub("a" * (1 << 18)) == "a" * (1 << 18)
    assert scrub("a" * ((1 << 18) + 1)) == "***"
    assert scrub(" " * ((1 << 18) + 1)) == " " * (1 << 18) + "***"


def test_of_a_large_value_only_the_first_part_is_looked_at() -> None:
    cleaned = scrub_json({"rows": [{"text": f"{number} {SECRET}"} for number in range(100_000)]}, [Secret(SECRET)])
    assert isinstance(cleaned, dict)
    rows = cleaned["rows"]
    assert isinstance(rows, list)
    assert rows[0] == {"text": "0 ***"}
    assert 1000 < len(rows) < 20_000
    assert SECRET not in json.dumps(rows)


# What made an expression begin again and again, or undo one escape after the other.
_SLOW = (
    "eyJ", "eyJ.", "://", ":", "://:", "%25", "%", "\\", "\\u002B", "\\ud83d", "&amp;", "&#0", "&", "LTAI", "STS.",
    "cookie:", "authorization", "signature= ", "bearer ", "\n ", TOKEN[:-1], TOKEN, "A", "%41", "a ", "&plus;",
)  # fmt: skip


@pytest.mark.slow
def test_no_text_takes_long() -> None:
    """The system ends whoever needs more: what was quadratic took minutes for the first of these."""
    program = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_CPU, (20, 20))\n"
        "from templatesync.service.secret import Secret, scrub\n"
        "secret, *slow = eval(sys.stdin.read())\n"
        "for text in slow: scrub(text * (250_000 // len(text)), [Secret(secret)])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], input=repr([TOKEN, *_SLOW]), text=True, timeout=300)
    assert done.returncode == 0


def test_every_living_secret_is_known() -> None:
    """For a defect, when nobody can say which secrets were near."""
    mine = Secret("a secret that only this test has")
    assert mine in living()


def test_printable() -> None:
    assert printable(b"<html>\x1b[31m\xff") == "<html>\\x1b[31m\\xff"
    assert printable(b"a b~\x7f\x1f") == "a b~\\x7f\\x1f"
    assert printable(b"a" * 200) == "a" * 200
    assert printable(b"a" * 300) == "a" * 200 + "…"
    assert printable(b"abc", 2) == "ab…"
