"""Whatever spaces have alike and apart: after an import of them all there is nothing to do, and nothing is twice."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from support.emulated_project import World
from support.plan_scenarios import hello, there

from templatesync.commands import import_
from templatesync.commands.validate import validate
from templatesync.model.resource import Key
from templatesync.project import settings as project_settings
from templatesync.project import workspace

SPACES = ("one", "two", "three")
TEXTS = (
    "Hello $(name), your parcel is on its way to you.",
    "Hello $(name), see https://{space}.example.com for it today.",
    "Hello $(name), see https://one.example.com for it today.",
)
CONTENTS = st.one_of(st.none(), st.integers(0, len(TEXTS) - 1))
LIVE = st.dictionaries(
    st.tuples(st.sampled_from(["a", "b"]), st.sampled_from(["en", "id", "es"])),
    st.tuples(*(CONTENTS for _ in SPACES)),
    min_size=1, max_size=5,
)  # fmt: skip


@settings(max_examples=6)
@given(LIVE, st.booleans())
def test_nothing_is_to_do_and_nothing_is_twice(
    live: dict[tuple[str, str], tuple[int | None, ...]], variables: bool
) -> None:
    with TemporaryDirectory() as folder:
        vars_ = {name: {"site": f"https://{name}.example.com"} for name in SPACES}
        spaces = {name: {"emulator": True, "vars": vars_[name]} for name in SPACES}
        world = World(Path(folder), spaces=spaces, default_space="one")
        for (name, language), contents in live.items():
            for space, content in zip(SPACES, contents, strict=True):
                if content is not None:
                    body = hello(TEXTS[content].format(space=space), Name=name, Language=language)
                    world.live(**{**there(body), "cust_space_id": f"emulator-{space}"})
        asked = ("site",) if variables else ()
        result = import_.import_live(world.root, SPACES, False, world.connection, variables=asked)
        assert result.exit_code == 0
        if not result.written:
            return
        assert not validate(world.root, (), (), strict=False).report.errors
        known = {space for space in SPACES if any(each[SPACES.index(space)] is not None for each in live.values())}
        document = world.document(*sorted(known))
        actions = {row["action"] for space in document["spaces"] for row in space["changes"]}
        assert (actions, document["summary"]["unmanaged"]) == ({"no_op"}, 0)
        files = workspace.read(project_settings.load(world.root))
        kept = {(each.document.file, each.document.line, each.resource.key) for each in files.entries}
        assert Counter(key for _, _, key in kept) == {
            Key("template", *key): count for key, contents in live.items() if (count := _different(contents, variables))
        }


def _different(contents: tuple[int | None, ...], variables: bool) -> int:
    """How many files it takes: one for each text, and with variables the value of a space is nobody's own."""
    texts = set()
    for space, content in zip(SPACES, contents, strict=True):
        if content is not None:
            text = TEXTS[content].format(space=space)
            texts.add(text.replace(f"https://{space}.", "https://any.") if variables else text)
    return len(texts)
