"""Judging the files of a project, each on its own: those that have not changed are known, the rest is spread.

Knows a store of what is known and how many processes there may be; nothing of rules and formats.
"""

from __future__ import annotations

import gc
import os
import signal
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from templatesync.documents.limits import Limits
from templatesync.model.finding import Finding
from templatesync.project import workspace
from templatesync.project.assets import on_disk, streams_on_disk
from templatesync.project.expansion import Entry
from templatesync.project.settings import Project
from templatesync.storage.patterns import matching
from templatesync.storage.reading import read_file
from templatesync.validation.cache import Verdicts
from templatesync.validation.check import Entries
from templatesync.validation.file import Examined, examine

WORTH_SPREADING = 1_500
"""Files to judge from which on other processes help; starting one takes as long as judging some hundreds."""
_CHUNK = 250
MOST_PROCESSES = 8


@dataclass(frozen=True, slots=True)
class Survey:
    """What became of every file. `texts` are their bytes, and those of the JSON files that they name.

    `loose` is what was found on the way to the files. `judged` counts those that were not known.
    """

    examined: tuple[Examined, ...]
    loose: tuple[Finding, ...]
    texts: Mapping[str, bytes]
    entries: Entries
    judged: int


def survey(
    project: Project,
    chosen: Collection[str],
    extra: Sequence[str] = (),
    verdicts: Verdicts | None = None,
    processes: int | None = None,
) -> Survey:
    """Judge everything the project includes, and the files named in `extra` besides, for the chosen spaces."""
    names, loose = matching(project.root, project.include)
    limit = Limits().size
    texts: dict[str, bytes] = {}
    root = str(project.root)
    for name in sorted({*names, *extra}):
        data = read_file(f"{root}/{name}", name, limit)
        if isinstance(data, Finding):
            loose.append(data)
        else:
            texts[name] = data
    known = verdicts.known(texts) if verdicts is not None else {}
    unknown = [name for name in texts if name not in known]
    judged = {each.file: each for each in _judged(project, chosen, texts, unknown, processes)}
    if verdicts is not None:
        verdicts.keep(texts, {**known, **judged})
    examined = tuple(known.get(name) or judged[name] for name in texts)
    shown = dict(texts)
    for name in {name for each in examined if each.findings for trace in each.traces for name in trace.named}:
        asset = on_disk(project.root)(name, 1 << 24) if name.lower().endswith(".json") else None
        if isinstance(asset, bytes):
            shown[name] = asset
    return Survey(examined, tuple(loose), shown, _entries(project, texts), len(unknown))


def _entries(project: Project, texts: Mapping[str, bytes]) -> Entries:
    """Reads a file again, for those few about which there is more to say."""
    read: dict[str, Sequence[Entry]] = {}

    def entries(name: str) -> Sequence[Entry]:
        if name not in read:
            read[name] = _read(project, name, texts[name]).entries
        return read[name]

    return entries


def _read(project: Project, name: str, data: bytes) -> workspace.Workspace:
    return workspace.assemble(project, {name: data}, opener=on_disk(project.root), stream=streams_on_disk(project.root))


def _judge(project: Project, chosen: Collection[str], name: str, data: bytes) -> Examined:
    there = _read(project, name, data)
    documents = tuple(doc for source in there.sources for doc in source.documents)
    return examine(name, documents, there.entries, there.findings, project, chosen)


# --- processes --------------------------------------------------------------------------------------------------------


def _judged(
    project: Project, chosen: Collection[str], texts: Mapping[str, bytes], names: Sequence[str], processes: int | None
) -> Iterator[Examined]:
    most = min(processes or _processors(), MOST_PROCESSES)
    if most < 2 or len(names) < WORTH_SPREADING:
        yield from (_judge(project, chosen, name, texts[name]) for name in names)
        return
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    # A copy of this process knows all that is imported already. It is safe only where nothing runs beside us.
    forks = "fork" in multiprocessing.get_all_start_methods() and not _is_mac()
    copied = forks and threading.active_count() == 1
    context = multiprocessing.get_context("fork" if copied else "spawn")
    if copied:  # looking for garbage would else touch every page that is shared, and so make a page of each copy's own
        gc.freeze()
    work: list[Callable[[], list[Examined]]] = []
    with ProcessPoolExecutor(most, context, _follow) as pool:
        for start in range(0, len(names), _CHUNK):
            chunk = {name: texts[name] for name in names[start : start + _CHUNK]}
            work.append(pool.submit(_judge_all, project, frozenset(chosen), chunk).result)
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

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    seen = parent_process()
    assert seen is not None

    def outlive_nobody() -> None:
        seen.join()
        os._exit(1)

    threading.Thread(target=outlive_nobody, daemon=True).start()


def _judge_all(project: Project, chosen: Collection[str], texts: Mapping[str, bytes]) -> list[Examined]:
    return [_judge(project, chosen, name, data) for name, data in texts.items()]
