"""Files that were made to cost much: each is small enough to be read, and long to work through."""

from __future__ import annotations

from collections.abc import Callable

MOST_JSON = 10 << 20
"""Bytes: no larger JSON file is read."""
HEAD = "Name: a\nCategory: UTILITY\nLanguage: en\nComponents:\n"
BODY = "- {Type: BODY, Text: hello}\n"
TEXT = "- Type: BODY\n  Text: "


def languages(count: int) -> str:
    return "Name: a\nCategory: UTILITY\nLanguages: [" + ", ".join(f"l{number}" for number in range(count)) + "]\n"


HOSTILE_YAML = {
    "open brackets": "[" * 100_000,
    "open brackets, all of it": "[" * 500_000,
    "open braces": "{" * 100_000,
    "keys in keys": "? " * 200_000,
    "lists in lists": "- " * 200_000,
    "a million keys": "".join(f"k{number}: 1\n" for number in range(1_000_000)),
    "as many keys as fit": "".join(f"k{number}: 1\n" for number in range(45_000)),
    "as many fields as are read": "".join(f"K{number}: 1\n" for number in range(4_900)),
    "one key": "a: 1\n" * 90_000,
    "empty entries": "a:\n" + "- \n" * 150_000,
    "anchors": "".join(f"- &a{number} 1\n" for number in range(40_000)),
    "alias bomb": "a: &a [x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(8)
    ),
    "directives": "".join(f"%TAG !a{number}! x\n" for number in range(35_000)) + "--- a\n",
    "documents": "---\nName: a\n" * 40_000,
    "empty documents": "---\n" * 120_000,
    "documents that end": "--- 1\n...\n" * 50_000,
    "documents that are tombstones": "---\nName: a\nLanguage: en\ntemplatesync: {state: absent}\n" * 990,
    "comments that speak": "---\nName: a\n# templatesync: ignore x\n" * 12_000,
    "components of no type": ("---\n" + HEAD + "- {}\n" * 8_000) * 5,
    "components": ("---\n" + HEAD + BODY * 1_900) * 5,
    "components, the last one wrong": ("---\n" + HEAD + BODY * 1_900 + "- {Type: X}\n") * 5,
    "buttons": ("---\n" + HEAD + "- Type: BUTTONS\n  Buttons:\n" + "  - {Type: QUICK_REPLY, Text: x}\n" * 1_900) * 5,
    "cards": HEAD + "- Type: CAROUSEL\n  Cards:\n" + "  - {CardComponents: [{Type: BODY, Text: x}]}\n" * 1_200,
    "languages": languages(400) + "Components:\n" + BODY * 60,
    "languages, again and again": ("---\n" + languages(500) + "Components:\n" + BODY) * 70,
    "a language map": HEAD + TEXT + "{" + ", ".join(f"l{number}: x" for number in range(4_000)) + "}\n",
    "unknown variables": languages(5) + "Components:\n" + "- {Type: BODY, Text: '${{ x }} ${{ y z }}'}\n" * 1_900,
    "known variables": HEAD + (TEXT + '"' + "${{ site }}" * 900 + '"\n') * 50,
    "one line": "Name: " + "a" * 500_000,
    "names alike": "".join(f"---\nName: {'a' * 400}{number}\nLanguage: en\n{HEAD[8:]}" + BODY for number in range(900)),
    **{
        f"texts of {piece!r}": "".join(
            f"---\nName: a{number}\n{HEAD[8:]}{TEXT}\"{piece * (9_900 // len(piece))}\"\n" for number in range(50)
        )
        for piece in ("$(", "$(a)", "$(a) ", "{{1}}", "${{", "*", " ", "\\n", "https://a.b/", "*_~`", "http://$(a)")
    },
}  # fmt: skip

# Made when they are needed: together they have 300 MB.
HOSTILE_JSON: dict[str, Callable[[], bytes]] = {
    "zeros": lambda: b"[" + b"0," * (MOST_JSON // 2 - 1) + b"0",
    "lists": lambda: b"[" * MOST_JSON,
    "objects": lambda: b'{"a":' * (MOST_JSON // 5),
    "blanks": lambda: b" " * MOST_JSON,
    "line breaks": lambda: b"\n" * MOST_JSON,
    "mixed breaks": lambda: b"\r\r\n" * (MOST_JSON // 3),
    "blanks between": lambda: b"[" + (b"1," + b" \n" * 200) * 26_000 + b"1]",
    "one text": lambda: b'"' + b"a" * (MOST_JSON - 2) + b'"',
    "escapes": lambda: b'"' + b"\\n" * (MOST_JSON // 2 - 1) + b'"',
    "unicode escapes": lambda: b'"' + b"\\u00e9" * (MOST_JSON // 6 - 1) + b'"',
    "half pairs": lambda: b'"' + b"\\ud800" * (MOST_JSON // 6 - 1) + b'"',
    "open text": lambda: b'"' + b"a" * (MOST_JSON - 1),
    "open escapes": lambda: b'"' + b"\\n" * (MOST_JSON // 2 - 1),
    "open texts": lambda: b'["' + b'","' * (MOST_JSON // 3 - 1),
    "escaped texts": lambda: b"[" + b'"\\n%s",' % (b"a" * 95) * 99_000 + b"1]",
    "digits": lambda: b"1" * MOST_JSON,
    "exponent": lambda: b"1e" + b"9" * (MOST_JSON - 2),
    "fraction": lambda: b"1." + b"9" * (MOST_JSON - 2),
    "signs": lambda: b"-" * MOST_JSON,
    "word": lambda: b"a" * MOST_JSON,
    "one key": lambda: b"{" + b'"a":1,' * (MOST_JSON // 6 - 1),
    "many keys": lambda: b"{" + b",".join(b'"%d":[]' % index for index in range(750_000)) + b"}",
    "long keys": lambda: b"{" + b",".join(b'"%d%s":1' % (index, b"k" * 200) for index in range(48_000)) + b"}",
    "NaN": lambda: b"[" + b"NaN," * (MOST_JSON // 4 - 1),
    "not UTF-8": lambda: b"[" + b" " * (MOST_JSON - 2) + b"\xff",
    "NUL": lambda: b"\x00" * MOST_JSON,
    "wide": lambda: "😀".encode() * (MOST_JSON // 4),
    "wide text": lambda: b'"' + "😀".encode() * (MOST_JSON // 4 - 1) + b'"',
    "too large": lambda: b" " * (MOST_JSON + 1),
}
