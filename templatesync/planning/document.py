"""A plan as JSON and back. The shape is a promise (`schemas/plan.schema.json`). Pure; knows no kind and no file.

Same inputs give the same bytes: sorted, no clock, no path outside the project, no secret.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

import templatesync
from templatesync.model.attempt import Recovered
from templatesync.model.change import (
    Action,
    Change,
    Difference,
    Echo,
    FromCache,
    Looked,
    Narrowed,
    Note,
    Plan,
    Refusal,
    Samples,
    SpacePlan,
)
from templatesync.model.character import HIDDEN, HIDDEN_BEYOND, RUNNER, RUNNER_WORDS, SECOND_PLANE
from templatesync.model.digest import FORMAT_VERSION, sha256
from templatesync.model.errors import StaleError
from templatesync.model.json_value import Json
from templatesync.model.lazy_pattern import lazy_pattern
from templatesync.model.outcome import Outcome
from templatesync.model.resource import Key
from templatesync.model.usage import Usage
from templatesync.planning.totals import plan_digest, space_digest, summary


def to_json(plan: Plan) -> dict[str, Json]:
    """The plan document."""
    spaces = sorted(plan.spaces, key=lambda space: space.space)
    return {
        "format_version": FORMAT_VERSION,
        "tool_version": templatesync.__version__,
        "digest": plan_digest(Plan(tuple(spaces))),
        "summary": summary(
            (change for space in spaces for change in space.changes), sum(len(space.unmanaged) for space in spaces)
        ),
        **(plan.strictness.to_json() if plan.strictness is not None else {}),
        "spaces": [_space(space) for space in spaces],
    }


def text(document: Mapping[str, Json]) -> str:
    """A document as it is written to a file or a pipe."""
    return json_text(document)


def json_text(value: Json) -> str:
    """Any JSON value as it is written to a file or a pipe."""
    return _plain(json.dumps(value, ensure_ascii=False, indent=2)) + "\n"


def _plain(text: str) -> str:
    if "\x7f" in text or not text.isascii():
        text = _UNSHOWN.sub(_escape, text)
        if _BEYOND.search(text):
            text = _UNSHOWN_BEYOND.sub(_escape, text)
    return _OBEYED.sub(_escape, text) if any(word in text for word in RUNNER_WORDS) else text


# Nothing but strings can hold these, and JSON has an escape for each: the value is the same, and a terminal or the log
# of a CI runner that shows it obeys nothing.
_UNSHOWN = lazy_pattern(f"[\x7f-\x9f{HIDDEN}]")
_UNSHOWN_BEYOND = lazy_pattern(f"[{HIDDEN_BEYOND}]")
_BEYOND = lazy_pattern(f"[{SECOND_PLANE}]")
_OBEYED = lazy_pattern(RUNNER)


def _escape(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be", "surrogatepass").hex()  # JSON has escapes for units of UTF-16
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def _space(space: SpacePlan) -> dict[str, Json]:
    document: dict[str, Json] = {
        "space": space.space,
        "cust_space_id": space.cust_space_id,
        "waba_id": space.waba_id,
        "emulator": space.emulator,
        "digest": space_digest(space),
        "summary": summary(space.changes, len(space.unmanaged)),
        "changes": [{**_change(change), **_for_looking(change)} for change in space.changes],
        "unmanaged": [str(key) for key in space.unmanaged],
        **listings_json(space),
        **({"notes": [str(note) for note in space.notes]} if space.notes else {}),
        **_refusals(space),
    }
    if space.from_cache:
        document["from_cache"] = {"details": space.from_cache.details, "oldest": space.from_cache.oldest}
    if space.scope:
        document["scope"] = {
            "revision": space.scope.revision,
            "keys": sorted(map(str, space.scope.keys)),
            "of": space.scope.of,
            "gone": [str(key) for key in space.scope.gone],
        }
    if space.error:
        document["error"] = {"code": space.error.code, "message": space.error.message}
    return document


def listings_json(space: SpacePlan) -> dict[str, Json]:
    """How far the lists were read that a plan rests on."""
    return {"listings": [_looked(each) for each in space.listings]} if space.listings else {}


def _looked(looked: Looked) -> dict[str, Json]:
    return {
        "kind": looked.kind,
        "looked": looked.looked,
        "complete": looked.complete,
        "live": looked.live,
        "reason": looked.reason,
    }


def _change(change: Change) -> dict[str, Json]:
    return {
        "key": str(change.key),
        "kind": change.key.kind,
        "name": change.key.name,
        "language": change.key.language,
        "action": change.action.value,
        "reason": change.reason,
        "file": change.file,
        "line": change.line,
        "live_digest": change.live_digest,
        "live_status": change.live_status,
        "notes": [str(note) for note in change.notes],
        "review": change.review,
        "sendable_meanwhile": change.sendable_meanwhile,
        "breaking": [note.text for note in change.breaking],
        "breaking_rules": [{"rule": note.code, "text": note.text} for note in change.breaking if note.code],
        **({"replaces": change.replaces} if change.replaces else {}),
        "diff": [
            {"path": item.path, "op": item.op, "before": item.before, "after": item.after} for item in change.diff
        ],
        "before": change.before,
        "after": change.after,
    }


def _for_looking(change: Change) -> dict[str, Json]:
    """What draws a change needs beside its contents. No digest covers it."""
    told: dict[str, Json] = {}
    if change.predecessor is not None:
        told["predecessor"] = change.predecessor
    if change.samples.variables or change.samples.media:
        told["samples"] = {"variables": dict(change.samples.variables), "media": list(change.samples.media)}
    if change.usage is not None:
        told["usage"] = usage_json(change.usage)
    return told


def usage_json(usage: Usage) -> dict[str, Json]:
    """Counts as they were told; `sent` is null when nobody knows."""
    told: dict[str, Json] = {"days": usage.days, "sent": usage.sent}
    if usage.sent is None:
        told["reason"] = usage.reason
    else:
        told |= {"delivered": usage.delivered, "read": usage.read}
    return {**told, **({"of": usage.of} if usage.of else {})}


def _refusals(space: SpacePlan) -> dict[str, Json]:
    told = [{"code": refusal.code, "message": refusal.message} for refusal in space.refusals]
    return {"refusals": told} if told else {}


def outcomes_json(
    spaces: Iterable[tuple[SpacePlan, Iterable[Outcome]]],
    recovered: Mapping[str, Iterable[Recovered]] = {},
    not_in_plan: Mapping[str, Iterable[Change]] = {},
) -> dict[str, Json]:
    """What apply did: the same rows as the plan, each with how it ended, what a run before it had done, and what the
    approved plan does not have.
    """
    return {
        "format_version": FORMAT_VERSION,
        "tool_version": templatesync.__version__,
        "spaces": [
            {
                "space": space.space,
                "cust_space_id": space.cust_space_id,
                "waba_id": space.waba_id,
                "emulator": space.emulator,
                "digest": space_digest(space),
                "changes": [_outcome(outcome) for outcome in outcomes],
                **_recovered(recovered.get(space.space, ())),
                **_not_in_plan(not_in_plan.get(space.space, ())),
                **_refusals(space),
                **({"error": {"code": space.error.code, "message": space.error.message}} if space.error else {}),
            }
            for space, outcomes in spaces
        ],
    }


def _recovered(recovered: Iterable[Recovered]) -> dict[str, Json]:
    told: list[Json] = [
        {
            "key": each.attempt.key,
            "action": each.attempt.action.value,
            "outcome": each.outcome.value,
            "code": each.attempt.code,
            "message": each.message,
            "request_id": each.attempt.request_id,
            "sent_at": each.attempt.when,
        }
        for each in recovered
    ]
    return {"recovered": told} if told else {}


def _not_in_plan(changes: Iterable[Change]) -> dict[str, Json]:
    told: list[Json] = [
        {
            "key": str(change.key),
            "action": change.action.value,
            "reason": change.reason,
            "file": change.file,
            "line": change.line,
            "paths": [item.path for item in change.diff],
        }
        for change in changes
    ]
    return {"not_in_plan": told} if told else {}


def _outcome(outcome: Outcome) -> dict[str, Json]:
    return {
        **_change(outcome.change),
        "wanted_digest": outcome.change.wanted_digest,
        "outcome": outcome.kind.value,
        "code": outcome.code,
        "message": outcome.message,
        "request_id": outcome.request_id,
        "template_code": "",
        **outcome.ids,
        **({"told_back": _echo(outcome.echo)} if outcome.echo is not None else {}),
    }


def _echo(echo: Echo) -> dict[str, Json]:
    return {
        "wanted_digest": echo.wanted_digest,
        "live_digest": echo.live_digest,
        "paths": list(echo.paths),
        "taken": echo.taken,
    }


def parse(data: bytes, name: str) -> Plan:
    """A saved plan, checked against its own digest. Raises StaleError with what is wrong with it."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        raise StaleError(f"{name} is not a plan: it is not JSON", hint="save one with `plan --out FILE`") from None
    version = document.get("format_version") if isinstance(document, dict) else None
    if not isinstance(version, str):
        raise StaleError(f"{name} is not a plan", hint="save one with `plan --out FILE`")
    if version.split(".")[0] != FORMAT_VERSION.split(".")[0]:
        raise StaleError(f"{name} has format {version}; this release reads {FORMAT_VERSION}", hint="plan again")
    try:
        plan = Plan(tuple(_read_space(space) for space in document["spaces"]))
        sound = plan_digest(plan) == document["digest"]
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError):
        raise StaleError(f"{name} is damaged: it is not a whole plan", hint="plan again") from None
    if not sound:
        raise StaleError(f"{name} is damaged: its content does not fit its digest", hint="plan again")
    return plan


def _read_space(document: Mapping[str, Any]) -> SpacePlan:
    error, remembered = document.get("error"), document.get("from_cache")
    changes = tuple(_read_change(change) for change in document["changes"])
    if len({change.key for change in changes}) < len(changes):
        raise ValueError("two rows of one resource")
    return SpacePlan(
        space=_text(document["space"]),
        cust_space_id=_text(document["cust_space_id"]),
        waba_id=_text(document["waba_id"]),
        emulator=bool(document["emulator"]),
        changes=changes,
        unmanaged=tuple(Key.parse(_text(key)) for key in document.get("unmanaged", ())),
        error=Refusal(_text(error["code"]), _text(error["message"])) if error else None,
        from_cache=None if remembered is None else FromCache(int(remembered["details"]), _text(remembered["oldest"])),
        scope=_read_scope(document.get("scope")),
    )


def _read_scope(document: Mapping[str, Any] | None) -> Narrowed | None:
    if document is None:
        return None
    keys = frozenset(Key.parse(_text(key)) for key in document["keys"])
    gone = tuple(Key.parse(_text(key)) for key in document["gone"])
    return Narrowed(_text(document["revision"]), keys, int(document["of"]), gone)


def _read_change(document: Mapping[str, Any]) -> Change:
    before, after = document["before"], document["after"]
    key = Key(_text(document["kind"]), _text(document["name"]), _text(document["language"]))
    if str(key) != document["key"]:
        raise ValueError(key)
    return Change(
        key=key,
        action=Action(document["action"]),
        reason=_text(document["reason"]),
        file=_text(document["file"]),
        line=int(document["line"]),
        # Worked out anew: what a reviewer read as before and after is what the digest must cover.
        live_digest=sha256(before) if before is not None else "",
        wanted_digest=sha256(after) if after is not None else "",
        live_status=_text(document["live_status"]),
        notes=tuple(Note("", _text(note)) for note in document["notes"]),
        review=bool(document["review"]),
        sendable_meanwhile=_text(document["sendable_meanwhile"]),
        breaking=_read_breaking(document),
        replaces=_text(document.get("replaces", "")),
        diff=tuple(Difference(d["path"], d["op"], d["before"], d["after"]) for d in document["diff"]),
        before=before,
        after=after,
        predecessor=_object(document.get("predecessor")),
        samples=_read_samples(document.get("samples") or {}),
    )


def _read_breaking(document: Mapping[str, Any]) -> tuple[Note, ...]:
    rules = {_text(each["text"]): _text(each["rule"]) for each in document.get("breaking_rules", ())}
    return tuple(Note(rules.get(_text(text), ""), text) for text in document["breaking"])


def _read_samples(document: Mapping[str, Any]) -> Samples:
    variables = {name: _text(value) for name, value in document.get("variables", {}).items()}
    return Samples(variables, tuple(_text(source) for source in document.get("media", ())))


def _object(value: Json) -> Json:
    if value is not None and not isinstance(value, dict):
        raise TypeError(value)
    return value


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value
