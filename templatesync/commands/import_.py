"""`import`: what is live in one space or several, as YAML files. Never overwrites a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from templatesync.commands.counting import Counted
from templatesync.commands.importing.files import Skipped, WrittenFile, write
from templatesync.commands.importing.reading import Read, read_spaces
from templatesync.commands.importing.spaces import part
from templatesync.commands.importing.there import There
from templatesync.commands.prepare import open_project
from templatesync.commands.session import Connection
from templatesync.commands.targets import KnownKeys, key_matcher
from templatesync.model.change import Refusal
from templatesync.model.errors import ExitCode, worst
from templatesync.model.outcome import exit_code
from templatesync.model.resource import Key
from templatesync.project import literals, workspace
from templatesync.project.choosing import choose
from templatesync.project.settings import Project, Space

if TYPE_CHECKING:
    from templatesync.commands.pictures import Picture


class ImportedSpace(NamedTuple):
    """A space that was asked for, and why it could not be read, if so."""

    name: str
    emulator: bool = False
    error: Refusal | None = None


@dataclass(frozen=True, slots=True)
class ImportResult:
    """Everything written and everything not. What comes from a file has no spaces."""

    written: tuple[WrittenFile, ...]
    skipped: tuple[Skipped, ...]
    exit_code: ExitCode
    spaces: tuple[ImportedSpace, ...] = ()
    pictures: tuple[Picture, ...] = ()


def import_live(
    directory: Path,
    spaces: Sequence[str],
    every: bool,
    connection: Connection,
    keys: tuple[str, ...] = (),
    progress: Callable[[str], None] = lambda space: None,
    images: Path | None = None,
    counted: Counted = lambda read, of: None,
    variables: Sequence[str] = (),
) -> ImportResult:
    """Write a file for each live resource of the spaces that no file is about yet; what they have alike goes into one.

    With `images`, a folder, the pictures of all that are asked for are saved there, whether they have a file or not.
    `variables` are texts as NAME=VALUE, or NAME alone: values that become variables again.
    """
    project = open_project(directory)
    chosen = choose(project, spaces, every, in_ci=False)
    values = _values(project, chosen, variables)
    there = There(workspace.read(project))
    known = {space.name: there.keys(space.name).keys() for space in chosen}

    named = key_matcher(keys or ("*",))

    def mine(space: Space, key: Key) -> bool:
        return project.policy_of(space).manages(key) and named(key)

    read = read_spaces(project, chosen, connection, known, keys, mine, counted, progress, images)
    parted = part(project, read.listings, there, mine, values)
    skipped = [*parted.skipped, *_untold(project, chosen, read, keys)]
    written = [write(project, draft, True, skipped) for draft in parted.drafts]
    result = result_of([each for each in written if each], _together(skipped), read.pictures)
    told = tuple(ImportedSpace(each.name, each.emulator is not None, read.refused.get(each.name)) for each in chosen)
    code = worst([exit_code([error.cause for error in read.refused.values()]), result.exit_code])
    return replace(result, spaces=told, exit_code=code)


def _values(project: Project, chosen: Sequence[Space], variables: Sequence[str]) -> dict[str, dict[str, str]]:
    """The values that become variables again, by space. Files for every space go to the emulators, too."""
    asked = literals.parse(variables)
    found = {space.name: literals.values_in(asked, space) for space in chosen}
    literals.check_known(asked, [space for space in project.spaces if space.emulator is not None])
    return found


def _untold(project: Project, chosen: Sequence[Space], read: Read, keys: tuple[str, ...]) -> Iterator[Skipped]:
    """What was asked for and cannot be answered: keys that lead to nothing, and lists that came incomplete."""
    whole = not read.refused
    for space in chosen:
        for name, listing in read.listings.get(space.name, {}).items():
            if listing.looked and not listing.complete:
                whole = False
                why = f"the list of {space.name} is not whole, so some may be missing here: {listing.reason}"
                yield Skipped(name, why, a_list=True, spaces=(space.name,))
    if not read.listings:
        return
    where = " or ".join(read.listings)
    known = [
        (space, KnownKeys([key for listing in read.listings.get(space.name, {}).values() for key in listing.live]))
        for space in (chosen if keys else ())
    ]
    for key in keys:
        found = [(space, live) for space, there in known for live in there.of(key)]
        if not found and whole:
            yield Skipped(key, f"nothing in {where} has this key")
        elif not found:
            missing = "a space could not be read" if read.refused else "a list is not whole"
            yield Skipped(key, f"nothing that {where} lists has this key, and {missing}")
        elif not any(project.policy_of(space).manages(live) for space, live in found):
            yield Skipped(key, "policy.manage does not cover it, so it is not ours")


def _together(skipped: Sequence[Skipped]) -> list[Skipped]:
    """What is to be said of one key in several spaces, once."""
    found: dict[Skipped, list[str]] = {}
    for each in skipped:
        found.setdefault(replace(each, spaces=()), []).extend(each.spaces)
    return [replace(each, spaces=tuple(spaces)) for each, spaces in found.items()]


def unreadable(space: str, refusal: Refusal) -> ImportResult:
    """The result when the only space cannot be read."""
    return ImportResult((), (), exit_code([refusal.cause]), (ImportedSpace(space, error=refusal),))


def result_of(
    written: Sequence[WrittenFile], skipped: Sequence[Skipped], pictures: tuple[Picture, ...] = ()
) -> ImportResult:
    """The result of what was written and what was not."""
    faults = any(each.fault for each in skipped) or any(each.fault for each in pictures)
    code = ExitCode.PARTIAL if faults else ExitCode.OK
    return ImportResult(tuple(written), tuple(skipped), code, pictures=pictures)
