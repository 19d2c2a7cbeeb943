"""`outputs`: what the applications that send need to know, by the name that never changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from templatesync.commands.prepare import choose, open_project, plan_inputs, wanted_resources
from templatesync.commands.session import Connection, connect
from templatesync.model.change import Cause, Refusal, defect
from templatesync.model.errors import ExitCode, worst
from templatesync.model.json_value import Json
from templatesync.model.outcome import defects_of, exit_code
from templatesync.model.resource import Key, Live, Resource, several
from templatesync.planning.inputs import PlanInput, PlanOptions
from templatesync.storage.user_dirs import cache_folder


@dataclass(frozen=True, slots=True)
class OutputRow:
    """One logical resource in one language. `name` is the root of its chain of `replaces`, `current` the newest of it
    that is in use; `values` are its kind's, `code` the one of them that applications need, and `prefix` what a variable
    with it is called first. Not `usable` means that sending it now would fail."""

    name: str
    language: str
    kind: str
    current: str
    status: str
    usable: bool
    values: Mapping[str, Json]
    code: str = ""
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class SpaceOutputs:
    """All rows of a space, or why it could not be read."""

    space: str
    cust_space_id: str
    emulator: bool
    rows: tuple[OutputRow, ...]
    error: Refusal | None = None


@dataclass(frozen=True, slots=True)
class OutputsResult:
    """Outputs by space."""

    spaces: tuple[SpaceOutputs, ...]
    exit_code: ExitCode
    unread: tuple[str, ...] = ()
    """What could not be read, in words: with any of it, this is not all that senders need, and replaces no file."""

    @property
    def defects(self) -> tuple[Exception, ...]:
        """What this program raised on the way, for its log."""
        return defects_of(space.error for space in self.spaces)


def outputs(
    directory: Path, spaces: Sequence[str], every: bool, connection: Connection, *, in_ci: bool = False
) -> OutputsResult:
    """Read what is live for every resource that the files want."""
    project = open_project(directory)
    chosen = choose(project, spaces, every, in_ci=in_ci)
    wanted = wanted_resources(project, chosen, PlanOptions(), cache_folder(connection.environment))
    with connect(project, chosen, connection, partly=True) as session:
        inputs = plan_inputs(session, chosen, wanted, PlanOptions())
    found = tuple(map(_space, inputs))
    unread = tuple(why for each in inputs for why in _unread(each))
    codes = [exit_code(space.error.cause for space in found if space.error)]
    return OutputsResult(found, worst([*codes, ExitCode.PARTIAL] if unread else codes), unread)


def _unread(each: PlanInput) -> Iterator[str]:
    """What of a space could not be read, of all that senders need to know."""
    if each.error is not None:
        yield f"{each.space}: {each.error.message}"
        return
    for refusal in each.refusals:
        if refusal.cause is Cause.WRONG_ACCOUNT:
            yield f"{each.space}: {refusal.message}"
    names = {(kind, name) for kind, chain in chains(each.wanted) for name in chain}
    for kind in sorted({kind for kind, _ in names}):
        listing = each.listing(kind)
        if not listing.complete:
            yield f"{each.space}: the list of {several(kind)} is not whole: {listing.reason}"
        for key in sorted(key for key in listing.failed if (key.kind, key.name) in names):
            yield f"{each.space}: {key} could not be read: {listing.failed[key].message}"
    for alike in each.unmet:
        for key in each.unmet[alike]:
            if near := each.alike.get(alike):
                yield f"{each.space}: {key} is listed as {near[0]}, which may be the same in another spelling"


def _space(each: PlanInput) -> SpaceOutputs:
    """The outputs of a space. A defect on the way is its error, and no other space's."""
    rows: list[OutputRow] = []
    error = each.error
    try:
        rows = [row for chain in chains(each.wanted) for row in _chain(each, chain)]
    except Exception as raised:
        error = defect(raised)
    return SpaceOutputs(each.space, each.cust_space_id, each.emulator, tuple(sorted(rows, key=_order)), error)


def _order(row: OutputRow) -> tuple[str, str, str]:
    return (row.kind, row.name, row.language)


def chains(wanted: Mapping[Key, Resource]) -> list[tuple[str, list[str]]]:
    """Kind and names of each chain of `replaces`, the oldest name first. The oldest may have no file."""
    replaces = {
        (key.kind, key.name): resource.options.replaces
        for key, resource in wanted.items()
        if not resource.options.absent
    }
    replaced = {(kind, old) for (kind, _), old in replaces.items() if old}
    found = []
    for kind, name in sorted(set(replaces) - replaced):
        names = [name]
        while old := replaces.get((kind, names[-1]), ""):
            if old in names:
                break  # a cycle is a finding of validate
            names.append(old)
        found.append((kind, names[::-1]))
    return found


def _chain(given: PlanInput, chain: tuple[str, list[str]]) -> list[OutputRow]:
    kind_name, names = chain
    kind = given.kinds[kind_name]
    current = names[-1]
    # The newest whose languages are all in use; while none is, the newest of all, which is then not usable.
    for name in reversed(names):
        versions = _versions(given, kind_name, name)
        if versions and all(live is not None and kind.policy.settled(live) for live in versions.values()):
            current = name
            break
    rows = []
    for key, live in sorted(_versions(given, kind_name, current).items()):
        values = kind.outputs.values(live) if live is not None and live.body is not None else {}
        code = str(values.get(kind.outputs.code, ""))
        in_use = kind.outputs.usable or kind.policy.settled
        usable = live is not None and live.body is not None and bool(code) and in_use(live)
        status = (live.status or "unknown") if live else _missing(given, kind_name)
        rows.append(
            OutputRow(names[0], key.language, kind_name, current, status, usable, values, code, kind.outputs.prefix)
        )
    return rows


def _missing(given: PlanInput, kind: str) -> str:
    return "not there" if given.listing(kind).complete else "unknown"


def _versions(given: PlanInput, kind: str, name: str) -> dict[Key, Live | None]:
    """Every language of a name: those that files want, or those that are live when it has no file."""
    mine = [Key(kind, name, language) for language in given.wanted_languages.get((kind, name), ())]
    wanted = [key for key in mine if not given.wanted[key].options.absent]
    if not wanted:
        wanted = [Key(kind, name, language) for language in given.live_languages.get((kind, name), ())]
    return {key: given.live(key) for key in wanted}
