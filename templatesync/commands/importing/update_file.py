"""One file of the project, made to say what is live: tried out in memory until it does no harm. Writes nothing.

Each resource is taken over as a whole, or not at all. Knows no kind by name, no client and no renderer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from templatesync.documents.characters import for_other_contents
from templatesync.documents.edit.comment import comments
from templatesync.documents.edit.file import edited, with_comment
from templatesync.documents.edits import Add, Edit, applied
from templatesync.documents.yaml_reader import load
from templatesync.kinds.base import Kind
from templatesync.model.json_value import Json
from templatesync.model.paths import Path
from templatesync.model.resource import Key, Live, Options, Resource
from templatesync.planning.taking_over import Takeover, compared_equal, takeover
from templatesync.project.expansion import Entry
from templatesync.project.references import Links
from templatesync.project.settings import Space
from templatesync.project.workspace import Workspace
from templatesync.project.writing_back import Rewrite, UnwritableError, document_edits
from templatesync.validation.check import check

Taken: TypeAlias = Mapping[Key, Takeover]
_Errors: TypeAlias = Counter[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Wish:
    """A resource of a file, in one space, and what it is to say.

    resource   with references in one spelling
    target     the body of a file that says what is live
    assets     the texts of the JSON files that it names, by name, where they are to say something else
    echo       whether the difference is known to be how the service tells what it was sent
    accepted   fields in which the service's decision is accepted, since the resource was named
    """

    entry: Entry
    resource: Resource
    live: Live
    target: Mapping[str, Json]
    assets: Mapping[str, str] = field(default_factory=dict)
    echo: bool = False
    accepted: tuple[str, ...] = ()

    @property
    def kind(self) -> Kind:
        """What it is."""
        return self.entry.kind


class Update(NamedTuple):
    """New texts of a file and of those that it names, what they take over, and why all else was left.

    `equal` counts resources that differ in nothing that a file could say and anybody could see. `silenced` are rules
    that what is live breaks, and that let it be until its content changes.
    """

    texts: Mapping[str, bytes]
    taken: Taken
    left: Mapping[Key, str]
    equal: int = 0
    silenced: tuple[str, ...] = ()


class _Obstacle(Exception):
    """Why this cannot be done for some resources, and what may be tried in its place.

    refuse    edits that must not be made
    silence   rules, by number of the document, that must let it be
    """

    def __init__(
        self,
        reasons: Mapping[Key, str],
        refuse: Mapping[Key, Sequence[Edit]] = {},
        silence: Mapping[int, frozenset[str]] = {},
    ) -> None:
        super().__init__(reasons)
        self.reasons = reasons
        self.refuse = refuse
        self.silence = silence


class FileUpdate:
    """The work on one file for one space."""

    def __init__(self, files: Workspace, name: str, space: Space, links: Links, wishes: Sequence[Wish]) -> None:
        self.part = files.part([name])
        self.name = name
        self.space = space
        self.links = links
        self.wishes = {wish.resource.key: wish for wish in wishes}
        self.documents = self.part.source(name).documents
        self.before = self._errors({})
        self.refused: dict[Key, list[Edit]] = {}
        self.silenced: dict[int, frozenset[str]] = {}
        self.left: dict[Key, str] = {}

    def update(self) -> Update:
        """Take over as many resources as do no harm."""
        while active := [key for key in self.wishes if key not in self.left]:
            try:
                found = {key: self._takeover(key) for key in active}
                taken = {key: each for key, each in found.items() if each.edits or each.told_back}
                texts = self._texts(taken)
                self._check(taken, texts)
                return self._ended(texts, taken, len(found) - len(taken))
            except _Obstacle as obstacle:
                self._learn(obstacle)
        return self._ended({}, {}, 0)

    def _ended(self, texts: Mapping[str, bytes], taken: Taken, equal: int) -> Update:
        """What became of it. What differs in nothing that a plan would change need not be taken over."""
        wishes = (self.wishes[key] for key in self.left)
        quiet = {
            wish.resource.key
            for wish in wishes
            if not wish.accepted
            and wish.live.key == wish.resource.key
            and compared_equal(wish.kind, wish.resource, wish.live)
        }
        left = {key: reason for key, reason in self.left.items() if key not in quiet}
        silenced = frozenset().union(*self.silenced.values()) if texts else frozenset()
        return Update(texts, taken, left, equal + len(quiet), tuple(sorted(silenced)))

    def _learn(self, obstacle: _Obstacle) -> None:
        for number, rules in obstacle.silence.items():
            self.silenced[number] = self.silenced.get(number, frozenset()) | rules
        for key, reason in obstacle.reasons.items():
            new = [edit for edit in obstacle.refuse.get(key, ()) if edit not in self.refused.get(key, ())]
            self.refused.setdefault(key, []).extend(new)
            if not new and not obstacle.silence and key in self.wishes:
                self.left[key] = reason
                self.silenced = {}  # what stays as it was needs no comment

    def _takeover(self, key: Key) -> Takeover:
        wish = self.wishes[key]
        refused = self.refused.get(key, ())
        taken = takeover(
            wish.kind, wish.resource, wish.live, wish.target, refused, echo=wish.echo, accepted=wish.accepted
        )
        if taken is None:
            raise _Obstacle({key: "no edit makes the file say what is live; write it by hand"})
        return taken

    # --- texts --------------------------------------------------------------------------------------------------------

    def _texts(self, taken: Taken) -> dict[str, bytes]:
        """What is in the files then, as far as it is not what is in them now. Raises _Obstacle."""
        data = self._edited(taken)
        for number, rules in sorted(self.silenced.items(), reverse=True):
            line = load(data, self.name).documents[number].line
            data = with_comment(data, line, f"ignore {' '.join(sorted(rules))} while {_open(number)}")
        texts = {self.name: data} if data != self.part.texts[self.name] else {}
        for key in taken:
            texts |= {name: text.encode() for name, text in self.wishes[key].assets.items()}
        return still_held(self.part, self.name, texts, self.silenced)

    def _edited(self, taken: Taken) -> bytes:
        edits = {number: self._document(number, taken) for number in self._numbers(taken)}
        try:
            return self._cut(edits)
        except LookupError as error:
            reason = f"the file cannot be edited: {error}"
            alone = {key: reason for key in taken if len(taken) > 1 and not self._can_be_cut({key: taken[key]})}
            raise _Obstacle(alone or dict.fromkeys(taken, reason)) from error

    def _can_be_cut(self, taken: Taken) -> bool:
        try:
            self._cut({number: self._document(number, taken) for number in self._numbers(taken)})
        except _Obstacle:
            return True  # it is no matter of cutting
        except LookupError:
            return False
        return True

    def _cut(self, edits: Mapping[int, Sequence[Edit]]) -> bytes:
        old = self.part.texts[self.name]
        new = edited(old, self.name, edits)
        if lost := _comments(old) - _comments(new):
            raise LookupError(f"the comment {next(iter(lost))} stands in what would go; move it, then run it again")
        return new

    def _numbers(self, taken: Taken) -> set[int]:
        return {self._number(self.wishes[key].entry.document.line) for key in taken}

    def _number(self, line: int) -> int:
        return next(number for number, document in enumerate(self.documents) if document.line == line)

    def _document(self, number: int, taken: Taken) -> list[Edit]:
        """The edits of one document, for all its languages at once. Raises _Obstacle."""
        document = self.documents[number]
        here = {entry.resource.key: entry for entry in self._entries(self.part) if entry.document.line == document.line}
        rewrites: dict[str, Rewrite] = {}
        for key, entry in here.items():
            resource = self.links.symbolic_resource(entry.kind, entry.resource)
            mine = taken.get(key) or Takeover((), {}, ())
            assets = {(file.content,) for file in entry.kind.file.files.values()}
            edits = [edit for edit in mine.edits if _place(edit)[:1] not in assets]
            rewrites[key.language] = Rewrite(resource.body, edits, mine.told_back, mine.settled, self.space.vars)
        try:
            return document_edits(document.data, next(iter(here.values())).kind, rewrites)
        except UnwritableError as error:
            keys = {key: error.edits[key.language] for key in here if key.language in error.edits}
            refuse = {key: edits for key, edits in keys.items() if self.wishes[key].echo}
            raise _Obstacle(dict.fromkeys(keys, str(error)), refuse) from error

    # --- checks -------------------------------------------------------------------------------------------------------

    def _check(self, taken: Taken, texts: Mapping[str, bytes]) -> None:
        """Raise _Obstacle unless the files are as sound as before, say what is live, and nothing else that is new."""
        if errors := self._errors(texts) - self.before:
            reason = f"it would break the rule {next(iter(errors))[1]}"
            harm = self._harm(taken, frozenset(rule for _, rule in errors))
            raise harm or _Obstacle(dict.fromkeys(taken, reason))
        before = {entry.resource.key: entry.resource for entry in self._entries(self.part)}
        now = {entry.resource.key: entry for entry in self._entries(self.part.with_texts(texts))}
        for key in taken:
            wish = self.wishes[key]
            entry = now.pop(wish.live.key, None)
            said = self.links.symbolic_resource(wish.kind, entry.resource) if entry else None
            if said is None or not compared_equal(wish.kind, said, wish.live):
                raise _Obstacle({key: "the edited file would not say what is live; write it by hand"})
            del before[key]
        for key, entry in now.items():
            if key not in before or _said(before[key]) != _said(entry.resource):
                raise _Obstacle(dict.fromkeys(taken, f"it would change {key} as well"))

    def _harm(self, taken: Taken, broken: frozenset[str]) -> _Obstacle | None:
        """The edits that break these rules, found by making one after the other."""
        sound: list[tuple[type[Edit], Path]] = []
        places = [(type(edit), _place(edit)) for each in taken.values() for edit in each.edits]
        for place in sorted(dict.fromkeys(places), key=lambda place: place[0] is not Add):
            trial = {key: _only(each, [*sound, place]) for key, each in taken.items()}
            try:
                new = self._errors(self._texts(trial)) - self.before
            except _Obstacle:
                new = Counter()
            rules = frozenset(rule for _, rule in new) & broken
            if rules:
                return self._blame({key: _only(each, [place]).edits for key, each in taken.items()}, rules)
            sound.append(place)
        return None

    def _blame(self, found: Mapping[Key, Sequence[Edit]], rules: frozenset[str]) -> _Obstacle:
        """What to do about edits that break rules: how the service only tells what it was sent need not go into the
        file, and what lives is no error before somebody edits it."""
        blamed = {key: edits for key, edits in found.items() if edits}
        reasons = dict.fromkeys(blamed, f"it would break the rule {', '.join(sorted(rules))}")
        refuse = {key: edits for key, edits in blamed.items() if self.wishes[key].echo and not self._names(key, edits)}
        numbers = {self._number(self.wishes[key].entry.document.line) for key in blamed.keys() - refuse.keys()}
        silence = {number: rules for number in numbers if not rules <= self.silenced.get(number, frozenset())}
        return _Obstacle(reasons, refuse, silence)

    def _names(self, key: Key, edits: Sequence[Edit]) -> bool:
        """Whether edits make another key: the service calls it so, and nothing else would do."""
        wish = self.wishes[key]
        return wish.kind.file.identify(applied(wish.resource.body, edits)) != key

    def _entries(self, part: Workspace) -> Iterator[Entry]:
        return (entry for entry in part.source(self.name).entries if self.space.name in entry.spaces)

    def _errors(self, texts: Mapping[str, bytes]) -> _Errors:
        return Counter((finding.file, finding.rule) for finding in check(self.part.with_texts(texts)).errors)


def _said(resource: Resource) -> tuple[Mapping[str, Json], Options]:
    """What a file says of one language."""
    language, options = resource.key.language, resource.options
    unknown = tuple(each for each in options.samples_unknown if each == language)
    # A map of which others have something now and this language has nothing is none.
    body = {name: value for name, value in resource.body.items() if value != {}}
    return body, options._replace(told_back={language: options.told_back.get(language, {})}, samples_unknown=unknown)


def still_held(
    files: Workspace, name: str, texts: Mapping[str, bytes], silenced: Collection[int] = ()
) -> dict[str, bytes]:
    """New texts of a file and of those that it names, where rules that are silenced for one content are so for what is
    now taken over: for what was imported, and in the documents, by number, that silence some only now."""
    documents = files.source(name).documents
    if not texts or not (silenced or any(document.conditional for document in documents)):
        return dict(texts)
    after = files.with_texts(texts).source(name).documents
    digests = {_open(number): after[number].held for number in silenced}
    digests |= {old.held: new.held for old, new in zip(documents, after, strict=True) if old.held and new.held}
    before = texts.get(name, files.texts[name])
    data = for_other_contents(before.decode(), digests).encode()
    return {**texts, name: data} if data != before else dict(texts)


def _open(number: int) -> str:
    """What stands for the content of a document, by its number, until that is known."""
    return f"document-{number}"


def _place(edit: Edit) -> Path:
    return (*edit.path, edit.name) if isinstance(edit, Add) else edit.path


def _only(taken: Takeover, places: Sequence[tuple[type[Edit], Path]]) -> Takeover:
    edits = tuple(edit for edit in taken.edits if (type(edit), _place(edit)) in places)
    return Takeover(edits, {}, taken.paths)


def _comments(data: bytes) -> Counter[str]:
    return comments(data.decode("utf-8-sig").replace("\r\n", "\n"))
