"""`--changed-since`: which resources differ between a revision of git and the files, for `plan` and `validate`."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from templatesync.model.change import Narrowed
from templatesync.model.resource import Key
from templatesync.model.strictness import Since
from templatesync.project.at_revision import EarlierProject, Revision, project_at
from templatesync.project.comparison import Compared, Known, compare
from templatesync.project.settings import FILE_NAME
from templatesync.project.workspace import Workspace
from templatesync.validation.check import Report
from templatesync.validation.settings_changes import settings_changes

_MOST_NAMED = 5
"""Files that one sentence names."""


@dataclass(frozen=True, slots=True)
class ChangedSince:
    """What has changed, by space; `files` have it, or something that nobody can tell. `notes` are for people.

    `since` says what has changed in rules, policy, spaces and comments: that concerns more than what has changed.
    """

    commit: str
    spaces: Mapping[str, Narrowed]
    files: frozenset[str]
    since: Since
    of: int
    """How many resources there are in any space: a name of each space's own, such as a QR code's, counts for each."""
    notes: tuple[str, ...] = ()

    @property
    def keys(self) -> frozenset[Key]:
        """What has changed in any space."""
        return frozenset().union(*(narrowed.keys for narrowed in self.spaces.values()))

    def report(self, whole: Report, files: Collection[str]) -> Report:
        """A report of some files narrowed to resources that have changed, and to what is about no single one."""
        told = {str(key) for key in self.keys} | {str(Key(key.kind, key.name)) for key in self.keys}
        part = whole.concerning(files)
        findings = tuple(each for each in part.findings if not each.key or each.key in told)
        here = {summary.key for each in whole.checked if each.file in files for summary in each.summaries}
        return dataclasses.replace(part, findings=findings, resources=len(here & self.keys))

    def told(self) -> tuple[str, ...]:
        """What to say of a report that was narrowed."""
        gone = sorted({key for narrowed in self.spaces.values() for key in narrowed.gone})
        left = (f"in no file since then: {_few(map(str, gone))}",) if gone else ()
        return (
            f"narrowed to {len(self.keys):,} of {self.of:,} resources changed since {self.commit[:12]}",
            *left,
            *self.notes,
        )


def changed_since(
    now: Workspace, report: Report, spaces: Collection[str], revision: Revision, *, with_rules: bool
) -> ChangedSince:
    """Compare the files that were checked with those of a revision. Raises UsageError as `project_at` does.

    `with_rules` counts what decides which findings a resource has, too.
    """
    known = _known(report, spaces)
    with project_at(now.project.root, revision, now.texts) as then:
        compared = compare(now, then.files, known, with_rules=with_rules)
        files = frozenset(_files(now, report, then, compared))
        earlier = then.files.project if then.files is not None else None
        settings = settings_changes(earlier, now.project, compared.before, compared.after)
    narrowed = {
        space: Narrowed(then.commit, compared.keys[space], len(keys), compared.gone[space])
        for space, keys in known.keys.items()
    }
    since = Since(then.commit, settings)
    every = len(frozenset().union(*known.keys.values()))
    return ChangedSince(then.commit, narrowed, files, since, every, tuple(_notes(then, compared)))


def _known(report: Report, spaces: Collection[str]) -> Known:
    keys: dict[str, set[Key]] = {name: set() for name in spaces}
    naming, linking = set(), set()
    for each in report.checked:
        for summary in each.summaries:
            for name in summary.spaces:
                if name in keys:
                    keys[name].add(summary.key)
            if summary.named:
                naming.add(each.file)
            if summary.refers or summary.replaces:
                linking.add(each.file)
    return Known({name: frozenset(found) for name, found in keys.items()}, frozenset(naming), frozenset(linking))


def _files(now: Workspace, report: Report, then: EarlierProject, compared: Compared) -> Iterator[str]:
    """The files to look at: of what has changed, and those of which nobody knows what is in them."""
    keys = frozenset().union(*compared.keys.values())
    for each in report.checked:
        if any(summary.key in keys for summary in each.summaries):
            yield each.file
    yield from compared.unsure
    yield from (finding.file for finding in now.findings)
    document = then.files.project.document if then.files is not None else None
    here = now.project.document
    if document is None or here is None or document.data != here.data:
        yield FILE_NAME


def _notes(then: EarlierProject, compared: Compared) -> Iterator[str]:
    at = f"at {then.commit[:12]}"
    if then.files is None:
        yield f"{at} {then.why}, so everything counts as changed"
    if compared.unread:
        yield f"{at} {_few(compared.unread)} had errors, so everything in there counts as changed"


def _few(names: Iterable[str]) -> str:
    several = [*names]
    more = len(several) - _MOST_NAMED
    return ", ".join(several[:_MOST_NAMED]) + (f" and {more:,} more" if more > 0 else "")
