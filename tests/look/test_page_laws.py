"""Whatever texts say, a page holds our elements and attributes only, all text that people see, and nothing to obey."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from support.output_readers import ACTS, OBEYED, finding, hostile
from support.page_reader import read

from templatesync.look.bubble import (
    Bubble,
    Button,
    ButtonKind,
    Card,
    Hidden,
    MediaKind,
    Offer,
    Other,
    Part,
    Picture,
    Sample,
    Screen,
    Screens,
    Values,
)
from templatesync.look.drawing import in_all_fillings
from templatesync.look.filled import Filled, filled
from templatesync.look.page import Entry, Group, Inlined, Page, Version, page

TAGS = (
    "<script>alert(1)</script>|<img src=x onerror=alert(1)>|\" onmouseover=\"alert(1)|' style='x|</style>|</p></main>"
    "|<svg/onload=alert(1)>|javascript:alert(1)|&lt;b&gt;|&#60;b&#62;|{{ 7*7 }}|{% x %}|<!-- |]]>|*bold*|`code`|```"
    "|> quote|- item|url(http://x)|}|\u0627\u0644|\n|$(name)"
).split("|")
texts: st.SearchStrategy[str] = st.lists(st.one_of(hostile, st.sampled_from(TAGS)), max_size=4).map("".join)
values = st.dictionaries(st.sampled_from(["name", "n2"]), texts, max_size=2)


@st.composite
def fillings(draw: st.DrawFn) -> tuple[Filled, Filled, Filled]:
    text = draw(texts)
    return filled(text, draw(values)), filled(text, {}), filled(text, draw(values))


@st.composite
def bubbles(draw: st.DrawFn) -> tuple[Bubble, ...]:
    """A message in three fillings."""
    media = draw(st.none() | st.builds(Sample, st.sampled_from(MediaKind), texts, texts))
    made = {part: draw(fillings()) for part in ("header", "body", "footer", "offer", "label", "target", "other")}
    kind, count = draw(st.sampled_from(ButtonKind)), draw(st.sampled_from([0, 1, 4]))
    hidden = tuple(
        draw(st.lists(st.builds(Hidden, st.sampled_from(["x", "desktop_buttons"]), texts, texts), max_size=2))
    )
    language, type_, cards = draw(texts), draw(texts), draw(st.sampled_from([0, 2]))
    found = []
    for n in range(3):
        buttons = (Button(kind, made["label"][n], made["target"][n]),) * count
        found.append(
            Bubble(
                language,
                made["header"][n],
                media,
                Offer(made["offer"][n], True) if count else None,
                made["body"][n],
                made["footer"][n],
                buttons,
                (Card(media, made["body"][n], buttons),) * cards,
                draw(st.sampled_from([0, 2])),
                hidden,
                frozenset({"body"}),
                (Other(type_, made["other"][n]),),
            )
        )
    return tuple(found)


parts = st.builds(Part, texts, texts, st.lists(texts, max_size=2).map(tuple), st.booleans())
screens = st.builds(
    Screens,
    st.lists(
        st.builds(
            Screen,
            texts,
            texts,
            st.lists(parts, max_size=2).map(tuple),
            st.lists(texts, max_size=2).map(tuple),
        ),
        max_size=2,
    ).map(tuple),
    texts,
).map(lambda each: (each, each, each))
pictures = st.builds(Picture, texts, texts, texts).map(lambda each: (each, each, each))
versions: Any = st.builds(Version, texts, st.one_of(st.none(), bubbles(), screens, pictures), texts)
groups = st.builds(
    Group,
    texts,
    texts,
    st.lists(
        st.builds(
            Entry,
            texts,
            st.lists(versions, min_size=1, max_size=2).map(tuple),
            st.lists(finding(), max_size=1).map(tuple),
            texts,
            st.lists(texts, max_size=2).map(tuple),
        ),
        max_size=2,
    ).map(tuple),
)
inlined = st.dictionaries(texts, st.builds(Inlined, texts, texts), max_size=2)
pages = st.builds(
    Page, texts, st.lists(groups, max_size=2).map(tuple), st.lists(texts, max_size=2).map(tuple),
    st.lists(finding(), max_size=1).map(tuple), inlined, st.booleans(),
)  # fmt: skip


@settings(max_examples=40)
@given(pages)
def test_no_text_becomes_anything_but_text(given_: Page) -> None:
    drawn = page(given_)
    reader = read(drawn)
    assert len(reader.named("style")) == 1
    assert "http" not in reader.named("style")[0].text
    assert not ACTS.search(drawn)
    assert not OBEYED.search(drawn)
    assert not any(line.lstrip().startswith("::") for line in drawn.splitlines())


@given(texts, values)
def test_what_customers_read_is_there(text: str, given_: dict[str, str]) -> None:
    """But for markers, and with the number of what nobody sees."""
    plain = text.translate(dict.fromkeys(map(ord, "*_~`>-")))
    safe = {name: value for name, value in given_.items() if not set(value) & set("*_~`>-")}
    look = filled(plain, safe)
    bubbles_ = in_all_fillings(lambda kind: Bubble(body=filled(plain, {} if kind is Values.NAMES else safe)))
    drawn = page(Page("t", (Group("template", "n", (Entry("en", (Version("v", bubbles_),)),)),)))
    reader = read(drawn)
    shown = "".join(each.text for each in reader.of_class("text"))
    for word in look.text.split():
        if word.isascii() and word.isprintable():
            assert word in shown
