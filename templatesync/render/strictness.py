"""What a reviewer has to know of rules, policy and comments, as lines that formats for people share. Pure.

Each line is one whatever a pattern or a name holds; what a format obeys besides, it escapes itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from templatesync.render.escape import safe, visible
from templatesync.render.report import counted, cut
from templatesync.render.terminal import wrapped

if TYPE_CHECKING:
    from templatesync.model.json_value import Json
    from templatesync.model.strictness import OtherSeverity, Strictness
    from templatesync.render.terminal import Style

MOST_NAMED = 5
"""Rules, patterns or resources that one line names."""
MOST_CHANGES = 20
"""Changes of settings that are shown; `--format json` has them all."""


def lines(strictness: Strictness | None) -> list[str]:
    """All there is to know: where the project is not as strict as by default, and what a change makes weaker."""
    return [*state(strictness), *changes(strictness)]


def shown(strictness: Strictness | None, style: Style) -> list[str]:
    """The same for a terminal."""
    weak = "  weaker:"
    told = [part for line in map(safe, lines(strictness)) for part in wrapped(line, style.columns, rest="    ")]
    return [line.replace(weak, f"  {style.yellow('weaker')}:", 1) if line.startswith(weak) else line for line in told]


def state(strictness: Strictness | None) -> list[str]:
    """Where the project is not as by default; a line each for rules, comments and policy, if there is something."""
    if strictness is None:
        return []
    found = [("Rules", "; ".join(_rules(strictness))), ("Silenced", _silenced(strictness))]
    found += [("Policy", _policy(strictness.policy)), *_of_spaces(strictness), ("Approved", _edits(strictness))]
    return [visible(cut(f"{title}: {said}.")) for title, said in found if said]


def changes(strictness: Strictness | None) -> list[str]:
    """What a change does to settings, what gets weaker first."""
    since = strictness.since if strictness else None
    if since is None or not since.changes:
        return []
    ordered = sorted(since.changes, key=lambda change: not change.weaker)
    found = [f"Settings: since {since.revision[:12]} this change"]
    found += [
        visible(cut(f"  {'weaker' if change.weaker else 'other'}: {change.message}"))
        for change in ordered[:MOST_CHANGES]
    ]
    if len(ordered) > MOST_CHANGES:
        found.append(f"  and {len(ordered) - MOST_CHANGES:,} more; `--format json` has them all")
    return found


def weaker(strictness: Strictness | None) -> bool:
    """Whether a change makes anything weaker."""
    since = strictness.since if strictness else None
    return since is not None and any(change.weaker for change in since.changes)


def _rules(strictness: Strictness) -> Iterator[str]:
    if strictness.off:
        yield f"{len(strictness.off)} off ({_few(strictness.off)})"
    if strictness.lowered:
        yield f"{len(strictness.lowered)} lowered ({_few(_severities(strictness.lowered))})"
    if strictness.raised:
        yield f"{len(strictness.raised)} raised ({_few(_severities(strictness.raised))})"


def _severities(others: Sequence[OtherSeverity]) -> list[str]:
    return [f"{each.rule} to {each.now.value}" for each in others]


def _silenced(strictness: Strictness) -> str:
    by_rule = strictness.silenced_by_rule
    if not by_rule:
        return ""
    most = sorted(by_rule.items(), key=lambda item: (-item[1], item[0]))
    said = _few([f"{rule} {number:,}" if len(most) > 1 else rule for rule, number in most])
    files = counted(len(strictness.silenced), "file")
    return f"{counted(sum(by_rule.values()), 'finding')} by comments in {files} ({said})"


def _policy(policy: Mapping[str, Json]) -> str:
    return "; ".join(f"{name} is {_value(value)}" for name, value in policy.items())


def _of_spaces(strictness: Strictness) -> Iterator[tuple[str, str]]:
    for each in strictness.of_spaces[:MOST_NAMED]:
        yield f"Policy of {_few(each.spaces)}", _policy(each.policy)
    if more := sum(len(each.spaces) for each in strictness.of_spaces[MOST_NAMED:]):
        yield f"Policy of {counted(more, 'more space')}", "`--format json` has what differs"


def _edits(strictness: Strictness) -> str:
    names = list(dict.fromkeys(key.partition("@")[0] for key in strictness.edits_approved))
    return f"apply may edit {_few(names)}, as their own files say" if names else ""


def _value(value: Json) -> str:
    if isinstance(value, Mapping):  # the two bounds of max_changes
        return f"{value['percent']} percent, at least {value['at_least']:,}"
    if isinstance(value, list) and value and isinstance(value[0], list):  # each of them narrows
        return " and of these ".join(map(_few, value))
    return _few(value) if isinstance(value, list) else str(value)


def _few(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more:,} more" if more > 0 else "")
