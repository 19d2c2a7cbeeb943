"""Languages that somebody added where the resource lives: taken into the document that has the others, if it can.

The document first has the new language as a copy of one that it has, and is then made to say what is live, as with any
other edit. Samples are not copied: they are those that the service tells. Writes nothing; knows no kind by name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from templatesync.commands.importing.update_file import FileUpdate, Update, still_held
from templatesync.commands.importing.update_wish import wish_of
from templatesync.documents.document import Document
from templatesync.documents.edit.file import edited
from templatesync.documents.edits import Add, Edit, Write
from templatesync.kinds import KINDS
from templatesync.kinds.base import Kind
from templatesync.model.json_value import Json
from templatesync.model.paths import Path
from templatesync.model.resource import Key, Live
from templatesync.planning.inputs import PlanInput
from templatesync.planning.taking_over import Takeover
from templatesync.project.settings import Space
from templatesync.project.workspace import Workspace
from templatesync.validation.check import check

_OWN = "templatesync"


def hosts(files: Workspace, space: Space, keys: Collection[Key]) -> dict[Key, Document | str]:
    """For each key the one document with several languages that has its name in a space; or why there is none."""
    names = {(key.kind, key.name) for key in keys}
    found: dict[tuple[str, str], dict[tuple[str, int], Document]] = {}
    for entry in files.entries if names else ():
        name = (entry.resource.key.kind, entry.resource.key.name)
        document = entry.document
        if name in names and space.name in entry.spaces and isinstance(document.data.get("Languages"), list):
            found.setdefault(name, {})[(document.file, document.line)] = document
    out: dict[Key, Document | str] = {}
    for key in keys:
        there = [*found.get((key.kind, key.name), {}).values()]
        out[key] = there[0] if len(there) == 1 else f"it is live and no file has it; {_separate(key)}"
    return out


def _separate(key: Key) -> str:
    return f"`templatesync import {key}` writes a file of its own"


def update_with(
    files: Workspace,
    name: str,
    space: Space,
    given: PlanInput,
    live: Mapping[Key, Live],
    added: Mapping[Key, tuple[Document, Live]],
) -> tuple[Update, dict[Key, str]]:
    """What becomes of a file that is to have more languages, and why some of them cannot be in it.

    `live` is of the resources that the file has by now.
    """
    unable: dict[Key, str] = {}
    while trying := {key: each for key, each in added.items() if key not in unable}:
        try:
            grown = {name: edited(files.texts[name], name, _growth(files, name, trying))}
        except _UnlikeError as error:
            unable[error.key] = f"{error}; {_separate(error.key)}"
            continue
        except LookupError:
            unable |= {key: f"its language cannot be added here; {_separate(key)}" for key in trying}
            continue
        data = still_held(files.part([name]), name, grown)[name]
        update = _update(
            files.with_texts({name: data}),
            name,
            space,
            given,
            {**live, **{key: each for key, (_, each) in trying.items()}},
        )
        failed = {key: f"{reason}; {_separate(key)}" for key, reason in update.left.items() if key in trying}
        texts = {name: data, **update.texts}
        if not failed and (rule := _broken(files, name, texts)):
            failed = {key: f"it would break the rule {rule} there; {_separate(key)}" for key in trying}
        if not failed:
            return _whole(update, texts, trying), unable
        unable |= failed
    return _update(files, name, space, given, live), unable


def _update(files: Workspace, name: str, space: Space, given: PlanInput, live: Mapping[Key, Live]) -> Update:
    wishes = [wish_of(files, name, given, key, each) for key, each in live.items()]
    return FileUpdate(files, name, space, given.links, [wish for wish in wishes if not isinstance(wish, str)]).update()


class _UnlikeError(Exception):
    """Why a document cannot have one more language."""

    def __init__(self, reason: str, key: Key) -> None:
        super().__init__(reason)
        self.key = key


def _whole(update: Update, texts: Mapping[str, bytes], added: Mapping[Key, tuple[Document, Live]]) -> Update:
    """The update with what the copies make of it: each new language is taken over, whatever it needed besides."""
    taken = dict(update.taken)
    for key in added:
        there = taken.get(key) or Takeover((), {}, ())
        taken[key] = there._replace(paths=("Languages", *there.paths))
    return update._replace(texts=texts, taken=taken, equal=update.equal - sum(key not in update.taken for key in added))


def _broken(files: Workspace, name: str, texts: Mapping[str, bytes]) -> str:
    """A rule that the file breaks then, and does not now."""
    part = files.part([name])
    known = {(finding.rule, finding.message) for finding in check(part).errors}
    errors = check(part.with_texts(texts)).errors
    return next((each.rule for each in errors if (each.rule, each.message) not in known), "")


def _growth(files: Workspace, name: str, added: Mapping[Key, tuple[Document, Live]]) -> dict[int, list[Edit]]:
    """The edits by number of the document that give it more languages."""
    edits: dict[int, list[Edit]] = {}
    for number, document in enumerate(files.source(name).documents):
        mine = {key: live for key, (host, live) in added.items() if host.line == document.line}
        if mine:
            kind = KINDS[next(iter(mine)).kind]
            edits[number] = [*_languages(kind, document.data, mine)]
    return edits


def _languages(kind: Kind, data: Mapping[str, Json], added: Mapping[Key, Live]) -> Iterator[Edit]:
    languages = data["Languages"]
    bodies: dict[Key, Mapping[str, Json]] = {}
    for key, live in added.items():
        unparsed = kind.file.unparse(live)
        if unparsed.reason:
            raise _UnlikeError(unparsed.reason, key)
        bodies[key] = unparsed.body
        yield Add(("Languages",), "", key.language)
    for name in kind.file.localised_maps:
        there = data.get(name)
        for variable, value in there.items() if isinstance(there, Mapping) else ():
            samples = {key.language: _sample(name, variable, body, key) for key, body in bodies.items()}
            if isinstance(value, Mapping):
                yield from (Add((name, variable), language, sample) for language, sample in samples.items())
            elif any(sample != value for sample in samples.values()):
                yield Write((name, variable), {**dict.fromkeys(languages, value), **samples})
    own = {_OWN, *kind.file.localised_maps}
    for path, holder in _maps(kind, {name: value for name, value in data.items() if name not in own}, ()):
        name = str(path[-1])
        texts = holder[name]
        if kind.file.is_sample(holder, name):
            raise _UnlikeError(f"{name} is a sample of each language", next(iter(added)))
        base = next(language for language in languages if language in texts)
        yield from (Add(path, key.language, texts[base]) for key in added)


def _sample(name: str, variable: str, body: Mapping[str, Json], key: Key) -> str:
    """No language lends its samples: a new one has those that the service tells of it."""
    told = body.get(name)
    sample = told.get(variable) if isinstance(told, Mapping) else None
    if not isinstance(sample, str) or "${{" in sample:
        raise _UnlikeError(f"the service tells no sample of {variable} in {key.language}", key)
    return sample


def _maps(kind: Kind, value: Json, path: Path) -> Iterator[tuple[Path, Mapping[str, Json]]]:
    """Where a document has texts by language, with what these are in."""
    for step, item in value.items() if isinstance(value, Mapping) else enumerate(value):
        here = (*path, step)
        if isinstance(item, Mapping) and step in kind.file.localised:
            yield here, value
        elif isinstance(item, (Mapping, list)):
            yield from _maps(kind, item, here)


def extra(live: Mapping[Key, Live], wanted: Collection[Key]) -> Iterator[Key]:
    """Live languages of wanted names that are not wanted themselves, nor perhaps meant by another spelling."""
    names = {(key.kind, key.name) for key in wanted}
    alike = {(key.kind, KINDS[key.kind].file.likeness(key, None)) for key in wanted if key.language}
    for key in sorted(live):
        if not key.language or key in wanted or (key.kind, key.name) not in names:
            continue
        if (key.kind, KINDS[key.kind].file.likeness(key, None)) not in alike:
            yield key
