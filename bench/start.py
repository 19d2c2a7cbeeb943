"""What every call of the tool costs before it does anything, beside a bare interpreter and a bare `import click`.

python bench/start.py [ROUNDS]
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import corpus
from measure import OURS, Contender, in_turn, run, say, table


def main() -> None:
    """Each command in turn, round after round, after one that leaves the compiled modules behind."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    with tempfile.TemporaryDirectory() as name:
        project = Path(name, "shop")
        corpus.write(project, 1)
        one = [*OURS, "-C", str(project), "validate", "-o", os.devnull]
        contenders = [
            Contender("python: `import click`", [sys.executable, "-c", "import click"]),
            Contender("python: nothing", [sys.executable, "-c", "pass"]),
            Contender("templatesync --version", [*OURS, "--version"]),
            Contender("templatesync --help", [*OURS, "--help"]),
            Contender("templatesync validate, one file", [*one, "--no-cache"]),
            Contender("the same, nothing changed", one, {"XDG_CACHE_HOME": f"{name}/cache"}),
        ]
        say("start-up")
        for each in contenders:
            run(each)
        in_turn("start-up", contenders, rounds, 30)
    print(table("start-up", contenders, 1, "call"))


if __name__ == "__main__":
    main()
