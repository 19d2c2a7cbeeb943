"""What is to be an issue, as JSON for whatever keeps issues: one for each rejection, or one for each space. Pure.

Titles are one line of plain text; bodies are Markdown, in which every value from outside is escaped.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import quote

from templatesync.commands.status import alarms_in
from templatesync.model.digest import FORMAT_VERSION, sha256
from templatesync.model.json_value import Json
from templatesync.planning.document import json_text
from templatesync.planning.follow_up import FollowUp, Stands
from templatesync.render import status_markdown
from templatesync.render.conditions import called
from templatesync.render.escape import markdown_sentence, markdown_text, visible
from templatesync.render.markdown_parts import code, cut, place
from templatesync.render.status_receipt import explained, moment, said
from templatesync.render.terminal import Style

if TYPE_CHECKING:
    from templatesync.commands.status import StatusResult
    from templatesync.commands.status_receipt import Followed
    from templatesync.commands.status_rows import SpaceStatus

MOST_OF_TITLE = 200
_LONGEST = 4_000
_LONGEST_ID = 200
_FINAL = (Stands.APPROVED, Stands.SUPERSEDED, Stands.CHANGED, Stands.GONE)
"""Where a change stands that was rejected before, perhaps, and is not any more."""
_BROKEN = re.compile("-(?=-)")


def status(result: StatusResult, style: Style) -> str:
    """The document."""
    if result.followed is not None:
        told = [each for space in result.followed for each in _rejections(space)]
    else:
        told = [each for space in result.spaces if (each := _of_space(result, space, style)) is not None]
    return json_text({"format_version": FORMAT_VERSION, "issues": told})


def _issue(name: str, title: str, body: str, *, is_open: bool) -> Json:
    return {"id": _id(name), "open": is_open, "title": cut(visible(title), MOST_OF_TITLE), "body": body}


def _id(name: str) -> str:
    """What an issue is found by, in a comment of its body: nothing in it ends that."""
    said = _BROKEN.sub("%2D", quote(name, safe="/@.-_", errors="surrogatepass"))
    return said if len(said) <= _LONGEST_ID else f"{said[:120]}.{sha256(said)[:16]}"


# --- rejections -------------------------------------------------------------------------------------------------------


def _rejections(space: Followed) -> Iterator[Json]:
    for each in space.changes:
        if each.stands is not Stands.REJECTED and not (each.stands in _FINAL and each.row.submitted):
            continue
        name = f"rejected/{space.plan.space}/{each.row.key}/{each.row.wanted_digest[:12]}"
        title = f"Rejected: {cut(str(each.row.key), 120)} in {cut(space.plan.space, 40)}"
        is_open = each.stands is Stands.REJECTED
        body = _rejection(space, each) if is_open else f"{_named(space, each)}: {markdown_text(said(each))}.\n"
        yield _issue(name, title, body, is_open=is_open)


def _named(space: Followed, change: FollowUp) -> str:
    where = markdown_text(cut(space.plan.space, 80))
    return f"{code(cut(str(change.row.key), 300))} in {where}"


def _rejection(space: Followed, change: FollowUp) -> str:
    """What, where, why, and what to do."""
    at = moment(change.at)
    lines = [
        f"- Where: {place(change.file, change.line)}",
        f"- Why: {markdown_sentence(cut(explained(change), _LONGEST))}",
        *([f"- When:{at}"] if at else []),
        "- Next: change what the reason names in the file, and merge that: the apply after it starts a new review. "
        "`templatesync rules RULE` explains a rule that is named above. If the review was wrong, appeal in the "
        "console, or start the workflow that applies by hand with this key as its input <code>resubmit</code>.",
    ]
    later = "\n\nA later change of its file is not applied yet." if change.later else ""
    return f"The review rejected {_named(space, change)}.\n\n{chr(10).join(lines)}{later}\n"


# --- spaces -----------------------------------------------------------------------------------------------------------


def _of_space(result: StatusResult, space: SpaceStatus, style: Style) -> Json:
    """One issue for what is the matter in a space; whoever cannot say that nothing is, leaves it open.

    None where a receipt was broken and nothing else is the matter: then nobody knows of anything that is missing, nor
    that nothing is, so that what is open stays open.
    """
    found, undecided = alarms_in([space], result.fail_on)
    alone = dataclasses.replace(result, spaces=(space,), found=found, undecided=undecided)
    counts = [f"{number:,} {called(each)}" for each, number in found.items()]
    counts += ["could not be read"] if space.error is not None else []
    counts += ["not all could be read"] if undecided and space.error is None else []
    if result.left_out and not counts:
        return None
    name = cut(space.plan.space, 80)
    title = f"{name}: {', '.join(counts) or 'nothing to look at'}"
    body = status_markdown.status(alone, style)
    return _issue(f"space/{space.plan.space}", title, body, is_open=bool(counts))
