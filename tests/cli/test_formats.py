"""`validate --format …` as CI runs it: what each service is given, within what it takes, under the names it knows."""

from __future__ import annotations

import hashlib
import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any

import pytest
from support.output_readers import commands
from support.projects import GOOD, PROJECT, Shop
from support.report_shapes import fits_code_quality, fits_junit, fits_sarif

import templatesync
from templatesync.render import github, junit, sarif
from templatesync.render.formats import FORMATS

FORMATS = list(FORMATS["validate"])
BAD = """\
Name: shop_wide
Category: UTILTY
Language: en
Components:
  - {Type: BODY, Text: "您好 👩‍🔬 $(name)，您的订单已经发货", Tetx: a}
  - {Type: FOOTER, Text: "a\u202eb", Tetx: a}
  - {Type: FOOTER, Text: "a\u202eb", Tetx: a}
Example: {name: Ann}
"""
CRLF = GOOD.replace("shop_hello", "shop_crlf").replace("Text: Hello", "Text: |-\n      Goodbye")
FLOW = "kind: flow\nFlowName: shop_signup\nCategories: [SIGN_UP]\nAsset: flows/signup.json\n"
BROKEN_JSON = '{\n\t"version": "7.2", "title": "注册", "version": "7.2",\n\t"screens": []\n}\n'


def broken(shop: Shop) -> None:
    """A project with errors, a warning and an info, in files of every kind."""
    shop.write("templatesync.yaml", PROJECT + "rules: {no-such-rule: error}\n")
    shop.write("templates/bad one.yaml", BAD)
    shop.write("templates/crlf.yaml", CRLF.replace("\n", "\r\n"))
    shop.write("flows/signup.yaml", FLOW)
    shop.write("flows/signup.json", BROKEN_JSON)


def junit_of(text: str) -> ET.Element:
    root = ET.fromstring(text)
    fits_junit(root)
    return root


def sarif_of(text: str) -> Any:
    log = json.loads(text)
    fits_sarif(log)
    return log["runs"][0]


def prints(shop: Shop) -> list[str]:
    return [
        entry["partialFingerprints"]["templatesyncFinding/v1"] for entry in sarif_of(_said(shop, "sarif"))["results"]
    ]


def _said(shop: Shop, name: str, *arguments: str) -> str:
    return shop.run("validate", "--format", name, *arguments).out


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_looks_like_this(shop: Shop, compare: Callable[[str, str], None], name: str) -> None:
    broken(shop)
    said = _said(shop, name)
    compare(f"formats-{name}", said.replace(f'"{templatesync.__version__}"', '"VERSION"'))
    checks: dict[str, Callable[[str], Any]] = {
        "sarif": sarif_of,
        "junit": junit_of,
        "gitlab": lambda text: fits_code_quality(json.loads(text)),
    }
    checks.get(name, str)(said)


def test_quiet_is_one_line_for_each_finding(shop: Shop) -> None:
    broken(shop)
    lines = shop.run("validate", "-q").out.splitlines()
    assert len(lines) == len(shop.validate().findings) + 1
    assert lines[-1] == _said(shop, "text").splitlines()[-1]


@pytest.mark.parametrize("name", FORMATS)
def test_the_exit_code_is_that_of_the_findings(shop: Shop, name: str) -> None:
    assert shop.run("validate", "--format", name).code == 0
    shop.bad(GOOD.replace("shop_hello", "shop_again"))  # the same text: a warning
    assert shop.run("validate", "--format", name).code == 0
    assert shop.run("validate", "--format", name, "--strict").code == 3
    shop.bad("Name: A\n")
    assert shop.run("validate", "--format", name).code == 3


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_takes_what_stdout_would(shop: Shop, name: str) -> None:
    broken(shop)
    target = shop.root.parent / "report"
    ended = shop.run("validate", "--format", name, "-o", str(target))
    assert (ended.code, ended.out) == (3, "")
    assert target.read_text(encoding="utf-8") == _said(shop, name)


@pytest.mark.parametrize("name", ["gitlab", "sarif", "junit"])
def test_a_log_still_tells_the_counts(shop: Shop, name: str) -> None:
    broken(shop)
    counts = _said(shop, "text").splitlines()[-1]
    assert shop.run("validate", "--format", name).err == f"{counts}\n"
    assert shop.run("validate", "--format", name, "-q").err == ""


@pytest.mark.parametrize("name", FORMATS)
def test_a_project_file_with_errors_is_reported_too(shop: Shop, name: str) -> None:
    shop.write("templatesync.yaml", "version: 1\nspaces:\n  local: {emulator: maybe}\n")
    ended = shop.run("validate", "--format", name)
    assert ended.code == 3
    assert "templatesync.yaml" in ended.out
    assert "{emulator: maybe}" not in ended.out, "in this file a line may hold a credential"


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in FORMATS if name not in ("text", "github", "markdown")])
def test_a_stdout_that_is_not_utf8(shop: Shop, name: str) -> None:
    broken(shop)
    ended = shop.child("validate", "--format", name, environment={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert (ended.code, ended.out.isascii()) == (3, True)
    whole = _said(shop, name)
    if name == "junit":
        assert ET.canonicalize(ended.out) == ET.canonicalize(whole)
    else:
        assert json.loads(ended.out) == json.loads(whole)


# --- names of files -------------------------------------------------------------------------------


@pytest.mark.parametrize("git", ["folder", "file", "none"])
def test_names_begin_at_the_root_of_the_repository(shop: Shop, git: str) -> None:
    broken(shop)
    root = shop.root.parent
    if git == "folder":
        (root / ".git").mkdir()
    elif git == "file":  # a linked work tree, or a submodule
        (root / ".git").write_text("gitdir: elsewhere\n")
    before = "" if git == "none" else "shop/"
    found, _ = commands(_said(shop, "github"))
    assert f"{before}templates/bad one.yaml" in {each.properties.get("file") for each in found}
    assert f"{before}flows/signup.json" in {each["location"]["path"] for each in json.loads(_said(shop, "gitlab"))}
    assert f"{before}flows/signup.json" in {suite.get("name") for suite in junit_of(_said(shop, "junit"))}
    run = sarif_of(_said(shop, "sarif"))
    places = [entry["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for entry in run["results"]]
    assert f"{before}templates/bad%20one.yaml" in places
    assert run["automationDetails"]["id"] == f"templatesync/{before}"
    assert {finding["file"] for finding in shop.validate().findings} >= {"templates/bad one.yaml"}, "json is a contract"


def test_a_project_at_the_root_has_no_prefix(shop: Shop) -> None:
    broken(shop)
    (shop.root / ".git").mkdir()
    (shop.root.parent / ".git").mkdir()
    assert "file=templates/bad one.yaml" in _said(shop, "github")


# --- fingerprints ---------------------------------------------------------------------------------


def test_fingerprints_stay_when_lines_move(shop: Shop) -> None:
    broken(shop)
    before = prints(shop)
    assert len(set(before)) == len(before)
    shop.write("templates/bad one.yaml", "# why\n\n" + BAD.replace("Type: FOOTER", " Type:  FOOTER"))
    shop.write("flows/signup.json", BROKEN_JSON.replace("{\n", "{\n\n\n", 1))
    assert prints(shop) == before
    codes = {entry["fingerprint"] for entry in json.loads(_said(shop, "gitlab"))}
    assert codes == set(before)


def test_findings_that_are_equal_have_fingerprints_of_their_own(shop: Shop) -> None:
    shop.bad("Name: a\nTetx: 1\n---\nName: a\nTetx: 1\n")
    mine = [
        entry["fingerprint"].split(":")
        for entry in json.loads(_said(shop, "gitlab"))
        if entry["check_name"] == "unknown-field"
    ]
    assert [number for _, number in mine] == ["1", "2"] and len({digest for digest, _ in mine}) == 1


def test_fingerprints_are_a_promise(shop: Shop) -> None:
    """With others, every alert that somebody has dismissed would open again."""
    shop.bad("Name: shop_a\nTetx: 1\n")
    found = json.loads(_said(shop, "gitlab"))
    (mine,) = (entry["fingerprint"] for entry in found if entry["check_name"] == "unknown-field")
    parts = '["unknown-field","templates/bad.yaml","template/shop_a","Tetx","Tetx:1"]'
    assert mine == f"{hashlib.sha256(parts.encode()).hexdigest()[:32]}:1"


def test_another_text_is_another_finding(shop: Shop) -> None:
    broken(shop)
    before = prints(shop)
    shop.write("templates/bad one.yaml", BAD.replace("UTILTY", "UTLITY"))
    assert len(set(prints(shop)) ^ set(before)) == 2


# --- budgets --------------------------------------------------------------------------------------


def test_github_shows_ten_and_says_how_many_more(shop: Shop) -> None:
    for count in (10, 11):
        shop.bad("".join(f"Name: shop_{number}\nTetx: 1\n---\n" for number in range(count)).removesuffix("---\n"))
        (shop.root / "templates/good.yaml").unlink(missing_ok=True)
        findings = shop.validate().findings
        found, others = commands(_said(shop, "github"))
        assert len(found) == github.MOST
        assert others == [_said(shop, "text").splitlines()[-1], ""]
        assert found[-1].data.startswith(f"and {len(findings) - 9} more findings; truncated: 9 of {len(findings)} ")
        assert [each.name for each in found] == ["error"] * 10


def test_exactly_ten_findings_are_all_shown(shop: Shop) -> None:
    shop.write("templatesync.yaml", PROJECT + "rules: {" + ", ".join(f"no-{n}: error" for n in range(10)) + "}\n")
    found, _ = commands(_said(shop, "github"))
    assert [each.properties["title"] for each in found] == ["unknown-rule"] * 10
    assert {each.name for each in found} == {"warning"}


def test_sarif_is_bounded(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    broken(shop)
    whole = sarif_of(_said(shop, "sarif"))["results"]
    monkeypatch.setattr(sarif, "MOST_RESULTS", 3)
    run = sarif_of(_said(shop, "sarif"))
    errors = [entry for entry in whole if entry["level"] == "error"]
    assert run["results"] == _rules_again(errors[:3], run)
    notes = [note["message"]["text"] for note in run["invocations"][0]["toolExecutionNotifications"]]
    assert notes[0] == _said(shop, "text").splitlines()[-1]
    assert notes[1].startswith(f"truncated: 3 of {len(whole)} findings")


def _rules_again(results: list[Any], run: Any) -> list[Any]:
    places = {rule["id"]: index for index, rule in enumerate(run["tool"]["driver"]["rules"])}
    return [{**entry, "ruleIndex": places[entry["ruleId"]]} for entry in results]


def test_sarif_is_bounded_in_bytes(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    import gzip

    broken(shop)
    whole = _said(shop, "sarif")
    size = len(gzip.compress(whole.encode(), mtime=0))
    monkeypatch.setattr(sarif, "MOST_BYTES", size)
    assert _said(shop, "sarif") == whole
    monkeypatch.setattr(sarif, "MOST_BYTES", size - 1)
    smaller = _said(shop, "sarif")
    assert len(gzip.compress(smaller.encode(), mtime=0)) < size
    assert "truncated: " in sarif_of(smaller)["invocations"][0]["toolExecutionNotifications"][1]["message"]["text"]


def test_junit_is_bounded(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    broken(shop)
    total = len(list(junit_of(_said(shop, "junit")).iter("testcase"))) - 1
    for most in (2, total - 1):
        monkeypatch.setattr(junit, "MOST_CASES", most)
        root = junit_of(_said(shop, "junit"))
        (skipped,) = root.iter("skipped")
        assert (skipped.get("message") or "").startswith(f"truncated: {most} of {total} test cases")
        assert len(list(root.iter("testcase"))) == most + 1
        assert root.findtext(".//system-out") == _said(shop, "text").splitlines()[-1]


# --- JUnit ----------------------------------------------------------------------------------------


def test_junit_is_bounded_in_bytes(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    broken(shop)
    whole = _said(shop, "junit")
    monkeypatch.setattr(junit, "MOST_BYTES", len(whole.encode()))
    assert _said(shop, "junit") == whole
    monkeypatch.setattr(junit, "MOST_BYTES", len(whole.encode()) - 1)
    assert len(list(junit_of(_said(shop, "junit")).iter("skipped"))) == 1


def test_a_clean_run_is_a_report_of_tests_that_passed(shop: Shop) -> None:
    root = junit_of(_said(shop, "junit"))
    cases = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
    assert cases == [("templatesync", "report"), ("templates/good.yaml", "no findings")]
    assert root.get("failures") == "0"


def test_a_warning_fails_its_test_only_when_it_fails_the_run(shop: Shop) -> None:
    shop.bad(GOOD.replace("shop_hello", "shop_again"))
    (told,) = (each for each in junit_of(_said(shop, "junit")).iter("system-out") if "warning:" in (each.text or ""))
    assert (told.text or "").startswith("templates/")
    (failed,) = junit_of(_said(shop, "junit", "--strict")).iter("failure")
    assert failed.get("type") == "warning"


def test_only_what_was_asked_for_is_a_test(shop: Shop) -> None:
    broken(shop)
    path = str(shop.root / "flows/signup.yaml")
    names = [suite.get("name") for suite in junit_of(_said(shop, "junit", path))]
    assert names == ["templatesync", "flows/signup.json", "flows/signup.yaml"]
