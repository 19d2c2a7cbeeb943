"""Which resources are otherwise than they were: the files of a project, then and now, to keys. Knows no git, no rule.

What counts is what a resource comes to in a space: variables filled in, one language taken out, the values and bytes of
the files that it names, and what options and policy say of it. Where that is written does not count.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from templatesync.kinds import KINDS
from templatesync.model.digest import sha256
from templatesync.model.finding import Severity
from templatesync.model.json_value import Json
from templatesync.model.paths import put
from templatesync.model.resource import Key
from templatesync.project.expansion import Entry
from templatesync.project.policy import ProjectPolicy
from templatesync.project.precautions import Precautions
from templatesync.project.references import Links
from templatesync.project.settings import Project, Space
from templatesync.project.workspace import Workspace


class Known(NamedTuple):
    """What a check has found of the files, so that those need not be parsed which are as they were.

    keys      by space, the resources of all files
    naming    the files of which a resource names other files
    linking   the files of which a resource refers to another one, or replaces one
    """

    keys: Mapping[str, frozenset[Key]]
    naming: frozenset[str]
    linking: frozenset[str]


class Compared(NamedTuple):
    """The keys that are otherwise, and what goes with them, by space; and what is in no file any more.

    `unread` are the files that could not be read then: all that was in them counts as otherwise. Of the files of now
    that are not as they were, `unsure` are those with something in them that is no resource, or may be none.
    `before` and `after` are what those files say of precautions that are not as they were, for all spaces.
    """

    keys: Mapping[str, frozenset[Key]]
    gone: Mapping[str, tuple[Key, ...]]
    unread: tuple[str, ...]
    unsure: tuple[str, ...]
    before: Precautions
    after: Precautions


@dataclass(slots=True)
class _Seen:
    """What some files say of one key of a space. Several of one key are wrong, and still differ from one."""

    prints: list[str] = field(default_factory=list)
    targets: set[Key] = field(default_factory=set)
    replaces: set[str] = field(default_factory=set)
    absent: bool = True


@dataclass(slots=True)
class _Side:
    """What files say by space and key; which of them have errors, and which have documents that are no resource."""

    seen: dict[str, dict[Key, _Seen]]
    broken: list[str] = field(default_factory=list)
    partial: list[str] = field(default_factory=list)
    precautions: Precautions = field(default_factory=Precautions)


def compare(now: Workspace, then: Workspace | None, known: Known, *, with_rules: bool) -> Compared:
    """The resources of the spaces of `known` that differ; all of them when there is nothing to compare with.

    `with_rules` counts what decides which findings a resource has, too.
    """
    if then is None:
        return Compared(known.keys, dict.fromkeys(known.keys, ()), (), tuple(now.texts), Precautions(), Precautions())
    same = _same(now, then, known, with_rules)
    spaces = _in_both(now.project, then.project, known.keys)
    before = _side(then, "then", (name for name in then.texts if name not in same), spaces, with_rules)
    after = _side(now, "now", (name for name in now.texts if name not in same), spaces, with_rules)
    leading = _side(now, "now", known.linking, known.keys, with_rules)
    keys: dict[str, frozenset[Key]] = {}
    gone: dict[str, tuple[Key, ...]] = {}
    for space, all_ in known.keys.items():
        old, new = before.seen.get(space, {}), after.seen.get(space, {})
        changed = {key for key in all_ if key in new and (key not in old or old[key].prints != new[key].prints)}
        changed |= {key for key in old if key in all_ and key not in new}  # another file has it now, or had it too
        changed = changed if space in spaces else set(all_)
        earlier = {target for key in changed & old.keys() for target in old[key].targets}
        keys[space] = frozenset(_with_linked(changed, earlier, leading.seen[space]) & all_)
        gone[space] = tuple(sorted(key for key, seen in old.items() if key not in all_ and not seen.absent))
    unread = {*before.broken, *(finding.file for finding in then.findings if finding.severity is Severity.ERROR)}
    old_texts = frozenset(then.texts.values())
    unsure = (name for name in {*after.broken, *after.partial} if now.texts[name] not in old_texts)
    return Compared(keys, gone, tuple(sorted(unread)), tuple(sorted(unsure)), before.precautions, after.precautions)


def _same(now: Workspace, then: Workspace, known: Known, with_rules: bool) -> frozenset[str]:
    """The files that say what they said: the same bytes under the same settings, and nothing else named in them."""
    one, other = now.project, then.project
    settings = (one.spaces, one.policy, one.rules) == (other.spaces, other.policy, other.rules)
    if not settings and (with_rules or (one.spaces, one.policy) != (other.spaces, other.policy)):
        return frozenset()
    return frozenset(name for name, data in now.texts.items() if then.texts.get(name) == data) - known.naming


def _in_both(now: Project, then: Project, names: Iterable[str]) -> frozenset[str]:
    """The spaces that are the same customer's as they were; whatever another one has is unknown."""
    here, there = ({space.name: space for space in project.spaces} for project in (now, then))
    return frozenset(name for name in names if name in there and _same_space(here[name], there[name]))


def _same_space(one: Space, other: Space) -> bool:
    accounts = {one.waba_id, other.waba_id} - {""}
    real = (one.emulator is None) == (other.emulator is None)
    return real and len(accounts) < 2 and (one.cust_space_id, one.region) == (other.cust_space_id, other.region)


def _side(files: Workspace, side: str, names: Iterable[str], spaces: Collection[str], with_rules: bool) -> _Side:
    """What some files say of some spaces, then or now."""
    found = _Side({name: {} for name in spaces})
    links = Links(KINDS)
    policies = {space.name: files.project.policy_of(space) for space in files.project.spaces}
    for name in names:
        source = files.parse(name)
        found.precautions.add(source)
        broken = any(finding.severity is Severity.ERROR for finding in source.findings)
        if broken:
            found.broken.append(name)
        if len({id(entry.document) for entry in source.entries}) < len(source.documents):
            found.partial.append(name)
        for entry in source.entries:
            resource, chosen = entry.resource, [space for space in entry.spaces if space in found.seen]
            if not chosen:
                continue
            # What a file with errors says is like nothing that another one says.
            allowed: dict[int, _Allowed] = {}  # by policy: a thousand of them mean few things for one resource
            texts: dict[_Allowed, str] = {}
            for space in chosen:
                seen = found.seen[space].setdefault(resource.key, _Seen())
                policy = policies[space]
                there = allowed.get(id(policy)) or allowed.setdefault(id(policy), _Allowed.of(policy, resource.key))
                if there not in texts:
                    said = f"{side}: {name}" if broken else _fingerprint(entry, files.project, there, with_rules)
                    texts[there] = said
                seen.prints.append(texts[there])
                seen.targets.update(links.targets(entry.kind, resource.body) if entry.refers else ())
                seen.replaces.update({resource.options.replaces} - {""})
                seen.absent = seen.absent and resource.options.absent
    return found


class _Allowed(NamedTuple):
    """What a policy means for one resource."""

    on_approved: str
    manages: bool
    protects: bool

    @classmethod
    def of(cls, policy: ProjectPolicy, key: Key) -> _Allowed:
        return cls(policy.on_approved, policy.manages(key), policy.protects(key))


def _fingerprint(entry: Entry, project: Project, allowed: _Allowed, with_rules: bool) -> str:
    """What a resource comes to, wherever it is written and whatever the files are called that it names."""
    resource, kind = entry.resource, entry.kind
    body: Json = {name: value for name, value in resource.body.items() if not _is_path(entry, name)}
    for path, name in [*kind.file.media(body)] if resource.media else ():
        if name in resource.media:
            body = put(body, path, [resource.media[name].size, resource.media[name].digest])
    key, options = resource.key, resource.options
    options = options._replace(
        spaces=None,
        on_approved=options.on_approved or allowed.on_approved,
        told_back={key.language: options.told_back.get(key.language, {})},
    )
    judged: Json = None
    if with_rules:
        silenced = {rule for rules in entry.document.ignored.values() for rule in rules}
        judged = [sorted((rule, str(severity)) for rule, severity in project.rules.items()), sorted(silenced)]
    return sha256([body, list(options), allowed.manages, allowed.protects, judged])


def _is_path(entry: Entry, name: str) -> bool:
    """Whether a field names a file whose value is in the body."""
    spec = entry.kind.file.files.get(name)
    return spec is not None and spec.content in entry.resource.body


def _with_linked(changed: Collection[Key], earlier: Collection[Key], seen: Mapping[Key, _Seen]) -> set[Key]:
    """Keys with all that refers to them or replaces them, and with what these lead to: a plan of them needs both."""
    found = set(changed)
    while more := set(_above(found, seen)) - found:
        found |= more
    found |= set(earlier)
    while more := {target for key in found if key in seen for target in seen[key].targets} - found:
        found |= more
    return found


def _above(keys: Collection[Key], seen: Mapping[Key, _Seen]) -> Iterator[Key]:
    names = {(key.kind, key.name) for key in keys}
    for key, each in seen.items():
        if not each.targets.isdisjoint(keys) or any((key.kind, name) in names for name in each.replaces):
            yield key
