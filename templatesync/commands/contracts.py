"""What programs can send, from files alone: contracts by name and language. Opens no socket, needs no credential."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from templatesync.commands.prepare import open_project, wanted_resources
from templatesync.model.errors import ExitCode, UsageError
from templatesync.model.finding import Finding
from templatesync.planning.inputs import PlanOptions
from templatesync.project.chains import Member, Sendable, sendables
from templatesync.project.choosing import choose
from templatesync.project.contract_document import LARGEST, parse
from templatesync.sending.contract import Room
from templatesync.storage.reading import read_file


@dataclass(frozen=True, slots=True)
class ContractsResult:
    """What programs can send once all files are approved, by name."""

    sendables: tuple[Sendable, ...]
    exit_code: ExitCode = ExitCode.OK


def contracts(
    directory: Path,
    spaces: Sequence[str] = (),
    every: bool = False,
    contract_file: Path | None = None,
    cache: Path | None = None,
) -> ContractsResult:
    """Contracts of the project's files, or those of a contract file, for which no project is needed.

    Without spaces it is all of the project's, emulators included: a program asks for its codes in the space it runs in,
    and must be the same text for each. Raises UsageError when two spaces ask for different things under one name.
    """
    if contract_file is not None:
        if spaces or every:
            raise UsageError("--contract and --space exclude each other: a contract file knows no spaces")
        return ContractsResult(read_contracts(contract_file))
    project = open_project(directory)
    chosen = choose(project, spaces, every, in_ci=False) if spaces or every else project.spaces
    wanted = wanted_resources(project, chosen, PlanOptions(), cache)
    by_space = {space.name: sendables(wanted.resources[space.name]) for space in chosen}
    return ContractsResult(_together(by_space))


def read_contracts(path: Path) -> tuple[Sendable, ...]:
    """What a file of `outputs --format contract` says. Raises UsageError with what is wrong, and the next step."""
    data = read_file(path, str(path), LARGEST)
    if isinstance(data, Finding):
        hint = data.hint or "write one with `templatesync outputs --format contract -o FILE`"
        raise UsageError(f"{path}: {data.message}", hint=hint)
    return parse(data, str(path))


def _together(by_space: Mapping[str, Sequence[Sendable]]) -> tuple[Sendable, ...]:
    """What several spaces have, under each name once."""
    logical: dict[str, str] = {}
    members: dict[str, dict[str, Member]] = {}
    first: dict[tuple[str, str], str] = {}
    for space, found in by_space.items():
        for each in found:
            mine = members.setdefault(each.name, {})
            logical.setdefault(each.name, each.logical)
            for language, member in each.members.items():
                there = mine.get(language)
                if there is None:
                    mine[language] = member
                    first[each.name, language] = space
                else:
                    spaces = (first[each.name, language], space)
                    mine[language] = _same(f"{each.name}@{language}", spaces, there, member)
    return tuple(sorted(Sendable(name, logical[name], mine) for name, mine in members.items()))


def _same(what: str, spaces: tuple[str, str], first: Member, second: Member) -> Member:
    """The member of the first space; what stands in both must fit both."""
    one, other = first.contract, second.contract
    if one.digest != other.digest:
        raise UsageError(
            f"{what} asks for {one.digest} in {spaces[0]} and for {other.digest} in {spaces[1]}",
            hint="name one with --space",
        )
    if one.rooms == other.rooms:
        return first
    return first._replace(contract=dataclasses.replace(one, rooms=_tighter(one.rooms, other.rooms)))


def _tighter(one: Sequence[Room], other: Sequence[Room]) -> tuple[Room, ...]:
    """What the values may take in either text."""
    known = dict.fromkeys(room[::2] for room in (*one, *other))
    left = {at: min(room.left for room in (*one, *other) if room[::2] == at) for at in known}
    return tuple(Room(where, left[where, variables], variables) for where, variables in known)
