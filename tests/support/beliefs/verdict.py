"""The judge: what a story came to, held against the same story of the official service. Runs nothing.

right   all that was said and done is what it is with the official service
honest  something was not done or not known, and it was told; nothing that was written or said is wrong
wrong   a crash; "nothing to do" or "done" that is not true; a thing made twice, or content sent twice; a deletion of
        what is wanted; a change planned again that was told to be done; something said to be usable that is not
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

from support.beliefs.story import HOUR, Plot, Story, Told
from support.beliefs.truth import Truth

Row = Mapping[str, Any]


class Law(StrEnum):
    """What is held against a story."""

    SOUND = "sound"
    """No crash, and an end within two hours."""
    TRUE = "true"
    """Whatever is said to be done, in order, usable or of no need to be done, is."""
    SETTLED = "settled"
    """What was done is no change any more."""
    PERMITTED = "permitted"
    """No write but those that the plan holds."""
    ONCE = "once"
    """Nothing is made twice, and no content is sent twice."""
    ENDS = "ends"
    """Each planned change has one end."""
    KEPT = "kept"
    """Nothing is deleted, or would be, that is wanted."""
    IMPORTED = "imported"
    """All that is there is imported, and is then no change."""
    HEALS = "heals"
    """When the service is as ever again, two more runs do the rest."""


class Wrong(NamedTuple):
    """Something that must not be."""

    law: Law
    text: str

    def __str__(self) -> str:
        return f"{self.text} [{self.law}]"


WRITING = ("create", "update", "delete")
DONE = ("done", "already-done")
BUG = 70
TIMES = frozenset(
    {"list-lag", "detail-lag", "unlisted", "slow-writes", "edits", "properties", "lost-answers", "created-id"}
)
"""Quirks with which nobody who has just written can know what there is."""


@dataclass(frozen=True)
class Wanted:
    """What files of a stage want: contents by key, and keys that are to be gone."""

    contents: Mapping[str, str]
    gone: frozenset[str]

    def missing(self, there: Truth) -> list[str]:
        """The keys that are not as they are wanted."""
        found = [key for key, content in self.contents.items() if _content(there, key) != content]
        return sorted([*found, *(self.gone & there.things.keys())])


def _content(there: Truth, key: str) -> str | None:
    thing = there.things.get(key)
    return thing.content if thing else None


class Verdict(NamedTuple):
    """What came of a story. `reasons` are all that is wrong, or what is otherwise; the first is the cause of most."""

    word: str
    reasons: tuple[str, ...]
    broken: tuple[Wrong, ...] = ()
    impossible: bool = False
    doctor: bool = False
    """Whether `doctor` said anything else than of the official service."""


@dataclass(frozen=True)
class Judge:
    """Knows the official stories. Where everything is allowed it ends as files want, so what they want is its end."""

    official: Mapping[str, Story]

    @cached_property
    def stages(self) -> Mapping[str, Wanted]:
        """What the files of each stage want."""
        fresh = self.official["fresh"]
        first, second = (fresh[f"{name} apply"].truth.things for name in ("first", "second"))
        gone = frozenset(first.keys() - second.keys())
        return {
            "first": Wanted({key: thing.content for key, thing in first.items()}, frozenset()),
            "second": Wanted({key: thing.content for key, thing in second.items()}, gone),
        }

    def judge(self, plot: Plot, quirks: Mapping[str, str], story: Story) -> Verdict:
        """The verdict."""
        official = self.official[plot.name]
        doctor = _doctor(story) != _doctor(official)
        templates = [key for key in story.told[-1].truth.made if key.startswith("template/")]
        impossible = plot.name == "fresh" and not templates
        wrong = list(dict.fromkeys(self._wrong(official, quirks, story)))
        if wrong:
            return Verdict("wrong", tuple(map(str, wrong)), tuple(wrong), impossible, doctor)
        other = list(_otherwise(official, story))
        return Verdict("honest" if other else "right", tuple(other), (), impossible, doctor)

    def _wrong(self, official: Story, quirks: Mapping[str, str], story: Story) -> Iterator[Wrong]:
        allowed = {told.step: told for told in official.told}
        before: Told | None = None
        done: dict[str, str] = {}
        for told in story.told:
            if before is not None and before.stage != told.stage:
                done = {}
            usual, wanted = allowed[told.step], self.stages[told.stage]
            yield from wrongs(told, before, wanted, usual, done, quirks)
            if _kind(told.step) == "apply":
                done |= {row["key"]: told.step for row in rows(told) if row.get("outcome") in DONE}
            before = told
        yield from (Wrong(Law.ONCE, f"the same content was sent again: {each}") for each in story.twice)


def wrongs(
    told: Told,
    before: Told | None,
    wanted: Wanted,
    usual: Told,
    done: Mapping[str, str] = {},
    quirks: Mapping[str, str] = {},
) -> Iterator[Wrong]:
    """What is wrong with one step. `usual` is the same step with the official service; `done` says what had been told
    to be done, and by which step."""
    found = [*_crashed(told), *_ill_done(told, before, wanted, usual)]
    kind = _kind(told.step)
    if kind == "plan":
        found += _plan(told, wanted, usual, done, late=not TIMES.isdisjoint(quirks))
    elif kind == "apply":
        found += _apply(told, wanted)
    elif kind == "status":
        found += _status(told, wanted, late=not TIMES.isdisjoint(quirks))
    elif kind == "outputs":
        found += _outputs(told, other_codes="template-codes" in quirks)
    elif kind == "import" and TIMES.isdisjoint(quirks):
        found += _import(told)
    elif kind == "imported plan":
        found += _imported(told)
    return (Wrong(law, f"{told.step}: {reason}") for law, reason in found)


def _kind(step: str) -> str:
    """What sort of step it is."""
    if step in ("import", "imported plan", "validate", "doctor"):
        return step
    if step == "prune":
        return "apply"
    return step.split()[1]


def rows(told: Told) -> Sequence[Row]:
    """The rows of the only space, whatever they are called."""
    space = _space(told)
    found: Sequence[Row] = space.get("changes", space.get("resources", space.get("outputs", ())))
    return found


def _space(told: Told) -> Row:
    spaces = (told.document or {}).get("spaces", ())
    space: Row = spaces[0] if spaces else {}
    return space


Found = tuple[Law, str]


def _crashed(told: Told) -> Iterator[Found]:
    if told.code == BUG or "Traceback" in told.errors or "defect of templatesync" in told.errors:
        line = re.search(r"defect of templatesync: (.*)", told.errors)
        yield Law.SOUND, f"crashed: {line[1] if line else told.errors[:200]}"
    if told.seconds > 2 * HOUR:
        yield Law.SOUND, f"took {told.seconds:.0f} seconds"


def _ill_done(told: Told, before: Told | None, wanted: Wanted, official: Told) -> Iterator[Found]:
    """What a command did that nobody asked for."""
    there = told.truth
    known = before.truth if before else Truth({}, (), {})
    for key in there.doubles:
        if key not in known.doubles:
            yield Law.ONCE, f"{key} is there twice"
    for key, made in there.made.items():
        if key in wanted.contents and made > max(official.truth.made.get(key, 1), known.made.get(key, 1), 1):
            yield Law.ONCE, f"{key} was made {made} times"
    if before is not None:
        for key in sorted((before.truth.things.keys() - there.things.keys()) & official.truth.things.keys()):
            yield Law.KEPT, f"{key} was deleted"
    for key in sorted(there.things.keys() - official.truth.made.keys()):
        yield Law.PERMITTED, f"{key} was made, which nobody wants"


def _plan(told: Told, wanted: Wanted, official: Told, done: Mapping[str, str], *, late: bool) -> Iterator[Found]:
    missing = wanted.missing(told.truth)
    if told.code == 0 and missing:
        yield Law.TRUE, f"says that there is nothing to do, but {_some(missing)} is not as wanted"
    deletions = {_spelled(row["key"]) for row in rows(official) if row["action"] == "delete"}
    for row in rows(told):
        key, action = row["key"], row["action"]
        if action == "no_op" and key in missing:
            yield Law.TRUE, f"{key} is no change, but is not as wanted"
        if action == "delete" and key not in wanted.gone and _spelled(key) not in deletions:
            yield Law.KEPT, f"{key} would be deleted"
        if action == "create" and key in told.truth.things and not late:
            yield Law.TRUE, f"{key} would be created, but is there"
        # Pruning asks for more than a change needs, so that more of it can be unknown.
        if key in done and (action in WRITING or (action == "blocked" and "prune" not in told.step)):
            yield Law.SETTLED, f"{key} was done by {done[key]} and is {action} now {_why(row)}"


def _spelled(key: str) -> str:
    """A key in one spelling: a service may name in another one what has no file."""
    return key.lower().replace("-", "_")


def _apply(told: Told, wanted: Wanted) -> Iterator[Found]:
    missing = wanted.missing(told.truth)
    ends = Counter(row["key"] for row in rows(told) if row.get("outcome"))
    for key, count in ends.items():
        if count > 1:
            yield Law.ENDS, f"{key} has {count} ends"
    planned = {_spelled(row["key"]) for row in rows(told) if row["action"] in WRITING}
    for operation, key in told.writes:
        if key and _spelled(key) not in planned:
            yield Law.PERMITTED, f"{operation} was sent for {key}, which is not in the plan"
    if told.code == 0 and missing:
        yield Law.TRUE, f"exits 0, but {_some(missing)} is not as wanted"
    for row in rows(told):
        if row["action"] != "no_op" and not row.get("outcome"):
            yield Law.ENDS, f"{row['key']} has no end"
        if row.get("outcome") in DONE and row["key"] in missing:
            yield Law.TRUE, f"{row['key']} is told to be {row['outcome']}, but is not as wanted"


def _status(told: Told, wanted: Wanted, *, late: bool) -> Iterator[Found]:
    things = told.truth.things
    open_ = [key for key in wanted.contents if key in things and things[key].status in ("auditing", "fail")]
    if told.code == 0 and open_ and not late:
        yield Law.TRUE, f"exits 0, but {_some(open_)} is {things[open_[0]].status}"
    missing = wanted.missing(told.truth)
    for row in rows(told):
        if not row["drift"] and row["key"] in missing:
            yield Law.TRUE, f"{row['key']} is shown as it should be, but is not as wanted"


def _outputs(told: Told, *, other_codes: bool) -> Iterator[Found]:
    things = told.truth.things
    for row in rows(told):
        key = f"{row['kind']}/{row['name']}" + (f"@{row['language']}" if row["language"] else "")
        thing = things.get(key)
        if not row["usable"]:
            continue
        if thing is None or thing.status not in ("pass", "PUBLISHED", ""):
            yield Law.TRUE, f"{key} is told to be usable, but is {thing.status if thing else 'not there'}"
        elif not other_codes and thing.code not in [str(value) for value in row.values()]:
            yield Law.TRUE, f"{key} is told to be usable without the code that it has"


def _import(told: Told) -> Iterator[Found]:
    document = told.document or {}
    keys = [key for file in document.get("written", ()) for key in file["keys"]]
    count = len(told.truth.things)
    if told.code == 0 and len(keys) + len(document.get("skipped", ())) < count:
        yield Law.IMPORTED, f"exits 0 with {len(keys)} of {count}"


def _imported(told: Told) -> Iterator[Found]:
    for row in rows(told):
        if row["action"] in WRITING:
            yield Law.IMPORTED, f"{row['key']} was imported and would be {row['action']}d {_why(row)}"


def _why(row: Row) -> str:
    paths = [each["path"] for each in row.get("diff") or ()]
    return f"({row.get('reason') or ', '.join(paths[:2])})"


def _some(keys: Sequence[str]) -> str:
    return keys[0] if len(keys) == 1 else f"{keys[0]} (and {len(keys) - 1} more)"


def _doctor(story: Story) -> Any:
    """What a person who asks `doctor` would see."""
    told = story["doctor"]
    return told.code, _space(told).get("checks")


def _otherwise(official: Story, story: Story) -> Iterator[str]:
    """What was said otherwise than of the official service; the end of it all counts too."""
    for told, usual in zip(story.told, official.told, strict=True):
        said, expected = _signature(told), _signature(usual)
        if said != expected:
            yield f"{told.step}: {_first_difference(told, usual)}"
    ends = [{key: thing.content for key, thing in each.told[-1].truth.things.items()} for each in (story, official)]
    if ends[0] != ends[1]:
        other = sorted(key for key in ends[0].keys() | ends[1].keys() if ends[0].get(key) != ends[1].get(key))
        yield f"the end: {_some(other)} is otherwise"


def _signature(told: Told) -> Any:
    kind = _kind(told.step)
    if kind == "doctor":
        return None
    if kind == "import":
        return told.code, sum(len(file["keys"]) for file in (told.document or {}).get("written", ()))
    if kind == "outputs":
        return told.code, {(row["kind"], row["name"], row["language"]): row["usable"] for row in rows(told)}
    if kind == "status":
        return told.code, {row["key"]: row["drift"] for row in rows(told)}
    return told.code, _words(told)


def _name(row: Row) -> str:
    return str(row.get("key") or f"{row['kind']}/{row['name']}@{row['language']}")


def _words(told: Told) -> dict[str, str]:
    return {row["key"]: row.get("outcome") or row.get("action", "") for row in rows(told) if "key" in row}


def _first_difference(told: Told, usual: Told) -> str:
    """The first thing that a person would notice."""
    error = _space(told).get("error")
    if error:
        return f"exit {told.code}, {error['code']}: {error['message'][:160]}"
    mine, theirs = _words(told), _words(usual)
    now, then = ({_name(row): row for row in rows(each)} for each in (told, usual))
    for name, row in now.items():
        for word in ("drift", "usable"):
            expected = then.get(name, {}).get(word)
            if row.get(word) != expected:
                return f"{name} {word} {row.get(word)} instead of {expected}; its state is {row['status']!r}"
    for row in rows(told):
        key = row.get("key", "")
        if mine.get(key) != theirs.get(key):
            said = row.get("code") or row.get("reason") or ""
            return f"{key} {mine[key]} instead of {theirs.get(key, 'nothing')} {said} {row.get('message', '')[:160]}"
    skipped = (told.document or {}).get("skipped") or ()
    if skipped:
        return f"exit {told.code}, {skipped[0]['key']} left out: {skipped[0]['reason'][:160]}"
    first = told.errors.strip().splitlines()
    return f"exit {told.code} instead of {usual.code} {first[-1][:160] if first else ''}"
