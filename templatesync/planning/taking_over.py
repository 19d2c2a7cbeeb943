"""What a file would have to say to say what is live: the fewest edits of its body, and what edits leave. Pure.

Knows no kind by name, no document and no file.
"""

from __future__ import annotations

import dataclasses
import html
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import unquote

from templatesync.documents.edits import Add, Arrange, Edit, Remove, Write, applied, at
from templatesync.kinds.base import Kind, Pair
from templatesync.model.json_value import Json
from templatesync.model.resource import Live, Resource
from templatesync.planning.body_edits import edits_between
from templatesync.planning.comparison import compared, value_hash
from templatesync.planning.diff import explain


class Takeover(NamedTuple):
    """How a resource becomes equal to what is live.

    edits       of its body; none of them can be left out
    told_back   what they leave different: by path, the hash of what the service says there
    paths       where it differed
    settled     places of which the file need not accept anything any more
    """

    edits: tuple[Edit, ...]
    told_back: Mapping[str, str]
    paths: tuple[str, ...]
    settled: tuple[str, ...] = ()


def differing(kind: Kind, resource: Resource, live: Live) -> tuple[str, ...]:
    """Where a resource differs from what is live, be it seen or not, but for what its file accepts."""
    return tuple(sorted(_left(kind, resource, live)))


def overruled(kind: Kind, resource: Resource, live: Live) -> tuple[str, ...]:
    """The fields in which the service has decided otherwise than the file, which no plan counts as a difference."""
    wanted, there = kind.content.canonical(resource), kind.content.current(live)
    if not (isinstance(wanted, Mapping) and isinstance(there, Mapping)):
        return ()
    pair = kind.content.pair(resource, live)
    return tuple(
        name
        for name, said in sorted(wanted.items())
        if isinstance(said, str) and isinstance(there.get(name), str) and there[name] != said
        if pair.wanted.get(name) == pair.live.get(name)
    )


def takeover(
    kind: Kind,
    resource: Resource,
    live: Live,
    target: Mapping[str, Json],
    refused: Collection[Edit],
    *,
    echo: bool,
    accepted: Collection[str] = (),
) -> Takeover | None:
    """How a resource becomes what is live, which a file would say as `target`; None when it cannot.

    `refused` are edits that must not be made. With `echo` the live content is known to be how the service tells what it
    was sent: what it does not tell, or tells in another order, is no reason to take it out of the file. Else nothing is
    told back but a text in a code. Fields that are `accepted` say what the service has decided, although no plan asks
    for it.
    """
    found = [*edits_between(resource.body, target, {file.content for file in kind.file.files.values()})]
    coded = [
        edit for edit in found if _encodes(resource.body, edit) and _edited(kind, resource, [edit]).key == resource.key
    ]
    possible = [
        edit
        for edit in found
        if edit not in refused and edit not in coded and not (echo and _loses(resource.body, edit))
    ]
    whole = _edited(kind, resource, possible)
    if whole.key != live.key:
        return None
    edits = _fewest(kind, resource, live, possible)
    decided = [each for each in possible if isinstance(each, Write) and each.path in {(name,) for name in accepted}]
    edits += [each for each in decided if each not in edits]
    final = _edited(kind, resource, edits)
    told = _told_back(kind, final, live)
    if told and not echo and _told_back(kind, _edited(kind, resource, [*edits, *coded]), live):
        return None  # somebody's edit, which nothing may hide
    if compared_equal(kind, accepting(final, told), live):
        paths = tuple(sorted({*differing(kind, resource, live), *(str(each.path[0]) for each in decided)}))
        known = resource.options.told_back.get(resource.key.language, {})
        return Takeover(tuple(edits), told, paths, tuple(path for path in paths if path in known and path not in told))
    return None


def accepting(resource: Resource, told_back: Mapping[str, str]) -> Resource:
    """A resource whose file accepts more of what the service says."""
    language = resource.key.language
    mine = {**resource.options.told_back.get(language, {}), **told_back}
    options = resource.options._replace(told_back={**resource.options.told_back, language: mine})
    return dataclasses.replace(resource, options=options)


def compared_equal(kind: Kind, resource: Resource, live: Live) -> bool:
    """Whether a plan would find nothing to do."""
    pair = compared(kind, resource, live).pair
    return bool(pair.wanted == pair.live)


def _edited(kind: Kind, resource: Resource, edits: Sequence[Edit]) -> Resource:
    body = applied(resource.body, edits)
    return dataclasses.replace(resource, body=body, key=kind.file.identify(body))


def _fewest(kind: Kind, resource: Resource, live: Live, possible: Sequence[Edit]) -> list[Edit]:
    """Edits that leave no more different than all of them do. Samples of what is new go with it."""
    left = _left(kind, _edited(kind, resource, possible), live)
    kept = list(possible)
    for edit in sorted(possible, key=lambda edit: not isinstance(edit, Add)):
        fewer = [each for each in kept if each is not edit]
        trial = _edited(kind, resource, fewer)
        if trial.key == live.key and _left(kind, trial, live) <= left:
            kept = fewer
    if kept:
        maps = kind.file.localised_maps
        kept += [
            each
            for each in possible
            if isinstance(each, Add) and each not in kept and (each.path or (each.name,))[0] in maps
        ]
    return kept


def _left(kind: Kind, resource: Resource, live: Live) -> frozenset[str]:
    pair = kind.content.pair(resource, live)
    if pair.wanted == pair.live:
        return frozenset()
    known = resource.options.told_back.get(resource.key.language, {})
    differences = explain(pair.live, pair.wanted)
    accepted = {item.path for item in differences if known and known.get(item.path) == value_hash(item.before)}
    return frozenset(item.path for item in differences) - accepted


def _told_back(kind: Kind, resource: Resource, live: Live) -> dict[str, str]:
    """The hashes of what somebody could see, and the file does not accept yet."""
    pair: Pair = kind.content.pair(resource, live)
    if pair.wanted == pair.live:
        return {}
    seen = {item.path for item in explain(kind.content.visible(pair.live), kind.content.visible(pair.wanted))}
    known = resource.options.told_back.get(resource.key.language, {})
    differences = {item.path: value_hash(item.before) for item in reversed(explain(pair.live, pair.wanted))}
    needed = {path: digest for path, digest in differences.items() if path in seen or not seen <= differences.keys()}
    return {path: digest for path, digest in sorted(needed.items()) if path and known.get(path) != digest}


def _loses(body: Mapping[str, Json], edit: Edit) -> bool:
    """Whether something would be gone, or elsewhere."""
    if isinstance(edit, Arrange):
        count = len(at(body, edit.path))
        return [number for number in edit.order if number < count] != [*range(count)]
    return isinstance(edit, Remove) or (isinstance(edit, Write) and edit.value in (None, "", [], {}))


def _encodes(body: Mapping[str, Json], edit: Edit) -> bool:
    """Whether a text is only told in a code, such as `&amp;`: customers would read it, were it sent."""
    if not isinstance(edit, Write) or not isinstance(edit.value, str):
        return False
    old, new = at(body, edit.path), edit.value
    if not isinstance(old, str):
        return False
    plain = (html.unescape(new), new.replace("\\n", "\n"), unquote(new))
    return any(text != new and text.split() == old.split() for text in plain)
