"""`outputs`: what programs that send need to know, by the name that never changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from templatesync.commands.prepare import open_project, plan_inputs, wanted_resources
from templatesync.commands.session import Connection, connect
from templatesync.model.change import Cause, Refusal, defect
from templatesync.model.errors import ExitCode, worst
from templatesync.model.json_value import Json
from templatesync.model.outcome import defects_of, exit_code
from templatesync.model.resource import Key, several
from templatesync.planning.inputs import PlanInput, PlanOptions
from templatesync.planning.rollout import Rollout, may_be_sent, rollouts, why_not
from templatesync.project.chains import chains
from templatesync.project.choosing import choose, one_of
from templatesync.sending.chain import Version, newest_usable
from templatesync.storage.user_dirs import cache_folder

Codes: TypeAlias = Mapping[str, Mapping[str, Mapping[str, str]]]
"""By logical name, language and digest of a contract: what a program that was written for it sends."""


@dataclass(frozen=True, slots=True)
class OutputRow:
    """What senders of one name use in one language.

    name        the root of its chain of `replaces`, or the Name of a newer version that asks senders for something else
    current     the version that it is; `stays` says, in sentences, why senders of the name use no newer one
    usable      whether a send is let through now
    values      are those of its kind, `code` the one that programs need, and `prefix` what a variable with it is
                called first; `contract` is the digest of what it asks for
    """

    name: str
    language: str
    kind: str
    current: str
    status: str
    usable: bool
    values: Mapping[str, Json]
    code: str = ""
    prefix: str = ""
    contract: str = ""
    stays: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SpaceOutputs:
    """All rows of a space, or why it could not be read. `codes` has what can be sent now, of kinds with a contract."""

    space: str
    cust_space_id: str
    emulator: bool
    rows: tuple[OutputRow, ...]
    error: Refusal | None = None
    codes: Codes = field(default_factory=dict)


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
    directory: Path,
    spaces: Sequence[str],
    every: bool,
    connection: Connection,
    *,
    in_ci: bool = False,
    one_for: str = "",
) -> OutputsResult:
    """Read what is live for every resource that the files want. `one_for` names what shows one space and no more."""
    project = open_project(directory)
    chosen = choose(project, spaces, every, in_ci=in_ci)
    if one_for:
        one_of(chosen, f"{one_for} shows one space")
    wanted = wanted_resources(project, chosen, PlanOptions(), cache_folder(connection.environment))
    with connect(project, chosen, connection, partly=True) as session:
        inputs = plan_inputs(session, chosen, wanted, PlanOptions())
    found = tuple(map(_space, inputs))
    unread = [why for each in inputs for why in _unread(each)]
    unread += [
        f"{space.space}: {space.error.message}"
        for each, space in zip(inputs, found, strict=True)
        if space.error is not None and each.error is None
    ]
    codes = [exit_code(space.error.cause for space in found if space.error)]
    return OutputsResult(found, worst([*codes, ExitCode.PARTIAL] if unread else codes), tuple(unread))


def _unread(each: PlanInput) -> Iterator[str]:
    """What of a space could not be read, of all that senders need to know."""
    if each.error is not None:
        yield f"{each.space}: {each.error.message}"
        return
    for refusal in each.refusals:
        if refusal.cause is Cause.WRONG_ACCOUNT:
            yield f"{each.space}: {refusal.message}"
    names = {(chain.kind, name) for chain in chains(each.wanted) for name in (*chain.names, chain.logical)}
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
    codes: Codes = {}
    error = each.error
    try:
        known = rollouts(each)
        rows = [row for rollout in known for row in _rows(each, rollout)]
        codes = _codes(each, known)
    except Exception as raised:
        rows, error = [], defect(raised)
    return SpaceOutputs(each.space, each.cust_space_id, each.emulator, tuple(sorted(rows, key=_order)), error, codes)


def _order(row: OutputRow) -> tuple[str, str, str]:
    return (row.kind, row.name, row.language)


def _rows(given: PlanInput, rollout: Rollout) -> Iterator[OutputRow]:
    """What senders use, by language, and the newer versions for which they must be changed, each under its own name.

    One that is called as senders know what they use now waits: nobody could tell the two apart.
    """
    names = rollout.names
    for language, standing in rollout.standings.items():
        if not _known_to_senders(given, rollout, language, standing.current):
            continue
        yield _row(given, names.kind, names.logical, language, standing.current, why_not(standing))
        for version in standing.other:
            if version.name != names.logical:
                yield _row(given, names.kind, version.name, language, version)


def _known_to_senders(given: PlanInput, rollout: Rollout, language: str, current: Version) -> bool:
    """Whether the senders of a name have that language: one that comes with a version has none until it is approved.

    Whatever becomes of the version's other languages since: an older one may have been ended, and this is all there is.
    """
    versions = [version for version in rollout.chain if version]
    at = next(at for at, version in enumerate(versions) if language in version and version[language] == current)
    new = at > 0 and not any(language in version for version in versions[:at])
    live = given.live(Key(rollout.names.kind, current.name, language))
    return not new or may_be_sent(given.kinds[rollout.names.kind], live)


def _row(
    given: PlanInput, kind_name: str, name: str, language: str, version: Version, stays: tuple[str, ...] = ()
) -> OutputRow:
    kind = given.kinds[kind_name]
    live = given.live(Key(kind_name, version.name, language))
    values = kind.outputs.values(live) if live is not None and live.body is not None else {}
    code = str(values.get(kind.outputs.code, ""))
    status = (live.status or "unknown") if live else _missing(given, kind_name)
    usable = version.usable and bool(code)
    prefix = kind.outputs.prefix
    return OutputRow(
        name, language, kind_name, version.name, status, usable, values, code, prefix, version.digest, stays
    )


def _missing(given: PlanInput, kind: str) -> str:
    return "not there" if given.listing(kind).complete else "unknown"


def _codes(given: PlanInput, known: Sequence[Rollout]) -> Codes:
    """The code of the newest usable version of each contract; nothing of what cannot be sent now."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for rollout in known:
        kind = given.kinds[rollout.names.kind]
        if kind.outputs.contract is None:
            continue
        for language in rollout.standings:
            for digest, version in newest_usable(rollout.chain, language).items():
                live = given.live(Key(rollout.names.kind, version.name, language))
                code = str(kind.outputs.values(live).get(kind.outputs.code, "")) if live is not None else ""
                if code:
                    found.setdefault(rollout.names.logical, {}).setdefault(language, {})[digest] = code
    return {
        name: {language: dict(sorted(codes.items())) for language, codes in sorted(languages.items())}
        for name, languages in sorted(found.items())
    }
