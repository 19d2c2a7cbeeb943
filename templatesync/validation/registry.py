"""Every rule there is, by id: of the frame, of the schemas, of the kinds. Feeds listing, pages and severities."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from templatesync.kinds import KINDS
from templatesync.kinds.rule import Rule
from templatesync.model.finding import Severity
from templatesync.model.nearest import nearest

_STRICT_YAML = (
    "templatesync: one reading of a file in every editor and tool (YAML 1.2 core, https://yaml.org/spec/1.2.2)"
)
_JSON = "RFC 8259: JSON (https://www.rfc-editor.org/rfc/rfc8259)"
_OWN = "templatesync: project and resource files"


def _frame(id_: str, summary: str, source: str = _OWN, severity: Severity = Severity.ERROR) -> Rule:
    return Rule(id_, summary, severity, source, fixed=severity is Severity.ERROR)


# What the loader, the expansion and the engine find: without these nothing else a file says can be trusted.
FRAME_RULES: tuple[Rule, ...] = (
    _frame("file-kind", "A resource file is a plain file: no link, folder, pipe or device."),
    _frame("file-unreadable", "Every file that the project includes can be read."),
    _frame(
        "file-not-included",
        "A YAML file among the resource files has the ending that `include` asks for.",
        severity=Severity.WARNING,
    ),
    _frame("file-name", "A resource file ends with .yaml or .yml; neither it nor a folder of it is hidden."),
    _frame("yaml-encoding", "A file is UTF-8, with or without a byte order mark.", _STRICT_YAML),
    _frame("yaml-character", "A file holds no control, private-use or unassignable characters.", _STRICT_YAML),
    _frame("yaml-syntax", "A file is YAML.", _STRICT_YAML),
    _frame("yaml-empty", "A file holds at least one resource.", _STRICT_YAML),
    _frame("yaml-top", "A resource is a mapping of keys to values.", _STRICT_YAML),
    _frame("yaml-duplicate-key", "A key appears once in its mapping; the later one would win silently.", _STRICT_YAML),
    _frame("yaml-alias", "Anchors, aliases and merge keys are not read: they hide what is sent.", _STRICT_YAML),
    _frame("yaml-tag", "Tags are not read: quotes make text, nothing else is needed.", _STRICT_YAML),
    _frame("yaml-key", "A key is text.", _STRICT_YAML),
    _frame("yaml-number", "A number is one that JSON has, of at most 18 digits.", _STRICT_YAML),
    _frame("yaml-limit", "Size, depth, values and findings of a file are bounded.", _STRICT_YAML),
    _frame("yaml-crlf", "Line ends are LF; CRLF is read as LF.", _STRICT_YAML, Severity.INFO),
    _frame("format-unsafe", "`fmt` changes how a file is written, never what it says; a file where it cannot stays."),
    _frame("asset-path", "A file that a resource names lies inside the project and is of the right format."),
    _frame("asset-missing", "A file that a resource names is there."),
    _frame("json-encoding", "A JSON file is UTF-8, without a byte order mark and without halves of characters.", _JSON),
    _frame("json-syntax", "A JSON file is JSON: one value, without comments and trailing commas.", _JSON),
    _frame("json-duplicate-key", "A key appears once in its object; readers differ in which one wins.", _JSON),
    _frame("json-number", "A number is one that every reader of JSON keeps.", _JSON),
    _frame("json-limit", "Size, depth, values and findings of a JSON file are bounded.", _JSON),
    _frame("language-map", "A map of texts has exactly the document's Languages as keys."),
    _frame("unknown-variable", "Every ${{ name }} has a value in each space that uses the file."),
    _frame("variable-syntax", "A space variable is written ${{ name }}."),
    _frame("reference-syntax", "A reference is written ${{ flows.NAME }}, in a field that leads to a resource."),
    _frame("reference-absent", "What a resource refers to is not marked as absent."),
    _frame(
        "reference-outside",
        "What a resource refers to has a file; else it must be live, which only a plan can see.",
        severity=Severity.INFO,
    ),
    _frame("unknown-space", "`templatesync.spaces` names spaces of the project."),
    _frame("duplicate-resource", "A resource is defined in one document only."),
    _frame("tombstone-protected", "What is protected is not marked as absent."),
    _frame("tombstone-pinned", "What senders are to stay with is not marked as absent."),
    _frame("outside-manage", "A resource file has a name that `policy.manage` covers; others are never touched."),
    _frame("replaces-cycle", "A chain of `replaces` ends."),
    _frame("replaces-twice", "Of the resources of one space, at most one replaces another."),
    _frame(
        "replaces-misspelt",
        "A name in `replaces` is no misspelt name of a file.",
        severity=Severity.WARNING,
    ),
    _frame("output-taken", "No two things are known to senders by one name."),
    _frame("output-twice", "The versions of a chain of `replaces` give it at most one name for senders."),
    _frame("pinned-twice", "Of the versions in a chain of `replaces`, at most one is pinned."),
    _frame(
        "adopt-alone",
        "`adopt` stands in the file of a version that replaces another one.",
        severity=Severity.WARNING,
    ),
    _frame("no-resources", "A project has a resource in the spaces that are chosen; nothing is never the wish."),
    _frame(
        "project-limit",
        "What makes checking a project dear is bounded: how many there are, and how often each is used.",
    ),
    _frame("project-spaces", "Spaces have names and customer spaces of their own."),
    _frame(
        "project-groups",
        "What stands in a group of spaces is a space, or a pattern that one fits.",
        severity=Severity.WARNING,
    ),
    _frame("unknown-rule", "Rules are named by ids that exist.", severity=Severity.WARNING),
    _frame("more-findings", "All findings of a file are told, unless they are more than anybody reads."),
    _frame("rule-crashed", "A rule runs to its end; when it does not, that is a defect of templatesync."),
)


class _Rules(Mapping[str, Rule]):
    """All rules, put together when somebody asks for one: a file without findings never does."""

    @cached_property
    def _all(self) -> dict[str, Rule]:
        from templatesync.validation.change_rules import CHANGE_RULES
        from templatesync.validation.schema_rules import SCHEMA_RULES

        rules: dict[str, Rule] = {}
        own = (rule for kind in KINDS.values() for rule in kind.rules.all)
        changes = (rule for kind in KINDS.values() for rule in kind.rules.changes)
        for rule in (*FRAME_RULES, *SCHEMA_RULES, *own, *changes, *CHANGE_RULES):
            rules.setdefault(rule.id, rule)
        return rules

    def __getitem__(self, name: str) -> Rule:
        return self._all[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)


RULES: Mapping[str, Rule] = _Rules()


_MOST_NAMED = 12
# Unknown ids in one file that get a hint: each is compared with every rule, and a file may hold thousands.
_MOST_HINTED = 20


def meant(name: str, before: int = 0) -> str:
    """What to try for an id that does not exist: a misspelt one, or a part of some. Nothing after many `before` it."""
    if before >= _MOST_HINTED:
        return ""
    parts = [rule for rule in RULES if name.lower() in rule]
    if len(parts) == 1 or not parts:
        close = parts[0] if parts else nearest(name, RULES)
        return f"did you mean {close}?" if close else "`templatesync rules` lists them"
    if len(parts) <= _MOST_NAMED:
        return f"did you mean one of {', '.join(parts)}?"
    return "`templatesync rules` lists them"


def instead(rule: Rule) -> str:
    """What to write in place of a comment or a setting that would silence a rule about changes."""
    return f"name what a change breaks on purpose in its file: `templatesync: {{breaks: [{rule.id}]}}`"


def fixable(rule: str) -> bool:
    """Whether `validate --fix` can mend findings of a rule, all or some of them."""
    return rule in RULES and (rule == "yaml-crlf" or any(rule in kind.rules.fixes for kind in KINDS.values()))
