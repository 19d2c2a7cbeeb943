"""The one way from the files of a project to what is wrong with them, and to the resources that they want.

Inside it, and seen by nobody: files that have not changed are known from a cache, and many files are spread over
several processes. Knows no rule, no format and no client.
"""

from __future__ import annotations

import dataclasses
import gc
import os
import signal
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from templatesync.model.finding import Finding, Severity
from templatesync.model.resource import Key, Resource
from templatesync.model.stopping import HEEDED
from templatesync.project.workspace import Workspace
from templatesync.validation.cache import CheckCache
from templatesync.validation.file import CheckedFile, apply_severities, check_file
from templatesync.validation.project import check_settings, check_together
from templatesync.validation.silenced import Silenced

WORTH_SPREADING = 1_500
"""Files to check from which on other processes help; starting one takes as long as checking some hundreds."""
_CHUNK = 250
MOST_PROCESSES = 8


@dataclass(frozen=True, slots=True)
class Report:
    """What was looked at, and what was found, in reading order.

    `checked` is each file on its own, `anew` how many of them were not known from the cache. `wanted` is what the files
    want, by space, for those who ask for it: the first of several resources under one key, since rules tell of the
    others. `silenced` counts the findings that comments silence, by file and rule.
    """

    findings: tuple[Finding, ...]
    files: int
    resources: int
    checked: tuple[CheckedFile, ...] = ()
    anew: int = 0
    wanted: Mapping[str, Mapping[Key, Resource]] = field(default_factory=dict)
    silenced: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def count(self, severity: Severity) -> int:
        """How many findings are of that severity."""
        return sum(each.severity is severity for each in self.findings)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that stand in the way of plan and apply."""
        return tuple(each for each in self.findings if each.severity is Severity.ERROR)

    def with_named(self, names: Collection[str]) -> set[str]:
        """Files, and those that they name: a finding in one of these is one of theirs."""
        summaries = (summary for each in self.checked if each.file in names for summary in each.summaries)
        return {*names, *(name for summary in summaries for name in summary.named)}

    def with_naming(self, names: Collection[str]) -> set[str]:
        """Files, and those that name them as media: what is wrong with a picture is told where it is named."""
        return {*names, *(each.file for each in self.checked for summary in each.summaries
                          if not set(summary.media).isdisjoint(names))}  # fmt: skip

    def concerning(self, files: Collection[str]) -> Report:
        """The report narrowed to those files and what they name, or are named by."""
        told_of = self.with_named(files) | self.with_naming(files)
        findings = tuple(each for each in self.findings if each.file in told_of)
        keys = {
            summary.key
            for each in self.checked
            for summary in each.summaries
            if each.file in files or not set(summary.named).isdisjoint(files)
        }
        silenced = {file: counts for file, counts in self.silenced.items() if file in told_of}
        return dataclasses.replace(self, findings=findings, files=len(files), resources=len(keys), silenced=silenced)


def check(
    workspace: Workspace,
    spaces: Iterable[str] | None = None,
    *,
    cache: Path | None = None,
    known: Mapping[str, CheckedFile] | None = None,
    wanted: bool = False,
    processes: int | None = None,
) -> Report:
    """Every finding for the given spaces, or for all that a file belongs to; with `wanted`, what the files want, too.

    What holds only in other spaces is not told. A file that cannot be read concerns all: nobody knows where it belongs.
    `cache` is a folder of the user's own, `known` what this run has found in files before, as far as their texts are
    the same.
    """
    project = workspace.project
    chosen = frozenset(space.name for space in project.spaces)
    chosen = chosen if spaces is None else chosen & frozenset(spaces)
    kept = CheckCache(cache, project, chosen) if cache is not None else None
    before = {**(kept.known(workspace.texts) if kept else {}), **(known or {})}
    unknown = [name for name in workspace.texts if name not in before]
    if wanted:
        # Who asks for that goes on with it: no file is parsed twice then, and none in another process, since to send
        # resources from there takes more time than it saves.
        for name in unknown:
            workspace.source(name)
    now = {each.file: each for each in _check_files(workspace, chosen, unknown, 1 if wanted else processes)}
    if kept:
        kept.keep(workspace.texts, {**before, **now})
    checked = tuple(before[name] if name in before else now[name] for name in workspace.texts)
    together = Silenced()
    findings = _told(workspace, chosen, checked, together)
    keys = {summary.key for each in checked for summary in each.summaries}
    resources = _wanted(workspace, chosen) if wanted else {}
    silenced = _counts(checked, together)
    return Report(findings, len(checked), len(keys), checked, len(unknown), resources, silenced)


def _counts(checked: Sequence[CheckedFile], together: Silenced) -> dict[str, Mapping[str, int]]:
    """How much comments silence, by file and rule: of what each file does wrong alone, and of what all do together."""
    counts = {each.file: Counter(each.silenced) for each in checked if each.silenced}
    for file, by_rule in together.counts().items():
        counts.setdefault(file, Counter()).update(by_rule)
    return dict(sorted(counts.items()))


def _wanted(workspace: Workspace, chosen: Collection[str]) -> dict[str, dict[Key, Resource]]:
    wanted: dict[str, dict[Key, Resource]] = {name: {} for name in chosen}
    for entry in workspace.entries:
        for name in entry.spaces:
            if name in wanted:
                wanted[name].setdefault(entry.resource.key, entry.resource)
    return wanted


def _told(
    workspace: Workspace, chosen: Collection[str], checked: Sequence[CheckedFile], silenced: Silenced
) -> tuple[Finding, ...]:
    """All findings as people are told of them, for the chosen spaces."""
    project = workspace.project
    findings = [*apply_severities((*workspace.findings, *check_settings(project)), project, ())]
    for each in checked:
        findings += each.findings
    findings += check_together(checked, project, lambda name: workspace.source(name).entries, silenced)
    findings = [each for each in findings if not each.spaces or not set(each.spaces).isdisjoint(chosen)]
    return tuple(_merge(_without_echoes(findings), frozenset(space.name for space in project.spaces)))


def _without_echoes(findings: Sequence[Finding]) -> list[Finding]:
    """Findings without what rules say of a text only because its translation is missing, which has been told there."""
    gaps = {(each.file, each.line, each.column) for each in findings if each.rule == "language-map"}
    return [each for each in findings if each.rule == "language-map" or (each.file, each.line, each.column) not in gaps]


def _merge(findings: Iterable[Finding], everywhere: frozenset[str]) -> list[Finding]:
    """Equal findings once, with all the spaces they hold in; none named when that is every space."""
    merged: dict[tuple[str, str, int, int, str], list[Finding]] = {}
    for finding in findings:
        same = (finding.rule, finding.file, finding.line, finding.column, finding.message)
        merged.setdefault(same, []).append(finding)
    return sorted((_one(group, everywhere) for group in merged.values()), key=Finding.sort_key)


def _one(group: Sequence[Finding], everywhere: frozenset[str]) -> Finding:
    first = group[0]
    general = any(not finding.spaces for finding in group)
    spaces = frozenset(name for finding in group for name in finding.spaces)
    keys = {finding.key for finding in group}
    # Told once for all languages of a document: then under the name that they share.
    key = first.key if len(keys) == 1 else first.key.partition("@")[0]
    named: tuple[str, ...] = () if general or spaces == everywhere else tuple(sorted(spaces))
    return dataclasses.replace(first, key=key, spaces=named)


# --- files, in this process or in several -----------------------------------------------------------------------------


def _check(workspace: Workspace, chosen: Collection[str], name: str) -> CheckedFile:
    return check_file(workspace.parse(name), workspace.project, chosen)


def _check_all(workspace: Workspace, chosen: Collection[str]) -> list[CheckedFile]:
    return [_check(workspace, chosen, name) for name in workspace.texts]


def _check_files(
    workspace: Workspace, chosen: Collection[str], names: Sequence[str], processes: int | None
) -> Iterator[CheckedFile]:
    most = min(processes or _processors(), MOST_PROCESSES)
    if most < 2 or len(names) < WORTH_SPREADING:
        yield from (_check(workspace, chosen, name) for name in names)
        return
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    # A copy of this process knows all that is imported already. It is safe only where nothing runs beside us.
    forks = "fork" in multiprocessing.get_all_start_methods() and not _is_mac()
    copied = forks and threading.active_count() == 1
    context = multiprocessing.get_context("fork" if copied else "spawn")
    if copied:  # looking for garbage would else touch every page that is shared, and so make a page of each copy's own
        gc.freeze()
    work: list[Callable[[], list[CheckedFile]]] = []
    with ProcessPoolExecutor(most, context, _follow) as pool:
        for start in range(0, len(names), _CHUNK):
            part = workspace.part(names[start : start + _CHUNK])
            work.append(pool.submit(_check_all, part, chosen).result)
        try:
            for result in work:
                yield from result()
        except BaseException:  # an interrupt among them: what nobody will look at is not to be waited for
            pool.shutdown(cancel_futures=True)
            raise


def _processors() -> int:
    affinity = getattr(os, "sched_getaffinity", None)  # not on every system
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _is_mac() -> bool:
    return os.uname().sysname == "Darwin"  # its own libraries do not survive a fork


def _follow() -> None:
    """An interrupt is for the process that people see; it ends the others. They also end when that one is killed."""
    from multiprocessing import parent_process

    for number in HEEDED:
        signal.signal(number, signal.SIG_IGN if number == signal.SIGINT else signal.SIG_DFL)
    seen = parent_process()
    assert seen is not None

    def outlive_nobody() -> None:
        seen.join()
        os._exit(1)

    threading.Thread(target=outlive_nobody, daemon=True).start()
