"""The examples of a rule about changes: two states of a project, and what of the change between them breaks."""

from __future__ import annotations

import re
from pathlib import Path

from support import page_examples
from templatesync.kinds import KINDS
from templatesync.kinds.rule import Rule
from templatesync.model.change import Break
from templatesync.model.finding import Finding
from templatesync.model.resource import Key, Resource
from templatesync.project import settings, workspace
from templatesync.sending.breaking import removed

SPACE = "local"
_BEFORE = re.compile(r"# before(\.json)?\n")
_AFTER = re.compile(r"^(?:---\n)?# after(?:\.json)?\n", re.MULTILINE)


def states(rule: Rule, example: str) -> tuple[dict[str, str], dict[str, str]]:
    """The files of both projects. A state begins with a comment that says which it is, so that nobody has to guess."""
    first = _BEFORE.match(example)
    assert first, "an example of a change begins with # before"
    before, after = _AFTER.split(example[first.end() :])
    return page_examples.files(rule, before), page_examples.files(rule, after)


def findings(root: Path, rule: Rule, example: str) -> list[Finding]:
    """What is wrong with either state by itself."""
    before, after = states(rule, example)
    both = ((root / "before", before), (root / "after", after))
    return [finding for place, files in both for finding in page_examples.findings_in(place, files)]


def breaks(root: Path, rule: Rule, example: str) -> list[Break]:
    """What the change breaks: of each resource, by its kind, and of those that are gone."""
    before, after = states(rule, example)
    page_examples.findings_in(root / "before", before)
    page_examples.findings_in(root / "after", after)
    old, new = _resources(root / "before"), _resources(root / "after")
    found: list[Break] = []
    for key, resource in old.items():
        if key not in new:
            found.append(removed(key.language))
            continue
        content = KINDS[key.kind].content
        found += content.breaking(content.canonical(resource), content.canonical(new[key]))
    return found


def _resources(root: Path) -> dict[Key, Resource]:
    loaded = workspace.read(settings.load(root))
    entries = (entry.resource for entry in loaded.entries if SPACE in entry.spaces)
    return {each.key: each for each in entries if not each.options.absent}
