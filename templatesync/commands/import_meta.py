"""`import --from-meta`: templates in Meta's own form as YAML files. Reads one JSON file; knows nothing live."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from templatesync.commands.import_ import ImportResult, result_of
from templatesync.commands.import_files import Draft, Skipped, write
from templatesync.commands.prepare import open_project
from templatesync.kinds import KINDS
from templatesync.kinds.base import Kind
from templatesync.model.errors import UsageError
from templatesync.model.json_value import Json
from templatesync.model.resource import Key
from templatesync.project import workspace
from templatesync.storage.reading import read_file

META_FILE_LIMIT = 4 << 20


def import_meta(directory: Path, source: Path) -> ImportResult:
    """Write a file for each template of a JSON file in Meta's form that CAMS can express."""
    from templatesync.kinds.template import meta

    project = open_project(directory)
    data = read_file(Path(os.path.realpath(source)), str(source), META_FILE_LIMIT)
    if not isinstance(data, bytes):
        raise UsageError(f"{source}: {data.message}")
    try:
        parsed = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{source} is not JSON: {error}") from None
    converted, refused = meta.read(parsed)
    by_name: dict[str, Draft] = {}
    kind = KINDS["template"]
    known = {entry.resource.key for entry in workspace.read(project).entries}
    present: list[Skipped] = []
    for each in converted:
        if there := [key for key in _keys(kind, each.name, each.body) if key in known]:
            present += [Skipped(str(key), "it has a file already", fault=False) for key in there]
            continue
        draft = by_name.setdefault(each.name, Draft(kind, each.name, [], [], original=each.original))
        draft.bodies.append(each.body)
        draft.keys += map(str, _keys(kind, each.name, each.body))
        draft.notes += tuple(note for note in each.notes if note not in draft.notes)
        if each.original != each.name and not draft.header:
            draft.header.append(f"Called {each.original} at Meta.")
    skipped = [*present, *(Skipped(_called(each.original, each.language), each.reason) for each in refused)]
    written = [write(project, draft, None, skipped) for draft in by_name.values()]
    return result_of([each for each in written if each], skipped, None)


def _keys(kind: Kind, name: str, body: Mapping[str, Json]) -> list[Key]:
    return [Key(kind.name, name, language) for language in body.get("Languages") or [body.get("Language")]]


def _called(original: str, language: str) -> str:
    return f"{original} ({language})" if language else original
