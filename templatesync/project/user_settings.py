"""The user's own `~/.config/templatesync/config.yaml`: profiles per space, endpoint, proxy. Never part of a project.

What a pull request must not decide stands here, in flags or in the environment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from templatesync.documents import yaml_reader
from templatesync.documents.document import Document
from templatesync.documents.limits import YamlLimits
from templatesync.model.errors import FindingsError
from templatesync.model.finding import Finding, Severity
from templatesync.model.json_value import Json
from templatesync.storage.checkout import inside_checkout
from templatesync.storage.reading import read_file
from templatesync.storage.user_dirs import config_folder

_KEYS = ("profiles", "endpoint", "proxy")


@dataclass(frozen=True, slots=True)
class UserSettings:
    """`profiles` maps a space's name to a profile of the aliyun CLI."""

    profiles: Mapping[str, str] = field(default_factory=dict)
    endpoint: str = ""
    proxy: str = ""


def place(environment: Mapping[str, str]) -> Path | None:
    """Where the file is, if there is a home at all."""
    folder = config_folder(environment)
    return folder / "config.yaml" if folder is not None else None


def load(environment: Mapping[str, str], project: Path) -> UserSettings:
    """The settings; empty ones when there is no file.

    Raises FindingsError when it cannot be understood, or is part of the checkout that the project is in.
    """
    path = place(environment)
    if path is None:
        return UserSettings()
    name = str(path)
    try:
        if not path.exists():
            return UserSettings()
        place_itself = path.resolve()
        ours = not inside_checkout(path, project)
    except (OSError, ValueError) as error:
        # It may name an endpoint or a proxy, so that going on without it could reach something else.
        reason = error.strerror if isinstance(error, OSError) else str(error)
        message, hint = f"the file cannot be read: {reason}", "let XDG_CONFIG_HOME name a folder of your own"
        raise FindingsError(
            [Finding("file-unreadable", Severity.ERROR, message, name, hint=hint)], f"{name} cannot be read"
        ) from None
    if not ours:
        # Whoever runs this has set it up so; to go on without the proxy of the file could be as wrong as to use it.
        message = "these would be your own settings, but they lie in the checkout, where a pull request can put them"
        hint = "let HOME or XDG_CONFIG_HOME name a folder outside of it, or delete the file"
        raise FindingsError([Finding("file-kind", Severity.ERROR, message, name, hint=hint)], f"{name} is not read")
    data = read_file(place_itself, name, YamlLimits().size)
    if isinstance(data, Finding):
        raise FindingsError([data], f"{name} cannot be read")
    loaded = yaml_reader.load(data, name)
    if not loaded.documents or loaded.findings:
        raise FindingsError(loaded.findings, f"{name} has errors")
    findings = list(_check(loaded.documents[0]))
    if findings:
        raise FindingsError(findings, f"{name} has errors")
    return UserSettings(**loaded.documents[0].data)


def _check(doc: Document) -> list[Finding]:
    found = []
    for key, value in doc.data.items():
        at = doc.locate((key,), at_key=True)
        if key not in _KEYS:
            message = f"there is no setting {key!r}; it knows {', '.join(_KEYS)}"
            found.append(Finding("unknown-key", Severity.ERROR, message, doc.file, *at))
        elif not _fits(key, value):
            what = "a map of space names to profile names" if key == "profiles" else "text"
            found.append(Finding("wrong-type", Severity.ERROR, f"{key} must be {what}", doc.file, *at))
    return found


def _fits(key: str, value: Json) -> bool:
    if key != "profiles":
        return isinstance(value, str)
    return isinstance(value, dict) and all(isinstance(item, str) for item in value.values())
