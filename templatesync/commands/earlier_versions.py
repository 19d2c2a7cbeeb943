"""What is known of resources before now, for `status` and `plan`: versions of their files in git, and a receipt.

Whose change a difference is, `planning/drift.py` says. Knows no option of the command line and asks no service.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from templatesync.model.errors import UsageError
from templatesync.model.resource import Key, Resource
from templatesync.planning.comparison import few
from templatesync.planning.drift import Earlier, sent_by
from templatesync.planning.inputs import PlanInput
from templatesync.planning.receipt import Receipt
from templatesync.project.assets import ENDING
from templatesync.project.history import History, Past, Place
from templatesync.project.mentions import Mentions
from templatesync.project.settings import Project, Space
from templatesync.storage.git import Touched
from templatesync.storage.git_objects import Blob

MOST_COMMITS = 50
"""Commits of one resource that are looked at: nobody waits for longer with an apply."""
_MOST_ELSEWHERE = 20_000
"""Files that are looked through because a resource may have been in there. Those in which it was are looked at however
many there are."""


_AT_ONCE = 256
"""Files that are fetched before they are looked at."""


class Chronicle:
    """The history of a project, for one space after the other, and opened when somebody asks.

    `problem` says why there is none, that it does not go back far enough, or what it has nothing of.
    """

    def __init__(self, project: Project, environment: Mapping[str, str]) -> None:
        self._project = project
        self._environment = environment
        self._history: History | None = None
        self.problem = ""

    def __enter__(self) -> Chronicle:
        return self

    def __exit__(self, *error: object) -> None:
        if self._history is not None:
            self._history.close()

    def versions(self, space: Space, files: Mapping[Key, str], given: PlanInput) -> Mapping[Key, Earlier]:
        """By key, the earlier versions of resources of a space that stand in these files now."""
        try:
            if self._history is None and not self.problem:
                self._history = History(self._project, self._environment)
            if self._history is None:
                return {}
            search = _Search(self._history, space, files, given)
            search.run()
        except UsageError as error:
            self.problem = _told(error, self._project.root)
            return {}
        self.problem = self._history.cut_off if search.cut else self.problem or _unknown(search, files)
        return search.earlier()


def earlier_versions(
    project: Project,
    given: PlanInput,
    keys: Collection[Key],
    environment: Mapping[str, str],
    receipt: Receipt | None = None,
    chronicle: Chronicle | None = None,
) -> Mapping[Key, Earlier]:
    """What is known of resources of a space that differ from what is live, or are not there.

    Whoever asks for several spaces gives the same `chronicle` each time, so that no commit is read twice.
    """
    if not keys:
        return {}
    space = project.space(given.space)
    files = {key: given.wanted[key].file for key in keys if key in given.wanted}
    if chronicle is None:
        with Chronicle(project, environment) as chronicle:
            versions = chronicle.versions(space, files, given)
    else:
        versions = chronicle.versions(space, files, given)
    rows = receipt.of(given.space, given.cust_space_id).rows if receipt is not None else {}
    found = {}
    for key in keys:
        row = rows.get(key)
        sent = sent_by(row, given.echoes.get(str(key), ()))
        # What this machine has deleted since nobody misses.
        live = row is not None and row.live and str(key) not in given.memory.deleted
        found[key] = versions.get(key, Earlier())._replace(sent=sent, live=live)
    return found


def _told(error: UsageError, root: Path) -> str:
    """What is wrong with the repository, for a comment as well: without the folders of this machine."""
    text, hint = str(error), error.hint
    for folder in map(str, (root, *root.parents[:-1])):
        text, hint = text.replace(folder, "this folder"), hint.replace(folder, "FOLDER")
    return f"{text}; {hint}" if hint else text


def _unknown(search: _Search, files: Mapping[Key, str]) -> str:
    """What a whole history does not tell; empty when it tells all."""
    tracks = search.tracks.items()
    if lacking := few(sorted({files[key] for key, track in tracks if track.doubtful})):
        return f"this clone lacks earlier versions of {lacking}"
    uncommitted = few(sorted({files[key] for key, track in tracks if not track.commits}))
    return f"what {uncommitted} says is in no commit yet" if uncommitted else ""


@dataclass(slots=True)
class _Track:
    """How far one resource was followed. `paths` are the files in which it stands, or stood, from the root of the
    repository; `assets` those of which the content counts for it.

    `doubtful`: this clone lacks something that may have been a version. `cut`: it is there where a clone ends.
    """

    present: Resource
    paths: set[str]
    assets: set[str] = field(default_factory=set)
    versions: list[Resource] = field(default_factory=list)
    commits: int = 0
    doubtful: bool = False
    cut: bool = False

    @property
    def done(self) -> bool:
        return self.commits >= MOST_COMMITS

    def add(self, resource: Resource) -> None:
        said = [(each.body, each.options) for each in (self.present, *self.versions)]
        if not resource.options.absent and (resource.body, resource.options) not in said:
            self.versions.append(resource)


class _Beside(NamedTuple):
    """A commit that changed what files come to, beside the files: those of these resources, as far as it concerns them.

    `resettled`: it changed the project file, else files that some name.
    """

    touched: Touched
    keys: frozenset[Key]
    resettled: bool


class _Search:
    """The search for the versions of some resources in one space: each commit once, whatever it changed."""

    def __init__(self, history: History, space: Space, files: Mapping[Key, str], given: PlanInput) -> None:
        self._history = history
        self._space = space
        self._given = given
        self.tracks = {
            key: _Track(given.wanted[key], {Place(history.folder, file).path}) for key, file in files.items()
        }
        self._naming = {key for key in self.tracks if given.kinds[key.kind].file.files}
        self._mentions = Mentions(self.tracks, self._word)
        self._mentioned: dict[str, frozenset[Key]] = {}
        self._elsewhere = _MOST_ELSEWHERE
        self._beside: list[_Beside] = []
        self._values: set[tuple[tuple[str, str], ...]] = set()
        self._followed: dict[str, set[Key]] = {}
        self._aliases = {alias: key for key in self.tracks if (alias := self._alias(key)) not in self.tracks}
        for key, track in self.tracks.items():
            for path in track.paths:
                self._followed.setdefault(path, set()).add(key)

    def _word(self, key: Key) -> str:
        """What stands in any file that has a resource: its name, or where that is made up, the kind."""
        return key.name if self._given.kinds[key.kind].file.name_field else key.kind

    def _alias(self, key: Key) -> Key:
        """What a file calls that which is live under a key, by its content alone: so it was before a file named it."""
        live, kind = self._given.live(key), self._given.kinds[key.kind]
        content = kind.content.current(live) if live is not None and live.body is not None else None
        return kind.file.identify(content) if isinstance(content, dict) else key

    def run(self) -> None:
        """Go back until every resource was followed far enough."""
        open_ = set(self.tracks)
        for touched in self._history.touched():
            ends = touched.commit in self._history.ends
            for key in self._look(touched, open_):
                track = self.tracks[key]
                track.commits += 1
                track.cut = track.cut or (ends and not track.done)
                if track.done:
                    open_.discard(key)
            if ends and not self._elsewhere:
                self._cut(open_)
            if not open_:
                break
        if self._history.more:
            self._cut(open_)
        for beside in self._beside:
            self._look_again(beside)

    @property
    def cut(self) -> bool:
        """Whether something was not followed far enough, because the clone ends before."""
        return any(track.cut for track in self.tracks.values())

    def _cut(self, keys: Iterable[Key]) -> None:
        for key in keys:
            self.tracks[key].cut = True

    def earlier(self) -> dict[Key, Earlier]:
        """What came of it. A resource that no commit has is not in git, so that nobody can say what it was."""
        return {
            key: Earlier(
                known=bool(track.commits) and not (track.doubtful or track.cut),
                versions=tuple(self._given.links.symbolic_resource(self._given.kinds[key.kind], each)
                               for each in track.versions),
            )
            for key, track in self.tracks.items()
        }  # fmt: skip

    def _look(self, touched: Touched, open_: Set[Key]) -> set[Key]:
        """Take in what a commit has; the resources that it counts for: those which a file that it changed has then."""
        resettled = self._resettled(touched)
        if resettled or (self._naming and any(path.endswith(ENDING) for path in touched.files)):
            self._beside.append(_Beside(touched, frozenset(open_), resettled))
        counted = {key for key in self._naming & open_ if not self.tracks[key].assets.isdisjoint(touched.files)}
        places = [(place, blob) for place in self._history.places(touched) if (blob := touched.files[place.path])]
        for start in range(0, len(places), _AT_ONCE):
            some = places[start : start + _AT_ONCE]
            self._history.fetch([blob for _, blob in some if blob.object_id not in self._mentioned][: self._elsewhere])
            for place, blob in some:
                counted |= self._read(touched.commit, place, blob, open_)
        return counted

    def _look_again(self, beside: _Beside) -> None:
        """Read files that a commit did not change, and that came to something else with it. Where they were, is known
        at the end: older commits tell it.
        """
        touched = beside.touched
        keys = {key for key in beside.keys if beside.resettled or not self.tracks[key].assets.isdisjoint(touched.files)}
        paths = set[str]().union(*(self.tracks[key].paths for key in keys)) - touched.files.keys()
        blobs = self._history.blobs(touched.commit, paths)
        self._history.fetch([*blobs.values()])
        for path, blob in blobs.items():
            self._read(touched.commit, self._history.place(path), blob, keys)

    def _resettled(self, touched: Touched) -> bool:
        """Whether a commit has changed the project file, and with it perhaps the variables: so many times at most."""
        values = self._history.settled(touched, self._space)
        if values is not None and len(self._values) < MOST_COMMITS:
            self._values.add(values)
        return values in self._values

    def _read(self, commit: str, place: Place, blob: Blob, open_: Set[Key]) -> set[Key]:
        """Take in what a file is; those of the resources that are in there."""
        followed = self._followed.get(place.path, set())
        maybe = {*self._meant(blob, followed, open_)}
        if not maybe:
            return set()
        past = self._history.resources(commit, place, blob, self._space)
        found = set()
        for resource in past.resources:
            key = self._aliases.get(resource.key, resource.key)
            if key in maybe:
                found.add(key)
                self.tracks[key].add(dataclasses.replace(resource, key=key))
                self._follow(key, place, past)
        for key in (maybe - found) if past.lacking else ():
            self.tracks[key].doubtful = True
        return found

    def _meant(self, blob: Blob, followed: Collection[Key], open_: Set[Key]) -> Iterator[Key]:
        """The resources that a file may hold. One that this clone lacks may hold any."""
        if blob.object_id not in self._mentioned:
            if not followed:
                if not self._elsewhere:
                    return
                self._elsewhere -= 1
            data = self._history.text(blob)
            here = frozenset(self.tracks) if data is None else self._mentions.found(data)
            self._mentioned[blob.object_id] = here
        yield from self._mentioned[blob.object_id] & open_

    def _follow(self, key: Key, place: Place, past: Past) -> None:
        track = self.tracks[key]
        track.assets |= past.assets.get(key, frozenset())
        if place.path not in track.paths:
            track.paths.add(place.path)
            self._followed.setdefault(place.path, set()).add(key)
