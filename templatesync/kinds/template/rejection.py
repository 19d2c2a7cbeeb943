"""Why a review rejected a template, in words, and the rules that would have told. Pure; knows no state.

The codes are those of `rejected_reason` in Meta's documentation of message templates. The phrases are in the texts that
Meta's pages and mails give in place of a code, and in those that users of the service have shown.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Cause(NamedTuple):
    """What a reason means, and the rules that look for it in the files. `words` are what a reason says of it."""

    words: str
    meaning: str
    rules: tuple[str, ...] = ()


# The first that fits: phrases say more than the codes around them.
CAUSES: tuple[Cause, ...] = (
    Cause(
        r"start or end|beginning or end|begin or end|leading or trailing",
        "a text may not begin or end with a variable",
        ("var-not-lead", "var-not-trail"),
    ),
    Cause(
        r"next to each other|adjacent|floating param",
        "between two variables there must be words, and around each some that say what it is",
        ("var-adjacent", "var-own-line"),
    ),
    Cause(
        r"too many (?:variables|parameters)|variables for its length|params? to words? ratio",
        "there are too many variables for so few words",
        ("var-ratio",),
    ),
    Cause(r"duplicate|already exists", "another template says the same", ("rej-dup-local",)),
    Cause(r"short(?:ened)? (?:url|link)|link shortener", "short links are not accepted", ("url-no-shortener",)),
    Cause(
        r"sample|example",
        "the samples are missing, or do not show what a customer would read",
        ("var-example-each", "var-example-real", "media-sample-clean"),
    ),
    Cause(
        r"TAG_?CONTENT_?MISMATCH|language .*match|match.* language",
        "language or category do not fit what the text says",
        ("lang-matches-text", "rej-utility-promo"),
    ),
    Cause(
        r"INCORRECT_?CATEGORY|wrong category|category",
        "the text is one of another category than the file says",
        ("rej-utility-promo", "rej-utility-upsell", "rej-utility-greeting", "body-otp"),
    ),
    Cause(
        r"PROMOTIONAL|promotion",
        "the text advertises, which only MARKETING templates may",
        ("rej-utility-promo", "rej-utility-upsell"),
    ),
    Cause(
        r"ABUSIVE_?CONTENT|abusive|threat",
        "the text threatens, or asks for what WhatsApp lets nobody ask or sell",
        ("rej-threat", "rej-sensitive", "rej-commerce"),
    ),
    Cause(
        r"\bSCAM\b|phishing|mislead",
        "the text looks like a fraud to the reviewers",
        ("rej-sensitive", "url-lookalike", "url-own-domain"),
    ),
    Cause(
        r"INVALID_?FORMAT|format|parameter",
        "variables, markup or parts of the template are not in the form that WhatsApp takes",
        ("var-syntax", "body-no-double-braces", "var-not-lead", "var-not-trail", "var-adjacent"),
    ),
)
_NONE = frozenset({"", "none", "null", "-"})
NO_REASON = "the service gives no reason"


def cause(reason: str) -> Cause | None:
    """What a reason means; None where it says nothing, or nothing that is known."""
    return next((each for each in CAUSES if re.search(each.words, reason, re.IGNORECASE)), None)


def explained(reason: str) -> str:
    """A sentence on a rejection: what it means, the service's own words as they are, the rules that would have told."""
    if reason.strip().casefold() in _NONE:
        return f"{NO_REASON} ({reason.strip()})" if reason.strip() else NO_REASON
    found = cause(reason)
    if found is None:
        return f"the reason is: {reason}"
    told = f"{found.meaning} (the reason: {reason})"
    if not found.rules:
        return told
    rules = ", ".join(found.rules)
    return f"{told}; {'the rule' if len(found.rules) == 1 else 'the rules'} {rules} would have told"
