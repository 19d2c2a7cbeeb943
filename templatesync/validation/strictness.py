"""Where a project is stricter or less strict than this program is by itself. Knows no format and no revision."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from templatesync.model.finding import Severity
from templatesync.model.json_value import Json
from templatesync.model.strictness import OtherSeverity, PolicyOfSpaces, Strictness
from templatesync.project.policy import ProjectPolicy
from templatesync.project.settings import Project
from templatesync.validation.check import Report
from templatesync.validation.registry import RULES


def strictness(project: Project, report: Report, chosen: Collection[str]) -> Strictness:
    """What the project file and the files of a report say of rules and policy, where it is not the default.

    `chosen` are the spaces that it is about.
    """
    others = sorted(_others(project))
    guarded = {
        each.name for each in project.spaces if each.name in chosen and project.policy_of(each).on_approved == "block"
    }
    edits = {
        str(summary.key)
        for each in (report.checked if guarded else ())
        for summary in each.summaries
        if summary.edits_approved and not guarded.isdisjoint(summary.spaces)
    }
    return Strictness(
        off=tuple(rule for rule in sorted(project.rules) if _counts(rule) and project.rules[rule] is None),
        lowered=tuple(each for each in others if each.now.rank > each.default.rank),
        raised=tuple(each for each in others if each.now.rank < each.default.rank),
        silenced=report.silenced,
        policy=_policy(project.policy),
        edits_approved=tuple(sorted(edits)),
        of_spaces=tuple(_of_spaces(project, chosen)),
    )


def severity_of(project: Project, rule: str) -> Severity | None:
    """How much findings of a rule matter in a project; None when it is off."""
    return project.rules.get(rule, RULES[rule].severity) if _counts(rule) else RULES[rule].severity


def _counts(rule: str) -> bool:
    """Whether what a project says of a rule has an effect: `check_settings` tells of all other ids."""
    return rule in RULES and not RULES[rule].fixed


def _others(project: Project) -> Iterator[OtherSeverity]:
    for rule, severity in project.rules.items():
        if severity is not None and _counts(rule):
            yield OtherSeverity(rule, RULES[rule].severity, severity)


def _policy(policy: ProjectPolicy) -> dict[str, Json]:
    default = ProjectPolicy()
    found: dict[str, Json] = {}
    if policy.on_approved != default.on_approved:
        found["on_approved"] = policy.on_approved
    if "*" not in policy.manage:
        found["manage"] = list(policy.manage)
    if policy.protect:
        found["protect"] = list(policy.protect)
    if (policy.max_percent, policy.at_least) != (default.max_percent, default.at_least):
        found["max_changes"] = {"percent": policy.max_percent, "at_least": policy.at_least}
    return found


def _of_spaces(project: Project, chosen: Collection[str]) -> Iterator[PolicyOfSpaces]:
    alike: dict[ProjectPolicy, list[str]] = {}
    for space in project.spaces:
        if space.policy is not None and space.name in chosen:
            alike.setdefault(space.policy, []).append(space.name)
    for policy, names in alike.items():
        if found := _besides(policy, project.policy):
            yield PolicyOfSpaces(tuple(names), found)


def _besides(policy: ProjectPolicy, usual: ProjectPolicy) -> dict[str, Json]:
    """What a policy of some spaces says besides that of the project."""
    found: dict[str, Json] = {}
    if policy.on_approved != usual.on_approved:
        found["on_approved"] = policy.on_approved
    if manage := [list(each.manage) for each in policy.own if "*" not in each.manage]:
        found["manage"] = manage
    if protect := [pattern for each in policy.own for pattern in each.protect]:
        found["protect"] = list(dict.fromkeys(protect))
    if (policy.max_percent, policy.at_least) != (usual.max_percent, usual.at_least):
        found["max_changes"] = {"percent": policy.max_percent, "at_least": policy.at_least}
    return found
