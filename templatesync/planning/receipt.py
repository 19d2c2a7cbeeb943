"""A receipt that somebody hands over: what an apply submitted, how that ended, and what it left live. Pure.

It may come from anywhere, so nothing is taken on trust but that it says what it says; it permits nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from templatesync.model.change import Action, Echo
from templatesync.model.digest import FORMAT_VERSION, sha256
from templatesync.model.errors import UsageError
from templatesync.model.json_value import Json
from templatesync.model.outcome import OutcomeKind
from templatesync.model.resource import Key

_IN_EFFECT = frozenset({OutcomeKind.DONE, OutcomeKind.ALREADY_DONE})
_MAYBE = _IN_EFFECT | {OutcomeKind.UNKNOWN}


class Row(NamedTuple):
    """One change and its end. `content` is what was wanted, as `wanted_digest` names it; None where nothing was.

    `live`: it was there when the run ended. `reason` is why it was blocked; `live_digest` names what was there before,
    and `live_status` its state. `code` and `message` are of its end, and `file` and `line` say where its file was.
    """

    key: Key
    action: Action
    outcome: OutcomeKind
    wanted_digest: str = ""
    content: Json = None
    echo: Echo | None = None
    live: bool = False
    reason: str = ""
    live_digest: str = ""
    live_status: str = ""
    code: str = ""
    message: str = ""
    file: str = ""
    line: int = 0

    @property
    def in_effect(self) -> bool:
        """Whether it was certainly carried out."""
        return self.outcome in _IN_EFFECT

    @property
    def submitted(self) -> bool:
        """Whether its content was sent, or may have been, so that a review may follow."""
        return self.action in (Action.CREATE, Action.UPDATE) and self.outcome in _MAYBE


class SpaceReceipt(NamedTuple):
    """What a receipt says of one space, by key, in its order."""

    rows: Mapping[Key, Row] = {}
    cust_space_id: str = ""

    @property
    def submitted(self) -> tuple[Key, ...]:
        """What was sent, or may have been."""
        return tuple(key for key, row in self.rows.items() if row.submitted)

    @property
    def echoes(self) -> Mapping[str, Echo]:
        """What the service told otherwise than it was sent."""
        return {str(key): row.echo for key, row in self.rows.items() if row.echo is not None}

    @property
    def deleted(self) -> tuple[str, ...]:
        """What was deleted; when that was, no receipt says."""
        rows = self.rows.items()
        return tuple(str(key) for key, row in rows if row.action is Action.DELETE and row.outcome is OutcomeKind.DONE)


_NOTHING = SpaceReceipt()


def latest(receipts: Iterable[Receipt], space: str, cust_space_id: str) -> SpaceReceipt:
    """What several say of one space, the oldest first: of each resource what the last apply did that may have written.

    What was blocked, stale or failed says only what was there when it was planned; another may have changed it since.
    """
    rows: dict[Key, Row] = {}
    for receipt in receipts:
        for key, row in receipt.of(space, cust_space_id).rows.items():
            if row.outcome in _MAYBE or key not in rows:
                rows[key] = row
    return SpaceReceipt(rows, cust_space_id)


class Receipt(NamedTuple):
    """What a receipt says, by the name of each space."""

    spaces: Mapping[str, SpaceReceipt]

    def of(self, space: str, cust_space_id: str) -> SpaceReceipt:
        """What it says of one space: nothing, when the space of that name was another customer's."""
        found = self.spaces.get(space, _NOTHING)
        return found if found.cust_space_id == cust_space_id else _NOTHING


def parse(data: bytes, name: str) -> Receipt:
    """A receipt. Raises UsageError with what is wrong when it is none."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        raise _none(name, "it is not JSON") from None
    if not isinstance(document, dict) or not isinstance(document.get("spaces"), list):
        raise _none(name, "it has no spaces")
    version = document.get("format_version")
    if not isinstance(version, str) or version.split(".")[0] != FORMAT_VERSION.split(".")[0]:
        said = f"format {version[:20]!r}" if isinstance(version, str) else "no format version"
        raise _none(name, f"it has {said}, and this release reads {FORMAT_VERSION}")
    try:
        return Receipt({_text(space["space"]): _space(space) for space in document["spaces"]})
    except _Unended:
        raise _none(name, "it does not say how changes ended, as a plan does not") from None
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError):
        raise _none(name, "it is damaged, or something else") from None


def _none(name: str, why: str) -> UsageError:
    return UsageError(f"{name} is no receipt: {why}", hint="`apply --receipt FILE` writes one")


class _Unended(Exception):
    """A row without its end."""


def _space(space: Mapping[str, Any]) -> SpaceReceipt:
    rows = {key: row for row in map(_recovered, space.get("recovered", ())) for key in (row.key,)}
    for change in space["changes"]:
        row = _row(change)
        rows.pop(row.key, None)  # in the order of what came last
        rows[row.key] = row
    return SpaceReceipt(rows, _text(space["cust_space_id"]))


def _recovered(write: Mapping[str, Any]) -> Row:
    action, outcome = Action(write["action"]), OutcomeKind(write["outcome"])
    live = outcome in _IN_EFFECT and action is not Action.DELETE
    return Row(Key.parse(_text(write["key"])), action, outcome, live=live)


def _row(change: Mapping[str, Any]) -> Row:
    if "outcome" not in change:
        raise _Unended
    key, action, outcome = Key.parse(_text(change["key"])), Action(change["action"]), OutcomeKind(change["outcome"])
    content = change.get("after")
    if not (content is None or isinstance(content, dict)):
        raise TypeError(content)
    digest = _text(change.get("wanted_digest", "")) or (sha256(content) if content is not None else "")
    told = change.get("told_back")
    echo = None
    if told:
        echo = Echo(_text(told["wanted_digest"]), _text(told["live_digest"]), taken=told.get("taken") is not False)
    return Row(
        key,
        action,
        outcome,
        digest,
        content,
        echo,
        _was_live(change, action, outcome),
        reason=_text(change.get("reason", "")),
        live_digest=_text(change.get("live_digest", "")),
        live_status=_text(change.get("live_status", "")),
        code=_text(change.get("code", "")),
        message=_text(change.get("message", "")),
        file=_text(change.get("file", "")),
        line=_line(change),
    )


def _line(change: Mapping[str, Any]) -> int:
    line = change.get("line", 0)
    return line if isinstance(line, int) and not isinstance(line, bool) else 0


def _was_live(change: Mapping[str, Any], action: Action, outcome: OutcomeKind) -> bool:
    """Whether it was there when the run had ended, as far as the row shows it."""
    before = bool(_text(change.get("live_digest", "")) or _text(change.get("live_status", "")))
    if outcome in _IN_EFFECT:
        return action in (Action.CREATE, Action.UPDATE) or (action is not Action.DELETE and before)
    return before and not (action is Action.DELETE and outcome is OutcomeKind.UNKNOWN)


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value
