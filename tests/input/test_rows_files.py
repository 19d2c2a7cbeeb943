"""Rows B16 to B20 and B26 to B30 of bad input: which files there are, what surrounds a run, how it is called."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from projects import GOOD, PROJECT, Shop, tree

from templatesync.project import workspace
from templatesync.storage import patterns, reading
from templatesync.storage.reading import read_file


def test_b16_one_resource_in_two_files(shop: Shop) -> None:
    shop.bad(GOOD)
    ended = shop.validate()
    (found,) = ended.findings
    assert (ended.code, found["rule"], found["file"]) == (3, "duplicate-resource", "templates/good.yaml")
    assert "templates/bad.yaml" in found["message"]
    shop.bad(GOOD.replace("shop_hello", "Shop_Hello"))
    assert "name-charset" in shop.validate().rules()


def test_b16_one_language_in_two_documents(shop: Shop) -> None:
    shop.bad(GOOD.replace("Language: en", "Languages: [id, en]").replace("shop_hello", "shop_two") + "---\n"
             + GOOD.replace("shop_hello", "shop_two"))  # fmt: skip
    (found,) = (found for found in shop.validate().findings if found["severity"] == "error")
    assert (found["rule"], found["line"], found["key"]) == ("duplicate-resource", 9, "template/shop_two@en")


def test_b16_two_names_for_one_space(shop: Shop) -> None:
    shop.write("templatesync.yaml", "version: 1\nspaces:\n  a: {cust_space_id: cams-1}\n  b: {cust_space_id: cams-1}\n")
    for command in ("validate", "plan", "status"):
        ended = shop.run(command)
        assert ended.code == 3
        assert "templatesync.yaml:4:" in ended.said
        assert "a and b" in ended.said


@pytest.mark.parametrize("command", [["plan"], ["apply", "--yes"], ["plan", "--prune"], ["apply", "--yes", "--prune"]])
def test_b17_no_resource_is_not_the_wish_for_none(shop: Shop, command: list[str]) -> None:
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


def test_b18_what_is_no_file_of_the_project(shop: Shop, tmp_path: Path) -> None:
    expected = links(shop, tmp_path)
    ended = shop.child("validate", "--format", "json")
    assert ended.code == 3
    assert {found["file"].removeprefix("templates/"): found["rule"] for found in ended.findings} == expected
    assert "top-secret" not in ended.said
    assert json.loads(ended.out)["summary"]["resources"] == 1
    assert shop.run("plan").code == 3


@pytest.mark.parametrize("name", ["out.yaml", "pipe.yaml", "dir.yaml", "loop.yaml"])
def test_b18_named_on_the_command_line(shop: Shop, tmp_path: Path, name: str) -> None:
    links(shop, tmp_path)
    ended = shop.child("validate", str(shop.root / "templates" / name))
    assert ended.code in (0, 3)
    assert "top-secret" not in ended.said
    outside = shop.run("validate", str(tmp_path / "secret.yaml"))
    assert (outside.code, outside.out) == (64, "")


def test_b18_a_hard_link_is_a_file(shop: Shop) -> None:
    target = shop.write("elsewhere.yaml", GOOD.replace("shop_hello", "shop_hard"))
    (shop.root / "templates/hard.yaml").hardlink_to(target)
    assert shop.validate().code == 0


def test_b18_sparse_file(shop: Shop) -> None:
    with shop.bad("").open("wb") as file:
        file.truncate(2 << 30)
    ended = shop.child("validate")
    assert (ended.code, "yaml-limit" in ended.out) == (3, True)


def test_b18_unreadable_file_and_folder(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Simulated: nothing is unreadable for root, who runs tests in containers."""
    shop.bad(GOOD)
    shop.write("templates/closed/a.yaml", GOOD)
    really_open, really_scan = os.open, os.scandir

    def refusing_open(path: os.PathLike[str] | str, *rest: int) -> int:
        if str(path).endswith("bad.yaml"):
            raise PermissionError(13, "Permission denied")
        return really_open(path, *rest)

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


def test_b18_file_that_vanishes(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.bad(GOOD)
    really = read_file

    def vanishing(path: Path | str, *rest: object) -> object:
        if Path(path).name == "bad.yaml":
            Path(path).unlink(missing_ok=True)
        return really(path, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(workspace, "read_file", vanishing)
    ended = shop.run("validate", "--format", "json")
    assert (ended.code, ended.rules()) == (3, {"file-unreadable"})


def test_b18_names_of_files(shop: Shop) -> None:
    """Names that are not UTF-8, act on terminals or speak to a CI runner are shown, not obeyed."""
    for name in (b"\xff\xfe.yaml", b"\x1b[31m.yaml", b"::error::x.yaml", "\u202egnp.yaml".encode(), b" ##[x].yaml"):
        Path(os.fsdecode(os.fsencode(shop.root / "templates") + b"/" + name)).write_text("Name: A\n")
    text, data = shop.child("validate"), shop.child("validate", "--format", "json")
    assert (text.code, data.code) == (3, 3)
    for said in (text.out, data.out):
        assert not {"\x1b", "\u202e"} & set(said)
        assert "##[" not in said
    assert len({found["file"] for found in data.findings}) == 5


def test_b19_what_is_planned_was_read_once(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
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
def test_b20_a_project_names_no_endpoint(shop: Shop, line: str, inside: bool) -> None:
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
def test_b20_a_project_reads_no_other_secret(shop: Shop, name: str) -> None:
    shop.write("templatesync.yaml", f"version: 1\nspaces:\n  a: {{cust_space_id: cams-1, isv_code_env: {name}}}\n")
    assert (shop.run("plan").code, "project-isv-code" in shop.run("plan").err) == (3, True)


def test_b26_findings_are_ordered_and_capped(shop: Shop) -> None:
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


def test_b26_the_gravest_are_shown(shop: Shop) -> None:
    for number in range(250):
        shop.write(f"templates/a{number:03}.yaml", GOOD.replace("shop_hello", f"a{number}"))  # 249 say the same
    shop.write("templates/z.yaml", "Name: A\n")
    assert "templates/z.yaml:1:7: error" in shop.run("validate").out


def test_b27_a_plan_that_was_changed(shop: Shop) -> None:
    plan = shop.root / "plan.json"
    assert shop.run("plan", "--out", str(plan)).code == 0
    whole = plan.read_bytes()
    steps = range(0, len(whole), max(len(whole) // 40, 1))
    flipped = [whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in steps]
    others = [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"\xff",
        b"[" * 100_000,
        b'{"format_version": "9.0"}',
        b'{"format_version": 1}',
    ]
    for data in [*flipped, *(whole[:at] for at in steps), *others]:
        plan.write_bytes(data)
        before = tree(shop.root)
        ended = shop.run("apply", str(plan))
        if ended.code == 0:
            continue  # a note, a line or the version of the tool: nothing that anybody approves
        assert (ended.code, ended.out) in ((9, ""), (64, "")), (data[:80], ended)
        assert tree(shop.root) == before or (shop.root / ".templatesync").exists()


@pytest.mark.parametrize(
    ("name", "code"), [("nothing.json", 64), ("templates", 64), ("pipe", 64), ("templates/good.yaml", 9)]
)
def test_b27_a_plan_that_is_none(shop: Shop, name: str, code: int) -> None:
    os.mkfifo(shop.root / "pipe")
    assert shop.run("apply", str(shop.root / name)).code == code


def test_b27_an_emulator_that_is_damaged(shop: Shop) -> None:
    shop.write(".templatesync/emulator.db", b"not a database, but long enough to be read as one" * 100)
    ended = shop.run("plan")
    assert (ended.code, ended.out) == (1, "")
    assert "delete it" in ended.err


@pytest.mark.parametrize(
    "environment",
    [
        {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "ascii:strict"},
        {"PYTHONIOENCODING": "cp1252"},
    ],
)
def test_b28_terminals_of_other_alphabets(shop: Shop, environment: dict[str, str]) -> None:
    shop.bad("Name: 您好 é 🇩🇪\n")
    text = shop.child("validate", environment=environment)
    data = shop.child("validate", "--format", "json", environment=environment)
    assert (text.code, data.code) == (3, 3)
    assert (
        any("\u60a8\u597d \u00e9 \U0001f1e9\U0001f1ea" in found["message"] for found in data.findings) or data.findings
    )
    assert data.out.isascii()


@pytest.mark.parametrize(
    ("shell", "code"),
    [("| head -c 1", 3), (">&-", 3), ("2>&-", 3), (">&- 2>&-", 3), ("> /dev/full", 1), ("2> /dev/full", 3)],
)
def test_b28_nobody_listens(shop: Shop, shell: str, code: int) -> None:
    shop.bad("Name: A\n" * 300)
    for number in range(100):
        shop.write(f"templates/t{number:03}.yaml", "Name: A\nCategory: X\n")
    ended = shop.child("validate", "--format", "json", shell=shell)
    assert ended.code == code
    assert "Exception ignored" not in ended.err


@pytest.mark.parametrize("shell", ["2>&-", "2> /dev/full", ">&- 2>&-"])
def test_b28_an_apply_that_nobody_watches_goes_on(shop: Shop, shell: str) -> None:
    assert shop.child("apply", "--yes", shell=shell, memory=1 << 30).code == 0
    assert "No changes" in shop.run("plan").out


def test_b29_no_home_and_no_temporary_folder(shop: Shop) -> None:
    around = {"HOME": None, "USERPROFILE": None, "TMPDIR": "/nowhere", "XDG_CONFIG_HOME": None}
    for command in (["validate"], ["apply", "--yes"]):
        ended = shop.child(*command, environment=around, memory=1 << 30)
        assert ended.code == 0, ended


def test_b29_validate_writes_nothing(shop: Shop) -> None:
    """The system refuses every byte written to a file, as a file system that is read-only would."""
    before = tree(shop.root)
    assert shop.child("validate", file_size=0).code == 0
    assert shop.child("plan", file_size=0, memory=1 << 30).code == 1  # the embedded emulator lives in a file
    assert {name for name in tree(shop.root) if not name.startswith(".templatesync")} == set(before)


def test_b29_state_is_private_whatever_the_umask(shop: Shop) -> None:
    assert shop.child("apply", "--yes", umask=0, memory=1 << 30).code == 0
    state = shop.root / ".templatesync"
    for path in [state, *state.rglob("*")]:
        mode = stat.S_IMODE(path.lstat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600) or path.name == ".gitignore", (path, oct(mode))


DIGEST = "a" * 64


@pytest.mark.parametrize(
    "command",
    [
        ["plan", "--space", "nowhere"],
        ["validate", "--space", "nowhere"],
        ["plan", "--space", "local", "--all-spaces"],
        ["validate", "--space", "local", "--all-spaces"],
        ["plan", "--all-spaces"],  # all but emulators, and there is nothing else
        ["apply", "--expect-digest", "abc"],
        ["apply", "--expect-digest", "g" * 64],
        ["apply", "--yes", "--target", "template/shop_hello", "--prune"],
        ["plan", "--target", "template/shop_hello", "--prune"],
        ["plan", "--target", "template/nothing"],
        ["plan", "--fail-on", "nothing"],
        ["plan", "--format", "nothing"],
        ["plan", "--allow-mass-change", "many"],
        ["plan", "--nothing"],
        ["nothing"],
        [],
        ["apply"],  # no terminal
        ["apply", "--yes", "--timeout", "soon"],
        ["status", "--timeout", "1x"],
        ["apply", "--yes", "--receipt", "no/such/folder/receipt.json"],
        ["plan", "--out", "no/such/folder/plan.json"],
        ["plan", "-o", "no/such/folder/plan.txt"],
        ["rules", "nothing"],
        ["schema", "nothing"],
        ["validate", "no/such/file.yaml"],
        ["import", "--from-meta", "no/such/file.json"],
        ["new-version", "nothing"],
        ["emulator", "--review", "perhaps"],
        ["emulator", "--port", "70000"],
        ["emulator", "--port", "0", "--db", "no/such/folder/cams.db"],
        ["outputs", "--space", "nowhere"],
    ],
    ids=" ".join,
)
def test_b30_usage(shop: Shop, command: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shop.root)
    before = tree(shop.root)
    ended = shop.run(*command)
    assert (ended.code, ended.out) == (64, ""), ended
    assert ended.err
    assert tree(shop.root) == before


@pytest.mark.parametrize("command", ["plan", "apply", "status", "outputs"])
def test_b30_ci_must_choose(shop: Shop, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    more = ["--yes"] if command == "apply" else []
    ended = shop.run(command, *more)
    assert ended.code == 64
    assert "--space" in ended.err
    assert shop.run(command, "--space", "local", *more).code == 0


def test_b30_no_project(tmp_path: Path, shop: Shop) -> None:
    ended = shop.run("-C", str(tmp_path), "validate")
    assert ended.code == 64
    assert "init" in ended.err
    assert shop.run("-C", str(tmp_path / "nowhere"), "validate").code == 64
