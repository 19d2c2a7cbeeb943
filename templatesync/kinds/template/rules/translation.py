"""Rules that look at several templates of a space together: translations of one, and copies of another."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence

from templatesync.kinds.rule import Across, Gathered, Hit
from templatesync.kinds.template.misspelling import first_places, misspelt, spelt_names
from templatesync.kinds.template.rules.base import META_REVIEW, OWN, WARNING, across
from templatesync.kinds.template.spelling import MEDIA
from templatesync.kinds.template.view import Template
from templatesync.look.filled import VARIABLE
from templatesync.model.json_value import Json
from templatesync.model.nearest import is_slip
from templatesync.model.paths import Path
from templatesync.model.resource import Key


def _names(template: Template) -> list[str]:
    return sorted(spelt_names(template))


def _unlike_most(gathered: Sequence[Gathered]) -> Iterator[tuple[int, Json]]:
    """The languages of a template that differ from what most of them have, with that."""
    by_name: dict[str, list[int]] = {}
    for index, each in enumerate(gathered):
        by_name.setdefault(each.key.name, []).append(index)
    for group in by_name.values():
        if len(group) > 1:
            counts = Counter(tuple(gathered[index].value) for index in group)
            usual = counts.most_common(1)[0][0]
            yield from ((index, usual) for index in group if tuple(gathered[index].value) != usual)


def _differing(template: Template, usual: Sequence[str]) -> Iterator[Hit]:
    """A variable that is another one misspelt is one hit, not one that is missing and one too many."""
    wrong = misspelt(template)
    places = {wrong.get(name, name): place for name, place in first_places(template).items()}
    missing = sorted(set(usual) - spelt_names(template))
    for name, (path, span) in places.items():
        if name in usual:
            continue
        if near := next((each for each in missing if is_slip(name, each)), ""):
            missing.remove(near)
            yield Hit(path, f"$({name}): did you mean {near}?", f"other languages of this template have {near}", span)
            continue
        message = f"$({name}) appears only in {template.language}"
        yield Hit(path, message, "other languages of this template do not have it", span)
    for name in missing:
        message = f"$({name}) is missing in {template.language}"
        yield Hit(_body_path(template), message, "other languages of this template have it")


def _body_path(template: Template) -> Path:
    body = template.part("BODY")
    return body.at("Text") if body is not None else ("Components",)


def _shape(template: Template) -> list[str]:
    """What a sender attaches whatever the language: in words, for a message."""
    header = template.part("HEADER")
    media = header.format if header is not None and header.format in MEDIA else ""
    urls = [
        f"button {number}"
        for part in template.every("BUTTONS")
        for number, button in enumerate(part.buttons, 1)
        if (url := button.get("Url")) is not None and VARIABLE.search(url.value)
    ]
    cards = len(template.cards)
    return [
        f"a HEADER with Format {media}" if media else "no HEADER with media",
        f"a variable in the address of {' and '.join(urls)}" if urls else "no variable in an address",
        f"{cards} cards" if cards else "no CAROUSEL",
    ]


def _misshapen(template: Template, usual: Sequence[str]) -> Iterator[Hit]:
    there = "; ".join(other for mine, other in zip(_shape(template), usual, strict=True) if mine != other)
    message = f"{template.language} has another form than other languages of this template: they have {there}"
    yield Hit(("Components",), message, "give all languages the same form")


def _wording(template: Template) -> Json:
    """Language and digest of BODY and FOOTER. Case, blanks and the names of variables do not count."""
    if template.category == "AUTHENTICATION":
        return None
    texts = [part.value for part in template.parts if part.type in ("BODY", "FOOTER") and part.value is not None]
    wording = " ".join(VARIABLE.sub("$()", "\n".join(texts)).casefold().split())
    if not wording:
        return None
    return [template.language, hashlib.sha256(wording.encode("utf-8", "surrogatepass")).hexdigest()[:32]]


def _copies(gathered: Sequence[Gathered]) -> Iterator[tuple[int, str]]:
    """Each template whose wording an earlier one of another logical name has, with the name of that.

    Versions replace each other; a rename copies every word on purpose.
    """
    first: dict[tuple[str, ...], Gathered] = {}
    for index, each in enumerate(gathered):
        other = first.setdefault(tuple(each.value), each)
        if other.logical != each.logical:
            yield index, other.key.name


def _copied(template: Template, other: str) -> Iterator[Hit]:
    same = "BODY and FOOTER" if template.part("FOOTER") else "BODY"
    yield Hit(_body_path(template), f"{other} has the same {same}", "reword one of them, or use one template for both")


def _of_one_name(key: Key, gathered: Json) -> str:
    return key.name


def _of_one_wording(key: Key, wording: Json) -> tuple[str, ...]:
    return tuple(wording)


lang_variables = across(
    "lang-variables",
    WARNING,
    OWN,
    "All languages of a template have the same variables.",
    Across(_names, _unlike_most, _differing, _of_one_name),
)
lang_structure = across(
    "lang-structure",
    WARNING,
    OWN,
    "All languages of a template have the same media, dynamic addresses and cards.",
    Across(_shape, _unlike_most, _misshapen, _of_one_name),
)
rej_dup_local = across(
    "rej-dup-local",
    WARNING,
    META_REVIEW,
    "No two templates have the same BODY and FOOTER.",
    Across(_wording, _copies, _copied, _of_one_wording),
)
