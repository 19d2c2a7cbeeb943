"""Hypothesis strategies: data that YAML can hold, odd words among it, and pieces of text that look like YAML."""

from __future__ import annotations

from hypothesis import strategies as st

from templatesync.documents.characters import FORBIDDEN

text = st.text(st.characters(codec="utf-8"), max_size=40).filter(lambda value: not FORBIDDEN.search(value))
odd = st.sampled_from(
    [
        *"no on 012 0o7 1_0 12:30 2020-01-01 1e3 .nan ~ << = ' \" *a &a !t %x @ ` | > true".split(),
        "",
        "a: b",
        " #x",
        "- a",
        "\n",
        "a\n\nb\n",
    ]
)
key = st.one_of(st.from_regex(r"[A-Za-z_]{1,12}", fullmatch=True), odd, text)
leaf = st.one_of(
    text, odd, st.booleans(), st.none(), st.integers(-(10**17), 10**17), st.floats(-1e6, 1e6, allow_nan=False)
)
value = st.recursive(
    leaf, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(key, inner, max_size=4), max_leaves=12
)
body = st.dictionaries(key, value, min_size=1, max_size=5)

fragments = st.lists(
    st.sampled_from(
        [
            *"a [ ] { } | > *a ' \" # << ~ 1 \\u0000".split(),
            ": ",
            "- ",
            "\n",
            "  ",
            ", ",
            "? ",
            "&a ",
            "!t ",
            "---\n",
            "...\n",
            "%TAG ! x\n",
            "\t",
            "\r\n",
            "\r",
            "# templatesync: ignore b",
        ]
    ),
    max_size=40,
)
