"""Rules about components: how many of which, how long their texts are, and what of a text is filled in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from templatesync.kinds.flow import limits
from templatesync.kinds.flow.rules.base import ERROR, INFO, META_COMPONENTS, OTHERS, WARNING, rule
from templatesync.kinds.flow.view import FlowPart, FlowText, FlowView, Screen
from templatesync.kinds.rule import Hit
from templatesync.model.paths import Path


def _shown(parts: tuple[FlowPart, ...], wanted: Callable[[FlowPart], bool]) -> list[FlowPart]:
    """The components of one sort that can be on the screen at once: of an If or Switch only one branch is."""
    found: list[FlowPart] = []
    for part in parts:
        if wanted(part):
            found.append(part)
        longest: list[FlowPart] = max((_shown(branch, wanted) for branch in part.branches), key=len, default=[])
        found += longest
    return found


@rule("fj-50", ERROR, META_COMPONENTS, f"A screen has at most {limits.COMPONENTS} components.")
def fj_50(flow: FlowView) -> Iterator[Hit]:
    """Told at the first one too many."""
    for screen in flow.screens:
        shown = _shown(screen.parts, lambda part: not part.branches)
        if len(shown) > limits.COMPONENTS:
            message = f"a screen has at most {limits.COMPONENTS} components; this has {len(shown):,}"
            yield Hit(shown[limits.COMPONENTS].at("type"), message, "move some to a screen of their own")


@rule("fj-per-screen", ERROR, META_COMPONENTS, "A screen has no more components of a type than WhatsApp allows.")
def fj_per_screen(flow: FlowView) -> Iterator[Hit]:
    """Such as one Footer, and of ImageCarousel also no more than three in the flow."""
    carousels = 0
    for screen in flow.screens:
        there = {part.type for part in screen.all_parts}
        for type_, most in limits.PER_SCREEN.items():
            if type_ not in there or (type_ == "Form" and flow.version < limits.FORM_SINCE):
                continue
            extra = _of_type(screen, type_)[most:]
            for part in extra:
                message = f"a screen has at most {most} {type_}"
                yield Hit(part.at("type"), message, "remove this one, or move it to another screen")
            if type_ == "ImageCarousel" and not extra:
                carousels, told = _carousels(screen, carousels)
                yield from told


def _of_type(screen: Screen, type_: str) -> list[FlowPart]:
    return _shown(screen.parts, lambda part: part.type == type_)


def _carousels(screen: Screen, before: int) -> tuple[int, list[Hit]]:
    """How many carousels the flow has up to this screen, and those too many."""
    mine = _of_type(screen, "ImageCarousel")
    message = f"a flow has at most {limits.CAROUSELS_PER_FLOW} ImageCarousel"
    extra = mine[max(limits.CAROUSELS_PER_FLOW - before, 0) :]
    return before + len(mine), [Hit(part.at("type"), message, "remove this one") for part in extra]


# --- lengths ------------------------------------------------------------------------------------------------------


def _filled(text: str) -> bool:
    """Whether a text is made on the phone, so that its length is not known here."""
    return "${" in text or text.startswith("`")


def _too_long(path: Path, texts: list[str], most: int, what: str) -> Iterator[Hit]:
    length = sum(map(len, texts))
    if length > most and not any(map(_filled, texts)):
        yield Hit(path, f"{what} has at most {most:,} characters; this has {length:,}", "shorten it")


def _part_too_long(part: FlowPart, name: str, most: int, what: str) -> Iterator[Hit]:
    yield from _too_long((*part.path, name), [text.value for text in part.text(name)], most, what)


@rule("fj-text", WARNING, OTHERS, "A text component is no longer than WhatsApp shows.")
def fj_text(flow: FlowView) -> Iterator[Hit]:
    """Texts that are filled in on the phone are not counted; of a list of lines the sum is."""
    for screen in flow.screens:
        for part in screen.all_parts:
            if part.type in limits.TEXTS:
                yield from _part_too_long(part, "text", limits.TEXTS[part.type], f"the text of a {part.type}")


@rule(
    "fj-labels", WARNING, OTHERS, "Labels, captions, helper texts and descriptions are no longer than WhatsApp shows."
)
def fj_labels(flow: FlowView) -> Iterator[Hit]:
    """Of components; those of options are another rule's."""
    for screen in flow.screens:
        for part in screen.all_parts:
            for name, most in {**limits.ANY_LABEL, **limits.LABELS.get(part.type, {})}.items():
                yield from _part_too_long(part, name, most, f"the {name} of a {part.type or 'component'}")


# --- options ------------------------------------------------------------------------------------------------------


@rule("fj-options", WARNING, OTHERS, "Lists of options, and what each says, have a length that WhatsApp shows.")
def fj_options(flow: FlowView) -> Iterator[Hit]:
    """Options that are written out. Those that come with a screen's data are known on the phone only."""
    for screen in flow.screens:
        for part in screen.all_parts:
            yield from _how_many(part)
            for path, item in part.items("data-source"):
                yield from _option(path, item, limits.OPTION)
            for path, item in part.items("list-items"):
                content = item.get("main-content")
                if isinstance(content, Mapping):
                    yield from _option((*path, "main-content"), content, limits.LIST_ITEM)


def _how_many(part: FlowPart) -> Iterator[Hit]:
    name, most = limits.OPTIONS.get(part.type, ("", 0))
    options = part.fields.get(name)
    if isinstance(options, list) and not 1 <= len(options) <= most:
        yield Hit(part.at(name), f"a {part.type} has 1 to {most} entries; this has {len(options):,}")
    chosen = part.fields.get("max-selected-items")
    if part.type in limits.CHOOSERS and isinstance(chosen, int) and chosen > limits.CHOSEN:
        yield Hit(part.at("max-selected-items"), f"of a {part.type} at most {limits.CHOSEN} can be chosen")


def _option(path: Path, item: Mapping[str, object], limit: Mapping[str, int]) -> Iterator[Hit]:
    for name, most in limit.items():
        text = item.get(name)
        if isinstance(text, str):
            yield from _too_long((*path, name), [text], most, f"the {name} of an entry")


# --- what is filled in --------------------------------------------------------------------------------------------

_FIELDS = ("text", "label", "description", "helper-text", "left-caption", "center-caption", "right-caption")
_REFERENCE = re.compile(r"\$\{(?:data|form|screen)\.[^{}]*\}")
_EXPRESSIONS = (6, 0)


@rule("fj-interp", INFO, OTHERS, "A reference such as `${data.name}` is the whole of a text, or in an expression.")
def fj_interp(flow: FlowView) -> Iterator[Hit]:
    """Texts that customers read; what is handed over is not looked at."""
    for screen in flow.screens:
        for text in (text for part in screen.all_parts for name in _FIELDS for text in part.text(name)):
            yield from _interpolated(flow, text)


def _interpolated(flow: FlowView, text: FlowText) -> Iterator[Hit]:
    found = _REFERENCE.search(text.value) if "${" in text.value else None
    if found is None or found[0] == text.value:
        return
    quoted = len(text.value) > 1 and text.value[0] == text.value[-1] == "`"
    if quoted and flow.version >= _EXPRESSIONS:
        return
    hint = "write an expression, such as \"`'Hello ' ${data.name}`\"" if flow.version >= _EXPRESSIONS else ""
    hint = hint or "hand the whole text over in one reference, or move to version 6.0 or later"
    yield Hit(text.path, f"{found[0][:80]} inside a text is shown as it is written", hint)
