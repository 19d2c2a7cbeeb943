"""Generated senders as programs have them: contracts to a module, and calls of its functions."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from support.sending_shapes import Shape
from templatesync.commands.contracts import ContractsResult
from templatesync.project.chains import Member, Sendable
from templatesync.render.sender_python import python
from templatesync.render.sender_typescript import typescript
from templatesync.render.terminal import Style
from templatesync.sending.check import check, refused
from templatesync.sending.contract import Contract
from templatesync.sending.request import requests

CODE = "1004"


def sendable(name: str, *, logical: str = "", **contracts: Contract) -> Sendable:
    """A template by its contracts: `en=…`."""
    members = {language: Member(name, each, f"templates/{name}.yaml") for language, each in contracts.items()}
    return Sendable(name, logical or name, members)


def python_of(*sendables: Sendable) -> str:
    """The Python file."""
    return python(ContractsResult(sendables), Style())


def typescript_of(*sendables: Sendable) -> str:
    """The TypeScript file."""
    return typescript(ContractsResult(sendables), Style())


def loaded(text: str) -> ModuleType:
    """A Python file, imported."""
    module = ModuleType("senders")
    exec(compile(text, "senders.py", "exec"), vars(module))
    return module


def module_of(*sendables: Sendable) -> ModuleType:
    """The Python file, imported."""
    return loaded(python_of(*sendables))


def codes_of(*sendables: Sendable) -> dict[str, dict[str, dict[str, str]]]:
    """Codes where all of them are live."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for each in sendables:
        for language, member in each.members.items():
            found.setdefault(each.logical, {}).setdefault(language, {})[member.contract.digest] = CODE
    return found


def template(shape: Shape) -> Sendable:
    """A template of that shape, in English."""
    return sendable("shop", en=shape.contract())


def is_refused(contract: Contract, message: dict[str, Any]) -> bool:
    """What the judge says of a message."""
    (request,) = requests(message)
    return refused(check(contract, request))
