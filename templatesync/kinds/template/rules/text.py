"""Rules about the texts of HEADER, BODY and FOOTER: how long, and which characters."""

from __future__ import annotations

from collections.abc import Iterator

from templatesync.documents.characters import counted
from templatesync.kinds.rule import Hit
from templatesync.kinds.template import limits
from templatesync.kinds.template.effect import idle
from templatesync.kinds.template.rules.base import (
    CAMS,
    CAMS_ERRORS,
    ERROR,
    INFO,
    META_COMPONENTS,
    META_OFFER,
    OTHERS,
    OWN,
    WARNING,
    rule,
)
from templatesync.kinds.template.script import emoji
from templatesync.kinds.template.spelling import READ
from templatesync.kinds.template.view import Part, Template
from templatesync.model.lazy_pattern import lazy_pattern


def too_long(part: Part, field: str, limit: int, message: str, *, least: int = 1) -> tuple[Hit, ...]:
    """A hit when the text in a field is out of bounds. The schema counts too, but not where a space's variables are
    filled in; the messages are the same, so that what both find is told once."""
    text = part.fields.get(field)
    if not isinstance(text, str) or least <= len(text) <= limit:
        return ()
    return (Hit(part.at(field), message, counted(text) if text else "this is empty; write a text"),)


def _messages(template: Template) -> bool:
    """Whether the texts are the file's own: the platform writes those of AUTHENTICATION."""
    return template.category != "AUTHENTICATION"


@rule(
    "body-1024",
    ERROR,
    META_COMPONENTS,
    f"The text of a BODY has at most {limits.BODY} characters.",
)
def body_1024(template: Template) -> Iterator[Hit]:
    """Variables count as they are written."""
    for part in template.every("BODY"):
        message = f"the text of a BODY has at most {limits.BODY} characters; shorten it"
        yield from too_long(part, "Text", limits.BODY, message, least=0)


@rule(
    "body-550",
    WARNING,
    OTHERS,
    f"The text of a BODY has at most {limits.BODY_ADVISED} characters.",
)
def body_550(template: Template) -> Iterator[Hit]:
    """Between the two limits that sources name."""
    for part in template.every("BODY") if _messages(template) else ():
        if part.value is not None and limits.BODY_ADVISED < len(part.value) <= limits.BODY:
            message = f"more than {limits.BODY_ADVISED} characters may be refused"
            yield Hit(part.at("Text"), message, f"{counted(part.value)}; Meta's own page allows {limits.BODY}")


@rule(
    "body-lto-600",
    ERROR,
    META_OFFER,
    f"With LIMITED_TIME_OFFER a BODY has at most {limits.BODY_WITH_OFFER} characters.",
    needs=["LIMITED_TIME_OFFER"],
)
def body_lto_600(template: Template) -> Iterator[Hit]:
    """A lower limit than for other templates."""
    if template.part("LIMITED_TIME_OFFER") is not None:
        for part in template.every("BODY"):
            message = f"with a LIMITED_TIME_OFFER the text of a BODY has at most {limits.BODY_WITH_OFFER} characters"
            yield from too_long(part, "Text", limits.BODY_WITH_OFFER, message, least=0)


@rule("body-not-blank", ERROR, CAMS_ERRORS, "A BODY has a text.")
def body_not_blank(template: Template) -> Iterator[Hit]:
    """A text of nothing but blanks; a missing one is the schema's."""
    for part in template.every("BODY") if _messages(template) else ():
        if part.value is not None and not part.value.strip():
            yield Hit(part.at("Text"), "the text of the BODY is blank", "write what the customer reads")


@rule(
    "header-text-60",
    ERROR,
    CAMS,
    f"The text of a HEADER has 1 to {limits.HEADER_TEXT} characters.",
    needs=["HEADER"],
)
def header_text_60(template: Template) -> Iterator[Hit]:
    """Variables count as they are written."""
    for part in template.every("HEADER"):
        if part.format == "TEXT":
            message = f"the text of a HEADER has 1 to {limits.HEADER_TEXT} characters; "
            yield from too_long(
                part, "Text", limits.HEADER_TEXT, message + "shorten it, or move part of it to the BODY"
            )


@rule(
    "footer-60",
    ERROR,
    CAMS,
    f"The text of a FOOTER has 1 to {limits.FOOTER} characters.",
    needs=["FOOTER"],
)
def footer_60(template: Template) -> Iterator[Hit]:
    """In AUTHENTICATION the platform writes it."""
    for part in template.every("FOOTER") if _messages(template) else ():
        message = f"the text of a FOOTER has 1 to {limits.FOOTER} characters; shorten it, or leave the FOOTER out"
        yield from too_long(part, "Text", limits.FOOTER, message)


@rule("header-one-var", ERROR, CAMS_ERRORS, "A HEADER has at most one variable.", needs=["HEADER"])
def header_one_var(template: Template) -> Iterator[Hit]:
    """Told at the text, whatever its format."""
    for part in template.every("HEADER"):
        if part.text is not None and "$(" in part.text.value and len(part.text.variables) > 1:
            names = ", ".join(variable.name for variable in part.text.variables)
            yield Hit(
                part.text.path, f"a HEADER has at most one variable; these are {names}", "move the others to the BODY"
            )


# Meta's pages on catalog and utility templates speak of variables in the footer; the error codes of both services
# do not allow them.
@rule("footer-no-var", ERROR, CAMS_ERRORS, "A FOOTER has no variable.", needs=["FOOTER"])
def footer_no_var(template: Template) -> Iterator[Hit]:
    """Any well-formed variable."""
    for part in template.every("FOOTER"):
        if part.text is not None and part.text.variables:
            name = part.text.variables[0].name
            yield Hit(part.text.path, f"a FOOTER has no variable; this is $({name})", "move it to the BODY")


# A `$` in front makes it a space variable that is spelt wrongly, which another rule tells.
BRACES = lazy_pattern(r"(?<!\$)\{\{\s*([A-Za-z0-9_]{1,100})\s*\}\}")


def variable_name(inside: str) -> str:
    """What a variable of Meta's is called here: a name begins with a letter."""
    return inside if inside[0].isalpha() else f"var{inside}"


@rule("body-no-double-braces", ERROR, CAMS_ERRORS, "Variables are not written {{1}}.")
def body_no_double_braces(template: Template) -> Iterator[Hit]:
    """In any text."""
    for text in template.texts if "{{" in template.joined else ():
        for match in BRACES.finditer(text.value):
            yield Hit(text.path, f"{match[0]} is not a variable here", f"write $({variable_name(match[1])})")


_MARKUP = lazy_pattern(r"[*~`\n\r]|(?<![\w(])_(?=\S)[^_\n]*(?<=\S)_(?!\w)")


def _plain(part: Part, name: str) -> Iterator[Hit]:
    if part.value is None:
        return
    if match := _MARKUP.search(part.value):
        found = "a line break" if match[0] in "\r\n" else match[0][0]
        yield Hit(part.at("Text"), f"a {name} is one plain line; this has {found}", "leave it out")
    elif emoji(part.value):
        yield Hit(part.at("Text"), f"a {name} is one plain line; this has an emoji", "leave it out")


# Meta only recommends to avoid markup in headers, so neither of these two is an error.
@rule(
    "header-no-markdown",
    WARNING,
    META_COMPONENTS,
    "A HEADER is one line without markup and emoji.",
    needs=["HEADER"],
)
def header_no_markdown(template: Template) -> Iterator[Hit]:
    """Line breaks, emoji, and the signs of bold, italic, strike-through and code."""
    for part in template.every("HEADER"):
        yield from _plain(part, "HEADER")


@rule("footer-plain", WARNING, OTHERS, "A FOOTER is one line without markup and emoji.", needs=["FOOTER"])
def footer_plain(template: Template) -> Iterator[Hit]:
    """Line breaks, emoji, and the signs of bold, italic, strike-through and code."""
    for part in template.every("FOOTER"):
        yield from _plain(part, "FOOTER")


_LINE_BREAKS = lazy_pattern(r"\n(?:[ \t\r]*\n){3}")


@rule("body-newlines", WARNING, OTHERS, "A BODY has fewer than four line breaks in a row.")
def body_newlines(template: Template) -> Iterator[Hit]:
    """Blank lines count."""
    for part in template.every("BODY"):
        if part.value is not None and _LINE_BREAKS.search(part.value):
            yield Hit(
                part.at("Text"),
                "there are four or more line breaks in a row",
                "leave one blank line between paragraphs",
            )


@rule("body-spaces", INFO, OTHERS, "A BODY has no tab and no long run of blanks.")
def body_spaces(template: Template) -> Iterator[Hit]:
    """Tabs, and more than four blanks in a row."""
    for part in template.every("BODY"):
        if part.value is not None and ("\t" in part.value or " " * 5 in part.value):
            yield Hit(part.at("Text"), "there is a tab, or more than four blanks in a row", "use single blanks")


@rule("body-crlf", INFO, OWN, "Lines end with a line feed alone.")
def body_crlf(template: Template) -> Iterator[Hit]:
    """Carriage returns, which only an escape can bring in."""
    for part in template.every("BODY"):
        if part.value is not None and "\r" in part.value:
            yield Hit(part.at("Text"), "there is a carriage return in the text", r"write \n instead of \r\n")


_ENDS = {"\n": "a line break", "\r": "a carriage return", "\t": "a tab"}


@rule("text-ends", INFO, OWN, "A text neither begins nor ends with white space.")
def text_ends(template: Template) -> Iterator[Hit]:
    """Blanks and line breaks around a text or label. Where there is nothing else, other rules tell."""
    if all(value.strip() == value for value in template.values):
        return
    for part in (*template.all_parts, *template.buttons):
        for field in sorted(READ & part.fields.keys() - idle(part.fields, template.category)):
            value = part.fields[field]
            if isinstance(value, str) and value.strip() not in ("", value):
                at_end = value[-1].isspace()
                found = _ENDS.get(value[-1] if at_end else value[0], "a blank")
                message = f"{field} {'ends' if at_end else 'begins'} with {found}, which is neither sent nor compared"
                hint = "write |- in place of |" if at_end and found != "a blank" else "leave it out"
                yield Hit(part.at(field), message, hint)
