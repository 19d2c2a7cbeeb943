"""Which files a project has: what is none of them, what no file may ask for, and how much is said of many."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from support.projects import GOOD, PROJECT, Shop, tree

from templatesync.project import workspace
from templatesync.storage import patterns, reading
from templatesync.storage.reading import read_file


def test_one_resource_in_two_files_is_an_error_that_names_both(shop: Shop) -> None:
    shop.bad(GOOD)
    ended = shop.validate()
    (found,) = ended.findings
    assert (ended.code, found["rule"], found["file"]) == (3, "duplicate-resource", "templates/good.yaml")
    assert "templates/bad.yaml" in found["message"]
    shop.bad(GOOD.replace("shop_hello", "Shop_Hello"))
    assert "name-charset" in shop.validate().rules()


def test_one_language_in_two_documents_is_an_error(shop: Shop) -> None:
    shop.bad(GOOD.replace("Language: en", "Languages: [id, en]").replace("shop_hello", "shop_two") + "---\n"
             + GOOD.replace("shop_hello", "shop_two"))  # fmt: skip
    (found,) = (found for found in shop.validate().findings if found["severity"] == "error")
    assert (found["rule"], found["line"], found["key"]) == ("duplicate-resource", 9, "template/shop_two@en")


def test_two_names_for_one_space_are_an_error(shop: Shop) -> None:
    shop.write("templatesync.yaml", "version: 1\nspaces:\n  a: {cust_space_id: cams-1}\n  b: {cust_space_id: cams-1}\n")
    for command in ("validate", "plan", "status"):
        ended = shop.run(command)
        assert ended.code == 3
        assert "templatesync.yaml:4:" in ended.said
        assert "a and b" in ended.said


@pytest.mark.parametrize("command", [["plan"], ["apply", "--yes"], ["plan", "--prune"], ["apply", "--yes", "--prune"]])
def test_no_resource_is_not_the_wish_for_none(shop: Shop, command: list[str]) -> None:
    (shop.root / "templates/good.yaml").unlink()
    before = tree(shop.root)
    ended = shop.run(*command)
    assert (ended.code, ended.out) == (3, "")
    assert "no resources found" in ended.err
    assert "templates/**/*.yaml" in ended.err
    assert tree(shop.root) == before


def links(shop: Shop, tmp_path: Path) -> dict[str, str]:
    """Things that are no files of the project, and the rule for each."""
    secret = tmp_path / "secret.yaml"
    secret.write_text("Name: top-secret-content\n")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/inside.yaml").write_text("Name: top-secret-content\n")
    folder = shop.root / "templates"
    (folder / "out.yaml").symlink_to(secret)
    (folder / "loop.yaml").symlink_to("loop.yaml")
    (folder / "lost.yaml").symlink_to("nowhere.yaml")
    (folder / "away").symlink_to(tmp_path / "folder")
    (folder / "round").symlink_to("..")
    (folder / "device.yaml").symlink_to("/dev/zero")
    (folder / "dir.yaml").mkdir()
    os.mkfifo(folder / "pipe.yaml")
    return dict.fromkeys("out.yaml loop.yaml lost.yaml away round device.yaml dir.yaml pipe.yaml".split(), "file-kind")


def test_links_devices_and_pipes_are_no_files_of_the_project(shop: Shop, tmp_path: Path) -> None:
    expected = links(shop, tmp_path)
    ended = shop.child("validate", "--format", "json")
    assert ended.code == 3
    assert {found["file"].removeprefix("templates/"): found["rule"] for found in ended.findings} == expected
    assert "top-secret" not in ended.said
    assert json.loads(ended.out)["summary"]["resources"] == 1
    assert shop.run("plan").code == 3


@pytest.mark.slow
@pytest.mark.parametrize("name", ["out.yaml", "pipe.yaml", "dir.yaml", "loop.yaml"])
def test_nothing_outside_is_read_when_it_is_named(shop: Shop, tmp_path: Path, name: str) -> None:
    links(shop, tmp_path)
    ended = shop.child("validate", str(shop.root / "templates" / name))
    assert ended.code in (0, 3)
    assert "top-secret" not in ended.said
    outside = shop.run("validate", str(tmp_path / "secret.yaml"))
    assert (outside.code, outside.out) == (64, "")


def test_a_hard_link_is_a_file(shop: Shop) -> None:
    target = shop.write("elsewhere.yaml", GOOD.replace("shop_hello", "shop_hard"))
    (shop.root / "templates/hard.yaml").hardlink_to(target)
    assert shop.validate().code == 0


def test_a_sparse_file_is_too_large(shop: Shop) -> None:
    with shop.bad("").open("wb") as file:
        file.truncate(2 << 30)
    ended = shop.child("validate")
    assert (ended.code, "yaml-limit" in ended.out) == (3, True)


def test_an_unreadable_file_or_folder_is_a_finding(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Simulated: nothing is unreadable for root, who runs tests in containers."""
    shop.bad(GOOD)
    shop.write("templates/closed/a.yaml", GOOD)
    really_open, really_scan = os.open, os.scandir

    def refusing_open(path: os.PathLike[str] | str, *rest: int, **more: int | None) -> int:
        if str(path).endswith("bad.yaml"):
            raise PermissionError(13, "Permission denied")
        return really_open(path, *rest, **more)

    def refusing_scan(path: Path) -> os._ScandirIterator[str]:  # type: ignore[name-defined,unused-ignore]
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied")
        return really_scan(str(path))

    monkeypatch.setattr(reading.os, "open", refusing_open)
    monkeypatch.setattr(patterns.os, "scandir", refusing_scan)
    ended = shop.run("validate", "--format", "json")
    assert ended.code == 3
    assert {(found["file"], found["rule"]) for found in ended.findings} == {
        ("templates/bad.yaml", "file-unreadable"),
        ("templates/closed", "file-unreadable"),
    }
    assert str(shop.root) not in ended.said
    assert shop.run("plan").code == 3


def test_a_file_that_vanishes_is_a_finding(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.bad(GOOD)
    really = read_file

    def vanishing(path: Path | str, *rest: object) -> object:
        if Path(path).name == "bad.yaml":
            Path(path).unlink(missing_ok=True)
        return really(path, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(workspace, "read_file", vanishing)
    ended = shop.run("validate", "--format", "json")
    assert (ended.code, ended.rules()) == (3, {"file-unreadable"})


@pytest.mark.slow
def test_names_of_files_are_shown_and_not_obeyed(shop: Shop) -> None:
    """Names that are not UTF-8, act on terminals or speak to a CI runner are shown, not obeyed."""
    for name in (b"\xff\xfe.yaml", b"\x1b[31m.yaml", b"::error::x.yaml", "\u202egnp.yaml".encode(), b" ##[x].yaml"):
        Path(os.fsdecode(os.fsencode(shop.root / "templates") + b"/" + name)).write_text("Name: A\n")
    text, data = shop.child("validate"), shop.child("validate", "--format", "json")
    assert (text.code, data.code) == (3, 3)
    for said in (text.out, data.out):
        assert not {"\x1b", "\u202e"} & set(said)
        assert "##[" not in said
    assert len({found["file"] for found in data.findings}) == 5


def test_what_is_planned_was_read_once(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    really = read_file
    monkeypatch.setattr(
        workspace, "read_file", lambda path, *rest: opened.append(Path(path).name) or really(path, *rest)
    )
    assert shop.run("apply", "--yes").code == 0
    assert opened.count("good.yaml") == 1


@pytest.mark.parametrize(
    "line",
    [
        "endpoint: https://evil.example",
        "proxy: http://evil.example:8080",
        "credentials: {access_key_id: x, access_key_secret: y}",
        "profile: other",
        "process_command: /bin/sh",
    ],
)
@pytest.mark.parametrize("inside", [True, False])
def test_a_project_names_no_endpoint_proxy_or_program(shop: Shop, line: str, inside: bool) -> None:
    shop.write(
        "templatesync.yaml", PROJECT.replace("    emulator", f"    {line}\n    emulator") if inside else PROJECT + line
    )
    for command in (["validate"], ["plan"], ["apply", "--yes"], ["status"]):
        ended = shop.run(*command)
        told = ended.out if command == ["validate"] else ended.err
        assert (ended.code, ended.said) == (3, told)
        assert "project-refused" in told or "unknown-key" in told
        assert line not in told, "what is refused may be a credential"
    assert not (shop.root / ".templatesync").exists()


@pytest.mark.parametrize("name", ["ALIBABA_CLOUD_ACCESS_KEY_SECRET", "HOME", "TEMPLATESYNC_ENDPOINT", "PATH"])
def test_a_project_reads_no_other_variable_of_the_environment(shop: Shop, name: str) -> None:
    shop.write("templatesync.yaml", f"version: 1\nspaces:\n  a: {{cust_space_id: cams-1, isv_code_env: {name}}}\n")
    assert (shop.run("plan").code, "project-isv-code" in shop.run("plan").err) == (3, True)


def test_findings_are_ordered_and_capped(shop: Shop) -> None:
    for number in range(150):
        shop.write(f"templates/t{number:03}.yaml", "Name: A\nCategory: X\n")
    ended = shop.run("validate")
    assert ended.code == 3
    told = [line for line in ended.out.splitlines() if line.startswith("templates/")]
    assert len(told) == 200
    assert told == sorted(told, key=lambda line: (line.split(":")[0], int(line.split(":")[1])))
    more, last = ended.out.splitlines()[-2:]
    every = len(shop.validate().findings)
    assert more.startswith(f"truncated: 200 of {every:,} findings")
    assert last == f"invalid: 151 files, 2 resources, {every} errors"
    assert [finding["file"] for finding in shop.validate().findings] == sorted(
        finding["file"] for finding in shop.validate().findings
    )


def test_the_gravest_findings_are_shown(shop: Shop) -> None:
    for number in range(250):
        shop.write(f"templates/a{number:03}.yaml", GOOD.replace("shop_hello", f"a{number}"))  # 249 say the same
    shop.write("templates/z.yaml", "Name: A\n")
    assert "templates/z.yaml:1:7: error" in shop.run("validate").out
