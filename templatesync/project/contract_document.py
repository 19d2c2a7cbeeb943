"""Contracts as one JSON document, and back: what programs can send, for whoever has no files of the project.

Knows no file system and no chain. Names, digests and texts in it may come from anywhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from templatesync.model.digest import FORMAT_VERSION
from templatesync.model.errors import UsageError
from templatesync.model.json_value import Json
from templatesync.project.chains import Member, Sendable
from templatesync.sending.contract import Contract

LARGEST = 128 << 20
"""Bytes: four times what ten thousand templates have."""
_HINT = "make it again with `templatesync outputs --format contract -o FILE`"


def to_json(sendables: Iterable[Sendable]) -> dict[str, Json]:
    """The document (`schemas/contract.schema.json`), sorted by name and language."""
    return {
        "format_version": FORMAT_VERSION,
        "contracts": {
            each.name: {
                "logical": each.logical,
                "languages": {language: _member(member) for language, member in sorted(each.members.items())},
            }
            for each in sorted(sendables, key=lambda each: each.name)
        },
    }


def _member(member: Member) -> dict[str, Json]:
    names: dict[str, Json] = {"reply_names": [*member.reply_names]} if member.reply_names else {}
    return {"version": member.version, "file": member.file, **names, "contract": member.contract.to_json()}


def parse(data: bytes, name: str) -> tuple[Sendable, ...]:
    """What `to_json` wrote. Raises UsageError with what is wrong with it and the next step; `name` is that of the file.

    A member or a digest that somebody changed by hand is found, for a wrong contract would let wrong requests pass.
    """
    try:
        document = json.loads(data, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        said = "it is nested too deep" if isinstance(error, RecursionError) else _short(error)
        raise UsageError(f"{name} is no contract file: it is not JSON ({said})", hint=_HINT) from None
    version = document.get("format_version") if isinstance(document, dict) else None
    if not isinstance(version, str) or "contracts" not in document:
        raise UsageError(f"{name} is no contract file: `outputs --format contract` writes them", hint=_HINT)
    if version.split(".")[0] != FORMAT_VERSION.split(".")[0]:
        raise UsageError(f"{name} has format {version:.40}; this release reads {FORMAT_VERSION}", hint=_HINT)
    if not isinstance(document["contracts"], dict):
        raise UsageError(f"{name} is damaged: its contracts are no mapping", hint=_HINT)
    return tuple(_sendable(name, key, told) for key, told in sorted(document["contracts"].items()))


def _sendable(file: str, name: str, told: Any) -> Sendable:
    where = f"{file}: {name!r:.200}"
    if not isinstance(told, Mapping) or not isinstance(told.get("logical"), str):
        raise UsageError(f"{where} is damaged: it has no logical name", hint=_HINT)
    languages = told.get("languages")
    if not isinstance(languages, Mapping) or not languages:
        raise UsageError(f"{where} is damaged: it has no languages", hint=_HINT)
    members = {language: _read(f"{where} in {language!r:.80}", language, each) for language, each in languages.items()}
    return Sendable(name, told["logical"], members)


def _read(where: str, language: str, told: Any) -> Member:
    if not isinstance(told, Mapping) or not all(isinstance(told.get(field), str) for field in ("version", "file")):
        raise UsageError(f"{where} is damaged: it has no version and file", hint=_HINT)
    contract = told.get("contract")
    if not isinstance(contract, Mapping):
        raise UsageError(f"{where} is damaged: it has no contract", hint=_HINT)
    names = told.get("reply_names", [])
    if not isinstance(names, list) or not all(isinstance(each, str) for each in names):
        raise UsageError(f"{where} is damaged: its reply_names are no list of texts", hint=_HINT)
    try:
        member = Member(told["version"], Contract.from_json(language, contract), told["file"], tuple(names))
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{where}: {_short(error)}", hint=_HINT) from None
    if names and len(names) != len(member.contract.all_replies):
        raise UsageError(f"{where} is damaged: its reply_names are not one for each quick reply", hint=_HINT)
    return member


def _once(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    """An object, in which no key stands twice: readers differ in which of two they take."""
    found: dict[str, Json] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key!r:.80} stands twice")
        found[key] = value
    return found


def _short(error: Exception) -> str:
    return f"{error!s:.200}"
