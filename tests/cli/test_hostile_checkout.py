"""A checkout is the pull request's: its patterns, paths, links and folders, beside what CI has put there."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from support.git_repository import Repository
from support.projects import PROJECT, Shop, tree

CANARY = "cAnArY4711"
KEY = f"-----BEGIN PRIVATE KEY-----\n{CANARY}\n-----END PRIVATE KEY-----\n"
ACCOUNT = {"type": "service_account", "private_key": KEY, "version": "7.2"}
COMMANDS = (
    *(["validate", "--format", name] for name in ("text", "json", "github", "gitlab", "sarif", "junit")),
    *(["plan", "--format", name] for name in ("text", "json")),
    ["fmt", "--check"], ["fmt"], ["validate", "--fix"], ["apply", "--yes"],
)  # fmt: skip


def silent(shop: Shop) -> None:
    """No command shows the canary, writes it, or touches the files."""
    before = {name: each for name, each in tree(shop.root).items() if not name.startswith(".templatesync")}
    for command in COMMANDS:
        ended = shop.run(*command)
        assert CANARY not in ended.said, command
        assert ended.code != 0 or command[0] == "fmt", command
    for name, each in tree(shop.root).items():
        if name in before:
            assert each == before[name]
        else:
            assert CANARY.encode() not in (shop.root / name).read_bytes()


OTHER_FILES = {
    ".env": f"TOKEN={CANARY}\n",
    ".npmrc": f"//registry.npmjs.org/:_authToken={CANARY}\n",
    "key.pem": KEY,
    "id_rsa": KEY,
    "gha-creds-1.json": json.dumps(ACCOUNT, indent=2),
    "token.txt": CANARY,
    ".secrets.yaml": f"Name: {CANARY}\n",
    ".cache/deep.yaml": f"Name: {CANARY}\n",
    "store.yaml.bak": f"Name: {CANARY}\n",
}


@pytest.mark.parametrize("patterns", [[*OTHER_FILES, "*/deep.yaml"], ["**", "**/*", "**/.*"]])
def test_a_pattern_makes_no_resource_file_of_another(shop: Shop, patterns: list[str]) -> None:
    for name, text in OTHER_FILES.items():
        shop.write(name, text)
    shop.write("templatesync.yaml", f"{PROJECT}include: {json.dumps(['templates/*.yaml', *patterns])}\n")
    silent(shop)
    told = {each["file"] for each in shop.validate().findings if each["rule"] == "file-name"}
    assert told == {name for name in OTHER_FILES if "/" not in name}, "hidden folders are not entered at all"


def test_nor_does_an_argument(shop: Shop) -> None:
    for name, text in OTHER_FILES.items():
        ended = shop.run("validate", str(shop.write(name, text)))
        assert CANARY not in ended.said


def test_many_of_them_are_counted(shop: Shop) -> None:
    for number in range(60):
        shop.write(f"words/{number:02}.txt", "words")
    shop.write("templatesync.yaml", f"{PROJECT}include: ['templates/*.yaml', 'words/*']\n")
    found = [each["message"] for each in shop.validate().findings if each["rule"] == "file-name"]
    assert (len(found), sum("10 more files" in message for message in found)) == (51, 1)


PRIVATE_YAML = {
    "kubeconfig": f"apiVersion: v1\nkind: Config\nusers:\n  - name: ci\n    user: {{token: {CANARY}}}\n",
    "map": f"password: {CANARY}\n",
    "key": f"{CANARY}: x\n",
    "kind": f"kind: {CANARY}\n",
    "text": f"{CANARY}\n",
    "dotenv": f"TOKEN={CANARY}\n",
    "list": f"- {CANARY}\n",
    "broken": f"token: {CANARY}: x\n",
    "unclosed": f"token: '{CANARY}\n",
    "twice": f"{CANARY}: 1\n{CANARY}: 2\n",
    "anchor": f"token: &{CANARY} x\nother: *{CANARY}\n",
    "tag": f"token: !{CANARY} x\n",
    "pem": KEY,
    "nested": f"metadata:\n  Name: x\n  token: {CANARY}\n",
}


def test_nothing_is_shown_of_yaml_without_a_key_of_a_resource(shop: Shop) -> None:
    for name, text in PRIVATE_YAML.items():
        shop.write(f"{name}.yaml", text)
    shop.write("templatesync.yaml", f"{PROJECT}include: ['templates/*.yaml', '?*.yaml']\n")
    silent(shop)
    told = {(each["file"], each["severity"]) for each in shop.validate().findings}
    assert told >= {(f"{name}.yaml", "error") for name in PRIVATE_YAML}


def test_a_resource_with_a_mistake_is_still_shown(shop: Shop) -> None:
    for text in (f"Name: a: {CANARY}\n", f"\ufeffLanguage: [{CANARY}\n", f'{{"Name": [{CANARY}\n'):
        shop.bad(text)
        assert CANARY in shop.run("validate").out, text


OTHER_JSON = {
    "account": json.dumps(ACCOUNT, indent=2),
    "broken": json.dumps(ACCOUNT, indent=2)[:-1],
    "twice": f'{{"{CANARY}": 1, "{CANARY}": 2}}',
    "number": f'{{"{CANARY}": NaN}}',
    "list": json.dumps([CANARY]),
    "text": json.dumps(CANARY),
    "no_json": CANARY,
    "nested": json.dumps({"app": {"screens": []}, "key": CANARY}),
    "screens": json.dumps({"screens": CANARY}),
}


def test_an_asset_that_is_no_flow_is_neither_shown_nor_sent(shop: Shop) -> None:
    for name, text in OTHER_JSON.items():
        shop.write(f"{name}.json", text)
        shop.write(f"flows/{name}.yaml", f"kind: flow\nFlowName: {name}\nCategories: [OTHER]\nAsset: {name}.json\n")
    silent(shop)
    found = shop.validate().findings
    assert {each["file"] for each in found} == {f"{name}.json" for name in OTHER_JSON}
    assert all(each["rule"] == "asset-path" and "no Flow JSON" in each["message"] for each in found)


# --- folders of the user inside the checkout --------------------------------------------------------------------------


@pytest.fixture
def repository(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shop:
    """A project in a folder of a repository, with a space that is no emulator."""
    root = Repository.new(tmp_path / "repository").root
    shop = Shop(root / "shop", capsys)
    shop.write("templatesync.yaml", "version: 1\nspaces: {a: {cust_space_id: cams-1}}\ndefault_space: a\n")
    return shop


def _home(shop: Shop, tmp_path: Path) -> Path:
    return shop.root.parent


def _linked_home(shop: Shop, tmp_path: Path) -> Path:
    (tmp_path / "home").symlink_to(shop.root)
    return tmp_path / "home"


@pytest.mark.parametrize("home", [_home, _linked_home])
@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        (".config/templatesync/config.yaml", "endpoint: https://evil.example\n", 3),
        (".aliyun/config.json", '{"profiles": [{"name": "default", "mode": "External"}]}', 4),
        (".alibabacloud/credentials.ini", "[default]\ntype = access_key\n", 4),
    ],
)
def test_a_home_inside_the_checkout_decides_nothing(
    repository: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Callable[[Shop, Path], Path],
    name: str, text: str, code: int,
) -> None:  # fmt: skip
    place = home(repository, tmp_path)
    monkeypatch.setenv("HOME", str(place))
    file = place / name
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    ended = repository.run("plan")
    assert (ended.code, "checkout" in ended.said, "HOME" in ended.said) == (code, True, True)
    assert "evil" not in ended.said
    assert repository.run("validate").code == 0, "it needs none of them"


def test_a_link_that_leads_into_the_checkout_is_no_way_around(
    repository: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted = repository.write("planted.yaml", "proxy: http://evil.example\n")
    own = tmp_path / "own/.config/templatesync"
    own.mkdir(parents=True)
    (own / "config.yaml").symlink_to(planted)
    monkeypatch.setenv("HOME", str(tmp_path / "own"))
    ended = repository.run("plan")
    assert (ended.code, "checkout" in ended.err) == (3, True)


def test_a_relative_home_is_none(repository: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.write(".aliyun/config.json", '{"profiles": [{"name": "default", "mode": "AK"}]}')
    repository.write(".config/templatesync/config.yaml", "nothing: valid\n")
    monkeypatch.chdir(repository.root)
    monkeypatch.setenv("HOME", ".")
    ended = repository.run("plan")
    assert (ended.code, "no credentials found" in ended.said) == (4, True)


# --- state and outputs ------------------------------------------------------------------------------------------------


def _link(path: Path, outside: Path) -> None:
    path.symlink_to(outside / "target")


def _pipe(path: Path, outside: Path) -> None:
    os.mkfifo(path)


def _zero(path: Path, outside: Path) -> None:
    path.symlink_to("/dev/zero")


def _full(path: Path, outside: Path) -> None:
    path.symlink_to("/dev/full")


def _committed(path: Path, outside: Path) -> None:
    path.write_text("{}\n", encoding="utf-8")
    path.chmod(0o644)


def _large(path: Path, outside: Path) -> None:
    path.touch(0o600)
    os.truncate(path, 1 << 42)


@pytest.mark.parametrize("name", ["", "emulator.db", "emulator.db-wal", "emulator.db-shm"])
@pytest.mark.parametrize("make", [_link, _pipe, _zero, _full, _committed, _large])
def test_state_that_came_with_the_checkout_is_refused(
    shop: Shop, tmp_path: Path, name: str, make: Callable[[Path, Path], None]
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "target").write_text("kept", encoding="utf-8")
    path = shop.root / ".templatesync" / name
    path.parent.mkdir(mode=0o700, exist_ok=True)
    make(path, outside)
    ended = shop.run("plan")
    assert (ended.code, ended.out) == (1, "")
    assert ".templatesync" in ended.err
    assert [(each.name, each.read_bytes()) for each in outside.iterdir()] == [("target", b"kept")]


def test_a_database_with_a_mind_of_its_own_is_refused(shop: Shop) -> None:
    import sqlite3

    assert shop.run("plan").code == 0
    with sqlite3.connect(shop.root / ".templatesync/emulator.db") as database:
        database.execute("CREATE TRIGGER t AFTER INSERT ON template BEGIN DELETE FROM template; END")
    database.close()
    ended = shop.run("plan")
    assert (ended.code, "another program" in ended.err) == (1, True)


@pytest.mark.parametrize("option", [["plan", "--out"], ["validate", "--format", "json", "-o"]])
@pytest.mark.parametrize("deep", [True, False])
def test_no_output_is_written_through_a_link_of_the_checkout(
    shop: Shop, tmp_path: Path, option: list[str], deep: bool
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (shop.root / "out").symlink_to(outside if deep else outside / "target")
    ended = shop.run(*option, str(shop.root / "out" / "target" if deep else shop.root / "out"))
    assert (ended.code, "symbolic link" in ended.err) == (1, True)
    assert list(outside.iterdir()) == []


def test_links_elsewhere_are_their_owners(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "disk")
    assert shop.run("plan", "--out", str(tmp_path / "out/plan.json")).code == 0
    assert (tmp_path / "disk/plan.json").is_file()
