"""Hosts that pass for others, and those that do not although they are not written in ASCII."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templatesync.kinds.host import hosts, lookalike, mixed


def told(address: str) -> list[str]:
    return [mixed(host) or lookalike(host) for host in hosts(address)]


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("https://\u0430pple.com/x", "the host <U+0430>pple.com, which is xn--pple-43d.com, has Cyr"),
        ("HTTPS://XN--pple-43d.com", "the host <U+0430>pple.com, which is XN--pple-43d.com, has Cyrillic and Latin"),
        ("https://www.\u03b1\u03b2abc.gr:8443", "has Greek and Latin letters in one name"),
        ("https://me@\u13aapple.com\\@example.com", "has Cherokee and Latin letters in one name"),
        ("https://xn--80ak6aa92e.com/", "the host <U+0430><U+0440><U+0440><U+04CF><U+0435>.com, which is xn--80ak"),
        ("https://\u0251pple.com", "only looks like apple"),
        ("https://\u0585\u0585.am", "only looks like oo"),
        ("https://example.com\u2044track.com", "has a character in it that only looks like /"),
        ("see https://example.com and http://\u0440\u0430\u0443\u3002com/", "only looks like pay"),
    ],
)  # fmt: skip
def test_what_passes_for_another_host(address: str, says: str) -> None:
    (found,) = told(address)
    assert says in found and (found.isascii() or "\u03b2" in found), "every letter that looks alike is a number"


@pytest.mark.parametrize(
    "host",
    ["example.com", "b\u00fccher.de", "caf\u00e9.com", "\u043f\u0440\u0438\u043c\u0435\u0440.\u0440\u0444", "مثال.com",
     "\u65e5\u672c\u30bf\u30ef\u30fctower.jp", "한국tower.kr", "παράδειγμα.gr", "xn--bcher-kva.de", "उदाहरण.in",
     "הדוגמה.il"],
)  # fmt: skip
def test_honest_hosts(host: str) -> None:
    assert set(told(f"https://{host}/\u0430bc")) <= {""}


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("xn-.:@/а")), max_size=30))
def test_no_host_is_too_odd(host: str) -> None:
    for found in told(f"https://{host} https://xn--{host}"):
        assert found == "" or found.startswith("the host ")
