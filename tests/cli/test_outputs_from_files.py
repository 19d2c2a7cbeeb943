"""`outputs` from files alone: contracts without a credential, contract files of any kind, and `--check`."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.emulated_project import World
from support.projects import Shop

from templatesync.cli.options import Globals

SPACES = """\
version: 1
spaces:
  berlin: {cust_space_id: cams-1, vars: {sign: Berlin}}
  paris: {cust_space_id: cams-2, vars: {sign: SIGN}}
"""
SIGNED = """\
Name: shop_hello
Category: UTILITY
Language: en
Components:
  - Type: BODY
    Text: Hello $(name), your parcel has left today. Greetings! ${{ sign }}.
Example: {name: Ann, who: Bea}
"""


@pytest.fixture
def cut_off(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """A project in CI, with real spaces and nobody who could sign a request."""

    def refuse(self: Globals) -> Any:
        raise AssertionError("files alone suffice")

    monkeypatch.setenv("CI", "true")
    monkeypatch.setattr(Globals, "connection", refuse)
    shop.write("templatesync.yaml", SPACES.replace("SIGN", '"Your studio in Paris, at the canal"'))
    shop.write("templates/good.yaml", SIGNED.replace(", who: Bea", ""))
    return shop


def contracts(shop: Shop, *options: str) -> dict[str, Any]:
    ended = shop.run("outputs", "--format", "contract", *options)
    assert ended.code == 0, ended
    found: dict[str, Any] = json.loads(ended.out)["contracts"]
    return found


def test_contracts_need_no_space_and_no_credential(cut_off: Shop) -> None:
    (language,) = contracts(cut_off)["shop_hello"]["languages"].values()
    assert (language["version"], language["file"]) == ("shop_hello", "templates/good.yaml")
    assert language["contract"]["digest"].startswith("{name} ")
    one, other = (contracts(cut_off, "--space", name)["shop_hello"]["languages"]["en"] for name in ("berlin", "paris"))
    left = [each["contract"]["rooms"][0]["left"] for each in (language, one, other)]
    assert left[0] == left[2] < left[1]  # what fits in both


def test_spaces_that_ask_for_different_things_are_not_mixed(cut_off: Shop) -> None:
    cut_off.write("templatesync.yaml", SPACES.replace("SIGN", '"$(who) in Paris"'))
    cut_off.write("templates/good.yaml", SIGNED)
    ended = cut_off.run("outputs", "--format", "contract")
    assert (ended.code, ended.out) == (64, "")
    assert "shop_hello@en asks for {name}" in ended.err and "{name, who}" in ended.err and "--space" in ended.err
    assert contracts(cut_off, "--space", "paris")["shop_hello"]["languages"]["en"]["contract"]["digest"].startswith(
        "{name, who} "
    )


def test_files_with_errors_have_no_contract(shop: Shop) -> None:
    shop.bad("Name: [\n")
    ended = shop.run("outputs", "--format", "contract")
    assert (ended.code, ended.out) == (3, "")
    assert "templates/bad.yaml:" in ended.err


def test_a_contract_file_says_all_that_files_say(shop: Shop, tmp_path: Path) -> None:
    saved = tmp_path / "contract.json"
    assert shop.run("outputs", "--format", "contract", "-o", str(saved)).code == 0
    elsewhere = Shop(shop.root.parent, shop.capsys)
    (elsewhere.root / "templatesync.yaml").unlink()
    ended = elsewhere.run("outputs", "--format", "contract", "--contract", str(saved))
    assert (ended.code, ended.out) == (0, saved.read_text(encoding="utf-8"))


def test_a_contract_file_goes_with_what_comes_from_files(shop: Shop) -> None:
    for name in ("json", "env", "codes"):
        ended = shop.run("outputs", "--format", name, "--contract", "contract.json")
        assert (ended.code, ended.out) == (64, "")
        assert "contract, python, typescript" in ended.err
    ended = shop.run("outputs", "--format", "contract", "--contract", "contract.json", "--space", "local")
    assert ended.code == 64 and "--space" in ended.err


def changed(at: str, value: Any) -> Callable[[str], str]:
    """A contract file in which one member says something else; `at` is its path."""

    def change(text: str) -> str:
        document = json.loads(text)
        *way, last = at.split("/")
        place = document
        for step in way:
            place = place[int(step)] if isinstance(place, list) else place[step]
        place[last] = value
        return json.dumps(document)

    return change


ENGLISH = "contracts/shop_hello/languages/en"
BROKEN: dict[str, tuple[Callable[[str], str | bytes], str]] = {
    "empty": (lambda text: "", "it is not JSON"),
    "cut off": (lambda text: text[:200], "it is not JSON"),
    "no text at all": (lambda text: b"\xff\x00\xfe", "it is not JSON"),
    "deep": (lambda text: "[" * 200_000, "it is not JSON"),
    "long number": (lambda text: text.replace('"left": ', '"left": ' + "9" * 5_000), "it is not JSON"),
    "twice": (lambda text: text.replace('"logical"', '"languages": {}, "logical"'), "the key 'languages' stands twice"),
    "another document": (lambda text: "[]", "outputs --format contract` writes them"),
    "a plan": (lambda text: '{"format_version": "1.0", "spaces": []}', "outputs --format contract` writes them"),
    "another format": (changed("format_version", "2.0"), "has format 2.0; this release reads 1.0"),
    "no contracts": (changed("contracts", []), "its contracts are no mapping"),
    "no logical name": (changed("contracts/shop_hello/logical", 1), "it has no logical name"),
    "no languages": (changed("contracts/shop_hello/languages", {}), "it has no languages"),
    "no version": (changed(f"{ENGLISH}/version", None), "it has no version and file"),
    "no contract": (changed(f"{ENGLISH}/contract", "x"), "it has no contract"),
    "another name": (changed(f"{ENGLISH}/contract/variables/0/name", "nome"), "somebody has changed it by hand"),
    "another reply": (changed(f"{ENGLISH}/contract/replies", ["Yes"]), "somebody has changed it by hand"),
    "a part is missing": (changed(f"{ENGLISH}/contract/variables", [{}]), "it is no contract: 'places' is missing"),
    "another type": (changed(f"{ENGLISH}/contract/replies", {"Yes": 1}), "it is no contract"),
    "names of replies": (changed(f"{ENGLISH}/reply_names", ["Yes"]), "its reply_names are not one for each"),
    "names that are none": (changed(f"{ENGLISH}/reply_names", [1]), "its reply_names are no list of texts"),
    "hostile": (changed(f"{ENGLISH}/contract/variables/0/name", "\x1b[2J\u202e::error::"), "changed it by hand"),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_contract_file_is_told_with_the_next_step(shop: Shop, tmp_path: Path, how: str) -> None:
    saved = tmp_path / "contract.json"
    assert shop.run("outputs", "--format", "contract", "-o", str(saved)).code == 0
    whole, (spoil, said) = saved.read_text(encoding="utf-8"), BROKEN[how]
    broken = spoil(whole)
    assert broken != whole
    saved.write_bytes(broken if isinstance(broken, bytes) else broken.encode("utf-8", "surrogatepass"))
    ended = shop.run("outputs", "--format", "contract", "--contract", str(saved))
    assert (ended.code, ended.out) == (64, "")
    assert said in ended.err and "outputs --format contract -o FILE" in ended.err
    assert len(ended.err) < 1_000 and "\x1b" not in ended.err and "\u202e" not in ended.err


def test_a_contract_file_that_is_none_is_told(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for name, said in (("nothing", "No such file"), (".", "this is a folder"), ("link", "a symbolic link")):
        ended = shop.run("outputs", "--format", "contract", "--contract", str(tmp_path / name))
        assert (ended.code, ended.out) == (64, "")
        assert said in ended.err


# --- --check ----------------------------------------------------------------------------------------------------------


def test_a_file_that_is_as_it_would_be_made_passes(shop: Shop, tmp_path: Path) -> None:
    assert shop.run("apply", "--yes").code == 0
    for name in ("json", "env", "codes", "contract"):
        made = tmp_path / name
        assert shop.run("outputs", "--format", name, "-o", str(made)).code == 0
        before = made.read_bytes()
        ended = shop.run("outputs", "--format", name, "--check", str(made))
        assert (ended.code, ended.out) == (0, f"{made} is as it would be made now.\n")
        made.write_bytes(before.replace(b"\n", b"\r\n"))  # as a checkout on Windows has it
        assert shop.run("outputs", "--format", name, "--check", str(made)).code == 0
        made.write_bytes(before + b"more\n")
        assert shop.run("outputs", "--format", name, "--check", str(made)).code == 3
        assert made.read_bytes() == before + b"more\n"


def test_a_file_that_differs_is_shown_with_what_mends_it(shop: Shop, tmp_path: Path) -> None:
    made = tmp_path / "a contract.json"
    assert shop.run("outputs", "--format", "contract", "-o", str(made)).code == 0
    old = made.read_text(encoding="utf-8")
    made.write_text(old.replace('"name": "name"', '"name": "nam\u0435\x1b[2J"'), encoding="utf-8")
    ended = shop.run("outputs", "--space", "local", "--format", "contract", "--check", str(made))
    assert ended.code == 3
    assert '-                "name": "nam<U+0435><U+001B>[2J",' in ended.out
    assert '+                "name": "name",' in ended.out
    command = f"templatesync -C {shop.root} outputs --space local --format contract -o '{made}'"
    assert ended.out.endswith(f"{made} is not as it would be made now. This makes it:\n  {command}\n")
    assert len(ended.out.splitlines()) < 12
    assert shop.run("outputs", "--space", "local", "--format", "contract", "-o", str(made)).code == 0
    assert made.read_text(encoding="utf-8") == old


def test_a_file_of_another_format_is_not_to_be_written_over(shop: Shop, tmp_path: Path) -> None:
    made = {name: tmp_path / name for name in ("json", "env", "codes", "contract", "python")}
    for name, file in made.items():
        assert shop.run("outputs", "--format", name, "-o", str(file)).code == 0
    for name in made:
        for other, file in made.items():
            ended = shop.run("outputs", "--format", name, "--check", str(file))
            assert ended.code == (0 if name == other else 3)
            assert ("if it is of another one" in ended.out) is (name != other), (name, other)


def test_a_long_difference_is_cut(shop: Shop, tmp_path: Path) -> None:
    made = tmp_path / "contract.json"
    made.write_bytes(b"\xff" * 100_000 + b"\nx\n" * 20_000)
    ended = shop.run("outputs", "--format", "contract", "--check", str(made))
    assert ended.code == 3
    assert "more" in ended.out and len(ended.out) < 30_000


def test_what_cannot_be_compared_is_told(shop: Shop, tmp_path: Path) -> None:
    def check(name: str, *more: str) -> tuple[int, str]:
        ended = shop.run("outputs", "--format", "contract", "--check", str(tmp_path / name), *more)
        return ended.code, ended.said

    code, said = check("nothing.json")
    assert code == 3 and "nothing.json is not there. This makes it:\n" in said
    assert [check(".")[0], "this is a folder" in check(".")[1]] == [64, True]
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    assert [check("link")[0], "a symbolic link" in check("link")[1]] == [64, True]
    code, said = check("nothing.json", "-o", str(tmp_path / "new.json"))
    assert code == 64 and "--check and -o exclude each other" in said
    assert not (tmp_path / "new.json").exists()


@pytest.mark.parametrize("name", ["json", "env", "codes"])
def test_what_was_not_read_replaces_no_file_and_is_not_compared(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    shop = Shop(world.root, capsys)
    world.project()
    shop.write("templates/other.yaml", (shop.root / "templates/good.yaml").read_text().replace("shop_hello", "news"))
    monkeypatch.setattr(Globals, "connection", lambda self: world.connection)
    assert shop.run("apply", "--yes").code == 0

    def spoil(called: str, answer: dict[str, Any]) -> None:
        if called == "GetChatappTemplateDetail" and answer["Data"]["Name"] == "news":
            answer["Data"]["Components"] = 7

    world.emulator.after = spoil
    target = shop.write("made", "as it was\n")
    ended = shop.run("outputs", "--format", name, "-o", str(target))
    assert ended.code == 10 and "could not be read" in ended.err and "is left as it is" in ended.err
    ended = shop.run("outputs", "--format", name, "--check", str(target))
    assert ended.code == 10 and "could not be read" in ended.err and "is not compared" in ended.err
    assert target.read_text() == "as it was\n"


@pytest.mark.parametrize("name", ["python", "typescript"])
def test_code_is_utf_8_or_is_not_written(cut_off: Shop, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An identifier or a comment in another encoding is no code."""

    def written(template: str, *options: str) -> tuple[int, bytes]:
        cut_off.write("templates/good.yaml", template)
        stdout = io.BytesIO()
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(stdout, encoding="cp1252"))
        return cut_off.run("outputs", "--format", name, *options).code, stdout.getvalue()

    plain = SIGNED.replace(", who: Bea", "")
    abroad = plain.replace("name", "größe")
    code, data = written(plain)
    assert code == 0 and b"shop" in data
    assert written(abroad) == (64, b"")
    file = cut_off.root / "code"
    assert written(abroad, "-o", str(file)) == (0, b"") and "größe" in file.read_text(encoding="utf-8")
