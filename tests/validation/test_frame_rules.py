"""Rules of files, projects, references and QR codes against whole projects on disk: `frame_rules/ID/{good,bad}`.

`expected.txt` names everything that is found in a bad one: `RULE SEVERITY FILE:LINE:COLUMN`. In a good one that is
nothing. A comment in the file could not say so: some of these files cannot be read.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from templatesync.kinds import KINDS
from templatesync.kinds.rule import Hit
from templatesync.model.errors import FindingsError
from templatesync.project import settings, workspace
from templatesync.validation import check, file
from templatesync.validation.registry import RULES
from templatesync.validation.schema_rules import SCHEMA_RULES

TESTS = Path(__file__).parents[1]
FIXTURES = TESTS / "frame_rules"
# Rules that no small project on disk can break, and where they are tested instead.
ELSEWHERE = {
    "file-kind": "tests/project/test_project_files.py",  # git keeps no pipes
    "file-unreadable": "tests/project/test_project_files.py",  # and few permissions
    "yaml-limit": "tests/project/test_project_files.py",  # megabytes
    "more-findings": "tests/project/test_costs.py",  # thousands of findings
    "project-limit": "tests/project/test_costs.py",  # thousands of spaces
    "json-limit": "tests/documents/test_json_document.py",
    "no-resources": "tests/cli/test_chosen.py",  # told by commands
    "format-unsafe": "tests/validation/test_format_safety.py",  # told by fmt
    "fj-size": "tests/kinds/test_flow_rules.py",  # ten megabytes
    "rule-crashed": "tests/validation/test_frame_rules.py",  # a defect of the program
}


def found(root: Path) -> list[str]:
    try:
        findings = check.check(workspace.read(settings.load(root))).findings
    except FindingsError as error:
        findings = tuple(error.findings)
    return sorted(f"{each.rule} {each.severity.value} {each.file}:{each.line}:{each.column}" for each in findings)


@pytest.mark.parametrize("rule", sorted(path.name for path in FIXTURES.iterdir()))
def test_projects_have_the_findings_that_they_name(rule: str) -> None:
    expected = (FIXTURES / rule / "bad/expected.txt").read_text(encoding="utf-8").split("\n")[:-1]
    assert found(FIXTURES / rule / "bad") == expected
    assert rule in {line.split()[0] for line in expected}
    # Whether what is referred to is live, no file can say.
    assert [line for line in found(FIXTURES / rule / "good") if line.split()[0] != "reference-outside"] == []


@pytest.mark.parametrize("rule", sorted(rule for rule in RULES if not RULES[rule].of_change))
def test_every_rule_has_fixtures_somewhere(rule: str) -> None:
    folders = [TESTS / name / rule for name in ("frame_rules", "rules", "flow_rules")]
    there = [folder for folder in folders if (folder / "bad").is_dir() and (folder / "good").is_dir()]
    if rule in ELSEWHERE:
        assert not there
        assert f'"{rule}"' in (TESTS.parent / ELSEWHERE[rule]).read_text(encoding="utf-8")
    else:
        assert there, f"{rule} has no good and bad fixtures"


def test_a_rule_that_breaks_is_told_and_hides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(seen: object) -> Iterator[Hit]:
        raise ValueError("a defect")
        yield

    kind = KINDS["qr_code"]
    broken = kind.rules.all[0]._replace(check=breaks, needs=())
    others = [(rule, rule.check) for rule in kind.rules.all[1:] if rule.check]
    monkeypatch.setattr(file, "_concerned", lambda name, contents: (((broken, breaks), *others), ()))
    told = found(FIXTURES / "qr-phone-form/bad")
    assert [line.split()[0] for line in told] == ["qr-phone-form", "rule-crashed"]


def test_every_fixture_belongs_to_a_rule() -> None:
    frame = RULES.keys() - {rule.id for kind in KINDS.values() for rule in kind.rules.all} | {
        rule.id for rule in (*KINDS["qr_code"].rules.all, *KINDS["flow"].rules.all, *SCHEMA_RULES)
    }
    assert {folder.name for folder in FIXTURES.iterdir()} <= frame
