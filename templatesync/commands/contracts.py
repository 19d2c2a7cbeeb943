"""What programs can send, from files alone: contracts by name and language. Opens no socket, needs no credential."""

from __future__ import annotations

from dataclasses import dataclass

from templatesync.model.errors import ExitCode
from templatesync.project.chains import Sendable


@dataclass(frozen=True, slots=True)
class ContractsResult:
    """What programs can send once all files are approved, by name."""

    sendables: tuple[Sendable, ...]
    exit_code: ExitCode = ExitCode.OK
