"""What `breaking` tells beside what breaks: versions that nobody uses yet, what is stale, what was not read. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from templatesync.model.finding import Severity
from templatesync.model.resource import Key, Resource
from templatesync.planning.comparison import few
from templatesync.project.breakage import Recoded, Side
from templatesync.project.chains import Lineage
from templatesync.sending.breaking import CODES_CHANGE
from templatesync.sending.chain import Why


class Notice(NamedTuple):
    """Something to know that breaks nothing. `code` is for programs; without a file it is about no single one."""

    file: str
    line: int
    code: str
    severity: Severity
    text: str
    key: str = ""


def plain(text: str) -> Notice:
    """A sentence about no file."""
    return Notice("", 0, "against", Severity.INFO, text)


def no_project(said: str) -> Notice:
    """There is nothing to compare with."""
    return Notice("", 0, "no_project", Severity.INFO, f"there was no project at {said}, so nothing can break")


def new_space(name: str, said: str) -> Notice:
    """A space that is new has no senders."""
    return Notice(
        "", 0, "new_space", Severity.INFO, f"space {name} was not there in {said}, so nothing can break in it"
    )


def gone_space(name: str) -> Notice:
    """Nobody says any more what a space is to have."""
    text = f"space {name} is in the project no more; what its senders use is not compared"
    return Notice("", 0, "gone_space", Severity.WARNING, text)


def unread(files: Collection[str], said: str) -> Iterator[Notice]:
    """Files of then that say nothing certain."""
    for name in sorted(files):
        text = f"{name} had errors in {said}, so nothing is concluded from what it asked for"
        yield Notice("", 0, "unread", Severity.WARNING, text)


def unsure(files: Sequence[str], names: Collection[tuple[str, str]]) -> tuple[Notice, ...]:
    """Files of now that say nothing certain."""
    if not files:
        return ()
    text = f"nothing is concluded from what cannot be read ({few(files)})"
    keys = [str(Key(*name)) for name in sorted(names)]
    text += f", nor of {few(keys)}" if keys else ""
    return (Notice("", 0, "unsure", Severity.WARNING, f"{text}; nor is anything called removed until they are mended"),)


def stale(resource: Resource, rule: str) -> Notice:
    """A file says that it breaks something, and does not."""
    name = str(Key(resource.key.kind, resource.key.name))
    text = (
        f"`breaks` names {rule}, which this change does not break; take it out once `plan` calls it stale in every "
        "space, for it would let a later change through"
    )
    return Notice(resource.file, resource.line, "breaks_stale", Severity.WARNING, text, name)


def of_codes(found: Iterable[Recoded]) -> Iterator[Notice]:
    """What takes their code from generated programs, once for all languages of a file."""
    languages: dict[tuple[str, int], dict[str, Recoded]] = {}
    for each in found:
        languages.setdefault((each.resource.file, each.resource.line), {})[each.key.language] = each
    for (file, line), by_language in languages.items():
        key = next(iter(by_language.values())).key
        name = str(key if len(by_language) == 1 else Key(key.kind, key.name))
        where = f" in {', '.join(sorted(by_language))}" if len(by_language) > 1 else ""
        yield Notice(file, line, CODES_CHANGE.code, Severity.INFO, f"{CODES_CHANGE.text}{where}", name)


def unused(given: str, near: str) -> Notice:
    """Something was allowed that does not break."""
    hint = f"; did you mean {near}?" if near else ""
    return Notice("", 0, "allow_unused", Severity.WARNING, f"--allow {given}: this change breaks no such thing{hint}")


def of_versions(then: Side, now: Side) -> Iterator[Notice]:
    """Versions that senders do not use as they are new, or no more, and new ones that take them at once."""
    used = frozenset(
        Key(lineage.names.kind, each.current.name, language)
        for lineage in then.lineages
        for language, each in lineage.standings.items()
    )
    for lineage in now.lineages:
        yield from _staying(lineage, used, then, now)
        yield from _at_once(lineage, then, now)


def _staying(lineage: Lineage, used: Collection[Key], then: Side, now: Side) -> Iterator[Notice]:
    """Versions that senders do not use, of one lineage; `used` are those that they did use."""
    kind = lineage.names.kind
    found: dict[tuple[str, str, Why, str], list[str]] = {}
    for language, standing in lineage.standings.items():
        for newer in standing.newer:
            left = Key(kind, newer.name, language) in used
            if (left or (kind, newer.name) not in then.named) and newer.why in (Why.CONTRACT, Why.LACKS, Why.PINNED):
                do = "go back to" if left else "stay with"
                found.setdefault((newer.name, standing.current.name, newer.why, do), []).append(language)
    for (name, current, why, do), languages in sorted(found.items()):
        resource = now.named[kind, name][0]
        said = {
            Why.CONTRACT: f"senders {do} {current} until `adopt: true` in its file: it asks for something else",
            Why.LACKS: f"senders of {', '.join(sorted(languages))} {do} {current}: it does not have the language",
            Why.PINNED: f"senders {do} {current}, which is pinned",
        }[why]
        yield Notice(resource.file, resource.line, "senders_stay", Severity.INFO, said, str(Key(kind, name)))


def _at_once(lineage: Lineage, then: Side, now: Side) -> Iterator[Notice]:
    kind = lineage.names.kind
    for name in lineage.names.names[1:]:
        resource = next((each for each in now.named.get((kind, name), ()) if each.options.adopt), None)
        if resource is not None and (kind, name) not in then.named:
            text = (
                "`adopt: true` in the change that adds the file: senders change as soon as it is approved, before "
                "anybody can deploy them; set it in a change of its own"
            )
            key = str(Key(kind, name))
            yield Notice(resource.file, resource.line, "adopt_at_once", Severity.WARNING, text, key)
