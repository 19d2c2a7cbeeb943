"""A stand-in for the program `curl`. Knows the options that scripts of ours use, no others."""

from __future__ import annotations

import http.client
import sys
from pathlib import Path
from urllib.parse import urlsplit

FLAGS = ("--silent", "--show-error", "--fail", "--location", "--globoff")
VALUED = ("--max-time", "--max-filesize", "--request", "--header", "--data-binary")


def main(words: list[str]) -> int:
    said: dict[str, list[str]] = {}
    address = ""
    while words:
        word = words.pop(0)
        if word in VALUED:
            said.setdefault(word, []).append(words.pop(0))
        elif word in FLAGS:
            said[word] = []
        elif word.startswith("-") or address:
            sys.stderr.write(f"curl: option {word}: is unknown\n")
            return 2
        else:
            address = word
    headers: list[str] = []
    for each in said.get("--header", []):
        headers += sys.stdin.read().splitlines() if each == "@-" else [each]
    body = None
    for each in said.get("--data-binary", []):
        body = Path(each.removeprefix("@")).read_bytes()
    place = urlsplit(address)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=30)
    try:
        sent = dict(each.split(": ", 1) for each in headers)
        connection.request(said["--request"][0], f"{place.path}?{place.query}".rstrip("?"), body, sent)
        answer = connection.getresponse()
        data = answer.read()
    except OSError as error:
        sys.stderr.write(f"curl: (7) {error}\n")
        return 7
    if answer.status >= 400:
        sys.stderr.write(f"curl: (22) The requested URL returned error: {answer.status}\n")
        return 22
    sys.stdout.buffer.write(data)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
