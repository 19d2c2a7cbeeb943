"""A plan for a workflow of GitHub Actions: annotations at changed lines, the summary's Markdown, outputs. Pure.

Files of the runner are written by whoever runs this; what could not be written stands on stdout instead, and says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from templatesync.model.change import Action
from templatesync.model.resource import Key
from templatesync.planning.totals import summary
from templatesync.render.escape import command_data, command_property, safe
from templatesync.render.github import MOST
from templatesync.render.plan_markdown import document
from templatesync.render.report import counted
from templatesync.render.story import Telling, sentence, story
from templatesync.render.terminal import Style

if TYPE_CHECKING:
    from templatesync.commands.plan import PlanResult

SUMMARY, OUTPUTS = "summary", "outputs"
VARIABLES = {SUMMARY: "GITHUB_STEP_SUMMARY", OUTPUTS: "GITHUB_OUTPUT"}
"""What the runner takes from a file, and the variable that names it."""
_MOST_NAMED = 5


def content(result: PlanResult) -> dict[str, str]:
    """What belongs into the files of the runner."""
    written = document(result, workflow=True)
    return {SUMMARY: written.text, OUTPUTS: _outputs(result, written.truncated)}


def _outputs(result: PlanResult, truncated: bool) -> str:
    """Numbers, hex digits and words of ours alone: nothing here can begin another output."""
    told = story(result.plan)
    changes = [change for space in result.plan.spaces for change in space.changes]
    counts = summary(changes, sum(len(space.unmanaged) for space in result.plan.spaces))
    values = {
        "has-changes": str(any(change.action is not Action.NO_OP for change in changes)).lower(),
        "reviews": str(counts["reviews"]),
        "breaking": str(counts["breaking"]),
        "blocked": str(counts["blocked"] - counts["waiting"]),
        "waiting": str(counts["waiting"]),
        "deletes": str(counts["delete"]),
        "unmanaged": str(counts["unmanaged"]),
        "digest": told.digest,
        "truncated": str(truncated).lower(),
        "exit-code": str(int(result.exit_code)),
    }
    return "".join(f"{name}={value}\n" for name, value in values.items())


def plan(result: PlanResult, style: Style) -> str:
    """What stdout says: the sentence, the annotations, and what was written where."""
    told = story(result.plan)
    where = told.spaces[0].space if len(told.spaces) == 1 else f"{len(told.spaces):,} spaces"
    lines = [*_annotations(result), safe(sentence(told, where))]
    texts = content(result)
    ended = {each.what: each for each in result.delivery}
    for what, text in texts.items():
        each = ended.get(what)
        problem = f"${VARIABLES[what]} is not set" if each is None else each.problem
        if each is not None and not problem:
            lines.append(safe(f"The {what} of this step: {len(text.encode()):,} bytes written to {each.where}."))
        else:
            they = "they are" if what.endswith("s") else "it is"
            lines += [safe(f"The {what} of this step: {problem}, so here {they} instead."), *text.splitlines()]
    return "".join(f"{line}\n" for line in lines)


def _annotations(result: PlanResult) -> Iterator[str]:
    """Ten at most, the gravest first: GitHub drops the rest of a step without a word."""
    first = [f"::error title=templatesync::{command_data(text)}" for text in _of_spaces(result)]
    alike: dict[tuple[object, ...], list[Telling]] = {}
    for telling in sorted(story(result.plan).tellings(), key=lambda each: each.gravity):
        if telling.change.file:
            alike.setdefault(_same(telling), []).append(telling)
    number = len(first) + len(alike)
    most = MOST if number <= MOST else MOST - 1
    yield from first[:most]
    for tellings in [*alike.values()][: max(most - len(first), 0)]:
        yield _annotation(result, tellings)
    if number > most:
        more = counted(number - most, "more change")
        yield f"::notice title=templatesync::{command_data(f'and {more}; the summary of this step tells of them')}"


def _same(telling: Telling) -> tuple[object, ...]:
    """Languages of one document are one annotation, unless each has a line of its own that differs."""
    change = telling.change
    place = (change.file, change.line, change.key.language if change.diff else "")
    return (change.key.kind, change.key.name, change.action, change.reason, telling.spaces, *place)


def _of_spaces(result: PlanResult) -> Iterator[str]:
    for space in result.plan.spaces:
        if space.error is not None:
            yield f"{space.space} could not be read: {space.error.message}"
        for refusal in space.refusals:
            yield f"{space.space}: {refusal.message}"


def _annotation(result: PlanResult, tellings: Sequence[Telling]) -> str:
    telling, change = tellings[0], tellings[0].change
    languages = [each.change.key.language for each in tellings]
    about = str(change.key) if len(languages) == 1 else f"{Key(change.key.kind, change.key.name)} ({_few(languages)})"
    place = result.place(telling.spaces[0], change)
    level = "warning" if change.breaking or change.needs_somebody or change.action is Action.DELETE else "notice"
    file = f"./{place.file}" if place.file.startswith("=") else place.file  # which the runner would drop
    named = {"file": file, "line": str(place.line), "title": f"{change.word} {about}"}
    properties = ",".join(f"{name}={command_property(value)}" for name, value in named.items())
    return f"::{level} {properties}::{command_data(_said(telling))}"


def _said(telling: Telling) -> str:
    change = telling.change
    action = "new version" if change.replaces else change.word
    reason = f" ({change.reason})" if change.reason and not change.waits else ""
    lines = [
        f"{action}{reason} in {_few(telling.spaces)}",
        *([f"starts a review{_meanwhile(telling)}"] if change.review else []),
    ]
    lines += [f"breaks senders: {note.text}" for note in change.breaking[:3]]
    return "\n".join([*lines, *[note.text for note in change.notes[:2]]])


def _few(names: Sequence[str]) -> str:
    """Some names, and how many more there are."""
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more:,} more" if more > 0 else "")


def _meanwhile(telling: Telling) -> str:
    return ", and cannot be sent meanwhile" if telling.stops else ""
