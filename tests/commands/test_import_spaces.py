"""Import of several spaces: what they have alike in one file, all else for the spaces that have it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.emulated_project import World
from support.kind_specimens import SPECIMENS, want
from support.plan_scenarios import TEXT, hello, there

from templatesync.commands import import_
from templatesync.commands.import_ import ImportResult
from templatesync.commands.importing.spaces import part
from templatesync.commands.importing.there import There
from templatesync.commands.validate import validate
from templatesync.documents.yaml_writer import to_yaml
from templatesync.model.errors import ExitCode, UsageError
from templatesync.model.resource import Key, Listing, Live
from templatesync.project import settings, workspace
from templatesync.render.import_ import text
from templatesync.render.terminal import Style

OTHER = "Hello $(name), your parcel comes tomorrow."
NAMES = ("one", "two", "three")


@pytest.fixture
def shops(tmp_path: Path) -> World:
    """A project of three spaces, each with an emulator that another space's calls do not reach."""
    world = World(tmp_path)
    world.project(spaces={name: {"emulator": True} for name in NAMES}, default_space="one")
    return world


def put(world: World, space: str, **body: Any) -> None:
    world.live(**{**there(hello(**body)), "cust_space_id": f"emulator-{space}"})


def take(world: World, *spaces: str, variables: tuple[str, ...] = (), keys: tuple[str, ...] = ()) -> ImportResult:
    return import_.import_live(world.root, spaces or NAMES, False, world.connection, keys, variables=variables)


def files(world: World) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted((world.root / "templates").glob("*.yaml"))}


def spaces_of(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if "spaces:" in line]


def sound(world: World, *spaces: str) -> bool:
    """Whether all files are valid, and nothing is to do or left without a file."""
    document = world.document(*(spaces or NAMES))
    rows = [row["action"] for space in document["spaces"] for row in space["changes"]]
    clean = not validate(world.root, (), (), strict=False).report.errors
    return clean and set(rows) == {"no_op"} and document["summary"]["unmanaged"] == 0


def test_what_all_have_is_one_file_for_all(shops: World) -> None:
    for name in NAMES:
        put(shops, name)
    (written,) = take(shops).written
    assert (written.spaces, spaces_of(files(shops)["hello.yaml"])) == ((), [])
    assert sound(shops)


def test_what_two_of_three_have_names_them_and_the_third_has_its_own(shops: World) -> None:
    put(shops, "one", Components=[{"Type": "BODY", "Text": OTHER}])
    put(shops, "two")
    put(shops, "three")
    result = take(shops)
    assert [(each.file, each.spaces) for each in result.written] == [
        ("templates/hello.yaml", ("two", "three")),
        ("templates/hello-one.yaml", ("one",)),
    ]
    assert spaces_of(files(shops)["hello.yaml"]) == ["spaces: [two, three]"]
    assert sound(shops)


def test_languages_that_only_some_have_go_for_themselves(shops: World) -> None:
    id_ = {"Language": "id", "Components": [{"Type": "BODY", "Text": "Hai $(name), pesanan Anda sudah dikirim."}]}
    for name in NAMES:
        put(shops, name)
    put(shops, "two", **id_)
    written = {each.file: (each.keys, each.spaces) for each in take(shops).written}
    assert written == {
        "templates/hello.yaml": (("template/hello@en",), ()),
        "templates/hello-two.yaml": (("template/hello@id",), ("two",)),
    }
    assert sound(shops)


def test_a_file_from_one_space_of_several_names_it(shops: World) -> None:
    put(shops, "two")
    assert [each.spaces for each in take(shops, "two").written] == [("two",)]
    assert sound(shops, "two")


def test_a_name_that_is_not_ours_in_some_space_has_a_file_for_the_others(shops: World) -> None:
    narrow = {"emulator": True, "policy": {"manage": ["shop_*"]}}
    shops.project(spaces={"one": {"emulator": True}, "two": {"emulator": True}, "three": narrow}, default_space="one")
    for name in NAMES:
        put(shops, name)
    result = take(shops)
    assert ([each.spaces for each in result.written], result.skipped) == ([("one", "two")], ())
    assert not validate(shops.root, (), (), strict=False).report.errors
    assert sound(shops, "one", "two")


def test_a_name_that_is_not_ours_in_the_emulator_does_not_go_there(shops: World) -> None:
    narrow = {"emulator": True, "policy": {"manage": ["shop_*"]}}
    shops.project(spaces={"one": {"cust_space_id": "cams-1"}, "local": narrow})
    key = Key("template", "hello", "en")
    live = {"one": {"template": Listing({key: Live(key, "pass", body=hello())})}}
    project = settings.load(shops.root)
    drafts = part(project, live, There(workspace.read(project)), lambda space, key: True, {}).drafts
    assert [each.named for each in drafts] == [("one",)]


def test_samples_are_no_content(shops: World) -> None:
    put(shops, "one", Example={})
    put(shops, "two", Example={"name": "Bob"})
    put(shops, "three", Example={"name": "Eve"})
    (written,) = take(shops).written
    assert (written.spaces, written.notes) == ((), ("the Example is that of two, of which the service told the most",))
    assert "name: Bob" in files(shops)["hello.yaml"]
    assert sound(shops)


def test_a_space_that_cannot_be_read_hides_no_other_and_is_claimed_by_no_file(shops: World) -> None:
    put(shops, "one")
    put(shops, "two")
    spaces = {name: {"emulator": True} for name in ("one", "two")}
    shops.project(spaces={**spaces, "three": {"cust_space_id": "cams-3"}})  # there are no credentials for it
    result = take(shops)
    assert [(each.name, each.error is not None) for each in result.spaces] == [
        ("one", False), ("two", False), ("three", True),
    ]  # fmt: skip
    assert (result.exit_code, [each.spaces for each in result.written]) == (ExitCode.DENIED, [("one", "two")])
    assert sound(shops, "one", "two")


def test_why_spaces_cannot_be_read_is_told_once(shops: World) -> None:
    many = {f"brand{number:02}": {"cust_space_id": f"cams-{number}"} for number in range(40)}
    shops.project(spaces=many)  # there are no credentials for any
    shown = text(take(shops, *many), Style()).splitlines()
    assert len(shown) == 2
    assert shown[0].startswith("brand00 to brand39 cannot be read: no credentials")
    assert shown[1].startswith("0 files written from 40 spaces")


def test_what_has_a_file_in_one_space_is_written_for_the_others(shops: World) -> None:
    for name in NAMES:
        put(shops, name)
    shops.put("templates/mine.yaml", to_yaml(hello(templatesync={"spaces": ["one"]})))
    result = take(shops)
    assert [(each.key, each.fault, each.spaces) for each in result.skipped] == [("template/hello@en", False, ("one",))]
    assert [each.spaces for each in result.written] == [("two", "three")]
    assert sound(shops)


def test_a_key_that_one_of_them_has_is_found(shops: World) -> None:
    put(shops, "two")
    result = take(shops, keys=("template/hello", "template/none"))
    assert [each.keys for each in result.written] == [("template/hello@en",)]
    assert [(each.key, each.reason) for each in result.skipped] == [
        ("template/none", "nothing in one or two or three has this key")
    ]


def sites(world: World, **sites: str) -> None:
    spaces = {name: {"emulator": True, "vars": {"site": site}} for name, site in sites.items()}
    world.project(spaces=spaces, default_space=next(iter(spaces)))
    for name, site in sites.items():
        put(world, name, Components=[
            {"Type": "BODY", "Text": f"{TEXT} See {site} for more, or {site}.evil."},
            {"Type": "BUTTONS", "Buttons": [{"Type": "URL", "Text": "Track", "Url": f"{site}/t/$(name)"}]},
        ])  # fmt: skip


def test_a_variable_alone_is_that_of_each_space(shops: World) -> None:
    sites(shops, one="https://one.example.com", two="https://two.example.com")
    result = take(shops, "one", "two", variables=("site",))
    # What only looks like the value stays what it is, and keeps them apart.
    assert [each.spaces for each in result.written] == [("one",), ("two",)]
    text = files(shops)["hello.yaml"]
    assert "See ${{ site }} for more, or https://one.example.com.evil." in text
    assert 'Url: "${{ site }}/t/$(name)"' in text or "Url: ${{ site }}/t/$(name)" in text
    assert sound(shops, "one", "two")


def test_spaces_with_other_sites_become_one_file(shops: World) -> None:
    sites(shops, one="https://one.example.com", two="https://two.example.com")
    for name in ("one", "two"):
        put(shops, name, Name="bye", Components=[{"Type": "BODY", "Text": f"{TEXT} See https://{name}.example.com."}])
    written = {each.file: each.spaces for each in take(shops, "one", "two", variables=("site",)).written}
    assert written["templates/bye.yaml"] == ()
    assert "See ${{ site }}." in files(shops)["bye.yaml"]
    assert sound(shops, "one", "two")


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        (("site=https://other.example.com",), "site is 'https://one.example.com' in one"),
        (("none=https://other.example.com",), "has no variable none"),
        (("none",), "has no variable none"),
        (("site=abc",), "too short"),
        (("site=",), "too short"),
        (("site=${{ other }}",), "holds ${{"),
        (("a-b=https://www.example.com",), "names no variable"),
        (("site", "site"), "twice"),
        (("a=https://www.example.com", "b=https://www.example.com"), "one value"),
    ],
)
def test_variables_that_no_file_could_be_filled_with(shops: World, variables: tuple[str, ...], words: str) -> None:
    sites(shops, one="https://one.example.com", two="https://two.example.com")
    with pytest.raises(UsageError) as refused:
        take(shops, "one", variables=variables)
    assert words in str(refused.value)
    assert files(shops) == {}


def test_the_report_ends_with_what_is_to_do(shops: World) -> None:
    for name in NAMES:
        put(shops, name, Example={})
        put(shops, name, Name="bye", Example={})
        put(shops, name, Name="fine")
    shops.put("templates/mine.yaml", to_yaml(hello(Name="fine", templatesync={"spaces": ["one"]})))
    shown = text(take(shops), Style()).splitlines()
    assert shown[-3:] == [
        "3 files written from one, two, three (EMULATOR), 0 not possible, 1 left alone.",
        "What has a file already may differ from it: `templatesync plan` shows that, and `templatesync import --update "
        "KEY --space SPACE` takes the live form.",
        "2 templates need samples before they can change: `templatesync validate` names them.",
    ]
    assert "+ templates/fine.yaml: template/fine@en in two, three" in shown
    assert "  template/fine@en: a file is there already (in one)" in shown


def test_what_leads_to_a_flow_is_alike_whatever_its_id(shops: World) -> None:
    flow = SPECIMENS["flow"]
    want(shops, flow.file("signup").own(publish=True))
    button = {"Type": "FLOW", "Text": "Sign up", "FlowId": "${{ flows.signup }}", "NavigateScreen": "START"}
    shops.put("templates/hello.yaml", to_yaml(hello(TEXT, {"Type": "BUTTONS", "Buttons": [button]})))
    for _ in range(2):
        shops.apply("one", "two", "three")
    fresh = shops.other(shops.root / "fresh")
    result = take(fresh)
    assert result.skipped == ()
    assert sorted((each.keys, each.spaces) for each in result.written) == [
        (("flow/signup",), ()),
        (("template/hello@en",), ()),
    ]
    assert "${{ flows.signup }}" in files(fresh)["hello.yaml"]
    assert sound(fresh)
