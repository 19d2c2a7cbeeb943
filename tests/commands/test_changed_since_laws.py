"""No history loses a change: narrowed plans are whole ones of what changed, and apply on merge is never narrowed."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from support.depth import DEPTH
from support.emulated_project import World
from support.flow_project import ASSET
from support.git_repository import Repository
from support.media_files import png
from support.plan_scenarios import hello, image

from templatesync.documents.yaml_writer import to_yaml
from templatesync.model.errors import TemplatesyncError
from templatesync.planning.document import to_json

pytestmark = pytest.mark.slow

NAMES = tuple("abcde")
TEXTS = (
    "Hello, your parcel is on its way to you.",
    "Hello, your order has left our shop.",
    "Hello, ${{ site }} thanks.",
    "Hello $(name), your parcel is on its way to you.",
)
FILES = ("templates/one.yaml", "templates/two.yaml", "templates/deep/three.yaml")


OLDER = {"b": "a", "d": "c"}
"""What a template may replace."""

Parts = dict[str, Any]
"""What a project is made of: templates by name, each with its file, and the rest by a word for it."""


@st.composite
def bodies(draw: st.DrawFn, name: str) -> dict[str, Any] | None:
    """One template, of several shapes; None for no template of that name."""
    shapes = [
        "plain",
        "plain",
        "languages",
        "picture",
        "opens",
        "absent",
        "none",
        *(["replaces"] * 2 * (name in OLDER)),
    ]
    shape, text = draw(st.sampled_from(shapes)), draw(st.sampled_from(TEXTS))
    if shape == "languages":
        text = text.replace("$(name)", "Ann")
        languages = draw(st.lists(st.sampled_from(["en", "id", "de"]), min_size=2, unique=True))
        parts = [{"Type": "BODY", "Text": {each: f"{text} {each}." for each in languages}}]
        return {"Name": name, "Category": "UTILITY", "Languages": languages, "Components": parts}
    if shape == "picture":
        return hello(text, image(f"file:media/{draw(st.sampled_from('ab'))}.png"), Name=name)
    if shape == "opens":
        button = {"Type": "FLOW", "Text": "Book", "FlowId": "${{ flows.book }}", "FlowAction": "NAVIGATE"}
        button["NavigateScreen"] = ASSET["screens"][0]["id"]
        return hello(text, {"Type": "BUTTONS", "Buttons": [button]}, Name=name)
    if shape == "absent":
        return {"Name": name, "Language": "en", "templatesync": {"state": "absent"}}
    if shape == "replaces":
        return hello(text, Name=name, templatesync={"replaces": OLDER[name]})
    return hello(text, Name=name) if shape == "plain" else None


CHOICES: dict[str, st.SearchStrategy[Any]] = {
    **{name: st.tuples(st.sampled_from(FILES), bodies(name)) for name in NAMES},
    "site": st.sampled_from(["our shop", "their shop", "the shop"]),
    "other": st.sampled_from(["x", "y"]),
    "on_approved": st.sampled_from(["modify", "modify", "block"]),
    "protect": st.sampled_from(NAMES),
    "media": st.sampled_from([8, 16]),
    "indent": st.sampled_from([None, 2]),
}


@st.composite
def edited(draw: st.DrawFn, before: Parts) -> Parts:
    """The same project with some of its parts otherwise."""
    names = draw(st.lists(st.sampled_from(list(CHOICES)), min_size=2, max_size=5, unique=True))
    return before | {name: draw(_other(name, before[name])) for name in names}


def _other(name: str, than: Any) -> st.SearchStrategy[Any]:
    return CHOICES[name].filter(lambda value: value != than)


wishes = st.fixed_dictionaries(CHOICES)


def files(parts: Parts) -> dict[str, bytes]:
    """The files of a project, by path."""
    wanted: dict[str, list[dict[str, Any]]] = {}
    for name in NAMES:
        file, body = parts[name]
        if body is not None:
            wanted.setdefault(file, []).append(body)
    found = {file: "---\n".join(map(to_yaml, each)).encode() for file, each in wanted.items()}
    flow = {"kind": "flow", "FlowName": "book", "Categories": ["OTHER"], "Asset": "flows/book.json"}
    found["flows/book.yaml"] = to_yaml({**flow, "templatesync": {"publish": True}}).encode()
    found["flows/book.json"] = json.dumps(ASSET, indent=parts["indent"]).encode()
    for name in ("a", "b"):
        found[f"media/{name}.png"] = png(parts["media"], 4)
    body = parts[parts["protect"]][1] or {}
    protect = [] if body.get("templatesync", {}).get("state") == "absent" else [parts["protect"]]
    policy = {"on_approved": parts["on_approved"], "protect": protect, "max_changes": {"percent": 100}}
    space = {"emulator": True, "vars": {"site": parts["site"], "other": parts["other"]}}
    found["templatesync.yaml"] = to_yaml({"version": 1, "spaces": {"local": space}, "policy": policy}).encode()
    return found


@contextmanager
def projects() -> Iterator[tuple[Repository, World]]:
    """A repository with a project, on an emulator that allows every edit."""
    with tempfile.TemporaryDirectory() as folder:
        repository = Repository.new(Path(folder) / "repository")
        world = World(repository.root / "shop")
        world.settings(review="approve", modify_approved="allow")
        try:
            yield repository, world
        finally:
            world.emulator.end()


def put(world: World, parts: Parts) -> None:
    """These files and no others."""
    for path in world.root.rglob("*"):
        if path.is_file() and ".templatesync/" not in path.as_posix():
            path.unlink()
    for name, data in files(parts).items():
        path = world.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def rows(world: World, since: str | None = None) -> dict[str, dict[str, Any]]:
    """What a plan says of each key, as far as somebody approves it."""
    (space,) = to_json(world.plan(since=since).plan)["spaces"]
    assert "error" not in space
    said = ("action", "reason", "live_digest", "before", "after", "breaking", "diff", "review")
    return {row["key"]: {name: row[name] for name in said} for row in space["changes"]}


def settle(world: World, times: int = 4) -> None:
    """Apply until nothing is written any more, while all reviews go well."""
    for _ in range(times):
        result = world.apply()
        world.clock.sleep(3600)
        if not any(space.writes for space in result.plan.spaces):
            return


def busy(plan: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {key: row for key, row in plan.items() if row["action"] != "no_op"}


# Each example runs git and commands some dozen times: to look for a smaller one would take minutes.
law = settings(max_examples=8 * DEPTH, phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck))


@given(wishes, st.data())
@law
def test_nothing_that_changed_is_missing_and_nothing_else_is_said(before: Parts, data: st.DataObject) -> None:
    """Once all is applied that a revision has, a narrowed plan holds every change of a whole one, in the same words."""
    with projects() as (repository, world):
        put(world, before)
        settle(world)
        left = busy(rows(world))
        repository.commit()
        put(world, data.draw(edited(before)))
        whole, narrowed = rows(world), rows(world, "HEAD")
        assert {key: whole[key] for key in narrowed} == narrowed
        assert busy(whole).keys() <= narrowed.keys() | left.keys()


class Step(NamedTuple):
    """A pull request: whether it is merged, whether its saved plan is applied first, and what goes wrong then."""

    merged: bool
    saved: bool
    fault: str


steps = st.builds(Step, st.booleans(), st.booleans(), st.sampled_from(["", "500", "drop_before", "drop_after"]))


@given(wishes, st.lists(steps, min_size=1, max_size=4), st.data())
@settings(law, max_examples=3 * DEPTH)
def test_no_history_loses_a_change(main: Parts, history: list[Step], data: st.DataObject) -> None:
    """Pull requests are planned narrowed, merges applied: some fail. All is as in files at the end."""
    with projects() as (repository, world):
        put(world, main)
        repository.commit()
        for step in history:
            repository.git("checkout", "-q", "-b", "feature")
            parts = data.draw(edited(main))
            put(world, parts)
            repository.commit()
            saved = repository.root.parent / "plan.json"
            narrowed = rows(world, "main...")
            whole = rows(world)
            assert {key: whole[key] for key in narrowed} == narrowed
            world.plan(since="main...", out=saved)
            repository.git("checkout", "-q", "main")
            if step.merged:
                main = parts
                repository.git("merge", "-q", "--squash", "feature")
                repository.commit()
                if step.fault:
                    world.fault(step.fault, "*", nth=data.draw(st.integers(1, 12)), times=data.draw(st.integers(1, 40)))
                with suppress(TemplatesyncError):
                    if step.saved:
                        world.apply(order={"plan_file": saved})
                    world.apply()
                world.lift()
                world.clock.sleep(3600)
            repository.git("branch", "-q", "-D", "feature")
        settle(world)
        left = busy(rows(world))
        assert {row["action"] for row in left.values()} <= {"blocked"}
