"""How a signal ends this process where nobody else handles it. Knows no driver and no command; imports little.

It is set up before the first import that takes time, so that whoever stops a command learns it by its exit code, and
never by a traceback.
"""

from __future__ import annotations

import os
import signal
from types import FrameType

TERMINATING = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
"""Signals that mean: end now. A terminal that is closed means what a runner means that cancels a job."""
HEEDED = (signal.SIGINT, *TERMINATING)
UNHURRIED = tuple(getattr(signal, name) for name in ("SIGHUP",) if hasattr(signal, name))
"""Signals that come several times for one event: a closed terminal sends one, and so does the shell in it. No second
one means that nobody wants to wait."""


class Terminated(KeyboardInterrupt):
    """One of `TERMINATING` came. No `Exception`, so that whatever survives a defect does not survive this."""


def terminate(number: int, frame: FrameType | None) -> None:
    """Handle a signal: leave, from wherever the program is."""
    raise Terminated


def heed() -> None:
    """Turn signals that would kill this process into `Terminated`. Those that are ignored stay so, as nohup wants."""
    for number in TERMINATING:
        if signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, terminate)


def leave_with(code: int) -> None:
    """From here on a signal ends the process at once, with the code that was decided and told."""

    def leave(number: int, frame: FrameType | None) -> None:
        os._exit(code)

    for number in HEEDED:
        signal.signal(number, leave)


def unhandled(number: int) -> bool:
    """Whether nobody but this module, or Python, handles a signal."""
    return signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler, terminate)
