"""The limits longer than a second, when `Settings.limits` is on. Knows no HTTP.

Creations per hour, number of templates, blocked names, edits of approved templates. The numbers are in `api.json`.
"""

from __future__ import annotations

import math

from templatesync.emulator.operations.call import Call
from templatesync.emulator.outcome import RefusedCall, throttled
from templatesync.emulator.platform.review import ReviewStatus
from templatesync.emulator.store import templates
from templatesync.emulator.store.templates import DAY, Filter, TemplateRow
from templatesync.service.api import api

HOUR = 3_600.0


def check_creation(call: Call, name: str, language: str, kind: str) -> None:
    """Refuse a creation that is one too many, or of a name that is still blocked."""
    if not call.settings.limits or kind != "WHATSAPP":
        return
    space, numbers = call.space.id, api().limits
    days = numbers["name_blocked_after_delete_days"]
    deleted = templates.deleted_name_at(call.db, space, name, language, call.now - days * DAY)
    if deleted is not None:
        left = math.ceil((deleted + days * DAY - call.now) / DAY)
        raise RefusedCall(
            "InvalidParameter.CreateError",
            f"The name {name} in {language} was deleted lately and cannot be used for {left} more days (2388023).",
        )
    most = numbers["templates_per_waba"][1 if call.space.verified else 0]
    if templates.count(call.db, space, Filter(type=kind), seen_at=call.now) >= most:
        raise RefusedCall("InvalidParameter.CreateError", f"The WABA has its {most} templates already (2388019).")
    per_hour = numbers["template_creations_per_waba_and_hour"]
    _check_window(call, templates.created_since(call.db, space, call.now - HOUR), per_hour, HOUR)


def check_edit(call: Call, template: TemplateRow) -> None:
    """Refuse an edit of an approved template that is one too many; those of rejected and paused ones are free."""
    if not call.settings.limits or template.status is not ReviewStatus.PASS:
        return
    numbers = api().limits["edits_of_an_approved_template"]
    for most, window in ((numbers["per_24_hours"], DAY), (numbers["per_30_days"], 30 * DAY)):
        _check_window(call, templates.edits_since(call.db, template, call.now - window), most, window)


def _check_window(call: Call, times: list[float], most: int, window: float) -> None:
    """Throttle when `most` or more of `times` lie in the window, until enough of them have left it."""
    if len(times) >= most:
        frees_at = times[len(times) - most] + window
        raise throttled(max(1, math.ceil((frees_at - call.now) * 1000)))
