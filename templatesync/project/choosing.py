"""Which spaces of a project are meant by what somebody names: spaces, groups of them, patterns of their names. Pure.

A document names spaces alone, so that it says by itself where it goes.

Knows no option but what these are called, and nothing of what is done with the spaces then.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from templatesync.documents.document import Document
from templatesync.model.errors import UsageError
from templatesync.model.finding import Finding, Severity
from templatesync.project.budget import Budget
from templatesync.project.policy import fitting, is_pattern
from templatesync.project.settings import FILE_NAME, Project, Space, meant

_MOST_NAMED = 5


def choose(chosen_from: Project, names: Sequence[str], every: bool, *, in_ci: bool) -> tuple[Space, ...]:
    """The spaces to work on. Emulators are never part of `every`; in CI somebody must have chosen."""
    if names and every:
        raise UsageError("--space and --all-spaces exclude each other")
    if names:
        return named(chosen_from, names)
    if every:
        real = tuple(_real(chosen_from))
        if not real:
            raise UsageError("--all-spaces means all but emulators, and the project has only those")
        return real
    if in_ci:
        raise UsageError(
            "in CI the spaces must be named",
            hint="give --space NAME or --all-spaces, so that nobody hits the wrong one",
        )
    if not chosen_from.default_space:
        hint = f"name one with --space; {meant('', [space.name for space in chosen_from.spaces])}"
        raise UsageError("the project has several spaces and no default_space", hint=hint)
    return (chosen_from.space(chosen_from.default_space),)


def named(project: Project, given: Sequence[str]) -> tuple[Space, ...]:
    """The spaces that `--space` means, each once, in the order of the project file.

    Of what is given, each is the name of a space, else of a group, else a pattern of names. Only its name means an
    emulator. Raises UsageError for what means no space.
    """
    found = {name for each in dict.fromkeys(given) for name in _names(project, each)}
    return tuple(space for space in project.spaces if space.name in found)


def one_of(chosen: Sequence[Space], refusal: str) -> Space:
    """The one space that is chosen. Raises UsageError with the refusal, and those there are, for several."""
    if len(chosen) != 1:
        more = f" and {len(chosen) - _MOST_NAMED:,} more" if len(chosen) > _MOST_NAMED else ""
        names = ", ".join(space.name for space in chosen[:_MOST_NAMED])
        raise UsageError(f"{refusal}, and {len(chosen):,} are chosen: {names}{more}", hint="name it with --space")
    return chosen[0]


def of_document(
    doc: Document, names: Sequence[str] | None, spaces: Sequence[Space], groups: Collection[str], budget: Budget
) -> tuple[list[Space], Iterator[Finding]]:
    """The spaces that a document belongs to, all if it names none, and what is wrong with the names, when asked."""
    if names is None:
        return list(spaces), iter(())
    known = {space.name: space for space in spaces}
    found = (
        Finding("unknown-space", Severity.ERROR, f"the project has no space {name!r}", doc.file,
                *doc.locate(("templatesync", "spaces", index)),
                hint=_OF_A_GROUP if name in groups else budget.nearest(name, known))
        for index, name in enumerate(names)
        if name not in known
    )  # fmt: skip
    return [known[name] for name in dict.fromkeys(names) if name in known], found


_OF_A_GROUP = "a group is for `--space` alone: name its spaces"


def _names(project: Project, given: str) -> Sequence[str]:
    spaces = [space.name for space in project.spaces]
    if given in spaces:
        return (given,)
    if given in project.groups:
        found = in_group(project, given)
        if not found:
            raise UsageError(
                f"no space is in the group {given}", hint="an emulator is in no group; `validate` says why"
            )
        return found
    real = [space.name for space in _real(project)]
    if not is_pattern(given):
        words = [*spaces, *project.groups]
        hint = "give --space once for each" if "," in given else meant(given, words)
        what = "space or group" if project.groups else "space"
        raise UsageError(f"there is no {what} {given!r} in {FILE_NAME}", hint=hint)
    fits = fitting((given,))
    found = [name for name in real if fits(name)]
    if not found:
        hint = f"a pattern means no emulator; {meant(given, real)}" if real else "a pattern means no emulator"
        raise UsageError(f"no space in {FILE_NAME} has a name like {given!r}", hint=hint)
    return found


def in_group(project: Project, group: str) -> list[str]:
    """The names of the spaces that are in a group."""
    fits = fitting(project.groups[group])
    return [space.name for space in _real(project) if fits(space.name)]


def _real(project: Project) -> Iterator[Space]:
    return (space for space in project.spaces if space.emulator is None)
