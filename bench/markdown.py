"""Hostile values through every form of Markdown and of workflow commands: nothing of them may become more than text.

    PYTHONPATH=tests python bench/markdown.py [--values 100000] [--seed 1]

Prints how many plans and states that took; the first seed at which a value got away ends it.
"""

from __future__ import annotations

import argparse
import sys

from support.markdown_page import problems
from support.output_readers import commands
from support.plan_values import HostileValues

from templatesync.render.formats import FORMATS
from templatesync.render.terminal import Style


def faults(values: HostileValues) -> list[str]:
    """What a plan and the states of a seed became that they must not."""
    plan, status = values.plan(), values.status()
    text = FORMATS["plan"]["markdown"](plan, Style())
    found = problems(text) + problems(FORMATS["status"]["markdown"](status, Style()))
    known, _ = commands(FORMATS["plan"]["github"](plan, Style()))
    found += [f"command {each.name}" for each in known if each.name not in ("error", "warning", "notice")]
    return found + (["too long"] if len(text) > 60_000 or len(text.encode()) > 240_000 else [])


def main() -> int:
    """Try seeds until there were so many values."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--values", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    done, seed = 0, asked.seed
    while done < asked.values:
        values = HostileValues(seed)
        if found := faults(values):
            print(f"seed {seed}: {found[0]}")
            return 1
        done, seed = done + values.count, seed + 1
    print(f"{done:,} hostile values in {seed - asked.seed:,} plans and states: all of them are text")
    return 0


if __name__ == "__main__":
    sys.exit(main())
