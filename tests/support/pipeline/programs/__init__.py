"""The programs of a runner, in one folder: stand-ins of ours, and this machine's for what every Unix has, no others.

A script that calls anything else fails here, and would on somebody's runner too.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import jq

OURS = ("gh", "jq", "unzip", "pipx")
EVERYWHERE = """\
[ awk base64 basename bash cat chmod cmp comm cp cut date dirname env expr false find git grep head id ln ls mkdir
mktemp mv od paste printf pwd rm rmdir sed seq sh sha256sum sleep sort tail tee test touch tr true uname uniq wc xargs
diff kill tac
""".split()


def put(folder: Path) -> Path:
    """The folder, filled."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in EVERYWHERE:
        found = shutil.which(name)
        if found:
            (folder / name).symlink_to(found)
    packages = Path(jq.__file__).parent
    for name in OURS:
        script = Path(__file__).parent / f"{name}.py"
        # -S: to look through site-packages takes longer than all else; `import jq` must not find the script itself.
        start = (
            f"import sys; sys.path = [p for p in sys.path if p != {str(script.parent)!r}] + [{str(packages)!r}];"
            f"import runpy; runpy.run_path({str(script)!r}, run_name='__main__')"
        )
        program = folder / name
        program.write_text(f'#!/bin/sh\nexec {quoted(sys.executable)} -ISc {quoted(start)} "$@"\n')
        program.chmod(0o755)
    for name in ("python", "python3"):
        program = folder / name
        program.write_text(f'#!/bin/sh\nexec {quoted(sys.executable)} "$@"\n')
        program.chmod(0o755)
    return folder


def quoted(text: str | os.PathLike[str]) -> str:
    return "'" + str(text).replace("'", "'\\''") + "'"
