"""`import --from-meta`: templates in Meta's own form as YAML files. Reads one JSON file; knows nothing live."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from templatesync.commands.given_file import given_file
from templatesync.commands.import_ import ImportResult, result_of
from templatesync.commands.importing.files import Draft, Skipped, write
from templatesync.commands.importing.there import There
from templatesync.commands.prepare import open_project
from templatesync.kinds import KINDS
from templatesync.kinds.base import Kind
from templatesync.model.errors import UsageError
from templatesync.model.json_value import Json
from templatesync.model.resource import Key
from templatesync.project import workspace

META_FILE_LIMIT = 4 << 20
# 6,000 templates in a file of that size have some 150,000.
_MOST_VALUES = 400_000
_MOST_DOUBLED = 5
_LONGEST = 600
"""As much of a name as is told; CAMS takes 512 characters."""


def import_meta(directory: Path, source: Path) -> ImportResult:
    """Write a file for each template of a JSON file in Meta's form that CAMS can express."""
    from templatesync.kinds.template import meta

    project = open_project(directory)
    data = given_file(Path(os.path.realpath(source)), META_FILE_LIMIT, str(source))
    parsed, doubled = _parsed(data, str(source))
    converted, refused = meta.read(parsed)
    by_name: dict[str, Draft] = {}
    kind = KINDS["template"]
    there = There(workspace.read(project))
    skipped = [Skipped(source.name, reason) for reason in doubled]
    notes: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for each in converted:
        keys = _keys(kind, each.name, each.body)
        kept = {key: left for key in keys if (left := there.skipped(key, None))}
        skipped += kept.values()
        new = [key for key in keys if key not in kept]
        if not new:
            continue
        draft = by_name.setdefault(each.name, Draft(kind, each.name, [], [], original=each.original[:_LONGEST]))
        draft.bodies.append(each.body if len(new) == len(keys) else _only(each.body, [key.language for key in new]))
        draft.keys += map(str, new)
        notes.setdefault(each.name, []).append((", ".join(key.language for key in new), each.notes))
        if each.original != each.name and not draft.header:
            draft.header.append(f"Called {each.original[:_LONGEST]} at Meta.")
    for name, draft in by_name.items():
        draft.notes = _joined(notes[name])
    skipped += [
        Skipped(_called(each.original, each.language) or source.name, each.reason, each.fault) for each in refused
    ]
    written = [write(project, draft, False, skipped) for draft in by_name.values()]
    return result_of([each for each in written if each], skipped)


def _parsed(data: bytes, source: str) -> tuple[Json, tuple[str, ...]]:
    """The value of the file, and what was lost in reading it."""
    doubled: dict[str, None] = {}
    if data.count(b"{") + data.count(b"[") > _MOST_VALUES:
        raise UsageError(f"{source}: it has more than {_MOST_VALUES:,} objects and lists, which are not read")

    def whole(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        made = dict(pairs)
        if len(made) < len(pairs) and len(doubled) < _MOST_DOUBLED:  # hardly ever
            (key, _), *_ = (Counter(key for key, _ in pairs) - Counter(iter(made))).items()
            told = json.dumps(key[:40], ensure_ascii=False)
            doubled[f"the key {told} stands twice in one object; only the last was read"] = None
        return made

    try:
        return json.loads(data, object_pairs_hook=whole), tuple(doubled)
    except RecursionError:
        raise UsageError(f"{source}: it is nested too deep to be read") from None
    except ValueError as error:
        raise UsageError(f"{source} is not JSON: {error}") from None


def _only(body: Mapping[str, Json], languages: Sequence[str]) -> Mapping[str, Json]:
    """A body of several languages with some of them; texts by language keep no others."""
    kept = {**body, "Languages": list(languages)}
    if len(languages) == 1:
        kept = {("Language" if name == "Languages" else name): value for name, value in kept.items()}
        kept["Language"] = languages[0]
    return {name: _less(value, body["Languages"], languages) for name, value in kept.items()}


def _less(value: Json, all_of: Sequence[str], kept: Sequence[str]) -> Json:
    if isinstance(value, list):
        return [_less(each, all_of, kept) for each in value]
    if not isinstance(value, Mapping):
        return value
    if value and value.keys() == set(all_of):
        return value[kept[0]] if len(kept) == 1 else {language: value[language] for language in kept}
    return {name: _less(each, all_of, kept) for name, each in value.items()}


def _joined(parts: Sequence[tuple[str, tuple[str, ...]]]) -> tuple[str, ...]:
    """The notes of one file: what holds for some of its languages names them."""
    told: dict[str, list[str]] = {}
    for languages, notes in parts:
        for note in notes:
            told.setdefault(note, []).append(languages)
    return tuple(note if len(spoken) == len(parts) else f"{', '.join(spoken)}: {note}" for note, spoken in told.items())


def _keys(kind: Kind, name: str, body: Mapping[str, Json]) -> list[Key]:
    return [Key(kind.name, name, language) for language in body.get("Languages") or [body.get("Language")]]


def _called(original: str, language: str) -> str:
    return f"{original} ({language})" if language else original
