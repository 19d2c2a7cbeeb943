"""A command whose client is not held to the service's rates, with a look at the processor's clock around the network.

    python bench/unpaced.py ARGUMENTS OF TEMPLATESYNC

Tells seconds of the processor when all is done: `start` (imports), `before` the first request (files are read, judged
and made resources), `network` (requests, answers, and what is live made comparable), `after` (compared, rendered).
"""

from __future__ import annotations

import functools
import json
import math
import time
from typing import Any

START = time.process_time()

from templatesync import __main__, cli  # noqa: E402, F401
from templatesync.commands import plan, session  # noqa: E402, F401
from templatesync.service.api import api  # noqa: E402
from templatesync.service.driver.driver import Driver  # noqa: E402

spent = {"start": 0.0, "before": 0.0, "network": 0.0, "after": 0.0}


def lap(name: str) -> None:
    """What has been spent since the last look."""
    spent[name] += time.process_time() - START - sum(spent.values())


class Timed(Driver):
    """Looks at the clock before and after."""

    def run(self, *given: Any, **named: Any) -> Any:
        lap("after" if spent["network"] else "before")
        result = super().run(*given, **named)
        lap("network")
        return result


def main() -> None:
    """Run the command."""
    lap("start")
    unpaced = functools.partial(Timed, rates=dict.fromkeys(api().operations, math.inf))
    connection = functools.partial(session.Connection, edges=session.Edges(driver=unpaced))
    session.Connection = connection  # type: ignore[assignment, misc]
    try:
        __main__.main()
    finally:
        lap("after")
        print(json.dumps(spent))


if __name__ == "__main__":
    main()
