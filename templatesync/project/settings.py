"""`templatesync.yaml`: spaces, variables, policy. Knows files and findings; no network, no kind.

The file comes from a pull request. It can name no endpoint, credential, proxy or program, so that nobody can
send signed requests elsewhere by editing it.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator, Mapping
from fnmatch import translate
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from templatesync.documents import yaml_reader
from templatesync.documents.document import Document
from templatesync.documents.limits import YamlLimits
from templatesync.kinds import KINDS, folder_of
from templatesync.model.errors import FindingsError, UsageError
from templatesync.model.finding import Finding, Severity
from templatesync.model.json_value import Json
from templatesync.model.paths import Path as Path_
from templatesync.model.paths import path_text
from templatesync.model.resource import Key
from templatesync.project import limits
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


class ProjectPolicy(NamedTuple):
    """What the project allows. `max_percent` and `at_least` are the two bounds of `max_changes`."""

    on_approved: str = "block"
    manage: tuple[str, ...] = ("*",)
    protect: tuple[str, ...] = ()
    max_percent: int = 30
    at_least: int = 3

    def manages(self, key: Key) -> bool:
        """Whether a resource is ours to show, change and prune."""
        return _named(key, self.manage)

    def protects(self, key: Key) -> bool:
        """Whether a resource is never deleted, even after its file is gone."""
        return _named(key, self.protect)


_WILD = re.compile(r"[*?\[]")


def _named(key: Key, patterns: tuple[str, ...]) -> bool:
    """Whether a pattern fits the name, or the key without its language: `shop_*` or `kind/*`."""
    if "*" in patterns:
        return True
    fits = _fitting(patterns)
    return bool(patterns) and (fits(key.name) or fits(str(Key(key.kind, key.name))))


@lru_cache(8)
def _fitting(patterns: tuple[str, ...]) -> Callable[[str], bool]:
    """Whether one of the patterns fits, in one go for all of them: a project may have a thousand of each."""
    exact = frozenset(pattern for pattern in patterns if not _WILD.search(pattern))
    begins = tuple(pattern[:-1] for pattern in patterns if pattern.endswith("*") and not _WILD.search(pattern[:-1]))
    others = [each for each in patterns if each not in exact and not (each.endswith("*") and each[:-1] in begins)]
    other = re.compile("|".join(map(translate, others))) if others else None
    return lambda name: (
        name in exact or name.startswith(begins) or (other is not None and other.match(name) is not None)
    )


class Project(NamedTuple):
    """A project file, checked. `rules` maps a rule id to its severity, or to None when it is off."""

    root: Path
    spaces: tuple[Space, ...]
    include: tuple[str, ...] = DEFAULT_INCLUDE
    default_space: str = ""
    policy: ProjectPolicy = ProjectPolicy()
    rules: Mapping[str, Severity | None] = {}
    document: Document | None = None

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
        names = ", ".join(space.name for space in self.spaces)
        raise UsageError(f"there is no space {name!r} in {FILE_NAME}", hint=f"it has: {names}")


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
    policy = doc.data.get("policy")
    names = policy if isinstance(policy, dict) else {}
    yield from _too_many(doc, ("spaces",), doc.data.get("spaces"), limits.MOST_SPACES, "split the project")
    yield from _too_many(doc, ("rules",), doc.data.get("rules"), limits.MOST_RULES, "name rules that there are")
    yield from _too_long(doc, ("include",), doc.data.get("include"), limits.MOST_PATTERNS, limits.LONGEST_PATTERN)
    for key in ("manage", "protect"):
        yield from _too_long(doc, ("policy", key), names.get(key), limits.MOST_NAMES, limits.LONGEST_NAME)


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
    owners: dict[str, str] = {}
    found = []
    for name, space in doc.data["spaces"].items():
        identity = space.get("cust_space_id", "")
        if identity and identity in owners:
            message = f"the spaces {owners[identity]} and {name} have one cust_space_id"
            path = ("spaces", name, "cust_space_id")
            found.append(_finding(doc, path, "project-spaces", message, "a space is known by one name"))
        owners.setdefault(identity, name)
    return found


def _check_default(doc: Document) -> list[Finding]:
    default = doc.data.get("default_space")
    if default is None or default in doc.data["spaces"]:
        return []
    hint = f"it has: {', '.join(doc.data['spaces'])}"
    return [_finding(doc, ("default_space",), "project-spaces", f"there is no space {default!r}", hint)]


def _build(root: Path, doc: Document) -> Project:
    data = doc.data
    spaces = tuple(_space(name, raw) for name, raw in data["spaces"].items())
    policy = data.get("policy", {})
    bounds = policy.get("max_changes", {})
    rules = {rule: None if level == "off" else Severity(level) for rule, level in data.get("rules", {}).items()}
    return Project(
        root=root,
        spaces=spaces,
        include=tuple(data.get("include", DEFAULT_INCLUDE)),
        default_space=data.get("default_space") or (spaces[0].name if len(spaces) == 1 else ""),
        policy=ProjectPolicy(
            on_approved=policy.get("on_approved", "block"),
            manage=tuple(policy.get("manage", ("*",))),
            protect=tuple(policy.get("protect", ())),
            max_percent=bounds.get("percent", ProjectPolicy().max_percent),
            at_least=bounds.get("at_least", ProjectPolicy().at_least),
        ),
        rules=rules,
        document=doc,
    )


def _space(name: str, raw: Mapping[str, Json]) -> Space:
    emulator = raw.get("emulator")
    settings = EmulatorSettings(**emulator) if isinstance(emulator, dict) else EmulatorSettings() if emulator else None
    return Space(
        name=name,
        # An emulator has no account; its space is named after ours, so that two of them stay apart in one database.
        cust_space_id=raw.get("cust_space_id") or f"emulator-{name}",
        region=raw.get("region", DEFAULT_REGION),
        waba_id=raw.get("waba_id", ""),
        isv_code_env=raw.get("isv_code_env", ""),
        vars=raw.get("vars", {}),
        emulator=settings,
    )
