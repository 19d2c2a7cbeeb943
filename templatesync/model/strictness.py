"""How strict a project is, where that is not as this program is by itself: what a reviewer has to know. Pure.

A report without findings says little of files in which rules are off. Knows no rule, no file and no format.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from templatesync.model.finding import Severity
from templatesync.model.json_value import Json


class SettingChange(NamedTuple):
    """One thing that a change does to rules, policy or spaces. `weaker`: something that was refused or told no more is.

    `message` goes on where a sentence begins with "this change".
    """

    code: str
    message: str
    weaker: bool


class OtherSeverity(NamedTuple):
    """A rule whose findings matter more, or less, than by default."""

    rule: str
    default: Severity
    now: Severity


class PolicyOfSpaces(NamedTuple):
    """What is allowed in some spaces where it is not as in the project as a whole.

    `manage` has the lists of patterns that all have to fit besides, `protect` what is protected besides.
    """

    spaces: tuple[str, ...]
    policy: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Since:
    """What a change did, compared with a revision of git by its full id."""

    revision: str
    changes: tuple[SettingChange, ...]


@dataclass(frozen=True, slots=True)
class Strictness:
    """The rules and policy of a project where they differ from the defaults, and what comments have silenced.

    off, lowered, raised   rules, by id
    silenced               by file and rule, how many findings comments silence in what was looked at
    policy                 what differs, as the project file has it
    of_spaces              the same of spaces that have a policy of their own, those alike together
    edits_approved         resources that apply may edit when they are approved, because their own file says so
    since                  what has changed in all that since a revision; None when nobody asked
    """

    off: tuple[str, ...] = ()
    lowered: tuple[OtherSeverity, ...] = ()
    raised: tuple[OtherSeverity, ...] = ()
    silenced: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    policy: Mapping[str, Json] = field(default_factory=dict)
    edits_approved: tuple[str, ...] = ()
    of_spaces: tuple[PolicyOfSpaces, ...] = ()
    since: Since | None = None

    @property
    def silenced_by_rule(self) -> dict[str, int]:
        """How many findings comments silence, by rule."""
        counts: dict[str, int] = {}
        for by_rule in self.silenced.values():
            for rule, number in by_rule.items():
                counts[rule] = counts.get(rule, 0) + number
        return dict(sorted(counts.items()))

    def to_json(self) -> dict[str, Json]:
        """The parts of a document that say it."""
        rules: dict[str, Json] = {
            "off": list(self.off),
            "lowered": [_other(each) for each in self.lowered],
            "raised": [_other(each) for each in self.raised],
            "silenced": self.silenced_by_rule,
        }
        edits: dict[str, Json] = {"edits_approved": list(self.edits_approved)} if self.edits_approved else {}
        own: Json = [{"spaces": list(each.spaces), **each.policy} for each in self.of_spaces]
        spaces: dict[str, Json] = {"of_spaces": own} if own else {}
        document: dict[str, Json] = {"rules": rules, "policy": {**self.policy, **edits, **spaces}}
        if self.since is not None:
            changes = [
                {"code": each.code, "message": each.message, "weaker": each.weaker} for each in self.since.changes
            ]
            document["changed_since"] = {"revision": self.since.revision, "settings": changes}
        return document


def _other(other: OtherSeverity) -> dict[str, Json]:
    return {"rule": other.rule, "default": other.default.value, "severity": other.now.value}
