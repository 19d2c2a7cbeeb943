"""Rules about variables $(name) and their samples."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise

from templatesync.kinds.rule import Hit
from templatesync.kinds.template import limits
from templatesync.kinds.template.effect import used
from templatesync.kinds.template.misspelling import first_places, malformed, misspelt
from templatesync.kinds.template.rules.base import (
    CAMS,
    CAMS_ERRORS,
    ERROR,
    INFO,
    META_CATEGORY,
    META_COMPONENTS,
    META_REVIEW,
    OTHERS,
    OWN,
    WARNING,
    rule,
)
from templatesync.kinds.template.unknown import is_placeholder
from templatesync.kinds.template.view import Template, Text, has_words, plain_words
from templatesync.look.filled import VARIABLE
from templatesync.model.json_value import Json
from templatesync.model.lazy_pattern import lazy_pattern

_OPEN = lazy_pattern(r"\$\((?!\w+\))")
# What people type on a Chinese or Japanese keyboard, where the ASCII signs are meant.
_WIDE = lazy_pattern(r"(?:\$（|＄[(（])\s*[A-Za-z_][A-Za-z0-9_]*\s*[)）]")
# What other languages have for variables, and what people write for one when they do not know the form.
_BORROWED = lazy_pattern(r"(?<![{(])(?:\$?\{\s*([A-Za-z_]\w*)\s*\}(?!\})|\$\[\s*([A-Za-z_]\w*)\s*\])")
_ODD_NAME = lazy_pattern(r"\$\((?![A-Za-z][A-Za-z0-9_]*\))(\w+)\)")


@rule("var-syntax", ERROR, CAMS_ERRORS, "A variable is written $(name).")
def var_syntax(template: Template) -> Iterator[Hit]:
    """Blanks inside, several words, no end, signs of a wide keyboard. The same in one text once, where it is first."""
    joined = template.joined
    if joined.count("$(") == len(template.names) and "$（" not in joined and "＄" not in joined:
        return
    for text in template.texts:
        told: dict[str, Hit] = {}
        for match in _OPEN.finditer(text.value) if "$" in text.value else ():
            start = match.start()
            message, hint = _malformed(text.value[start : start + 102])
            end = text.value.find(")", start) + 1 if message.startswith("$") else start + 2
            told.setdefault(message, Hit(text.path, message, hint, (start, end)))
        for match in _WIDE.finditer(text.value) if not text.value.isascii() else ():
            name = re.sub(r"[^A-Za-z0-9_]", "", match[0])
            message = f"{match[0]} is not a variable"
            told.setdefault(message, Hit(text.path, message, f"write $({name}) with plain signs", match.span()))
        yield from told.values()


@rule("var-braces", WARNING, OWN, "A word in braces is no variable.")
def var_braces(template: Template) -> Iterator[Hit]:
    """Customers would read the braces. Double ones are another rule's."""
    for text in template.texts if "{" in template.joined or "$[" in template.joined else ():
        for match in _BORROWED.finditer(text.value):
            name = match[1] or match[2]
            space = f" or ${{{{ {name} }}}} for a variable of the space," if match[0][0] == "$" else ""
            yield Hit(
                text.path, f"{match[0]} is text, not a variable", f"write $({name}),{space} or leave out the signs"
            )


def _malformed(rest: str) -> tuple[str, str]:
    """What is wrong with a text that begins with `$(`, and what to write."""
    inside, closed, _ = rest[2:102].partition(")")
    if not closed or "\n" in inside:
        return "a variable begins here and has no end", "write $(name)"
    shown = f"$({inside})"
    name = re.sub(r"\W+", "_", inside.strip()).strip("_")
    if not name:
        return f"{shown} is a variable without a name", "write $(name)"
    return f"{shown} is not a variable: a name has letters, digits and underscores only", f"write $({name})"


@rule(
    "var-charset",
    INFO,
    OWN,
    "The name of a variable begins with a letter and has letters, digits and underscores.",
)
def var_charset(template: Template) -> Iterator[Hit]:
    """Names that are words, but unusual ones."""
    if all(name.isascii() and name[0].isalpha() for name in template.names):
        return
    for text in template.texts:
        for match in _ODD_NAME.finditer(text.value):
            yield Hit(text.path, f"{match[0]} is an unusual name", "begin with a letter, and use a to z, digits and _")


@rule(
    "var-example-each",
    ERROR,
    CAMS,
    "Every variable has a sample in Example.",
    once=True,
)
def var_example_each(template: Template) -> Iterator[Hit]:
    """Told where the variable stands first, or at a sample that is blank. A misspelt one is told as what it is."""
    if template.category == "AUTHENTICATION" or template.unknown:
        return
    samples = template.example
    if all(name in samples and not _blank(samples[name]) for name in template.names):
        return
    wrong = misspelt(template)
    for name, (path, span) in first_places(template).items():
        if name in wrong:
            hint = f"Example has {wrong[name]} and no {name}: one of the two is misspelt, or {name} is missing there"
            yield Hit(path, f"$({name}): did you mean {wrong[name]}?", hint, span)
        elif name not in samples:
            yield Hit(path, f"$({name}) has no sample", f"add {name} to Example", span)
        elif _blank(samples[name]):
            yield Hit(("Example", name), f"the sample of $({name}) is blank", "write what a customer might read")


def _blank(sample: Json) -> bool:
    return isinstance(sample, str) and not sample.strip()


@rule("example-placeholder", ERROR, OWN, "A sample is none that is still to be written.", needs=[("Example", "HEADER")])
def example_placeholder(template: Template) -> Iterator[Hit]:
    """Samples that begin with TODO, whoever wrote it: those in Example, and the addresses of media."""
    for name, sample in template.example.items():
        if is_placeholder(sample):
            yield Hit(
                ("Example", name), f"the sample of $({name[:60]}) is still TODO", "write what a customer might read"
            )
    for header in template.all_parts:
        if header.type == "HEADER" and is_placeholder(header.fields.get("Url")):
            hint = "write the address of a sample, or file: and its path in the project"
            yield Hit(header.at("Url"), "the sample of this HEADER is still TODO", hint)


@rule("var-example-extra", INFO, OWN, "Every sample in Example has its variable.", needs=["Example"], in_all=True)
def var_example_extra(template: Template) -> Iterator[Hit]:
    """Samples that nothing uses, not even misspelt. In AUTHENTICATION another rule tells of all of them."""
    known = used(template.example, template.body.get("Components"))
    if template.category == "AUTHENTICATION" or len(known) == len(template.example):
        return
    written = {*malformed(template), *misspelt(template).values()}
    for name in template.example:
        if name not in known and name not in written:
            yield Hit(("Example", name), f"there is no variable $({name[:60]})", "remove the sample, or use it")


def _body(template: Template, sign: Callable[[str], object] = bool) -> list[Text]:
    """The text of the BODY without blanks around it, where it has variables, and where `sign` is true of it.

    Finding variables is dear, so a rule names what is quickly seen of each text that it may be about.
    """
    return [text.stripped() for text in template.bodies if sign(text.value) and text.variables]


@rule("var-not-lead", ERROR, META_REVIEW, "A BODY does not begin with a variable.")
def var_not_lead(template: Template) -> Iterator[Hit]:
    """Blanks in front do not count."""
    for text in _body(template, lambda value: value.lstrip().startswith("$(")):
        first = text.variables[0]
        if first.start == 0:
            yield Hit(text.path, f"the BODY begins with $({first.name})", "put a word in front, such as a greeting")


@rule("var-not-trail", ERROR, META_REVIEW, "A BODY does not end with a variable.")
def var_not_trail(template: Template) -> Iterator[Hit]:
    """Blanks behind do not count."""
    for text in _body(template, lambda value: value.rstrip().endswith(")")):
        last = text.variables[-1]
        if last.end == len(text.value):
            yield Hit(text.path, f"the BODY ends with $({last.name})", "write something behind it")


# One provider counts this as ending with a variable; samples on Meta's own pages end so, hence no error.
@rule("var-trail-punct", WARNING, OTHERS, "A BODY does not end with a variable and a full stop.")
def var_trail_punct(template: Template) -> Iterator[Hit]:
    """Nothing but punctuation behind the last variable."""
    for text in _body(template, lambda value: not _LETTER.search(value.rpartition(")")[2])):
        last = text.variables[-1]
        rest = text.value[last.end :]
        if rest and all(char.isspace() or unicodedata.category(char).startswith("P") for char in rest):
            message = f"only punctuation follows $({last.name}), which some reviews reject"
            yield Hit(text.path, message, "end with a few words")


_TOUCHING = lazy_pattern(r"\)[ \t]*\$\(")


@rule("var-adjacent", ERROR, META_REVIEW, "There is a word or a sign between two variables.")
def var_adjacent(template: Template) -> Iterator[Hit]:
    """Nothing, or only blanks, between two on one line."""
    for text in _body(template, _TOUCHING.search):
        found = text.variables
        for one, two in pairwise(found):
            between = text.value[one.end : two.start]
            if not between.strip(" \t"):
                message = f"there is nothing between $({one.name}) and $({two.name})"
                yield Hit(text.path, message, "put a word or a sign between them, or make them one variable")


@rule("var-ratio", WARNING, OTHERS, "A BODY has more than twice as many words as variables.")
def var_ratio(template: Template) -> Iterator[Hit]:
    """Not in scripts that put no blanks between words."""
    for text in template.bodies:
        if has_words(text.value, 2 * text.value.count("$(") + 1):
            continue
        variables, words = len(text.variables), plain_words(text)
        wanted = 2 * variables + 1
        if variables and words is not None and words < wanted:
            message = f"{variables} variables want at least {wanted} words around them"
            yield Hit(text.path, message, f"this has {words}; say more, or use fewer variables")


@rule(
    "var-unique-name",
    INFO,
    META_COMPONENTS,
    "A variable appears once in the BODY.",
)
def var_unique_name(template: Template) -> Iterator[Hit]:
    """Told once for each name."""
    if len(set(template.names)) == len(template.names):
        return
    for text in _body(template):
        for name, times in Counter(variable.name for variable in text.variables).items():
            if times > 1:
                yield Hit(text.path, f"$({name}) appears here {times} times", "both get the same value")


# With neither letter nor digit in front of it.
_FIRST_ON_LINE = lazy_pattern(r"\n[^\w\n]*(?:_[^\w\n]*)*\$\(")


@rule(
    "var-own-line",
    WARNING,
    META_CATEGORY,
    "A variable is part of a sentence, not a line of its own.",
)
def var_own_line(template: Template) -> Iterator[Hit]:
    """Nothing but blanks and signs beside one on its line, and no label above it; a BODY of nothing else too."""
    for text in _body(template, lambda value: _FIRST_ON_LINE.search(f"\n{value}")):
        above = ""
        for line in text.value.split("\n"):
            found = VARIABLE.search(line) if line.count("$(") == 1 else None
            alone = found is not None and not _LETTER.search(line[: found.start()] + line[found.end() :])
            if found is not None and alone and not _LABEL.search(VARIABLE.sub("", above)):
                message = f"{found[0]} is alone on its line, so nobody can tell what it will say"
                yield Hit(text.path, message, "put words beside it, such as: Note: $(note) for your order")
                break
            above = line if line.strip() else above


# Letters and digits: what makes a line more than a variable.
_LETTER = lazy_pattern(r"[^\W_]")
# A line that ends so says what the next one will, as in an address.
_LABEL = lazy_pattern(r"[^\W_][\W_]*[:：][\s*_~]*$")


@rule(
    "var-sequential",
    WARNING,
    META_REVIEW,
    "Variables with numbers for names count from 1 without gaps.",
)
def var_sequential(template: Template) -> Iterator[Hit]:
    """Only when every name is a number, as Meta's own form has them."""
    names = template.names
    if not names or template.category == "AUTHENTICATION" or not all(map(str.isdecimal, names)):
        return
    found = template.variables()
    numbers = {int(name) for name in found if len(name) < 5}
    missing = next((number for number in range(1, len(found) + 1) if number not in numbers), None)
    if missing is not None:
        message = f"variables are numbered from 1 without gaps, and $({missing}) is missing"
        yield Hit(next(iter(found.values())), message, "number them anew, or give them names")


@rule("var-max-100", INFO, OTHERS, f"A template has at most {limits.VARIABLES} variables.")
def var_max_100(template: Template) -> Iterator[Hit]:
    """Different names; told at the first one that is too many."""
    if len(template.names) <= limits.VARIABLES:
        return
    found = list(template.variables().values())
    if len(found) > limits.VARIABLES:
        message = f"a template has at most {limits.VARIABLES} variables; this has {len(found)}"
        yield Hit(found[limits.VARIABLES], message, "send two messages")
