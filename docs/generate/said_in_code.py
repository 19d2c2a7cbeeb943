"""What the code says in tables and docstrings: exit codes, conditions, states, reasons of rejections, faults. Pure."""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Iterator, Mapping
from enum import Enum
from itertools import pairwise

from generate.rules import place
from generate.tables import cell, table, wrapped
from templatesync.cli.exit_codes import ANY, ENDS, MEANING
from templatesync.emulator.faults.contract import CONTRACT
from templatesync.kinds import KINDS
from templatesync.kinds.template.rejection import CAUSES
from templatesync.model.condition import DRIFT, Condition
from templatesync.model.errors import PRECEDENCE
from templatesync.render.conditions import gravest_first


def documented(members: type[Enum]) -> Mapping[str, str]:
    """What stands below each member of an enumeration, by its name."""
    tree = ast.parse(inspect.getsource(sys.modules[members.__module__]))
    body = next(node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name == members.__name__)
    return {
        before.targets[0].id: " ".join(inspect.cleandoc(after.value.value).split())
        for before, after in pairwise(body)
        if isinstance(before, ast.Assign) and isinstance(before.targets[0], ast.Name)
        if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) and isinstance(after.value.value, str)
    }


def exit_codes() -> str:
    """Every exit code with what it means."""
    rows = ((f"`{code}`", code.name, cell(_begun(meaning))) for code, meaning in MEANING.items())
    return table(("code", "name", "meaning"), rows)


def ends() -> str:
    """Which command may end with which code."""
    rows = (
        (f"[{name}](cli.md#templatesync-{name})", ", ".join(f"`{code}`" for code in codes))
        for name, codes in ENDS.items()
    )
    return table(("command", "exit codes"), rows)


def any_command() -> str:
    """The codes that say nothing of a command."""
    return wrapped(", ".join(f"{code} ({code.name})" for code in ANY) + ".")


def precedence() -> str:
    """The order in which one of several codes is chosen."""
    return wrapped(", ".join(f"{code} ({code.name})" for code in PRECEDENCE) + ".")


def conditions() -> str:
    """The words of `status`, the gravest first."""
    said = documented(Condition)
    rows = (
        (f"`{each.value}`", "yes" if each in DRIFT else "", cell(said[each.name]), cell(_begun(each.way_on)))
        for each in gravest_first(Condition)
    )
    return table(("condition", "drift", "it means", "what to do"), rows)


def states() -> str:
    """What people are told of a state, by kind and the service's own word."""
    rows = (
        (kind, f"`{word}`", state.value, _class(KINDS[kind].policy.pending, KINDS[kind].policy.rejected, word))
        for kind in sorted(KINDS)
        for word, state in KINDS[kind].policy.words.items()
    )
    return table(("kind", "the service's word", "shown as", "for `status --exit-code`"), rows)


def _class(pending: frozenset[str], rejected: frozenset[str], word: str) -> str:
    return "7, a review is running" if word in pending else "8, rejected" if word in rejected else ""


def rejections() -> str:
    """Reasons by what they say, what they mean, and the rules that look for the cause."""
    rows = (
        (
            ", ".join(f"“{phrase}”" for phrase in _phrases(each.words)),
            cell(_begun(each.meaning)),
            ", ".join(f"[{rule}]({place(rule)})" for rule in each.rules),
        )
        for each in CAUSES
    )
    return table(("a reason that says", "means", "rules that would have told"), rows)


def _phrases(pattern: str) -> Iterator[str]:
    """The plain texts for which an expression looks, of which ours has only alternatives and what may be left out."""
    if group := re.search(r"\(\?:([^)]*)\)(\??)", pattern):
        head, tail = pattern[: group.start()], pattern[group.end() :]
        # An alternative of the whole may have others beside it: only the one around the group is spelt out.
        before, after = head.rsplit("|", 1), tail.split("|", 1)
        outer = [*before[:-1], *(f"{before[-1]}{inner}{after[0]}" for inner in _options(group)), *after[1:]]
        yield from _phrases("|".join(outer))
        return
    for each in pattern.split("|"):
        yield each.replace("_?", "_").replace(r"\b", "").replace(" .*", " … ").replace(".*", " …").replace("?", "")


def _options(group: re.Match[str]) -> list[str]:
    return [""] if group[2] else group[1].split("|")


def faults() -> str:
    """What can be ordered of the emulator."""
    return table(("kind", "what happens"), ((f"`{kind}`", cell(effect.about)) for kind, effect in CONTRACT.items()))


def _begun(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
