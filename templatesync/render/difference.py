"""What differs between two contents, for a terminal: texts by line and by word, all else as YAML. Pure.

Knows no plan. Whatever is in a text that nobody sees is shown, and two sides that differ never look equal (`apart`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher

from templatesync.look.apart import alone, apart
from templatesync.look.words import Run, changed
from templatesync.model.change import Difference
from templatesync.model.json_value import Json, canonical_json
from templatesync.render.escape import visible
from templatesync.render.terminal import Style, safe, wrapped

MOST_COMPARED = 400
"""Lines of a text that are compared with one another; more are shown as they are."""
_LIKE = 0.4
"""Of what is common to two lines, and below which they are shown one under the other rather than as one."""
_KEPT = 40
"""Characters beside a change that are shown of a long stretch that stays."""
_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_MARKS = re.compile(r"(\[-|-\]|\{\+|\+\})")


def difference(item: Difference, margin: str, style: Style) -> Iterator[str]:
    """The lines that tell one difference, its path first; of an object that stays of its type, what differs in it."""
    within = [*_within(item)]
    if within:
        for part in within:
            yield from difference(part, margin, style)
        return
    yield f"{margin}{safe(item.path) or 'content'}:"
    margin += "  "
    if item.op == "move":
        yield f"{margin}moved from place {item.before + 1} to {item.after + 1}"
        return
    texts = isinstance(item.before, str) and isinstance(item.after, str)
    before, after = _sides(item)
    if item.op == "replace" and texts:
        yield from _texts(before.split("\n"), after.split("\n"), margin, style)
        return
    if item.op != "add":
        yield from _lines(before.split("\n"), "- ", margin, style)
    if item.op != "remove":
        yield from _lines(after.split("\n"), "+ ", margin, style)


def _within(item: Difference) -> Iterator[Difference]:
    """The fields of an object that differ, when it is still the same thing: a button that has another text."""
    before, after = item.before, item.after
    if item.op != "replace" or not isinstance(before, Mapping) or not isinstance(after, Mapping):
        return
    names = sorted({*before, *after})
    if "Type" not in before or before["Type"] != after.get("Type") or not all(map(_FIELD.fullmatch, names)):
        return
    for name in names:
        path, old, new = f"{item.path}.{name}", before.get(name), after.get(name)
        if name not in before:
            yield Difference(path, "add", None, new)
        elif name not in after:
            yield Difference(path, "remove", old)
        elif canonical_json(old) != canonical_json(new):
            yield Difference(path, "replace", old, new)


def _sides(item: Difference) -> tuple[str, str]:
    """What was and what is to be, each as a person reads it; where only one side is, the other is of no use."""
    before, after = shown(item.before), shown(item.after)
    texts = [isinstance(value, str) for value in (item.before, item.after)]
    if item.op in ("add", "remove"):
        return alone(before, indented=not texts[0]), alone(after, indented=not texts[1])
    if before == after:  # true and "true", 1 and "1"
        before, after = (canonical_json(value) for value in (item.before, item.after))
    return apart(before, after, indented=not all(texts))


def shown(value: Json) -> str:
    """A value as a person reads it."""
    if isinstance(value, str):
        return value
    from templatesync.documents.yaml_writer import to_yaml

    if isinstance(value, Mapping) and value:
        return to_yaml(value).rstrip("\n")
    return canonical_json(value)


def _lines(lines: Sequence[str], mark: str, margin: str, style: Style) -> Iterator[str]:
    paint = {"- ": style.red, "+ ": style.green}.get(mark, style.dim)
    for line in lines:
        first = f"{margin}{mark}"
        yield from (paint(each.rstrip()) for each in wrapped(visible(line), style.columns, first))


def _texts(before: Sequence[str], after: Sequence[str], margin: str, style: Style) -> Iterator[str]:
    """Two texts line by line; what stays is folded to the line beside a change."""
    if len(before) + len(after) > MOST_COMPARED:
        yield from _lines(before, "- ", margin, style)
        yield from _lines(after, "+ ", margin, style)
        return
    for op, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if op == "equal":
            yield from _same(before[i:j], i == 0, j == len(before), margin, style)
            continue
        both = min(j - i, m - k)
        for old, new in zip(before[i : i + both], after[k : k + both], strict=True):
            yield from _line(old, new, margin, style)
        yield from _lines(before[i + both : j], "- ", margin, style)
        yield from _lines(after[k + both : m], "+ ", margin, style)


def _same(lines: Sequence[str], at_start: bool, at_end: bool, margin: str, style: Style) -> Iterator[str]:
    if style.whole or len(lines) <= 2:
        yield from _lines(lines, "│ ", margin, style)
        return
    head, tail = lines[: 0 if at_start else 1], lines[len(lines) if at_end else len(lines) - 1 :]
    yield from _lines(head, "│ ", margin, style)
    hidden = len(lines) - len(head) - len(tail)
    yield style.dim(f"{margin}│ … {hidden} {'line' if hidden == 1 else 'lines'} as before")
    yield from _lines(tail, "│ ", margin, style)


def _line(before: str, after: str, margin: str, style: Style) -> Iterator[str]:
    """One line that became another: both in one, with the words that went and came, where they have much in common."""
    runs = changed(before, after)
    common = sum(len(run.text) for run in runs if run.op == "same")
    marked = _MARKS.search(before) or _MARKS.search(after)  # a text that says such a mark itself
    if marked or not any(run.op == "same" for run in runs) or common < _LIKE * min(len(before), len(after)):
        yield from _lines([before], "- ", margin, style)
        yield from _lines([after], "+ ", margin, style)
        return
    text = "".join(_run(run, at == 0, at == len(runs) - 1, style) for at, run in enumerate(runs))
    yield from _painted([line.rstrip() for line in wrapped(visible(text), style.columns, f"{margin}~ ")], style)


def _run(run: Run, first: bool, last: bool, style: Style) -> str:
    if run.op == "removed":
        return f"[-{run.text}-]"
    if run.op == "added":
        return f"{{+{run.text}+}}"
    text = run.text
    if style.whole or len(text) <= 3 * _KEPT:
        return text
    head, tail = "" if first else f"{_until_blank(text[:_KEPT])} ", "" if last else f" {_from_blank(text[-_KEPT:])}"
    return f"{head}…{tail}"


def _until_blank(text: str) -> str:
    return text[: text.rfind(" ")] if " " in text else text


def _from_blank(text: str) -> str:
    return text[text.find(" ") + 1 :] if " " in text else text


def _painted(lines: Sequence[str], style: Style) -> Iterator[str]:
    """Lines with what goes and comes in colour besides, also where it goes on in the next line."""
    paint: Callable[[str], str] | None = None
    for line in lines:
        parts = []
        for part in _MARKS.split(line):
            if part in ("[-", "{+"):
                paint = style.red if part == "[-" else style.green
            parts.append(paint(part) if paint else part)
            if part in ("-]", "+}"):
                paint = None
        yield "".join(parts)
