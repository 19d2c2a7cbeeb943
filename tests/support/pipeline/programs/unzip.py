"""A stand-in for `unzip`, over the standard library: GitHub's runners have it, and not every user's machine."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path


def main(words: list[str]) -> None:
    folder, names, at, printed = Path(), [], 0, False
    while at < len(words):
        word, at = words[at], at + 1
        if word == "-d":
            folder, at = Path(words[at]), at + 1
        elif word == "-p":
            printed = True
        elif word.startswith("-"):
            if set(word[1:]) - set("qoj"):
                sys.exit(f"the stand-in for unzip does not know {word}")
        else:
            names.append(word)
    if not names:
        sys.exit("unzip: no file")
    try:
        with zipfile.ZipFile(names[0]) as archive:
            wanted = names[1:] or archive.namelist()
            for name in wanted:
                if name not in archive.namelist():
                    print(f"caution: filename not matched:  {name}", file=sys.stderr)
                    raise SystemExit(11)
                if printed:
                    sys.stdout.buffer.write(archive.read(name))
                else:
                    archive.extract(name, folder)
    except (zipfile.BadZipFile, OSError) as error:
        print(f"unzip: {names[0]}: {error}", file=sys.stderr)
        raise SystemExit(9) from None


if __name__ == "__main__":
    main(sys.argv[1:])
