"""Documents as people write them: the same data in every style, with comments everywhere that YAML allows one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from hypothesis import strategies as st

from templatesync.documents.yaml_writer import to_yaml

PLAIN = ["Ann", "Hello $(name), how are you", "no", "on", "12:30", "2020-01-01", "1_000", "<", "a: b"[:1], "x#y", "+6"]
TEXTS = [
    *PLAIN,
    "",
    " ",
    "two words",
    "a: b",
    "# no comment",
    "'",
    '"',
    "\\",
    "您的订单",
    "~",
    "0123",
    "- a",
    "{a}",
    "true",
]
LONG = [
    "one\ntwo\n", "one\n\n\ntwo", "  indented\nless\n", "ends with blanks  \nnext\n", "last\n\n\n",
    "# not a comment\nx\n",    "templatesync:\n  no: key\n", "\nfirst is blank\n", "tab\there\n",
]  # fmt: skip
VALUES = st.one_of(st.sampled_from(TEXTS), st.sampled_from(LONG), st.sampled_from([None, True, 0, 12, -3, 1.5]))
NAMES = st.sampled_from(
    ["Extra", "Name", "Language", "Category", "Text", "no", "Example", "Type", "Url", "a b", "zh_CN"]
)
SMALL = st.recursive(
    VALUES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=6
)
PART = st.fixed_dictionaries(
    {"Type": st.sampled_from(["BUTTONS", "BODY", "HEADER", "FOOTER", "ODD"])},
    optional={
        "Text": VALUES,
        "Format": VALUES,
        "Zzz": SMALL,
        "Buttons": st.lists(st.just({"Url": "u", "Type": "URL"})),
    },
)
BODIES = st.fixed_dictionaries(
    {"Name": st.just("shop_hello")},
    optional={
        "kind": st.sampled_from(["template", "flow", "qr_code"]),
        "Category": st.just("UTILITY"),
        "Components": st.lists(PART, max_size=3) | SMALL,
        "Example": SMALL,
        "templatesync": st.fixed_dictionaries({}, optional={"protected": st.just(True), "spaces": st.just(["a", "b"])}),
        "Future": SMALL,
    },
)


@dataclass
class Pen:
    """Writes values, and remembers the comments."""

    draw: Any
    said: list[str] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)

    def chance(self, one_in: int) -> bool:
        return bool(self.draw(st.integers(1, one_in)) == one_in)

    def comment(self) -> str:
        orders = ["# templatesync: ignore var-ratio", "# templatesync: ignore url-slash, body-550"]
        text = self.draw(st.sampled_from(["#", "# plain", "#no blank", "# a: b", *orders]))
        text += "" if "ignore" in text else f" {next(self.numbers)}"
        self.said.append(text)
        return text

    def above(self, indent: int) -> str:
        lines = ""
        for _ in range(self.draw(st.sampled_from([0, 0, 0, 1, 2]))):
            at = self.draw(st.sampled_from([indent, indent, 0, indent + 2]))
            lines += "\n" if self.chance(3) else f"{' ' * at}{self.comment()}\n"
        return lines

    def behind(self) -> str:
        blanks = self.draw(st.sampled_from([" ", "  ", "     "]))
        return f"{blanks}{self.comment()}" if self.chance(5) else self.draw(st.sampled_from(["", "", " "]))

    def scalar(self, value: Any, flow: bool = False, key: bool = False) -> str:
        if not isinstance(value, str):
            return json.dumps(value)
        styles = ['"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"']
        if "\n" not in value:
            styles.append("'" + value.replace("'", "''") + "'")
        if value in PLAIN and not (flow and value == "<"):
            styles += [value] * 3
        if " " in value.strip() and not key and value in PLAIN and self.chance(2) and not flow:
            return value.replace(", ", ",\n" + " " * 40)
        return str(self.draw(st.sampled_from(styles)))

    def block_scalar(self, value: str, parent: int) -> str | None:
        if "\n" not in value or not value.strip():
            return None
        step = self.draw(st.integers(1, 4))
        body = value[: len(value.rstrip("\n"))]
        breaks = len(value) - len(body)
        digit = str(step) if body.lstrip("\n").startswith(" ") or self.chance(3) else ""
        chomp = "-" if breaks == 0 else "+" if breaks > 1 else ""
        lines = [f"{' ' * (parent + step)}{line}" if line else "" for line in body.split("\n")]
        head = f"|{digit}{chomp}" + (f" {self.comment()}" if self.chance(4) else "")
        return "\n".join([head, *lines]) + "\n" * max(breaks - 1, 0)

    def flow(self, value: Any) -> str:
        gap = "\n" + " " * 8 if self.chance(6) else ""
        if isinstance(value, dict):
            items = [f"{self.scalar(key, True, True)}: {self.flow(item)}" for key, item in value.items()]
            return "{" + gap + f", {gap}".join(items) + gap + "}"
        if isinstance(value, list):
            return "[" + gap + f",{gap} ".join(map(self.flow, value)) + gap + "]"
        return self.scalar(value, True)

    def entries(self, value: Any, indent: int, first_inline: bool) -> str:
        out = ""
        items = list(value.items()) if isinstance(value, dict) else [(None, item) for item in value]
        for index, (key, item) in enumerate(items):
            inline = first_inline and index == 0
            out += "" if inline else self.above(indent) + " " * indent
            out += f"{self.scalar(key, True, True)}:" if key is not None else "-"
            out += self.value(item, indent, dashed=key is None)
        if self.chance(4):
            out += f"{' ' * indent}{self.comment()}\n"
        return out

    def value(self, value: Any, indent: int, dashed: bool) -> str:
        if isinstance(value, str) and self.chance(2) and (text := self.block_scalar(value, indent)):
            return f" {text}\n"
        if not isinstance(value, dict | list) or not value or self.chance(3):
            if value is None and self.chance(2):
                return f"{self.behind()}\n"
            blanks = self.draw(st.sampled_from([" ", " ", "   "]))
            if self.chance(8):
                blanks = f"{self.behind()}\n{' ' * (indent + 3)}"
            return f"{blanks}{self.flow(value)}{self.behind()}\n"
        if dashed and self.chance(2):
            gap = self.draw(st.integers(1, 3))
            return " " * gap + self.entries(value, indent + 1 + gap, True)
        step = self.draw(st.integers(0 if isinstance(value, list) and not dashed else 1, 4))
        return f"{self.behind()}\n{self.entries(value, indent + step, False)}"


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, list[str], dict[str, Any]]:
    """A text, the comments in it, and the data."""
    data = draw(BODIES)
    data = {key: data[key] for key in draw(st.permutations(list(data)))}
    pen = Pen(draw)
    if pen.chance(6):
        text = f"{pen.above(0)}{pen.flow(data)}\n"
    else:
        text = pen.entries(data, 0, False)
    return text, pen.said, data


def plainly(data: dict[str, Any]) -> str:
    """The text that the program itself writes."""
    return to_yaml(data)
