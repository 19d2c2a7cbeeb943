"""Rules that look at several templates of a space together: translations of one, and copies of another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from templatesync.kinds.template.canonical import MEDIA
from templatesync.kinds.template.contract import VARIABLE
from templatesync.kinds.template.rules.frame import META_REVIEW, OWN, WARNING, across
from templatesync.kinds.template.view import Template, view
from templatesync.rule import Hit, Path, Rule
from templatesync.values import Resource


@across("lang-variables", WARNING, OWN, "All languages of a template have the same variables.")
def lang_variables(resources: Sequence[Resource]) -> Iterator[tuple[Resource, Hit]]:
    """Told at each language that differs from what most of them have."""
    by_name: dict[str, list[Resource]] = {}
    for resource in resources:
        by_name.setdefault(resource.key.name, []).append(resource)
    for group in by_name.values():
        sets = Counter(frozenset(view(resource).variables()) for resource in group)
        if len(sets) > 1:
            usual = sets.most_common(1)[0][0]
            for resource in group:
                for hit in _differing(view(resource), usual):
                    yield resource, hit


def _differing(template: Template, usual: frozenset[str]) -> Iterator[Hit]:
    mine = template.variables()
    for name in sorted(usual - mine.keys()):
        yield Hit(
            _body_path(template),
            f"$({name}) is missing in {template.language}",
            "other languages of this template have it",
        )
    for name, path in mine.items():
        if name not in usual:
            yield Hit(
                path, f"$({name}) stands only in {template.language}", "other languages of this template do not have it"
            )


def _body_path(template: Template) -> Path:
    body = template.part("BODY")
    return body.at("Text") if body is not None else ("Components",)


@across("lang-structure", WARNING, OWN, "All languages of a template have the same media, dynamic addresses and cards.")
def lang_structure(resources: Sequence[Resource]) -> Iterator[tuple[Resource, Hit]]:
    """Told at each language that differs from what most of them have."""
    by_name: dict[str, list[Resource]] = {}
    for resource in resources:
        by_name.setdefault(resource.key.name, []).append(resource)
    for group in by_name.values():
        if len(group) < 2:
            continue
        shapes = Counter(_shape(view(resource)) for resource in group)
        if len(shapes) > 1:
            usual = shapes.most_common(1)[0][0]
            for resource in group:
                template = view(resource)
                mine = _shape(template)
                if mine != usual:
                    there = "; ".join(other for one, other in zip(mine, usual, strict=True) if one != other)
                    message = f"{template.language} has another form than other languages of this template: they have "
                    yield resource, Hit(("Components",), message + there, "give all languages the same form")


def _shape(template: Template) -> tuple[str, str, str]:
    """What a sender attaches whatever the language: in words, for a message."""
    header = template.part("HEADER")
    media = header.format if header is not None and header.format in MEDIA else ""
    urls = [
        f"button {number}"
        for part in template.every("BUTTONS")
        for number, button in enumerate(part.buttons, 1)
        if (url := button.get("Url")) is not None and url.variables
    ]
    cards = len(template.cards)
    return (
        f"a HEADER with Format {media}" if media else "no HEADER with media",
        f"a variable in the address of {' and '.join(urls)}" if urls else "no variable in an address",
        f"{cards} cards" if cards else "no CAROUSEL",
    )


@across("rej-dup-local", WARNING, META_REVIEW, "No two templates have the same BODY and FOOTER.")
def rej_dup_local(resources: Sequence[Resource]) -> Iterator[tuple[Resource, Hit]]:
    """Told at the second one; case, blanks and the names of variables do not count."""
    first: dict[tuple[str, str], Resource] = {}
    for resource in resources:
        template = view(resource)
        wording = _wording(template)
        if not wording or template.category == "AUTHENTICATION":
            continue
        other = first.setdefault((template.language, wording), resource)
        if other.key.name != resource.key.name:
            message = f"{other.key.name} has the same BODY and FOOTER"
            yield resource, Hit(_body_path(template), message, "reword one of them, or use one template for both")


def _wording(template: Template) -> str:
    texts = [part.text.value for part in template.parts if part.type in ("BODY", "FOOTER") and part.text is not None]
    return " ".join(VARIABLE.sub("$()", "\n".join(texts)).casefold().split())


RULES: tuple[Rule, ...] = (lang_variables, lang_structure, rej_dup_local)
