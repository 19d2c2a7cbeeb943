"""What a change does to policies, that of the project and those of spaces: above all what it makes weaker. Pure.

Knows no comment and no other setting.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from templatesync.model.strictness import SettingChange
from templatesync.project.policy import ProjectPolicy, fitting
from templatesync.project.settings import Project

_MOST_NAMED = 5
"""Names in one sentence."""
_MOST_COMPARED = 10_000
"""Pairs of patterns of which it is found out whether one covers the other; all of more count as different."""


def policy_changes(then: Project, now: Project) -> Iterator[SettingChange]:
    """What is allowed otherwise in the project as a whole, and what besides in some spaces.

    A space that is new is compared with the project as it was: what it manages and protects was not there before.
    """
    old, new = then.policy, now.policy
    yield from _approved(old, new, "")
    yield from _managed(old.manage, new.manage, "")
    yield from _protected(old.protect, new.protect, old.protect, new.protect, "")
    yield from _bounds(old, new, "")
    before = {space.name: then.policy_of(space) for space in then.spaces}
    alike: dict[tuple[ProjectPolicy, ProjectPolicy, bool], list[str]] = {}
    for space in now.spaces:
        was, is_ = before.get(space.name, old), now.policy_of(space)
        if was.own or is_.own:
            alike.setdefault((was, is_, space.name in before), []).append(space.name)
    for (was, is_, known), names in alike.items():
        yield from _of_spaces(old, new, was, is_, f" in {few(names)}", known=known)


def _of_spaces(
    old: ProjectPolicy, new: ProjectPolicy, was: ProjectPolicy, is_: ProjectPolicy, where: str, *, known: bool
) -> Iterator[SettingChange]:
    """What is otherwise in some spaces, without what is told of the project, which was `old` and is `new`."""
    if (was.on_approved, is_.on_approved) != (old.on_approved, new.on_approved):
        yield from _approved(was, is_, where)
    if known:
        yield from _narrowed(was, is_, where)
        mine, others = ([pattern for each in policy.own for pattern in each.protect] for policy in (was, is_))
        yield from _protected(mine, others, [*old.protect, *mine], [*new.protect, *others], where)
    if (was.max_percent, was.at_least, is_.max_percent, is_.at_least) != (
        *(old.max_percent, old.at_least),
        *(new.max_percent, new.at_least),
    ):
        yield from _bounds(was, is_, where)


def _approved(old: ProjectPolicy, new: ProjectPolicy, where: str) -> Iterator[SettingChange]:
    if old.on_approved != new.on_approved:
        weaker = new.on_approved == "modify"
        word = "lets apply edit" if weaker else "no longer lets apply edit"
        said = f"{word} approved templates{where} (policy.on_approved: {old.on_approved} -> {new.on_approved})"
        yield SettingChange("on-approved", said, weaker)


def _managed(old: Sequence[str], new: Sequence[str], where: str) -> Iterator[SettingChange]:
    said = f"lets apply change and prune what {{0}} covers{where} (policy.manage)"
    yield from _patterns("manage", new, old, said, True)
    said = f"takes {{0}} out of policy.manage{where}: what only that covers is told no more"
    yield from _patterns("manage", old, new, said, True)


def _narrowed(was: ProjectPolicy, is_: ProjectPolicy, where: str) -> Iterator[SettingChange]:
    """What narrows in some spaces what is ours: there may be a list for all of them, and one of each."""
    old, new = ([each.manage for each in policy.own if "*" not in each.manage] for policy in (was, is_))
    gone = [patterns for patterns in old if patterns not in new]
    more = [patterns for patterns in new if patterns not in old]
    for one, other in zip(gone, more, strict=False):
        yield from _managed(one, other, where)
    for patterns in gone[len(more) :]:
        said = f"no longer narrows policy.manage{where} to {few(patterns)}: apply may change and prune the rest, too"
        yield SettingChange("manage", said, True)
    for patterns in more[len(gone) :]:
        said = f"narrows policy.manage{where} to {few(patterns)}: what that does not cover is told no more"
        yield SettingChange("manage", said, True)


def _protected(
    old: Sequence[str], new: Sequence[str], all_old: Sequence[str], all_new: Sequence[str], where: str
) -> Iterator[SettingChange]:
    said = f"no longer protects what {{0}} covers{where} from being deleted (policy.protect)"
    yield from _patterns("protect", old, all_new, said, True)
    yield from _patterns("protect", new, all_old, f"protects what {{0}} covers{where} (policy.protect)", False)


def _bounds(old: ProjectPolicy, new: ProjectPolicy, where: str) -> Iterator[SettingChange]:
    for name, was, is_ in (("percent", old.max_percent, new.max_percent), ("at_least", old.at_least, new.at_least)):
        if was != is_:
            word = "raises" if is_ > was else "lowers"
            said = f"{word} policy.max_changes.{name}{where} from {was:,} to {is_:,}"
            yield SettingChange("max-changes", said, is_ > was)


def _patterns(
    code: str, these: Sequence[str], others: Sequence[str], said: str, weaker: bool
) -> Iterator[SettingChange]:
    """What is told of patterns that no other one surely covers: of `?` and `[` nothing is concluded."""
    found = sorted({*these} - {*others})
    if len(found) * len(others) <= _MOST_COMPARED:
        covered = fitting(tuple(other for other in others if not any(char in other for char in "?[")))
        found = [pattern for pattern in found if not covered(pattern)]
    if found:
        yield SettingChange(code, said.replace("{0}", few(found)), weaker)


def few(names: Sequence[str]) -> str:
    """Some of the names, and how many more there are."""
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more:,} more" if more > 0 else "")
