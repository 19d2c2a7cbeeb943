"""Names, labels and variables of all scripts, and of what no identifier may hold."""

from __future__ import annotations

import random
import re

from support.senders import sendable
from templatesync.project.chains import Sendable
from templatesync.sending.contract import Contract, Place, Variable

SCRIPTS = [
    *(chr(first + at) for first in (0x41, 0x61, 0xC0, 0x391, 0x410, 0x531, 0x5D0, 0x621, 0x905, 0xE01, 0xE81, 0x1780)
      for at in range(20)),
    *(chr(first + at) for first in (0x3042, 0x30A2, 0x4E00, 0xAC00, 0x10A0, 0x13A0, 0xFF21, 0x1D400, 0x10400, 0x20000)
      for at in range(20)),
    *"0123456789__ -.!?'\"\\/*`$&<>{}()[]|~^%#@:;,\n\t\0",
    *"ſﬀⅣªº²½㎏ǅßŉİıẞ΅ʹͺำຳ゛ﷺ\u0301\u0e33\u200b\u200d\u202e\u2066\u3164\ufe0f\xad",
    *("👍", "🏴", "\U0001f1e9", "\ud800", "\uffff", "\U0010ffff", "class", "__", "١", "௧", "・", "·"),
]  # fmt: skip


def texts(count: int, seed: int = 1) -> list[str]:
    """Random texts of one to five pieces; they differ."""
    dice = random.Random(seed)
    found = dict.fromkeys("".join(dice.choices(SCRIPTS, k=dice.choice([1, 1, 2, 3, 5]))) for _ in range(count * 2))
    return [*found][:count]


def templates(names: int) -> list[Sendable]:
    """Templates with so many names of variables, and of quick replies, five and three of each."""
    variables = [*dict.fromkeys(re.sub(r"\W", "", name) or "a" for name in texts(names, seed=2))]
    labels = texts(names, seed=3)
    found = []
    for at, name in zip(range(0, len(variables), 5), texts(names, seed=4), strict=False):
        places = tuple(Variable(each, (Place("body"),)) for each in variables[at : at + 5])
        found.append(sendable(name, en=Contract(variables=places, replies=tuple(labels[at : at + 3]), text=name)))
    return found
