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
from templatesync.validation.file import Answers, CheckedFile, check_file
from templatesync.validation.project import check_settings, check_together
from templatesync.validation.severity import apply_severities
from templatesync.validation.silenced import Silenced
from templatesync.validation.telling import (
    MORE,
    MOST_OF_PROJECT,
    Told,
    Untold,
    added,
    bounded,
    merged,
    of_more,
    together,
)

MOST_HELD = 20_000
MOST_OF_REST = 5
"""Findings of all files that are held until the gravest are chosen; from there on, of each file."""
WORTH_SPREADING = 1_500
"""Files to check from which on other processes help; starting one takes as long as checking some hundreds."""
_CHUNK = 250
MOST_PROCESSES = 8


@dataclass(frozen=True, slots=True)
class Report:
    """What was looked at, and what was found, in reading order.

    `checked` is each file on its own, `anew` how many of them were not known from the cache. `wanted` is what the files
    want, by space, for those who ask for it: the first of several resources under one key, since rules tell of the
    others. `silenced` counts the findings that comments silence, by file and rule, `untold` those that are too many.
    """

    findings: tuple[Finding, ...]
    files: int
    resources: int
    checked: tuple[CheckedFile, ...] = ()
    anew: int = 0
    wanted: Mapping[str, Mapping[Key, Resource]] = field(default_factory=dict)
    silenced: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    untold: Untold = field(default_factory=dict)

    def count(self, severity: Severity) -> int:
        """How many findings are of that severity, those included that are too many to tell."""
        told = sum(each.severity is severity and each.rule != MORE for each in self.findings)
        return told + sum(counts.get(severity.value, 0) for counts in self.untold.values())

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
        untold = {file: counts for file, counts in self.untold.items() if file in told_of}
        return dataclasses.replace(
            self, findings=findings, files=len(files), resources=len(keys), silenced=silenced, untold=untold
        )


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
    now: dict[str, CheckedFile] = {}
    cut: set[str] = set()
    room = MOST_HELD
    for each in _check_files(workspace, chosen, unknown, 1 if wanted else processes):
        room -= len(each.findings)
        now[each.file] = each if room > 0 else _shortened(each)
        if now[each.file] is not each:
            cut.add(each.file)
    if kept:
        kept.keep(workspace.texts, {name: each for name, each in {**before, **now}.items() if name not in cut})
    checked = tuple(before[name] if name in before else now[name] for name in workspace.texts)
    compared = Silenced()
    findings, untold = _told(workspace, chosen, checked, compared)
    keys = {summary.key for each in checked for summary in each.summaries}
    resources = _wanted(workspace, chosen) if wanted else {}
    silenced = _counts(checked, compared)
    return Report(findings, len(checked), len(keys), checked, len(unknown), resources, silenced, untold)


def _counts(checked: Sequence[CheckedFile], compared: Silenced) -> dict[str, Mapping[str, int]]:
    """How much comments silence, by file and rule: of what each file does wrong alone, and of what all do together."""
    counts = {each.file: Counter(each.silenced) for each in checked if each.silenced}
    for file, by_rule in compared.counts().items():
        counts.setdefault(file, Counter()).update(by_rule)
    return dict(sorted(counts.items()))


def _shortened(checked: CheckedFile) -> CheckedFile:
    """A file with its gravest findings alone."""
    if len(checked.findings) <= MOST_OF_REST:
        return checked
    told = bounded(checked.findings, MOST_OF_REST)
    return checked._replace(findings=told.findings, untold=added(checked.untold, told.untold))


def _wanted(workspace: Workspace, chosen: frozenset[str]) -> dict[str, dict[Key, Resource]]:
    wanted: dict[str, dict[Key, Resource]] = {name: {} for name in chosen}
    for entry in workspace.entries:
        for name in entry.spaces:
            if name in wanted:
                wanted[name].setdefault(entry.resource.key, entry.resource)
    return wanted


def _told(workspace: Workspace, chosen: frozenset[str], checked: Sequence[CheckedFile], silenced: Silenced) -> Told:
    """The findings as people are told of them, for the chosen spaces."""
    project = workspace.project
    findings = [*apply_severities((*workspace.findings, *check_settings(project)), project, ())]
    for each in checked:
        findings += each.findings
    once = lambda name: workspace.parse(name).entries  # noqa: E731
    findings += check_together(checked, project, silenced, once, lambda name: workspace.source(name).entries)
    findings = [each for each in findings if not each.spaces or not chosen.isdisjoint(each.spaces)]
    everything = merged(_without_echoes(findings), frozenset(space.name for space in project.spaces))
    told = bounded(everything, MOST_OF_PROJECT)
    untold = added(together(each.untold for each in checked if each.untold), told.untold)
    return Told(tuple(sorted((*told.findings, *of_more(untold)), key=Finding.sort_key)), untold)


def _without_echoes(findings: Sequence[Finding]) -> list[Finding]:
    """Findings without what rules say of a text only because its translation is missing, which has been told there."""
    gaps = {(each.file, each.line, each.column) for each in findings if each.rule == "language-map"}
    return [each for each in findings if each.rule == "language-map" or (each.file, each.line, each.column) not in gaps]


# --- files, in this process or in several -----------------------------------------------------------------------------


def _check(workspace: Workspace, chosen: frozenset[str], name: str, answers: Answers) -> CheckedFile:
    return check_file(workspace.parse(name), workspace.project, chosen, answers)


def _check_all(workspace: Workspace, chosen: frozenset[str]) -> list[CheckedFile]:
    answers = Answers()
    return [_check(workspace, chosen, name, answers) for name in workspace.texts]


def _check_files(
    workspace: Workspace, chosen: frozenset[str], names: Sequence[str], processes: int | None
) -> Iterator[CheckedFile]:
    most = min(processes or _processors(), MOST_PROCESSES)
    if most < 2 or len(names) < WORTH_SPREADING:
        answers = Answers()
        yield from (_check(workspace, chosen, name, answers) for name in names)
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
