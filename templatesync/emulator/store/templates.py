"""Templates as rows: one frozen value and the SQL that keeps it. Knows no operation and no rule."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from templatesync.emulator.platform.review import DECISIONS, ReviewStatus
from templatesync.emulator.settings import Settings
from templatesync.model.json_value import Json

DAY = 86_400.0

# Deleted rows stay as long as a name can be blocked, and a day more.
KEEP_DELETED = 31 * DAY


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """One template in one language. Times are seconds of the state clock.

    `content` is what was sent: Components and Example. `properties` are the other parameters, and what the platform
    adds. `held`: the control endpoint put it under review, so no setting decides it.
    """

    id: int
    space: str
    type: str
    name: str
    language: str
    code: str
    category: str
    status: ReviewStatus
    reason: str
    held: bool
    created: float
    submitted: float
    updated: float
    content: Mapping[str, Json]
    properties: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Filter:
    """What a listing asks for; an empty text asks for anything."""

    name: str = ""
    language: str = ""
    status: str = ""
    category: str = ""
    code: str = ""
    type: str = ""


_COLUMNS = (
    "space, type, name, language, code, category, status, reason, held, "
    "created, submitted, updated, content, properties"
)


def _template(row: sqlite3.Row) -> TemplateRow:
    return TemplateRow(
        id=row["id"],
        space=row["space"],
        type=row["type"],
        name=row["name"],
        language=row["language"],
        code=row["code"],
        category=row["category"],
        status=ReviewStatus(row["status"]),
        reason=row["reason"],
        held=bool(row["held"]),
        created=row["created"],
        submitted=row["submitted"],
        updated=row["updated"],
        content=json.loads(row["content"]),
        properties=json.loads(row["properties"]),
    )


def _values(template: TemplateRow) -> tuple[str | int | float, ...]:
    return (
        template.space,
        template.type,
        template.name,
        template.language,
        template.code,
        template.category,
        template.status.value,
        template.reason,
        int(template.held),
        template.created,
        template.submitted,
        template.updated,
        json.dumps(template.content, ensure_ascii=False),
        json.dumps(template.properties, ensure_ascii=False),
    )


def insert(db: sqlite3.Connection, template: TemplateRow) -> None:
    """Add a template; its `id` is ignored."""
    marks = ", ".join("?" * len(_values(template)))
    db.execute(f"INSERT INTO template ({_COLUMNS}) VALUES ({marks})", _values(template))  # noqa: S608 - no data in it


def next_id(db: sqlite3.Connection) -> int:
    """The id that the next insertion gets; none is ever given twice."""
    row = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'template'").fetchone()
    return int(row["seq"]) + 1 if row else 1


def make_code(db: sqlite3.Connection, space: str, kind: str, name: str, language: str, *, per_name: bool) -> str:
    """The TemplateCode of a template to insert: new, or with `per_name` that of the same name in another language."""
    sibling = get(db, space, Filter(name=name, type=kind)) if per_name else None
    if sibling:
        return sibling.code
    source = f"{space}/{kind}/{name}/{language}/{next_id(db)}"
    return hashlib.sha256(source.encode()).hexdigest()[:32]


def update(db: sqlite3.Connection, template: TemplateRow) -> None:
    """Write every field back to the row of `template.id`."""
    marks = ", ".join("?" * len(_values(template)))
    db.execute(f"UPDATE template SET ({_COLUMNS}) = ({marks}) WHERE id = ?", (*_values(template), template.id))  # noqa: S608 - no data in it


def delete(db: sqlite3.Connection, template: TemplateRow, now: float) -> None:
    """Mark as deleted. The row stays for a while: names are blocked, and listings may lag."""
    db.execute("UPDATE template SET deleted = ? WHERE id = ?", (now, template.id))
    db.execute(
        "DELETE FROM edit WHERE template IN (SELECT id FROM template WHERE deleted < ?)",
        (now - KEEP_DELETED,),
    )
    db.execute("DELETE FROM template WHERE deleted < ?", (now - KEEP_DELETED,))


def end_due_reviews(db: sqlite3.Connection, space: str, settings: Settings, now: float) -> None:
    """End every review of a space that is due. Called before each operation, so no thread is needed.

    Not of other spaces: another emulator on the same database may have other settings for them.
    """
    decision = DECISIONS[settings.review]
    if decision is None:
        return
    status, reason = decision
    db.execute(
        "UPDATE template SET status = ?, reason = ?, updated = submitted + ?"
        " WHERE space = ? AND status = ? AND submitted <= ? AND deleted IS NULL AND NOT held",
        (status.value, reason, settings.after, space, ReviewStatus.AUDITING.value, now - settings.after),
    )


def find(db: sqlite3.Connection, space: str, wanted: Filter) -> list[TemplateRow]:
    """Live templates that fit, oldest first."""
    where, values = _where(space, wanted)
    query = f"SELECT id, {_COLUMNS} FROM template WHERE {where} AND deleted IS NULL ORDER BY id"  # noqa: S608 - no data in it
    return [_template(row) for row in db.execute(query, values)]


def get(db: sqlite3.Connection, space: str, wanted: Filter) -> TemplateRow | None:
    """The one live template that fits, or the oldest of several."""
    return next(iter(find(db, space, wanted)), None)


def page(
    db: sqlite3.Connection, space: str, wanted: Filter, *, seen_at: float, offset: int, size: int
) -> Sequence[TemplateRow]:
    """What a listing shows, newest first, as the state was at `seen_at`."""
    where, values = _where(space, wanted)
    # Sorting identifiers and fetching one page of rows is many times quicker than sorting whole rows.
    chosen = f"SELECT id FROM template WHERE {where} AND {_SEEN} ORDER BY id DESC LIMIT ? OFFSET ?"  # noqa: S608 - no data in it
    query = f"SELECT id, {_COLUMNS} FROM template WHERE id IN ({chosen}) ORDER BY id DESC"  # noqa: S608 - no data in it
    return [_template(row) for row in db.execute(query, (*values, seen_at, seen_at, size, offset))]


def count(db: sqlite3.Connection, space: str, wanted: Filter, *, seen_at: float) -> int:
    """How many rows all pages have together."""
    where, values = _where(space, wanted)
    query = f"SELECT count(*) FROM template WHERE {where} AND {_SEEN}"  # noqa: S608 - no data in it
    return int(db.execute(query, (*values, seen_at, seen_at)).fetchone()[0])


_SEEN = "created <= ? AND (deleted IS NULL OR deleted > ?)"


def _where(space: str, wanted: Filter) -> tuple[str, list[str]]:
    columns = {"space": space}
    columns |= {
        column: value
        for column, value in (
            ("name", wanted.name),
            ("language", wanted.language),
            ("status", wanted.status),
            ("category", wanted.category),
            ("code", wanted.code),
            ("type", wanted.type),
        )
        if value
    }
    return " AND ".join(f"{column} = ?" for column in columns), list(columns.values())


def created_since(db: sqlite3.Connection, space: str, since: float) -> list[float]:
    """When each template was created that is younger than `since`, deleted ones too; oldest first."""
    rows = db.execute(
        "SELECT created FROM template WHERE space = ? AND type = 'WHATSAPP' AND created > ? ORDER BY created",
        (space, since),
    )
    return [row["created"] for row in rows]


def deleted_name_at(db: sqlite3.Connection, space: str, name: str, language: str, since: float) -> float | None:
    """When a template of this name and language was last deleted, if after `since`."""
    row = db.execute(
        "SELECT max(deleted) AS at FROM template WHERE space = ? AND name = ? AND language = ? AND deleted > ?",
        (space, name, language, since),
    ).fetchone()
    return None if row["at"] is None else float(row["at"])


def add_edit(db: sqlite3.Connection, template: TemplateRow, now: float) -> None:
    """Keep that an approved template was edited."""
    db.execute("INSERT INTO edit (template, at) VALUES (?, ?)", (template.id, now))


def edits_since(db: sqlite3.Connection, template: TemplateRow, since: float) -> list[float]:
    """When this template was edited while approved, oldest first."""
    rows = db.execute("SELECT at FROM edit WHERE template = ? AND at > ? ORDER BY at", (template.id, since))
    return [row["at"] for row in rows]
