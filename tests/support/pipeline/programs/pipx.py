"""A stand-in for `pipx install`: puts the command of this checkout where pipx puts commands. Installs nothing."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path


def main(words: list[str]) -> None:
    if words[:1] != ["install"]:
        sys.exit(f"the stand-in for pipx only knows `pipx install`, and was asked for: {' '.join(words)}")
    at, specs = 1, []
    while at < len(words):
        if words[at] in ("--python", "--pip-args", "--index-url"):
            at += 2
            continue
        if words[at] not in ("--quiet", "-q", "--force"):
            specs.append(words[at])
        at += 1
    if len(specs) != 1 or not re.fullmatch(r"templatesync(\[[a-z,]+\])?(==[0-9][0-9a-z.]*)?|(\./|/).+", specs[0]):
        sys.exit(f"ERROR: No matching distribution found for {' '.join(specs)}")
    place = Path(os.environ["PIPX_BIN_DIR"]) / "templatesync"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(f"#!/bin/sh\nexec '{sys.executable}' -m templatesync \"$@\"\n")
    place.chmod(0o755)
    print(f"  installed package {specs[0]}")


if __name__ == "__main__":
    main(sys.argv[1:])
