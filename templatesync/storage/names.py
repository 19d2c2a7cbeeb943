"""Names of files, from names of resources and from arguments. Opens no file."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

from templatesync.model.errors import UsageError

# Names that Windows keeps for devices, whatever their ending.
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])")


def file_name(name: str, ending: str) -> str:
    """A file name for a resource: safe on every system, and different for different names.

    Names may have 512 characters and a file name 255 bytes, so a long or unusual one is cut and gets a digest.
    """
    plain = re.sub(r"[^A-Za-z0-9_.-]", "_", name)[:80].strip(".") or "_"
    if plain == name and plain == plain.lower() and not _RESERVED.fullmatch(plain):
        return plain + ending
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{plain}-{digest}{ending}"


def names_inside(root: Path, paths: Sequence[Path]) -> list[str]:
    """Paths as names inside the project. A link is named as it stands, so that it can be refused."""
    names = []
    for path in paths:
        place = path.parent.resolve() / path.name if path.name not in ("", "..") else path.resolve()
        if not place.is_relative_to(root):
            raise UsageError(f"{path} is outside the project in {root}")
        if not place.exists() and not place.is_symlink():
            raise UsageError(f"there is no file {path}")
        names.append(place.relative_to(root).as_posix())
    return names
