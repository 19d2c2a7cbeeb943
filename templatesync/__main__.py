"""The entry point of the console script and of `python -m templatesync`."""

import gc
import sys


def main() -> None:
    """Run the command line and leave with its exit code."""
    # Imports make half as many objects, and none of them garbage.
    gc.set_threshold(50_000)
    from templatesync.cli import run

    code = run()
    # At its end Python looks twice for cycles among all that was imported. Nothing here waits for that to be closed.
    gc.freeze()
    sys.exit(code)


if __name__ == "__main__":
    main()
