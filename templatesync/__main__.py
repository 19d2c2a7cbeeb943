"""The entry point of the console script and of `python -m templatesync`."""

import gc
import sys

from templatesync.model import stopping


def main() -> None:
    """Run the command line and leave with its exit code."""
    stopping.heed()
    try:
        code = _run()
    except KeyboardInterrupt as stop:  # while the program was being loaded, or a second time
        code = 143 if isinstance(stop, stopping.Terminated) else 130
    stopping.leave_with(code)
    # At its end Python looks twice for cycles among all that was imported. Nothing here waits for that to be closed.
    gc.freeze()
    sys.exit(code)


def _run() -> int:
    # Imports make half as many objects, and none of them garbage.
    gc.set_threshold(50_000)
    from templatesync.cli import run

    return run()


if __name__ == "__main__":
    main()
