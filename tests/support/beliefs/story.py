"""A story: the commands of a project's first days, run as a user runs them, against an emulator that is otherwise.

What each command said is kept as a value, beside what was then true. Judges nothing.
"""

from __future__ import annotations

import contextlib
import io
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

from support.beliefs import shop
from support.beliefs.truth import Truth, names, sent_twice, truth
from support.emulated_project import LOCAL, WRITES, World
from templatesync.cli import run
from templatesync.commands.session import Connection
from templatesync.documents.yaml_writer import to_yaml

HOUR = 3600.0


class Told(NamedTuple):
    """What one command said, and what was true when it had ended.

    step       its name in the story
    code       its exit code
    document   what it said as JSON; None where it said none
    text       what stood on stdout
    errors     what stood on stderr
    truth      what there was afterwards
    stage      the files that there were
    writes     operation and key of each write that arrived while it ran
    seconds    how long it took, by the clock that moves when somebody waits
    """

    step: str
    code: int
    document: Any
    text: str
    errors: str
    truth: Truth
    stage: str
    writes: tuple[tuple[str, str], ...]
    seconds: float


@dataclass
class Story:
    """All that was said, in order."""

    told: list[Told] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)

    def __getitem__(self, step: str) -> Told:
        return next(each for each in self.told if each.step == step)


class Teller:
    """Runs commands in a world and keeps what they say. `stage` names the files that are there."""

    def __init__(self, root: Path, plot: Plot) -> None:
        self.world = World(root / "project")
        self.plot = plot
        self.story = Story()
        self.began = 0
        """The last call of those who were there before: what they sent, the tool has not."""
        self.stage = "none"
        self.world.put("templatesync.yaml", shop.project(plot.on_approved))

    def want(self, stage: str, files: shop.Files, pictures: Mapping[str, bytes]) -> None:
        """These files in place of all others."""
        self.stage = stage
        for folder in ("templates", "flows", "qr_codes", "media"):
            shutil.rmtree(self.world.root / folder, ignore_errors=True)
        for name, text in files.items():
            self.world.put(name, text)
        for name, data in pictures.items():
            path = self.world.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

    def tell(self, step: str, *arguments: str, root: Path | None = None) -> Told:
        """Run a command."""
        began, seen = self.world.clock.now, self._last()
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), self._patched():
            code = run(["-C", str(root or self.world.root), *arguments])
        try:
            document = json.loads(out.getvalue())
        except ValueError:
            document = None
        told = Told(
            step,
            code,
            document,
            out.getvalue(),
            err.getvalue(),
            truth(self.world.emulator),
            self.stage,
            self._writes(seen),
            self.world.clock.now - began,
        )
        self.story.told.append(told)
        return told

    @contextlib.contextmanager
    def _patched(self) -> Iterator[None]:
        edges = self.world.edges

        def connection(*given: Any, **named: Any) -> Connection:
            return Connection(*given, **named, edges=edges)

        with patch("templatesync.commands.session.Connection", connection):
            yield

    def _last(self) -> int:
        return max((entry["seq"] for entry in self.world.control("history")), default=0)

    def _writes(self, after: int) -> tuple[tuple[str, str], ...]:
        known = names(self.world.emulator)
        entries = [entry for entry in self.world.control("history") if entry["seq"] > after]
        return tuple(
            (entry["operation"], known.key(entry["parameters"])) for entry in entries if entry["operation"] in WRITES
        )

    def decide(self, *rejected: str) -> None:
        """End all reviews: these keys are rejected, all others pass."""
        for key, thing in truth(self.world.emulator).things.items():
            if thing.status == "auditing":
                name, _, language = key.removeprefix("template/").partition("@")
                status = "fail" if key in rejected else "pass"
                self.world.control("review", cust_space_id=LOCAL, template_name=name, language=language, status=status)

    def end(self) -> Story:
        """The whole story."""
        history = [entry for entry in self.world.control("history") if entry["seq"] > self.began]
        self.story.twice = sent_twice(names(self.world.emulator), history)
        self.world.emulator.end()
        return self.story


Quirks = Mapping[str, str]
Place = Callable[[Teller], None]
"""What somebody else had made before, by a service that is as the pages say."""


def nothing(teller: Teller) -> None:
    """A new account."""


def console(teller: Teller) -> None:
    """A part is there already, some of it otherwise, and something that has no file."""
    kept = ("templates/note.yaml", "templates/news.yaml", "templates/old.yaml", "templates/code.yaml")
    kept += ("qr_codes/one.yaml", "qr_codes/three.yaml", "flows/ask.yaml", "flows/ask.json")
    there = {name: text for name, text in teller.plot.chosen(shop.first()).items() if name in kept}
    there["templates/note.yaml"] = shop.second()["templates/note.yaml"]
    there["templates/spring.yaml"] = to_yaml(shop.spring())
    teller.want("console", there, {"media/river.jpg": shop.picture()})
    code = teller.tell("before", "apply", "--yes", "--format", "json").code
    assert code == 0, teller.story.told
    teller.decide("template/shop_note@en", "template/shop_note@pt_BR")
    shutil.rmtree(teller.world.root / ".templatesync")
    teller.world.clock.sleep(2 * HOUR)
    teller.story.told.clear()
    teller.began = teller._last()


class Plot(NamedTuple):
    """What a story is about: what had been there, and what may be done to approved templates; `only` these files."""

    name: str
    before: Place
    on_approved: str
    modify_approved: str
    only: frozenset[str] = frozenset()

    def chosen(self, files: shop.Files) -> shop.Files:
        """Those of the files that the story is about."""
        return {name: text for name, text in files.items() if not self.only or name in self.only}


PLOTS = (Plot("fresh", nothing, "modify", "allow"), Plot("console", console, "block", "refuse"))

_FEW = frozenset(
    {"templates/note.yaml", "templates/old.yaml", "qr_codes/one.yaml", "qr_codes/three.yaml"}
    | {"flows/ask.yaml", "flows/ask.json"}
)
SMALL_PLOTS = tuple(plot._replace(only=_FEW) for plot in PLOTS)
"""The same with a few files of each kind, for what is told often."""
JSON = ("--format", "json")


def tell(root: Path, plot: Plot, quirks: Quirks) -> Story:
    """The story from the first `validate` to the last `apply`, with these quirks."""
    teller = Teller(root, plot)
    teller.world.settings(modify_approved=plot.modify_approved)
    plot.before(teller)
    teller.world.settings(quirks=dict(quirks))
    pictures = {"media/river.jpg": shop.picture()}
    teller.want("first", plot.chosen(shop.first()), pictures)
    teller.tell("validate", "validate", *JSON)
    _round(teller, "first")
    teller.decide("template/shop_note@zh_CN")
    _look(teller, "first")
    teller.world.clock.sleep(2 * HOUR)
    teller.want("second", plot.chosen(shop.second()), pictures)
    _round(teller, "second")
    teller.decide()
    _look(teller, "second")
    _import(teller, root / "imported")
    teller.tell("doctor", "doctor", *JSON)
    teller.world.clock.sleep(2 * HOUR)
    _round(teller, "later")
    teller.tell("prune", "apply", "--yes", "--prune", "--allow-breaking", *JSON)
    return teller.end()


def _round(teller: Teller, name: str) -> None:
    breaking = ("--allow-breaking",)
    for turn in ("", " again"):
        teller.tell(f"{name} plan{turn}", "plan", "--detailed-exitcode", *breaking, *JSON)
        teller.tell(f"{name} apply{turn}", "apply", "--yes", *breaking, *JSON)
    teller.tell(f"{name} plan of prune", "plan", "--prune", "--detailed-exitcode", *breaking, *JSON)


def _look(teller: Teller, name: str) -> None:
    teller.tell(f"{name} status", "status", "--exit-code", "--content", *JSON)
    teller.tell(f"{name} outputs", "outputs", *JSON)


def _import(teller: Teller, root: Path) -> None:
    root.mkdir()
    (root / "templatesync.yaml").write_text(shop.project(teller.plot.on_approved), encoding="utf-8")
    teller.tell("import", "import", *JSON, root=root)
    teller.tell("imported plan", "plan", "--detailed-exitcode", *JSON, root=root)
