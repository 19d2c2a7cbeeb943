"""`templatesync.yaml`: spaces, variables, policy. Knows files and findings; no network, no kind.

The file comes from a pull request. It can name no endpoint, credential, proxy or program, so that nobody can
send signed requests elsewhere by editing it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from templatesync.documents import yaml_reader
from templatesync.documents.document import Document
from templatesync.documents.limits import YamlLimits
from templatesync.kinds import KINDS, folder_of
from templatesync.model.errors import FindingsError, UsageError
from templatesync.model.finding import Finding, Severity
from templatesync.model.json_value import Json, canonical_json
from templatesync.model.nearest import nearest
from templatesync.model.paths import Path as Path_
from templatesync.model.paths import path_text
from templatesync.project import limits, space_settings
from templatesync.project.policy import ProjectPolicy, policy_of
from templatesync.project.space_settings import spaces_said, with_defaults
from templatesync.schema.gate import problems
from templatesync.storage.checkout import PROJECT_FILE

FILE_NAME = PROJECT_FILE
STATE_DIR = ".templatesync"
DEFAULT_INCLUDE = tuple(f"{folder_of(name)}/**/*.yaml" for name in KINDS)
DEFAULT_REGION = "ap-southeast-1"


class EmulatorSettings(NamedTuple):
    """How the embedded emulator of a space behaves. `after` counts seconds until a review is decided."""

    review: str = "approve"
    after: float = 0.0
    modify_approved: str = "refuse"


class Space(NamedTuple):
    """One customer space, or an emulator in its place."""

    name: str
    cust_space_id: str
    region: str = DEFAULT_REGION
    waba_id: str = ""
    isv_code_env: str = ""
    vars: Mapping[str, str] = {}
    emulator: EmulatorSettings | None = None
    policy: ProjectPolicy | None = None
    """Its own policy, already joined with the project's; None where it says nothing of its own."""


class Project(NamedTuple):
    """A project file, checked. `rules` maps a rule id to its severity, or to None when it is off."""

    root: Path
    spaces: tuple[Space, ...]
    include: tuple[str, ...] = DEFAULT_INCLUDE
    default_space: str = ""
    policy: ProjectPolicy = ProjectPolicy()
    rules: Mapping[str, Severity | None] = {}
    document: Document | None = None
    groups: Mapping[str, tuple[str, ...]] = {}
    """Names for several spaces, with the patterns of what is in each."""

    @property
    def state(self) -> Path:
        """Where this machine keeps the emulator, the journal and the locks; never in git."""
        return self.root / STATE_DIR

    def policy_of(self, space: Space) -> ProjectPolicy:
        """What is allowed in one space."""
        return space.policy or self.policy

    def space(self, name: str) -> Space:
        """The space of that name; a usage error with the names there are when it is none."""
        for space in self.spaces:
            if space.name == name:
                return space
        hint = meant(name, [space.name for space in self.spaces])
        raise UsageError(f"there is no space {name!r} in {FILE_NAME}", hint=hint)


_MOST_NAMED = 12


def meant(name: str, names: Collection[str]) -> str:
    """A hint at the name that was meant: the nearest one, and those there are, if anybody would read that many."""
    near = nearest(name, names)
    first = f"did you mean {near}? " if near and len(names) > 1 else ""
    more = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
    return f"{first}there are: {', '.join([*names][:_MOST_NAMED])}{more}"


def find(start: Path) -> Path:
    """The nearest folder, from `start` upward, with a project file."""
    try:
        here = start.resolve(strict=True)
    except OSError as error:
        raise UsageError(f"the folder {start} cannot be read: {error.strerror}") from None
    for folder in (here, *here.parents):
        if (folder / FILE_NAME).is_file():
            return folder
    raise UsageError(
        f"no {FILE_NAME} in {start} or above it", hint="`templatesync init` makes one, `-C DIR` names another folder"
    )


def load(root: Path) -> Project:
    """The project in `root`. Raises FindingsError with everything that is wrong with its file."""
    from templatesync.storage.reading import read_file

    data = read_file(root / FILE_NAME, FILE_NAME, YamlLimits().size)
    if isinstance(data, Finding):
        raise FindingsError([data], f"{FILE_NAME} cannot be read")
    return parse(root, data)


def parse(root: Path, data: bytes) -> Project:
    """The project in `root` that a project file of this content makes. Raises FindingsError as `load` does."""
    bounds = YamlLimits()
    loaded = yaml_reader.load(data, FILE_NAME, dataclasses.replace(bounds, nodes=bounds.all_nodes))
    findings = [_empty() if finding.rule == "yaml-empty" else finding for finding in loaded.findings]
    if len(loaded.documents) > 1:
        findings.append(
            _finding(loaded.documents[1], (), "yaml-top", "a project file is one document; this is another")
        )
    if loaded.documents and not findings:
        findings = list(_bounds(loaded.documents[0])) or list(_check(loaded.documents[0]))
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    if errors or not loaded.documents:
        raise FindingsError(findings, f"{FILE_NAME} has errors")
    return _build(root, loaded.documents[0])


def _empty() -> Finding:
    message = "the project file is empty; it needs at least version and spaces"
    hint = "`templatesync init` in another folder shows what it looks like"
    return Finding("yaml-empty", Severity.ERROR, message, FILE_NAME, hint=hint)


def _finding(doc: Document, path: tuple[str | int, ...], rule: str, message: str, hint: str = "") -> Finding:
    at = doc.locate(path, at_key=True)
    return Finding(rule, Severity.ERROR, message, FILE_NAME, at.line, at.column, hint=hint)


def _bounds(doc: Document) -> Iterator[Finding]:
    """What there is too much of: each of it would be paid for again with every file."""
    for excess in space_settings.excesses(doc.data.get("spaces")):
        yield _finding(doc, excess.path, "project-limit", excess.message, excess.hint)
    yield from _too_many(doc, ("rules",), doc.data.get("rules"), limits.MOST_RULES, "name rules that there are")
    yield from _too_long(doc, ("include",), doc.data.get("include"), limits.MOST_PATTERNS, limits.LONGEST_PATTERN)
    yield from _long_policy(doc, (), doc.data)
    said = spaces_said(doc.data.get("spaces"))
    yield from _long_policy(doc, ("spaces", space_settings.DEFAULTS), said.defaults)
    for name, space in said.spaces.items():
        yield from _long_policy(doc, ("spaces", name), space)


def _long_policy(doc: Document, path: Path_, said: Mapping[str, Json]) -> Iterator[Finding]:
    policy = said.get("policy")
    names = policy if isinstance(policy, dict) else {}
    for key in ("manage", "protect"):
        yield from _too_long(doc, (*path, "policy", key), names.get(key), limits.MOST_NAMES, limits.LONGEST_NAME)


def _too_many(doc: Document, path: Path_, value: Json, most: int, hint: str) -> Iterator[Finding]:
    if isinstance(value, (dict, list)) and len(value) > most:
        name = ".".join(map(str, path))
        yield _finding(
            doc, path, "project-limit", f"{name} has {len(value):,} entries; at most {most:,} are read", hint
        )


def _too_long(doc: Document, path: Path_, value: Json, most: int, longest: int) -> Iterator[Finding]:
    """The same of patterns, and of the longest."""
    yield from _too_many(doc, path, value, most, "one pattern with * names many: shop_* or templates/**/*.yaml")
    for index, pattern in enumerate(value[:most] if isinstance(value, list) else ()):
        if isinstance(pattern, str) and len(pattern) > longest:
            message = f"the pattern has {len(pattern):,} characters; at most {longest:,} are read"
            yield _finding(doc, (*path, index), "project-limit", message, "shorten it with *")


def _check(doc: Document) -> list[Finding]:
    found = [
        Finding(
            problem.rule,
            Severity.ERROR,
            problem.message,
            FILE_NAME,
            *doc.locate(problem.path, at_key=problem.at_key),
            path=path_text(doc.data, problem.path),
            hint=problem.hint,
        )
        for problem in problems("project", doc.data, doc.spelt)
    ]
    return found or [*_check_spaces(doc), *_check_default(doc)]


def _check_spaces(doc: Document) -> list[Finding]:
    found = space_settings.problems(spaces_said(doc.data["spaces"]))
    return [_finding(doc, each.path, "project-spaces", each.message, each.hint) for each in found]


def _check_default(doc: Document) -> list[Finding]:
    default, said = doc.data.get("default_space"), spaces_said(doc.data["spaces"])
    if default is None or default in said.spaces:
        return []
    hint = "a group is for `--space` alone: name a space" if default in said.groups else meant(default, said.spaces)
    return [_finding(doc, ("default_space",), "project-spaces", f"there is no space {default!r}", hint)]


def _build(root: Path, doc: Document) -> Project:
    data = doc.data
    said = spaces_said(data["spaces"])
    policy = policy_of(data.get("policy", {}))
    shared = said.defaults.get("policy")
    of_all = policy_of(shared, policy) if shared else None
    own: dict[str, ProjectPolicy] = {}  # one for all spaces that say the same: what follows from it is found out once
    spaces = []
    for name, raw in said.spaces.items():
        text = canonical_json(raw.get("policy", {}))
        if raw.get("policy") and text not in own:
            own[text] = policy_of(raw["policy"], of_all or policy)
        spaces.append(_space(name, with_defaults(raw, said.defaults), own.get(text, of_all)))
    rules = {rule: None if level == "off" else Severity(level) for rule, level in data.get("rules", {}).items()}
    return Project(
        root=root,
        spaces=tuple(spaces),
        include=tuple(data.get("include", DEFAULT_INCLUDE)),
        default_space=data.get("default_space") or (spaces[0].name if len(spaces) == 1 else ""),
        policy=policy,
        rules=rules,
        document=doc,
        groups={name: tuple(patterns) for name, patterns in said.groups.items()},
    )


def _space(name: str, raw: Mapping[str, Json], policy: ProjectPolicy | None) -> Space:
    emulator = raw.get("emulator")
    settings = EmulatorSettings(**emulator) if isinstance(emulator, dict) else EmulatorSettings() if emulator else None
    return Space(
        name=name,
        # An emulator has no account; its space is named after ours, so that two of them stay apart in one database.
        cust_space_id=raw.get("cust_space_id") or f"emulator-{name}",
        region=raw.get("region", DEFAULT_REGION),
        waba_id=raw.get("waba_id", ""),
        isv_code_env=raw.get("isv_code_env", ""),
        vars=raw["vars"],
        emulator=settings,
        policy=policy,
    )
