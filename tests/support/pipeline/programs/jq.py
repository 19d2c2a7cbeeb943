"""A stand-in for the program `jq`, over the package of that name. Knows the options that our scripts use, no others."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

PLAIN = {"r": "raw", "c": "compact", "n": "null", "e": "exit", "s": "slurp", "R": "text", "j": "join", "S": "sort"}
LONG = {
    "--raw-output": "r",
    "--compact-output": "c",
    "--null-input": "n",
    "--exit-status": "e",
    "--slurp": "s",
    "--raw-input": "R",
    "--join-output": "j",
    "--sort-keys": "S",
}
NAMED = ("--arg", "--argjson", "--rawfile", "--slurpfile")


def fail(message: str, code: int) -> None:
    print(f"jq: error: {message}", file=sys.stderr)
    raise SystemExit(code)


def read(name: str) -> str:
    try:
        return Path(name).read_bytes().decode()
    except OSError as error:
        fail(f"Could not open {name}: {error.strerror}", 2)
        raise AssertionError from None


def documents(text: str) -> list[Any]:
    decoder, at, found = json.JSONDecoder(), 0, []
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        value, at = decoder.raw_decode(text, at)
        found.append(value)
    return found


def named(option: str, value: str) -> Any:
    if option == "--arg":
        return value
    if option == "--argjson":
        return json.loads(value)
    return read(value) if option == "--rawfile" else documents(read(value))


def main(words: list[str]) -> None:
    flags: set[str] = set()
    values: dict[str, Any] = {}
    rest: list[str] = []
    at = 0
    while at < len(words):
        word, at = words[at], at + 1
        if word in NAMED:
            values[words[at]] = named(word, words[at + 1])
            at += 2
        elif word in LONG:
            flags.add(LONG[word])
        elif word.startswith("-") and not word.startswith("--") and set(word[1:]) <= set(PLAIN) and word != "-":
            flags.update(word[1:])
        elif word.startswith("-"):
            fail(f"the stand-in for jq does not know {word}", 2)
        else:
            rest.append(word)
    if not rest:
        fail("no program", 2)
    run(flags, values, rest)


def run(flags: set[str], values: dict[str, Any], rest: list[str]) -> None:
    text = "" if "n" in flags else "".join(map(read, rest[1:])) if rest[1:] else sys.stdin.read()
    import jq

    try:
        program = jq.compile(rest[0], args=values)
    except ValueError as error:
        fail(str(error), 3)
    try:
        inputs: list[Any] = [None] if "n" in flags else given(flags, text)
    except ValueError as error:
        fail(f"(at <stdin>:0): {error}", 2)
    last: Any = None
    for each in inputs:
        try:
            for one in program.input_value(each):
                show(flags, one)
                last = one
        except ValueError as error:
            sys.stdout.flush()
            fail(f"(at <stdin>:0): {error}", 5)
    if "e" in flags and (last is None or last is False):
        raise SystemExit(1 if last is False or inputs else 4)


def given(flags: set[str], text: str) -> list[Any]:
    if "R" in flags:
        return [text] if "s" in flags else text.split("\n")[: -1 if text.endswith("\n") else None]
    return [documents(text)] if "s" in flags else documents(text)


def show(flags: set[str], value: Any) -> None:
    if isinstance(value, str) and flags & {"r", "j"}:
        told = value
    elif "c" in flags:
        told = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys="S" in flags)
    else:
        told = json.dumps(value, ensure_ascii=False, indent=2, sort_keys="S" in flags)
    sys.stdout.write(told if "j" in flags else told + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
