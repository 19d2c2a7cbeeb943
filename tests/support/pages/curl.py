"""What pages need of curl, for a machine that has none: -X, -d, -H, an address, and nothing else but silence."""

from __future__ import annotations

import sys
import urllib.error
import urllib.request


def main(words: list[str]) -> int:
    """Print the body of the answer; 22 where it is an error and -f was given."""
    given = iter(words)
    address, data, method, fail = "", None, None, False
    headers = {}
    for word in given:
        if word in ("-d", "--data"):
            data = next(given).encode()
        elif word in ("-X", "--request"):
            method = next(given)
        elif word in ("-H", "--header"):
            name, _, value = next(given).partition(":")
            headers[name] = value.strip()
        elif word.startswith("-"):
            fail = fail or "f" in word
        else:
            address = word
    request = urllib.request.Request(address, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            sys.stdout.write(answer.read().decode())
    except urllib.error.HTTPError as error:
        sys.stdout.write(error.read().decode())
        return 22 if fail else 0
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
