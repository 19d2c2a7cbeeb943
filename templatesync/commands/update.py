"""`import --update`: what is live of resources that have a file, taken into that file. Knows no kind by name.

Shows what would change before it writes; what cannot be taken over is told, and its file stays as it was.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import unified_diff
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from templatesync.commands.counting import Counted
from templatesync.commands.importing.added_languages import extra, hosts, update_with
from templatesync.commands.importing.update_file import FileUpdate, Update, Wish
from templatesync.commands.importing.update_wish import wish_of
from templatesync.commands.prepare import open_project, plan_inputs, wanted_resources
from templatesync.commands.receipts import read_receipt
from templatesync.commands.session import Connection, Session, connect
from templatesync.commands.targets import key_matcher, one_more
from templatesync.documents.document import Document
from templatesync.documents.limits import YamlLimits
from templatesync.kinds import KINDS
from templatesync.kinds.base import Kind
from templatesync.model.calls import CallError
from templatesync.model.change import Refusal
from templatesync.model.errors import ExitCode, LocalError, StoppedError
from templatesync.model.outcome import exit_code
from templatesync.model.resource import Key, Live, Resource
from templatesync.planning.inputs import Name, PlanInput, PlanOptions
from templatesync.planning.reading import WRONG_ACCOUNT, said
from templatesync.planning.taking_over import Takeover, differing, overruled
from templatesync.project import workspace
from templatesync.project.choosing import choose, one_of
from templatesync.project.settings import Project, Space
from templatesync.project.workspace import Workspace
from templatesync.storage.reading import read_file
from templatesync.storage.user_dirs import cache_folder
from templatesync.storage.writing import write_file
from templatesync.validation.check import Report, check

_LARGEST = 1 << 24
"""Bytes of a JSON file that a resource names."""


class TakenOver(NamedTuple):
    """A resource of a file that says now what is live.

    paths       the places that differed
    told_back   those of them at which the file only accepts what the service says
    now         its key as the service spells it, where that is another
    """

    key: str
    paths: tuple[str, ...]
    told_back: tuple[str, ...] = ()
    now: str = ""


class UpdatedFile(NamedTuple):
    """A file with its change, as a unified diff."""

    file: str
    diff: tuple[str, ...]
    taken: tuple[TakenOver, ...] = ()
    notes: tuple[str, ...] = ()


class NotTaken(NamedTuple):
    """What was left as it is, and why. `fault` says that it was asked for and is not equal to what is live."""

    key: str
    reason: str
    fault: bool = True


@dataclass(frozen=True, slots=True)
class UpdateResult:
    """What became of the files. `written` is false where nobody agreed, or nobody was to be asked.

    `equal` counts the resources that say what is live already.
    """

    files: tuple[UpdatedFile, ...]
    left: tuple[NotTaken, ...]
    exit_code: ExitCode
    space: str = ""
    emulator: bool = False
    equal: int = 0
    written: bool = False
    error: Refusal | None = None


def update(
    directory: Path,
    spaces: Sequence[str],
    every: bool,
    connection: Connection,
    keys: tuple[str, ...] = (),
    *,
    confirm: Callable[[UpdateResult], bool] = lambda result: False,
    progress: Callable[[str], None] = lambda space: None,
    counted: Counted = lambda read, of: None,
    known: Path | None = None,
    in_ci: bool = False,
) -> UpdateResult:
    """Take what is live in one space into the files of resources, or of all that differ. `confirm` sees it first.

    `known` is a receipt: what it says was told back differently is taken for that.
    """
    project = open_project(directory)
    space = one_of(choose(project, spaces, every, in_ci=in_ci), "import --update takes over what is live in one space")
    options, receipt = PlanOptions(targets=keys), read_receipt(known)
    cache = cache_folder(connection.environment)
    wanted = wanted_resources(project, (space,), options, cache, importing=True)
    added = tuple(key for key in dict.fromkeys(keys) if one_more(key, wanted.resources[space.name]))
    options = replace(options, unmanaged=bool(added))
    with connect(project, (space,), connection) as session:
        (given,) = plan_inputs(session, (space,), wanted, options, progress, known=receipt, counted=counted)
        refusal = given.error or next((each for each in given.refusals if each.code == WRONG_ACCOUNT), None)
        if refusal is not None:
            code = exit_code([refusal.cause])
            return UpdateResult((), (), code, space.name, space.emulator is not None, error=refusal)
        found = _Found(given, session, space)
        found.look(added, named=bool(keys))
    files = workspace.read(project)
    updates = _updates(files, space, found, cache)
    result = _result(files, space, found, updates)
    if not result.files or not confirm(result):
        return result
    return _write(project, files, result, updates)


class _Found:
    """What differs from its file in a space, and what is told of the rest."""

    def __init__(self, given: PlanInput, session: Session, space: Space) -> None:
        self.given = given
        self.session = session
        self.space = space
        self.live: dict[Key, Live] = {}
        self.extra: dict[Key, Live] = {}
        """Languages that no file has, of names that one has."""
        self.left: list[NotTaken] = []
        self.equal = 0

    def look(self, added: Collection[str], *, named: bool) -> None:
        """Find what is live for each resource that is asked for, also for keys of languages that no file has."""
        for key, resource in sorted(self.given.wanted.items()):
            if not self.given.options.concerns(key):
                continue
            live = self._there(key, resource, named=named)
            if live is None:
                continue
            decided = overruled(KINDS[key.kind], resource, live)
            if decided and not named:
                why = f"the service has decided otherwise about {', '.join(decided)}; name the key to accept that"
                self.left.append(NotTaken(str(key), why, fault=False))
            if live.key == key and not differing(KINDS[key.kind], resource, live) and not (decided and named):
                self.equal += 1
            else:
                self.live[key] = live
        for kind in KINDS.values():
            self._look_for_languages(kind)
        known = {*map(str, self.extra), *(left.key for left in self.left)}
        self.left += (NotTaken(key, self._absent(key.partition("/")[0])) for key in added if key not in known)

    def _look_for_languages(self, kind: Kind) -> None:
        listing = self.given.listing(kind.name)
        found = [
            listing.live[key]
            for key in extra(listing.live, self.given.wanted)
            if self._asked(key) and self.given.policy.manages(key)
        ]
        read = dict(zip((live.key for live in found), self._read(found), strict=True)) if found else {}
        for key, live in read.items():
            if live.body is None or key in listing.failed:
                self.left.append(NotTaken(str(key), "it is live and no file has it; its content could not be read"))
            else:
                self.extra[key] = live

    def _asked(self, key: Key) -> bool:
        """Whether a language that no file has is asked for: by its key, or by the file that has the others."""
        if not self.given.options.targets or self._by_key(key):
            return True
        return (key.kind, key.name) in self._in_named_files

    @cached_property
    def _by_key(self) -> Callable[[Key], bool]:
        return key_matcher(self.given.options.targets)

    @cached_property
    def _in_named_files(self) -> frozenset[Name]:
        """The names that are asked for where a target is no key of any of them, and so a file."""
        named = self.given.options.named or frozenset()
        if all(any(map(key_matcher((each,)), named)) for each in self.given.options.targets):
            return frozenset()
        return frozenset((each.kind, each.name) for each in named)

    def _there(self, key: Key, resource: Resource, *, named: bool) -> Live | None:
        """What is live, under another spelling if need be; None when that is told."""
        listing = self.given.listing(key.kind)
        if resource.options.absent:
            self.left.append(NotTaken(str(key), "the file marks it as absent", fault=named))
            return None
        live = self.given.live(key) or self._near(key, resource)
        if key in listing.failed:
            self.left.append(NotTaken(str(key), f"it could not be read: {said(CallError(listing.failed[key]))}"))
        elif live is not None and live.body is not None:
            return live
        elif live is not None:
            self.left.append(NotTaken(str(key), "its content could not be read"))
        elif not any(left.key == str(key) for left in self.left):
            self.left.append(NotTaken(str(key), self._absent(key.kind), fault=named or not listing.complete))
        return None

    def _absent(self, kind: str) -> str:
        """Why nothing was found that was looked for."""
        listing = self.given.listing(kind)
        if listing.complete:
            return f"it is not there in {self.space.name}"
        return f"{self.space.name} does not list it, and the list is not whole: {listing.reason}"

    def _near(self, key: Key, resource: Resource) -> Live | None:
        """The one that it may be in another spelling, with its content."""
        kind = KINDS[key.kind]
        near = self.given.alike.get((kind.name, kind.file.likeness(key, resource.body)), ())
        if len(near) > 1:
            names = ", ".join(map(str, near))
            self.left.append(NotTaken(str(key), f"it may be {names}; spell the file as the one that is meant"))
        if len(near) != 1:
            return None
        live = self.given.live(near[0])
        if live is not None and live.body is None:
            (live,) = self._read([live])
        return live

    def _read(self, found: Sequence[Live]) -> list[Live]:
        """The same with their content, as far as it can be read."""
        from templatesync.service.driver.driver import Job

        client, space = self.session.clients[self.space.name], self.space.name
        jobs = [
            Job(client, KINDS[live.key.kind].remote.read(live.key, live), str(live.key), space)
            for live in found
            if live.body is None
        ]
        read: dict[str, Live] = {}
        for finished in self.session.driver.run(jobs) if jobs else ():
            if finished.error is not None and not isinstance(finished.error, CallError):
                raise finished.error
            if finished.value is not None:
                kind = KINDS[finished.value.key.kind]
                read[finished.job.label] = self.given.links.symbolic_live(kind, finished.value)
        if self.session.driver.stopped_by:
            raise StoppedError(self.session.driver.stopped_by)
        return [read.get(str(live.key), live) for live in found]


# --- files ------------------------------------------------------------------------------------------------------------


def _updates(files: Workspace, space: Space, found: _Found, cache: Path | None) -> dict[str, Update]:
    """What becomes of each file. One that makes the project worse in view of all others is left alone."""
    links = found.given.links
    wishes: dict[str, list[Wish]] = {}
    for key, live in found.live.items():
        wish = wish_of(files, found.given.wanted[key].file, found.given, key, live)
        if isinstance(wish, str):
            found.left.append(NotTaken(str(key), wish))
        else:
            wishes.setdefault(wish.entry.document.file, []).append(wish)
    added: dict[str, dict[Key, tuple[Document, Live]]] = {}
    for key, document in hosts(files, space, found.extra).items():
        if isinstance(document, str):
            found.left.append(NotTaken(str(key), document, fault=False))
        else:
            added.setdefault(document.file, {})[key] = (document, found.extra[key])

    updates: dict[str, Update] = {}
    for name in sorted({*wishes, *added}):
        mine = wishes.get(name, [])
        if name not in added:
            updates[name] = FileUpdate(files, name, space, links, mine).update()
            continue
        known = {wish.resource.key: wish.live for wish in mine}
        updates[name], unable = update_with(files, name, space, found.given, known, added[name])
        found.left += (NotTaken(str(key), reason, fault=False) for key, reason in unable.items())
    before = check(files, cache=cache) if any(each.texts for each in updates.values()) else Report((), 0, 0)
    while harmful := _harmful(files, before, updates):
        for name, reason in harmful.items():
            left = {**updates[name].left, **dict.fromkeys(updates[name].taken, reason)}
            updates[name] = Update({}, {}, left, updates[name].equal)
    return updates


def _harmful(files: Workspace, before: Report, updates: Mapping[str, Update]) -> dict[str, str]:
    """The files that bring an error which none of them brings alone, with the reason."""
    changed = {name: mine for name, mine in updates.items() if mine.texts}
    texts = {name: data for mine in changed.values() for name, data in mine.texts.items()}
    if not texts:
        return {}
    unchanged = {each.file: each for each in before.checked if each.file not in changed}
    known = {(each.file, each.rule, each.message) for each in before.errors}
    errors = check(files.with_texts(texts), known=unchanged, processes=1).errors
    new = {each.file: each.rule for each in errors if (each.file, each.rule, each.message) not in known}
    found = {name: new[file] for name, mine in changed.items() for file in (name, *mine.texts) if file in new}
    rules = found or (dict.fromkeys(changed, next(iter(new.values()))) if new else {})
    return {name: f"together with other files it would break the rule {rule}" for name, rule in rules.items()}


# --- result -----------------------------------------------------------------------------------------------------------


def _result(files: Workspace, space: Space, found: _Found, updates: Mapping[str, Update]) -> UpdateResult:
    told: list[UpdatedFile] = []
    left = [*found.left]
    for name, each in updates.items():
        left += [NotTaken(str(key), reason) for key, reason in each.left.items()]
        told += _told(files, name, found, each)
    left.sort()
    equal = found.equal + sum(each.equal for each in updates.values())
    code = ExitCode.PARTIAL if any(each.fault for each in left) else ExitCode.OK
    return UpdateResult(tuple(told), tuple(left), code, space.name, space.emulator is not None, equal)


def _told(files: Workspace, name: str, found: _Found, update: Update) -> Iterator[UpdatedFile]:
    if not update.texts:
        return
    lives = {**found.extra, **found.live}
    taken = tuple(_taken(key, each, lives[key]) for key, each in update.taken.items())
    keys = {key for each in update.taken for key in (each, lives[each].key)}
    notes = tuple(_notes(files, name, found.space, update, keys))
    for number, (file, data) in enumerate(update.texts.items()):
        old = files.texts[file] if file in files.texts else _bytes(files, file)
        yield UpdatedFile(file, _diff(file, old, data), taken if number == 0 else (), notes if number == 0 else ())


def _taken(key: Key, taken: Takeover, live: Live) -> TakenOver:
    return TakenOver(str(key), taken.paths, tuple(sorted(taken.told_back)), str(live.key) if live.key != key else "")


def _notes(files: Workspace, name: str, space: Space, update: Update, keys: Collection[Key]) -> Iterator[str]:
    entries = files.with_texts(update.texts).source(name).entries
    lines = {each.document.line for each in entries if each.resource.key in keys and space.name in each.spaces}
    spaces = {other for each in entries if each.document.line in lines for other in each.spaces}
    if update.silenced:
        yield f"what is live breaks {', '.join(update.silenced)}: a comment silences that until its content changes"
    if others := sorted(spaces - {space.name}):
        yield f"the file belongs to {', '.join(others)} as well, which will want it, too"
    mine = [entry.resource for entry in entries if entry.resource.key in keys and space.name in entry.spaces]
    unknown = sorted({each.key.language for each in mine if each.key.language in each.options.samples_unknown})
    if unknown:
        yield f"the service did not tell all samples of {', '.join(unknown)}: write them before it can change"


def _bytes(files: Workspace, name: str) -> bytes:
    data = files.opener(name, _LARGEST)
    return data if isinstance(data, bytes) else b""


def _diff(name: str, old: bytes, new: bytes) -> tuple[str, ...]:
    before, after = (data.decode("utf-8-sig", "replace").split("\n") for data in (old, new))
    return tuple(unified_diff(before, after, name, f"{name}, as it is live", lineterm=""))


def _write(project: Project, files: Workspace, result: UpdateResult, updates: Mapping[str, Update]) -> UpdateResult:
    """Write the files, each as a whole; one that cannot be written hides no other."""
    left, gone = list(result.left), set[str]()
    for update in updates.values():
        try:
            for name in update.texts:
                if not os.access(project.root / name, os.W_OK):
                    raise LocalError(f"{name} may not be written")
                old = files.texts[name] if name in files.texts else _bytes(files, name)
                if read_file(project.root / name, name, YamlLimits().size if name in files.texts else _LARGEST) != old:
                    raise LocalError(f"{name} has changed meanwhile; run it again")
            for name, data in update.texts.items():
                write_file(project.root / name, data.decode(), keep_mode=True)
        except LocalError as error:
            left += [NotTaken(str(key), str(error)) for key in update.taken]
            gone |= update.texts.keys()
    kept = tuple(file for file in result.files if file.file not in gone)
    code = ExitCode.PARTIAL if any(each.fault for each in left) else ExitCode.OK
    return replace(result, files=kept, left=tuple(sorted(left)), exit_code=code, written=True)
