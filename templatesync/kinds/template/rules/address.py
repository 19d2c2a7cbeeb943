"""Rules about the addresses behind URL buttons."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from templatesync.kinds.host import HINT, hosts, lookalike, mixed
from templatesync.kinds.rule import Hit
from templatesync.kinds.template import limits
from templatesync.kinds.template.encoded import encoded
from templatesync.kinds.template.rules.base import (
    CAMS,
    CAMS_ERRORS,
    ERROR,
    INFO,
    META_COMPONENTS,
    OTHERS,
    OWN,
    READERS,
    WARNING,
    rule,
)
from templatesync.kinds.template.rules.text import too_long
from templatesync.kinds.template.view import Template, Text
from templatesync.look.filled import VARIABLE
from templatesync.model.lazy_pattern import lazy_pattern

_HTTP = lazy_pattern(r"https?://([^/?#]*)", re.IGNORECASE)
_SHORTENERS = frozenset("bit.ly tinyurl.com t.co goo.gl rb.gy cutt.ly is.gd".split())
_WHATSAPP = frozenset("wa.me api.whatsapp.com chat.whatsapp.com".split())


def _addresses(template: Template, url_type: str) -> list[Text]:
    return [text for text, form in template.addresses if form == url_type]


@lru_cache(maxsize=64)
def _host(address: str) -> str:
    """The host of an address in lower case, without user and port; empty when there is none. Several rules ask."""
    match = _HTTP.match(address)
    return match[1].rpartition("@")[2].partition(":")[0].lower() if match else ""


@rule(
    "url-2000",
    ERROR,
    META_COMPONENTS,
    f"The address of a button has 1 to {limits.URL} characters.",
    needs=["URL"],
)
def url_2000(template: Template) -> Iterator[Hit]:
    """The variable counts as it is written."""
    message = f"the address of a button has 1 to {limits.URL} characters; use a shorter one"
    for button in template.buttons:
        if button.type == "URL":
            yield from too_long(button, "Url", limits.URL, message)


# An address as it should be: one variable, at its end.
_WHOLE = lazy_pattern(r"[^$]*\$\(\w+\)")


@rule("url-one-var-end", ERROR, CAMS_ERRORS, "A dynamic address ends in its one variable.", needs=["URL"])
def url_one_var_end(template: Template) -> Iterator[Hit]:
    """No variable, several, or one in the middle."""
    for text in _addresses(template, "dynamic"):
        if _WHOLE.fullmatch(text.value):
            continue
        found = text.variables
        if not found:
            yield Hit(
                text.path, "a dynamic address ends in a variable", "add one such as $(order), or use UrlType: static"
            )
        elif len(found) > 1:
            yield Hit(
                text.path, f"a dynamic address has one variable; this has {len(found)}", "keep one, at the very end"
            )
        elif found[0].end != len(text.value):
            message = f"$({found[0].name}) must be the very end of the address"
            yield Hit(text.path, message, "move it to the end, for example as a query parameter")


@rule("url-static-no-var", ERROR, CAMS, "A static address has no variable.", needs=["URL"])
def url_static_no_var(template: Template) -> Iterator[Hit]:
    """A variable under UrlType: static."""
    for text in _addresses(template, "static"):
        if text.variables:
            hint = "use UrlType: dynamic, or remove the variable"
            yield Hit(text.path, f"a static address has no variable; this is $({text.variables[0].name})", hint)


_BLANK = lazy_pattern(r"\s")


# Only other providers say so, and it is an error all the same: what is no web address helps nobody, and may harm.
@rule(
    "url-http",
    ERROR,
    OTHERS,
    "An address begins with https:// or http:// and names a fixed host.",
    needs=["URL"],
)
def url_http(template: Template) -> Iterator[Hit]:
    """Other schemes, no host, blanks, a variable or a user name where the host stands."""
    for text, _ in template.addresses:
        if text.value.startswith("${{"):
            continue  # a variable that this space lacks is told elsewhere
        match = _HTTP.match(text.value)
        if match is None:
            yield Hit(text.path, "the address of a button begins with https:// or http://", "write a web address")
        elif not match[1]:
            yield Hit(text.path, "the address names no host", "write it like https://www.example.com/path")
        elif "$(" in match[1]:
            yield Hit(text.path, "a variable cannot be the host of an address", "write the host out")
        elif "@" in match[1]:
            yield Hit(
                text.path, "an address with a user name in it misleads customers", "remove what comes before the @"
            )
        elif _BLANK.search(text.value):
            yield Hit(text.path, "there is a blank in the address", "write it as %20, or remove it")


@rule(
    "url-encoded-var",
    WARNING,
    OWN,
    "An address has no percent-encoded variable.",
    needs=["URL"],
)
def url_encoded_var(template: Template) -> Iterator[Hit]:
    """`%7B%7B1%7D%7D`, `%24%28name%29` and their kin, once or several times encoded."""
    for text, _ in template.addresses:
        for found in encoded(text.value):
            message = f"{found[:60]} is text, not a variable: every customer gets it in the address"
            yield Hit(text.path, message, "remove it; a variable is written $(name), at the end of the address")


@rule(
    "url-slash",
    INFO,
    META_COMPONENTS,
    "The fixed part of a dynamic address ends where a value can follow.",
    needs=["URL"],
)
def url_slash(template: Template) -> Iterator[Hit]:
    """A letter or digit right before the variable."""
    for text in _addresses(template, "dynamic"):
        match = VARIABLE.search(text.value)
        if match and match.start() and text.value[match.start() - 1].isalnum():
            yield Hit(text.path, "the value is appended to a word", "end the fixed part in /, = or #")


@rule("url-no-shortener", WARNING, OTHERS, "An address is no short link.", needs=["URL"])
def url_no_shortener(template: Template) -> Iterator[Hit]:
    """Hosts that only redirect."""
    for text, _ in template.addresses:
        if _host(text.value) in _SHORTENERS:
            yield Hit(
                text.path,
                f"reviews reject short links such as {_host(text.value)}",
                "write the address that it leads to",
            )


@rule("url-no-wame", WARNING, OTHERS, "An address does not lead back to WhatsApp.", needs=["URL"])
def url_no_wame(template: Template) -> Iterator[Hit]:
    """Links that open a chat."""
    for text, _ in template.addresses:
        if _host(text.value) in _WHATSAPP:
            yield Hit(
                text.path, f"reviews reject links to {_host(text.value)}", "use a QUICK_REPLY or PHONE_NUMBER button"
            )


# Forms, pages and folders that anybody can make there.
_SHARED = frozenset(
    "blogspot.com docs.google.com drive.google.com dropbox.com facebook.com forms.gle forms.office.com instagram.com"
    " jotform.com linktr.ee sites.google.com surveymonkey.com tiktok.com typeform.com weebly.com wixsite.com"
    " wordpress.com".split()
)


@rule("url-own-domain", INFO, OTHERS, "An address is on a domain of your own.", needs=["URL"])
def url_own_domain(template: Template) -> Iterator[Hit]:
    """Hosts where everybody has pages."""
    for text, _ in template.addresses:
        host = _host(text.value)
        shared = host if host in _SHARED else host.partition(".")[2]
        if shared in _SHARED:
            yield Hit(text.path, f"anybody can have a page at {shared}", "link to a page on your own domain")


def _hosts(template: Template) -> Iterator[tuple[Text, bool, str]]:
    """The hosts that are not plain ASCII, of buttons, media and links in texts; and whether the field is an address."""
    if template.joined.isascii() and "xn--" not in template.joined.lower():
        return
    for text in template.texts:
        for host in hosts(text.value):
            yield text, text.path[-1] == "Url", host


@rule("url-mixed-script", ERROR, READERS, "A name in the host of an address has letters of one script.")
def url_mixed_script(template: Template) -> Iterator[Hit]:
    """Of buttons and media. Scripts that are written together, as in Japanese, count as one."""
    for text, is_address, host in _hosts(template):
        if is_address and (found := mixed(host)):
            yield Hit(text.path, found, HINT)


@rule("url-lookalike", WARNING, READERS, "A host does not pass for another one.")
def url_lookalike(template: Template) -> Iterator[Hit]:
    """Names whose letters all look like ASCII, also in links in texts; in these, mixed scripts as well."""
    for text, is_address, host in _hosts(template):
        if found := lookalike(host) or ("" if is_address else mixed(host)):
            yield Hit(text.path, found, HINT)
