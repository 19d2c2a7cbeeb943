"""Rules about what a template says: the language it is in, and words that reviews object to.

All of them guess. They are warnings or advice, work from the short lists in `words/`, and keep silent about languages
that have none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from templatesync.kinds.rule import Hit
from templatesync.kinds.template import limits
from templatesync.kinds.template.phrase import base, flat, lists, phrases, says, sentences, shown
from templatesync.kinds.template.rules.base import (
    INFO,
    META_CATEGORY,
    META_COMPONENTS,
    META_REVIEW,
    OTHERS,
    READERS,
    WARNING,
    rule,
)
from templatesync.kinds.template.script import CAPITALS, emoji, foreign
from templatesync.kinds.template.view import END, Template, plain_words
from templatesync.look.filled import VARIABLE
from templatesync.model.lazy_pattern import lazy_pattern


@rule(
    "lang-matches-text",
    WARNING,
    OTHERS,
    "The text is in the script of the template's language.",
)
def lang_matches_text(template: Template) -> Iterator[Hit]:
    """By letters alone: English in a French template is nothing that this can see."""
    for text in template.bodies:
        if template.language and foreign(template.language, text.value):
            message = f"most letters here are not those of {template.language}"
            yield Hit(text.path, message, "correct the language, or translate the text")


# --- one-time codes -------------------------------------------------------------------------------------------------

_NEAR = 25


@rule(
    "body-otp",
    WARNING,
    META_CATEGORY,
    "One-time codes are sent with AUTHENTICATION templates only.",
    needs=["topic:otp"],
)
def body_otp(template: Template) -> Iterator[Hit]:
    """The name of such a code with a variable in the same sentence, behind it or right in front of it."""
    for text in template.bodies:
        if not text.variables or not phrases(template.language, text.value).get("otp"):
            continue
        for sentence in sentences(text.value):
            names = phrases(template.language, sentence).get("otp", ())
            if names and _carries(sentence, names[0]):
                message = f'"{shown(names[0])}" with a variable looks like a one-time code'
                yield Hit(text.path, message, "use Category AUTHENTICATION, where WhatsApp writes the text")
                break


# Variables that say who is addressed, not what it is about.
_WHO = lazy_pattern(r"(?i)(?:^|_)(?:first|last|full|user|customer|client)?_?(?:name|nombre|nome|nama|nom|vorname)$")


def _carries(sentence: str, name: str) -> bool:
    """Whether a variable stands where the code would: behind its name, or close in front of it with no comma."""
    marked = VARIABLE.sub(lambda match: "@" if _WHO.search(match[1]) else "\0", sentence)
    marked = marked.replace("’", "'").casefold()
    at = marked.find(name)
    before = marked[:at].rpartition("\0")
    close = bool(before[1]) and len(before[2]) <= _NEAR and not re.search(r"[,，،、:：]", before[2])
    return at >= 0 and (close or "\0" in marked[at:])


# --- UTILITY that is not --------------------------------------------------------------------------------------------


def _told(list_: str, message: str, hint: str, category: str = "") -> Callable[[Template], Iterator[Hit]]:
    """A check that tells of the first phrase of a list in each text."""

    def check(template: Template) -> Iterator[Hit]:
        if category and template.category != category:
            return
        for text in template.prose:
            found = phrases(template.language, text.value).get(list_)
            if found:
                yield Hit(text.path, f'"{shown(found[0])}" {message}', hint)

    return check


_AS_MARKETING = "WhatsApp moves such a template to MARKETING"
rej_utility_promo = rule(
    "rej-utility-promo",
    WARNING,
    META_CATEGORY,
    "A UTILITY template does not advertise.",
    needs=["UTILITY", "topic:promotion"],
)(_told("promotion", "reads like advertising", f"{_AS_MARKETING}; reword it, or use Category MARKETING", "UTILITY"))
rej_utility_upsell = rule(
    "rej-utility-upsell",
    WARNING,
    META_CATEGORY,
    "A UTILITY template sells nothing more.",
    needs=["UTILITY", "topic:upsell"],
)(_told("upsell", "recommends or sells something", f"{_AS_MARKETING}; leave it out", "UTILITY"))
rej_utility_greeting = rule(
    "rej-utility-greeting",
    WARNING,
    META_CATEGORY,
    "A UTILITY template is no greeting.",
    needs=["UTILITY", "topic:greeting"],
)(_told("greeting", "is a greeting", f"{_AS_MARKETING}; use Category MARKETING", "UTILITY"))
rej_threat = rule("rej-threat", WARNING, META_REVIEW, "A template does not threaten.", needs=["topic:threat"])(
    _told("threat", "reads like a threat", "reviews reject threats of courts, police or shame; say what can be done")
)
rej_commerce = rule(
    "rej-commerce",
    WARNING,
    META_REVIEW,
    "A template offers nothing that WhatsApp does not let sell.",
    needs=["topic:goods"],
)(_told("goods", "names goods that WhatsApp's commerce policy may not allow", "read the policy before you send it"))
rej_testlike = rule(
    "rej-testlike", WARNING, OTHERS, "A template that is sent for review is not a trial.", needs=["topic:trial"]
)(_told("trial", "looks like a trial", "write what customers will read"))


@rule(
    "rej-utility-generic",
    WARNING,
    META_CATEGORY,
    "A survey in UTILITY is about one order or visit.",
    needs=["UTILITY", "topic:survey"],
)
def rej_utility_generic(template: Template) -> Iterator[Hit]:
    """Asks for an opinion, and no variable says on what. `var1` is what an import calls the first, a name as a rule."""
    if template.category != "UTILITY" or not all(name == "var1" or _WHO.search(name) for name in template.variables()):
        return
    for text in template.bodies:
        found = phrases(template.language, text.value).get("survey")
        if found:
            message = f'"{shown(found[0])}" asks for an opinion, and nothing here says on which order or visit'
            yield Hit(text.path, message, f"{_AS_MARKETING}; name the order, such as $(order)")


@rule(
    "rej-utility-emoji",
    INFO,
    OTHERS,
    f"A UTILITY template has at most {limits.UTILITY_EMOJI} emoji.",
    needs=["UTILITY"],
)
def rej_utility_emoji(template: Template) -> Iterator[Hit]:
    """In the BODY."""
    for text in template.bodies if template.category == "UTILITY" and template.rare else ():
        count = emoji(text.value)
        if count > limits.UTILITY_EMOJI:
            yield Hit(text.path, f"{count} emoji in a UTILITY template look like advertising", "keep one, or none")


# --- what reviews reject in any category ----------------------------------------------------------------------------


@rule(
    "rej-sensitive",
    WARNING,
    META_REVIEW,
    "A template asks for no card number, password or identity document.",
    needs=["topic:secret"],
)
def rej_sensitive(template: Template) -> Iterator[Hit]:
    """A sentence that asks for one; those that warn of it, name the last digits or give the number do not."""
    for text in template.prose:
        if not phrases(template.language, text.value).get("secret"):
            continue
        for sentence in sentences(text.value):
            found = phrases(template.language, sentence)
            asked = [each for each in found.get("secret", ()) if not _given(sentence, each)]
            if asked and "ask" in found and "never" not in found:
                message = f'this asks for "{shown(asked[0])}"'
                yield Hit(text.path, message, "reviews reject it; send customers to a page where they are signed in")
                break


# What may stand between the name of a number and the number.
_IS = r"\s*(?:is|ist|es|est|è|é|adalah|为|為|是)?\s*[:：]?\s*"


def _given(sentence: str, name: str) -> bool:
    """Whether the number of that name stands right behind it, such as the account that an invoice is paid to."""
    return re.search(f"{re.escape(name)}{_IS}#", flat(sentence)) is not None


_SHOUT = lazy_pattern(rf"(?:\b[{CAPITALS}]{{2,}}\b[\s,.!?'’&-]*){{4,}}")
# The end of one word in capitals and the beginning of the next: with whole words it would take their length squared.
_TWO_WORDS = lazy_pattern(rf"[{CAPITALS}][{CAPITALS}][\s,.!?'’&-]+[{CAPITALS}][{CAPITALS}]")
_SIGNS = lazy_pattern(r"[!！]{3,}|(?<![$\w])\${3,}(?!\{)")


@rule("rej-caps", INFO, READERS, "A text does not shout.")
def rej_caps(template: Template) -> Iterator[Hit]:
    """Four words in capitals in a row, or signs repeated three times."""
    wording = template.wording
    if "!!!" not in wording.replace("！", "!") and "$$$" not in wording and not _TWO_WORDS.search(wording):
        return
    for text in template.prose:
        if match := _SIGNS.search(text.value):
            yield Hit(text.path, f"{match[0][:3]} looks like spam", "one sign is enough")
        elif (match := _SHOUT.search(text.value)) and _loud(match[0]):
            yield Hit(text.path, "this is written in capitals", "capitals for a word are fine, for a sentence not")


def _loud(words: str) -> bool:
    return words.isupper() and sum(map(str.isalpha, words)) >= limits.SHOUTED


@rule("rej-vague", WARNING, META_CATEGORY, "A BODY says what it is about.", needs=[("MARKETING", "UTILITY")])
def rej_vague(template: Template) -> Iterator[Hit]:
    """One or two words beside the variables; in scripts without words, up to four letters."""
    for text in template.bodies if template.category in ("MARKETING", "UTILITY") else ():
        if len(text.value) > limits.VAGUE_LENGTH or "${{" in text.value:
            continue
        words = plain_words(text)
        letters = sum(map(str.isalpha, VARIABLE.sub("", text.value))) if words is None else 0
        if text.value.strip() and (
            words <= limits.VAGUE_WORDS if words is not None else letters <= limits.VAGUE_LETTERS
        ):
            message = "this is too short to tell what the message is about"
            yield Hit(text.path, message, "reviews reject it, or make it MARKETING; write a whole sentence")


# --- how customers say no -------------------------------------------------------------------------------------------


@rule(
    "btn-optout-advice", INFO, META_COMPONENTS, "A MARKETING template says how to get no more of them.",
    needs=["MARKETING"],
)  # fmt: skip
def btn_optout_advice(template: Template) -> Iterator[Hit]:
    """No opt-out button, and no usual word for it in a label, the FOOTER or the BODY."""
    code = base(template.language)
    if template.category != "MARKETING" or not template.parts or "optout" not in lists(code):
        return
    if any(button.fields.get("IsOptOut") is True for button in template.buttons):
        return
    # The English word is understood, and used, in every language.
    if code != "en" and "stop" in template.wording.casefold():
        return
    if "optout" in template.topics:
        texts = [*[part.value for part in template.prose_parts], *[button.value for button in template.buttons]]
        if says("optout", code, END.join(filter(None, texts))):
            return
    last = template.part("FOOTER") or template.part("BUTTONS") or template.parts[-1]
    message = "nothing here tells customers how to stop such messages"
    yield Hit(
        last.path, message, "add a QUICK_REPLY with IsOptOut: true, or a FOOTER such as: Reply STOP to unsubscribe"
    )
