"""From a first version to the last of it: each step one command and one apply, with a review that takes its time.

Whatever stands between, the programs that were deployed find a code that can be sent.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import Any

import pytest
from support.emulated_project import World, ends

from templatesync.commands.breaking import breaking
from templatesync.commands.finish import finish
from templatesync.commands.new_version import new_version
from templatesync.commands.outputs import outputs
from templatesync.commands.rename import rename
from templatesync.commands.retire import retire
from templatesync.model.errors import RefusedError

HOUR = 3600.0
FILE = """\
# The greeting
Name: hello
Category: UTILITY
Languages: [en, id]
Components:
  - Type: BODY
    Text:
      en: Hello $(name), your parcel is on its way to you.
      # by Budi
      id: Halo $(name), paket Anda sedang dalam perjalanan.
Example: {name: Ann}
"""


class Senders:
    """Programs that know `hello` from its first day, and ask for the codes again and again."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.contract = ""

    def look(self, *languages: str) -> dict[str, str]:
        """The version that each language of `hello` sends now; it is live, and its code is among the codes."""
        result = outputs(self.world.root, (), False, self.world.connection)
        (space,) = result.spaces
        assert result.exit_code == 0
        rows = {row.language: row for row in space.rows if row.name == "hello"}
        assert set(rows) == set(languages)
        for language, row in rows.items():
            assert row.usable, row
            self.contract = self.contract or row.contract
            assert space.codes["hello"][language][self.contract] == row.code
        return {language: row.current for language, row in rows.items()}


@pytest.fixture
def senders(world: World) -> Senders:
    """With the first version in use."""
    world.put("templates/hello.yaml", FILE)
    world.settings(review="approve", after=HOUR)
    assert set(ends(world.apply()).values()) == {"done"}
    world.clock.sleep(2 * HOUR)
    return Senders(world)


def commands(world: World) -> dict[str, Callable[..., Any]]:
    def of(run: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *said, **options: run(world.root, *said, **options)

    return {each.__name__: of(each) for each in (finish, new_version, rename, retire)}


def actions(world: World) -> dict[str, str]:
    """What a plan would do, by name and language."""
    (space,) = world.plan().plan.spaces
    return {f"{each.key.name}@{each.key.language}": each.action.value for each in space.changes}


def test_a_rename(world: World, senders: Senders) -> None:
    run = commands(world)
    assert run["rename"]("hello", "hi_there").written
    assert set(ends(world.apply()).values()) == {"done"}
    assert senders.look("en", "id") == {"en": "hello", "id": "hello"}  # its review runs
    # Too early: it waits, and senders notice nothing.
    run["finish"]("hi_there")
    assert actions(world) == {
        "hello@en": "blocked", "hello@id": "blocked", "hi_there@en": "no_op", "hi_there@id": "no_op",
    }  # fmt: skip
    assert senders.look("en", "id") == {"en": "hello", "id": "hello"}
    world.clock.sleep(2 * HOUR)
    assert senders.look("en", "id") == {"en": "hi_there", "id": "hi_there"}
    again = run["finish"]("hello")
    assert (again.written, again.files) == (False, ())
    assert "its tombstone stays until an apply has deleted it" in again.notes[0]
    assert ends(world.apply()) == {"template/hello@en": "done", "template/hello@id": "done"}
    assert senders.look("en", "id") == {"en": "hi_there", "id": "hi_there"}

    cleaned = run["finish"]("hello")
    assert [(each.file, each.change) for each in cleaned.files] == [
        ("templates/hello.yaml", "deleted"), ("templates/hi_there.yaml", "edited"),
    ]  # fmt: skip
    text = (world.root / "templates/hi_there.yaml").read_text()
    assert "replaces" not in text and "output: hello" in text and "# by Budi" in text
    assert set(actions(world).values()) == {"no_op"}
    assert senders.look("en", "id") == {"en": "hi_there", "id": "hi_there"}
    assert not run["finish"]("hello").files

    # The name outlives later versions, too.
    run["new_version"]("hi_there")
    world.apply()
    world.clock.sleep(2 * HOUR)
    assert senders.look("en", "id") == {"en": "hi_there_v2", "id": "hi_there_v2"}


def test_a_version_of_one_language(world: World, senders: Senders) -> None:
    run = commands(world)
    made = run["new_version"]("hello", ["id"])
    text = (world.root / made.file).read_text()
    assert "Languages: [id]" in text and "en:" not in text and "# by Budi" in text
    (world.root / made.file).write_text(text.replace("sedang", "sudah"))
    world.apply()
    assert senders.look("en", "id") == {"en": "hello", "id": "hello"}
    world.clock.sleep(2 * HOUR)
    assert senders.look("en", "id") == {"en": "hello", "id": "hello_v2"}
    ended = run["finish"]("hello")
    assert "en: senders stay with hello: no newer version has that language" in ended.notes
    assert ends(world.apply()) == {"template/hello@id": "done"}
    assert senders.look("en", "id") == {"en": "hello", "id": "hello_v2"}
    run["finish"]("hello_v2")
    assert set(actions(world)) == {"hello@en", "hello_v2@id"}
    assert senders.look("en", "id") == {"en": "hello", "id": "hello_v2"}
    # Both are still one thing to senders, so the link stays.
    assert "replaces: hello" in (world.root / made.file).read_text()
    with pytest.raises(RefusedError, match="no newer version has that language"):
        run["finish"]("hello")


def test_the_second_version_of_one_language(world: World, senders: Senders) -> None:
    """Its tombstone stands between the third and the first, which has the other language for good."""
    run = commands(world)
    for at, (name, languages) in enumerate((("hello", ["id"]), ("hello_v2", []))):
        made = run["new_version"](name, languages)
        path = world.root / made.file
        path.write_text(path.read_text().replace("perjalanan", f"perjalanan ke-{at + 2}"))
        world.apply()
        world.clock.sleep(2 * HOUR)
        assert run["finish"]("hello").written
        assert set(ends(world.apply()).values()) == {"done"}
    assert senders.look("en", "id") == {"en": "hello", "id": "hello_v3"}
    assert "hello_v3 now replaces hello" in run["finish"]("hello").done
    assert set(actions(world)) == {"hello@en", "hello_v3@id"}
    assert senders.look("en", "id") == {"en": "hello", "id": "hello_v3"}
    assert "replaces: hello\n" in path.read_text()


def test_a_language_that_is_dropped(world: World, senders: Senders) -> None:
    run = commands(world)
    with pytest.raises(RefusedError, match="could send nothing any more"):
        run["retire"]("hello@id")
    assert (world.root / "templates/hello.yaml").read_text() == FILE
    retired = run["retire"]("hello@id", allow_breaking=True)
    assert "only id goes: the name hello stays in use for en" in retired.notes
    assert "30 days" not in " ".join(retired.notes)
    assert ends(world.apply()) == {"template/hello@id": "done"}
    assert senders.look("en") == {"en": "hello"}
    run["finish"]("hello")
    assert actions(world) == {"hello@en": "no_op"}


def test_a_version_that_senders_do_not_use(world: World, senders: Senders) -> None:
    run = commands(world)
    made = run["new_version"]("hello")
    path = world.root / made.file
    path.write_text(path.read_text().replace("$(name)", "$(customer)").replace("{name:", "{customer:"))
    world.apply()
    world.clock.sleep(2 * HOUR)
    with pytest.raises(RefusedError, match="senders stay with hello, not hello_v2: it asks them for something else"):
        run["finish"]("hello")
    path.write_text(path.read_text() + "  adopt: true\n")
    with pytest.raises(RefusedError, match=r"written for \{name\} could send nothing any more"):
        run["finish"]("hello")
    run["finish"]("hello", allow_breaking=True)
    assert "breaks: [breaking-language-removed]" in (world.root / "templates/hello.yaml").read_text()
    assert ends(world.apply()) == {"template/hello@en": "done", "template/hello@id": "done"}
    run["finish"]("hello")
    # What replaces nothing has nothing to adopt.
    assert path.read_text().endswith("templatesync:\n  output: hello\n")


def test_a_version_that_is_pinned(world: World, senders: Senders) -> None:
    run = commands(world)
    run["new_version"]("hello")
    world.put("templates/hello.yaml", f"{FILE}templatesync: {{pinned: true}}\n")
    with pytest.raises(RefusedError, match="senders stay with hello, not hello_v2: hello is pinned"):
        run["finish"]("hello_v2")
    with pytest.raises(RefusedError, match="is pinned, so that senders stay with it"):
        run["retire"]("hello")


def test_in_each_space_what_is_over_there(world: World) -> None:
    world.project(spaces={"local": {"emulator": True}, "other": {"cust_space_id": "cams-other"}}, default_space="local")
    world.put("templates/hello.yaml", FILE)
    run = commands(world)
    made = run["new_version"]("hello")
    path = world.root / made.file
    path.write_text(f"{path.read_text()}  spaces: [local]\n")
    with pytest.raises(RefusedError, match="senders of other stay with hello: there is no newer version"):
        run["finish"]("hello")


def test_nothing_breaks_by_any_step(world: World) -> None:
    """As `breaking` sees it, from one state of the files to the next."""
    world.put("templates/hello.yaml", FILE)
    run = commands(world)
    steps: list[Callable[[], Any]] = [
        lambda: run["rename"]("hello", "hi_there"),
        lambda: run["finish"]("hello"),
        lambda: run["finish"]("hello", gone=True),
        lambda: run["new_version"]("hi_there"),
    ]
    for number, step in enumerate(steps):
        before = world.root.parent / f"before{number}"
        shutil.copytree(world.root, before)
        assert step().written
        assert breaking(world.root, str(before)).told == (), number
    lost = world.root / "templates/hi_there.yaml"
    lost.write_text(lost.read_text().replace("output: hello", "on_approved: block"))
    assert breaking(world.root, str(before)).breaks != ()
