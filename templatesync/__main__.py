"""The entry point of the console script and of `python -m templatesync`."""

import sys


def main() -> None:
    """Run the command line and leave with its exit code."""
    from templatesync.cli import run

    sys.exit(run())


if __name__ == "__main__":
    main()
