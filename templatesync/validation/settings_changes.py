"""What a change does to rules, policy, spaces and comments: above all what it makes weaker. Knows no git and no format.

Who reads "no errors" below a change that turned the rule off has been told nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from templatesync.model.resource import Key
from templatesync.model.strictness import SettingChange
from templatesync.project.choosing import in_group
from templatesync.project.precautions import WHOLE, Options, Place, Precautions
from templatesync.project.settings import Project, Space
from templatesync.validation.policy_changes import few, policy_changes
from templatesync.validation.registry import RULES
from templatesync.validation.strictness import severity_of


def settings_changes(
    then: Project | None, now: Project, before: Precautions, after: Precautions
) -> tuple[SettingChange, ...]:
    """What has changed between two states; of a project that was not there, or had errors, compared with the defaults.

    `before` and `after` are what the files say that are not as they were.
    """
    if then is None:
        defaults = Project(now.root, ())
        return (*_rules(defaults, now), *policy_changes(defaults, now))
    renamed = _renamed(then, now)
    called = _called_as_now(then, renamed)
    return (
        *_rules(then, now),
        *_comments(before, after),
        *policy_changes(called, now),
        *_include(called, now),
        *_spaces(called, now, renamed),
        *_groups(then, now, renamed),
        *_resources(now, before, after),
    )


def _renamed(then: Project, now: Project) -> dict[str, str]:
    """What spaces were called that are the same customer's under another name: nothing of them is new."""
    before, there = ({space.name for space in project.spaces} for project in (then, now))
    more = {space.cust_space_id: space.name for space in now.spaces if space.name not in before and not space.emulator}
    gone = [space for space in then.spaces if space.name not in there and not space.emulator]
    return {space.name: more[space.cust_space_id] for space in gone if space.cust_space_id in more}


def _called_as_now(then: Project, renamed: Mapping[str, str]) -> Project:
    spaces = tuple(space._replace(name=renamed.get(space.name, space.name)) for space in then.spaces)
    return then._replace(spaces=spaces, default_space=renamed.get(then.default_space, then.default_space))


def _rules(then: Project, now: Project) -> Iterator[SettingChange]:
    for rule in sorted({*then.rules, *now.rules} & RULES.keys()):
        old, new = severity_of(then, rule), severity_of(now, rule)
        if new is None and old is not None:
            yield SettingChange("rule-off", f"turns the rule {rule} off (it was {old.value})", True)
        elif old is None and new is not None:
            yield SettingChange("rule-on", f"turns the rule {rule} on ({new.value})", False)
        elif old is not None and new is not None and old is not new:
            lower = new.rank > old.rank
            word, code = ("lowers", "rule-lowered") if lower else ("raises", "rule-raised")
            yield SettingChange(code, f"{word} the rule {rule} from {old.value} to {new.value}", lower)


def _comments(before: Precautions, after: Precautions) -> Iterator[SettingChange]:
    more, fewer = _by_rule(after.only_here(before)), _by_rule(before.only_here(after))
    for rule in sorted({*more, *fewer}):
        if rule in more:
            yield SettingChange("comment-added", f"silences the rule {rule} by {_comments_at(more[rule])}", True)
        if rule in fewer:
            said = f"no longer silences the rule {rule} by {_comments_at(fewer[rule])}"
            yield SettingChange("comment-removed", said, False)


def _by_rule(comments: Mapping[Place, list[str]]) -> dict[str, dict[Place, list[str]]]:
    """Comments by the rule that they silence; some rules none can."""
    found: dict[str, dict[Place, list[str]]] = {}
    for place in sorted(comments):
        if place.rule in RULES and not RULES[place.rule].fixed:
            found.setdefault(place.rule, {})[place] = comments[place]
    return found


def _comments_at(comments: Mapping[Place, list[str]]) -> str:
    lines = [line for at in comments.values() for line in at]
    wide = sum(len(at) for place, at in comments.items() if place.path == WHOLE)
    if len(lines) == 1:
        return f"a comment {'for a whole document ' if wide else ''}at {lines[0]}"
    whole = f", {wide:,} of them for a whole document" if wide else ""
    return f"{len(lines):,} comments{whole}: {few(lines)}"


def _include(then: Project, now: Project) -> Iterator[SettingChange]:
    gone, new = sorted({*then.include} - {*now.include}), sorted({*now.include} - {*then.include})
    if gone:
        yield SettingChange(
            "include", f"no longer includes {few(gone)}: files that only these name are not checked", True
        )
    if new:
        yield SettingChange("include", f"includes {few(new)}", False)
    if then.default_space != now.default_space:
        said = f"makes {now.default_space or 'none'} the default space (it was {then.default_space or 'none'})"
        yield SettingChange("default-space", said, True)


def _spaces(then: Project, now: Project, renamed: Mapping[str, str]) -> Iterator[SettingChange]:
    for was, is_ in sorted(renamed.items()):
        yield SettingChange("space-renamed", f"gives the space {was} another name, {is_}", False)
    old, new = ({space.name: space for space in project.spaces} for project in (then, now))
    moved: dict[tuple[str, str], list[str]] = {}  # by one line in `defaults`, a thousand of them
    for name in sorted(old.keys() & new.keys()):
        if old[name].region != new[name].region:
            moved.setdefault((old[name].region, new[name].region), []).append(name)
    together = {names[0]: names for names in moved.values()}
    for name in sorted(old.keys() | new.keys()):
        if name not in new:
            yield SettingChange("space-removed", f"removes the space {name}", False)
        elif name not in old:
            yield SettingChange("space-added", f"adds the space {name} ({new[name].cust_space_id})", False)
        else:
            yield from _space(old[name], new[name], together.get(name, ()))


def _space(old: Space, new: Space, moved: Sequence[str]) -> Iterator[SettingChange]:
    """What is otherwise in a space; `moved` are all that are told with it: they have come to another region, too."""
    name = new.name
    if old.cust_space_id != new.cust_space_id:
        ids = f"{old.cust_space_id} -> {new.cust_space_id}"
        said = f"makes the space {name} another customer space (cust_space_id: {ids})"
        yield SettingChange("space-id", said, True)
    if (old.emulator is None) != (new.emulator is None):
        real = new.emulator is None
        said = f"makes the space {name} {'a real one (it was an emulator)' if real else 'an emulator'}"
        yield SettingChange("space-emulator", said, True)
    if old.waba_id and not new.waba_id:
        said = (
            f"no longer checks which WhatsApp Business Account is behind the space {name} (waba_id was {old.waba_id})"
        )
        yield SettingChange("space-account", said, True)
    elif old.waba_id != new.waba_id:
        ids = f"{old.waba_id or 'none'} -> {new.waba_id}"
        said = f"sets the WhatsApp Business Account of the space {name} (waba_id: {ids})"
        yield SettingChange("space-account", said, bool(old.waba_id))
    if moved:
        spaces = f"the space {name}" if len(moved) == 1 else f"the spaces {few(moved)}"
        said = f"moves {spaces} to another region ({old.region} -> {new.region})"
        yield SettingChange("space-region", said, True)
    if old.isv_code_env != new.isv_code_env:
        was, is_ = old.isv_code_env or "none", new.isv_code_env or "none"
        yield SettingChange("space-isv-code", f"takes another ISV code for the space {name} ({was} -> {is_})", True)


def _groups(then: Project, now: Project, renamed: Mapping[str, str]) -> Iterator[SettingChange]:
    """Groups that mean other spaces than they did, apart from spaces that are new or gone, which are told as such."""
    both = {renamed.get(space.name, space.name) for space in then.spaces} & {space.name for space in now.spaces}
    for group in sorted(then.groups.keys() | now.groups.keys()):
        if group not in now.groups:
            yield SettingChange("group-removed", f"removes the group {group}", False)
        elif group not in then.groups:
            yield SettingChange("group-added", f"adds the group {group}", False)
        else:
            old = both.intersection(renamed.get(name, name) for name in in_group(then, group))
            new = both.intersection(in_group(now, group))
            if more := sorted(new - old):
                said = f"takes {few(more)} into the group {group}: what is done with that is done there, too"
                yield SettingChange("group", said, True)
            if fewer := sorted(old - new):
                said = f"takes {few(fewer)} out of the group {group}: what is done with that is not done there"
                yield SettingChange("group", said, True)


def _resources(now: Project, before: Precautions, after: Precautions) -> Iterator[SettingChange]:
    found: dict[tuple[str, str, bool], set[str]] = {}
    breaks: dict[str, set[str]] = {}
    edits = _Edits(now)
    for key in before.options.keys() | after.options.keys():
        name = str(Key(key.kind, key.name))
        was, is_ = before.options.get(key, Options()), after.options.get(key, Options())
        for told in _options(edits, was, is_, known=key in before.options, there=key in after.options):
            found.setdefault(told, set()).add(name)
        for rule in is_.breaks - was.breaks:
            breaks.setdefault(rule, set()).add(name)
    for said, name in _outputs(before, after):
        found.setdefault(("output", said, True), set()).add(name)
    order = [*_ORDER]
    for code, said, weaker in sorted(found, key=lambda told: (order.index(told[0]), not told[2])):
        yield SettingChange(code, said.format(few(sorted(found[code, said, weaker]))), weaker)
    for rule, names in sorted(breaks.items()):
        said = f"lets {few(sorted(names))} break what programs send, by the rule {rule} (templatesync.breaks)"
        yield SettingChange("breaks", said, True)


_ORDER = ("protected", "edits-approved", "told-back", "adopt", "pinned", "output")


def _outputs(before: Precautions, after: Precautions) -> Iterator[tuple[str, str]]:
    """What senders know by another name: a sentence, and whose it is. One that only keeps a name tells nothing."""
    was_known, is_known = before.known_as(), after.known_as()
    for key, options in after.options.items():
        there = before.options.get(key)
        if options.output == (there.output if there else "") or not (there or options.replaces):
            continue
        old, new = was_known(key if there else key._replace(name=options.replaces)), is_known(key)
        if old != new:
            said = f"lets senders know {{0}} as {_literal(new)}, not as {_literal(old)} (templatesync.output)"
            yield said, str(Key(key.kind, key.name))


def _literal(name: str) -> str:
    return name.replace("{", "{{").replace("}", "}}")


def _options(edits: _Edits, was: Options, is_: Options, *, known: bool, there: bool) -> Iterator[tuple[str, str, bool]]:
    """What is otherwise for one resource: a code, a sentence for several of them, and whether something is weaker."""
    if was.protected and not is_.protected:
        yield "protected", "takes the protection away from {0} (templatesync.protected)", True
    if is_.protected and not was.protected and known:
        yield "protected", "protects {0} (templatesync.protected)", False
    if there and edits.of(is_) > edits.of(was):
        yield "edits-approved", "lets apply edit {0} when approved (templatesync.on_approved)", True
    if there and edits.of(was) > edits.of(is_):
        yield "edits-approved", "no longer lets apply edit {0} when approved (templatesync.on_approved)", False
    if is_.told_back - was.told_back:
        yield "told-back", "accepts what the service says in place of the file of {0} (templatesync.told_back)", True
    if is_.adopt and not was.adopt:
        said = "lets senders change to {0} although it may ask for something else (templatesync.adopt)"
        yield "adopt", said, True
    if was.adopt and not is_.adopt and there:
        yield "adopt", "takes back that senders are ready for {0} (templatesync.adopt)", False
    if is_.pinned and not was.pinned:
        yield "pinned", "keeps senders with {0}, or takes them back to it (templatesync.pinned)", True
    if was.pinned and not is_.pinned:
        said = "takes the pin from {0}: senders go on to newer versions, and it may be deleted (templatesync.pinned)"
        yield "pinned", said, True


class _Edits:
    """In how many spaces apply may edit a resource once it is approved. What policies change in that, they tell."""

    def __init__(self, project: Project) -> None:
        self._all = len(project.spaces)
        self._modify = sum(project.policy_of(space).on_approved == "modify" for space in project.spaces)

    def of(self, options: Options) -> int:
        """By what its file says, wherever it may belong."""
        return {"modify": self._all, "": self._modify}.get(options.on_approved, 0)
