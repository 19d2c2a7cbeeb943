"""Codes for a program to load: logical name, language and digest of a contract to the code to send. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from templatesync.planning import document
from templatesync.render.env import only_space
from templatesync.render.terminal import Style

if TYPE_CHECKING:
    from templatesync.commands.outputs import OutputsResult


def outputs(result: OutputsResult, style: Style) -> str:
    """The mapping and nothing beside it: a generated function takes it as it is."""
    return document.text(only_space(result, "codes").codes)
