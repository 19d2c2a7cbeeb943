"""The schema alone, as other validators have it: no command of templatesync, but two of its steps.

    python bench/gate.py FOLDER

Reads each file as `validate` does, and judges it by the schema; one process, no rules, no cache.
"""

from __future__ import annotations

import sys
from pathlib import Path

from templatesync.documents.yaml_reader import load
from templatesync.schema.gate import problems


def main() -> None:
    """Leave with 1 when anything is wrong."""
    wrong = 0
    for path in sorted(Path(sys.argv[1]).rglob("*.yaml")):
        loaded = load(path.read_bytes(), path.name)
        wrong += len(loaded.findings) + sum(len(problems("template", each.data)) for each in loaded.documents)
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
