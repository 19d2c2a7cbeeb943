"""Each command as a person runs it, on the embedded emulator."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from support.projects import GOOD, PROJECT, Shop, tree

from templatesync.cli import run
from templatesync.schema.loading import schema_dir
from templatesync.validation.registry import RULES

REVIEWED = "    emulator: {review: manual}\n"


def test_from_an_empty_folder_to_a_new_version(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    def say(*arguments: str, code: int = 0) -> str:
        assert run(arguments) == code, capsys.readouterr()
        return capsys.readouterr().out

    assert "+ templatesync.yaml" in say("init")
    assert "valid: 1 file, 1 resource, no findings" in say("validate")
    assert "1 to create" in say("plan")
    assert say("plan", "--detailed-exitcode", code=2)
    assert "1 done" in say("apply", "--yes")
    assert "pass" in say("status")
    assert json.loads(say("outputs"))["spaces"][0]["outputs"][0]["usable"] is True
    assert "No changes" in say("plan", "--detailed-exitcode")
    assert "order_update_v2 replaces order_update" in say("new-version", "order_update")
    assert re.search(r"± template/order_update_v2@en +create", say("plan"))
    assert "1 done" in say("apply", "--yes")
    (row,) = json.loads(say("outputs"))["spaces"][0]["outputs"]
    assert (row["name"], row["current"]) == ("order_update", "order_update_v2")
    assert "No changes" in say("plan")


def test_init_never_overwrites(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "templatesync.yaml").write_text("mine")
    (tmp_path / ".gitignore").write_text("mine")
    assert run(["init", str(tmp_path)]) == 0
    assert (tmp_path / "templatesync.yaml").read_text() == (tmp_path / ".gitignore").read_text() == "mine"
    before = tree(tmp_path)
    assert run(["init", str(tmp_path)]) == 0
    assert tree(tmp_path) == before
    assert "was there already" in capsys.readouterr().out
    (tmp_path / "file").write_text("")
    assert run(["init", str(tmp_path / "file")]) == 1
    assert run(["init", str(tmp_path / "file" / "deeper")]) == 1


def test_the_scaffold_keeps_state_out_of_git(tmp_path: Path) -> None:
    assert run(["init", str(tmp_path / "new")]) == 0
    assert (tmp_path / "new/.gitignore").read_text() == "/.templatesync/\n"
    named = {path.name for path in (tmp_path / "new/schemas").iterdir()}
    assert named == {path.name for path in schema_dir().glob("*.schema.json")}


def test_validate_only_what_is_named(shop: Shop) -> None:
    shop.bad("Name: A\n")
    assert shop.run("validate", str(shop.root / "templates/good.yaml")).code == 0
    assert shop.run("validate", str(shop.root / "templates")).code == 3
    shop.write("elsewhere/draft.yaml", "Name: B\n")
    ended = shop.run("validate", str(shop.root / "elsewhere/draft.yaml"))
    assert (ended.code, "templates/bad.yaml" in ended.out) == (3, False)


def test_validate_strict(shop: Shop) -> None:
    shop.bad(GOOD.replace("shop_hello", "shop_again"))  # the same text: a warning
    assert shop.run("validate").code == 0
    assert shop.run("validate", "--strict").code == 3


def test_plan_fails_on_what_it_is_told_to(shop: Shop) -> None:
    assert shop.run("plan", "--fail-on", "review").code == 6
    assert shop.run("plan", "--fail-on", "blocked,breaking").code == 0
    assert shop.run("apply", "--yes").code == 0
    shop.write("templates/good.yaml", GOOD.replace("Hello", "Dear"))
    assert shop.run("plan", "--fail-on", "blocked").code == 6
    assert shop.run("plan", "--detailed-exitcode").code == 2


def test_status_answers_by_exit_code(shop: Shop) -> None:
    def reviewed(how: str) -> None:
        text = f"version: 1\nspaces:\n  {how}:\n    emulator: {{review: {how}}}\n"
        shop.write("templatesync.yaml", text)

    for how, code in (("manual", 7), ("reject", 8), ("approve", 0)):
        reviewed(how)
        assert shop.run("apply", "--yes").code == 0
        assert shop.run("status").code == 0
        assert shop.run("status", "--exit-code").code == code
    reviewed("manual")
    ended = shop.run("status", "--wait", "--timeout", "0s")
    assert (ended.code, "the time to wait is over" in ended.out) == (7, True)


def test_import_writes_files_and_never_overwrites(shop: Shop) -> None:
    assert shop.run("apply", "--yes").code == 0
    (shop.root / "templates/good.yaml").rename(shop.root / "templates/shop_hello.txt")
    mine = shop.write("templates/shop_hello.yaml", "# mine\nName: shop_other\nLanguage: en\nCategory: UTILITY\n"
                      "Components: [{Type: BODY, Text: Something else that nobody has said before.}]\n")  # fmt: skip
    before = mine.read_bytes()
    ended = shop.run("import")
    assert (ended.code, mine.read_bytes()) == (0, before)
    assert "templates/shop_hello-2.yaml: template/shop_hello@en" in ended.out
    assert "1 to create, 0 to update, 0 to delete, 0 blocked, 1 unchanged" in shop.run("plan").out
    assert "0 files written" in shop.run("import").out
    assert shop.run("import", "template/nothing").code != 0


def test_rules_are_listed_in_sections(shop: Shop) -> None:
    lines = shop.run("rules").out.splitlines()
    listed = [line.split()[0] for line in lines if line.startswith("  ")]
    assert sorted(listed) == sorted(RULES)
    sections = [line for line in lines[:-1] if line and not line.startswith("  ")]
    assert sections == list(dict.fromkeys(sections)) and len(sections) > 10
    assert lines.index("Templates: variables and samples") < lines.index(next(x for x in lines if "var-ratio" in x))


def test_the_page_of_a_rule(shop: Shop) -> None:
    for rule in RULES.values():
        ended = shop.run("rules", rule.id)
        assert (ended.code, ended.out.startswith(f"{rule.id}: {rule.summary}\n")) == (0, True)
        assert ("cannot be silenced" in ended.out) == rule.fixed
        assert (f"templatesync: ignore {rule.id}`" in " ".join(ended.out.split())) != rule.fixed
    out = shop.run("rules", "var-ratio").out
    assert "\nBad:\n  Components:\n    - {Type: BODY" in out and "\nGood:\n  Components:\n" in out


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("body-1042", "did you mean body-1024?"),
        ("BODY-1024", "did you mean body-1024?"),
        ("ratio", "did you mean var-ratio?"),
        ("coupon-l", "did you mean one of coupon-len, coupon-len-15, coupon-label-fixed?"),
        ("-", "`templatesync rules` lists them"),
        ("anything", "`templatesync rules` lists them"),
    ],
)
def test_a_rule_that_does_not_exist(shop: Shop, name: str, hint: str) -> None:
    ended = shop.run("rules", "--", name)
    assert (ended.code, hint in ended.err) == (64, True), ended.err


def test_a_rule_that_does_not_exist_in_files(shop: Shop) -> None:
    unknown = " ".join(f"var-ratio-{number}" for number in range(100))
    shop.bad(GOOD + f"# templatesync: ignore rej-cap\n# templatesync: ignore {unknown}\n")
    shop.write("templatesync.yaml", PROJECT + "rules: {var-ration: off}\n")
    out = shop.run("validate").out
    assert "there is no rule 'rej-cap' to ignore" in out and "did you mean rej-caps?" in out
    assert "there is no rule 'var-ration'" in out and "did you mean var-ratio?" in out
    assert (out.count("there is no rule"), out.count("did you mean")) == (102, 21)


def test_an_embedded_emulator_is_asked_whatever_was_read(shop: Shop) -> None:
    for _ in range(2):
        assert "From cache: nothing of an emulator within templatesync;" in shop.run("plan", "--cache").out


@pytest.mark.parametrize(
    ("more", "same"), [("", "BODY"), ("  - {Type: FOOTER, Text: Reply STOP}\n", "BODY and FOOTER")]
)
def test_a_copy_is_told_with_what_it_has(shop: Shop, more: str, same: str) -> None:
    text = GOOD.replace("Example:", f"{more}Example:")
    shop.write("templates/good.yaml", text)
    shop.write("templates/more.yaml", text.replace("shop_hello", "shop_more"))
    assert f"shop_hello has the same {same} [rej-dup-local]" in shop.run("validate").out


def test_rules_as_json(shop: Shop) -> None:
    document = json.loads(shop.run("rules", "--format", "json").out)
    assert [each["id"] for each in document["rules"]] == sorted(RULES)
    (one,) = json.loads(shop.run("rules", "var-ratio", "--format", "json").out)["rules"]
    assert one in document["rules"]
    assert (one["kind"], one["section"], one["severity"]) == ("template", "Templates: variables and samples", "warning")
    assert one["why"] and one["bad"].startswith("Components:\n") and one["good"] != one["bad"] and one["silence"]


@pytest.mark.parametrize("path", sorted(schema_dir().glob("*.schema.json")), ids=lambda path: path.name)
def test_schemas_are_printed(shop: Shop, path: Path) -> None:
    ended = shop.run("schema", path.name.removesuffix(".schema.json"))
    assert (ended.code, ended.out) == (0, path.read_text(encoding="utf-8"))


def test_new_version_keeps_comments_and_overwrites_nothing(shop: Shop) -> None:
    shop.write("templates/good.yaml", "# why it is so\n" + GOOD.replace("UTILITY", "UTILITY  # the cheap one"))
    assert shop.run("new-version", "shop_hello").code == 0
    text = (shop.root / "templates/shop_hello_v2.yaml").read_text()
    assert text.startswith("# why it is so\nName: shop_hello_v2\nCategory: UTILITY  # the cheap one\n")
    assert "replaces: shop_hello" in text
    before = tree(shop.root)
    shop.write("templates/shop_hello_v3.yaml", "Name: other\n")
    assert shop.run("new-version", "shop_hello").code == 64
    (shop.root / "templates/shop_hello_v3.yaml").unlink()
    assert tree(shop.root) == before


def test_apply_asks_on_a_terminal(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    import click

    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    answers = iter([False, click.Abort(), True])

    def answer(*_: object, **__: object) -> bool:
        given = next(answers)
        if isinstance(given, Exception):
            raise given
        return given

    monkeypatch.setattr(click, "confirm", answer)
    for code, words in ((0, "Nothing was written"), (130, "interrupted"), (0, "1 done")):
        ended = shop.run("apply", "--no-color")
        assert (ended.code, words in ended.said) == (code, True), ended
        assert "1 to create" in ended.err  # what was asked about


def test_texts_for_people(shop: Shop, compare: Callable[[str, str], None]) -> None:
    shop.write("templates/new.yaml", GOOD.replace("shop_hello", "shop_new").replace("Hello", "Dear"))
    compare("plan-create", shop.run("plan").out)
    compare("apply", shop.run("apply", "--yes").out)
    compare("status", shop.run("status").out)
    compare("plan-none", shop.run("plan").out)
    shop.write("templates/good.yaml", GOOD.replace("Hello", "Good morning"))
    (shop.root / "templates/new.yaml").unlink()
    compare("plan-blocked", shop.run("plan").out)
    compare("plan-prune", shop.run("plan", "--prune").out)
    shop.write("templates/bad.yaml", "Name: Shop 1\nCategory: UTILTY\nLanguage: en\nComponents:\n  - Type: BODY\n"
               "    Text: Hello $( name ), 您好，再见\n    Tetx: a\nExample: {name: 1}\nRest: [\n")  # fmt: skip
    shop.write("templates/worse.yaml", "Name: Shop 1\nCategory: UTILTY\nLanguage: en\nComponents:\n  - Type: BODY\n"
               "    Text: Hello $( name ), 您好，再见\n    Tetx: a\nExample: {name: 1}\n")  # fmt: skip
    compare("validate", shop.run("validate").out)
    compare("plan-findings", shop.run("plan").err)


@pytest.mark.slow
def test_the_emulator_serves_and_stops(shop: Shop) -> None:
    command = [sys.executable, "-m", "templatesync", "-C", str(shop.root), "emulator", "--port", "0"]
    for number in (signal.SIGTERM, signal.SIGINT):
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as served:
            assert served.stdout is not None and served.stderr is not None
            line = served.stdout.readline()
            match = re.fullmatch(r"listening on (http://127\.0\.0\.1:[0-9]+)\n", line)
            assert match, line
            assert httpx.get(f"{match[1]}/_emulator/history", trust_env=False).status_code == 200
            os.kill(served.pid, number)
            assert served.wait(timeout=10) == 0
            assert served.stdout.read() == ""
            assert served.stderr.read().endswith(f"  templatesync plan --space NAME --endpoint {match[1]}\n")


def test_a_port_that_is_taken_is_wrong_usage(shop: Shop) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ended = shop.run("emulator", "--port", str(taken.getsockname()[1]))
    assert (ended.code, ended.out) == (64, "")
    assert "hint: --port 0 takes a free one" in ended.err


def test_apply_is_never_narrowed_by_git(shop: Shop) -> None:
    ended = shop.run("apply", "--yes", "--changed-since", "main")
    assert (ended.code, ended.out) == (64, "")
    assert "plan --changed-since REV --out plan.json" in ended.err
