"""One text that every place would obey somewhere, and how it stands in each of them: letter by letter."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from templatesync.render import escape

TEXT = '::a & <b> "c" ]]> `d`\n\n  ::error::@e #1\n--- [f](g) ##[h] 5%, XX'
WRITTEN = [
    (
        escape.visible,
        '::a & <b> "c" ]]> `d`\\n\\n  ::error::@e #1\\n--- [f](g) #<U+0023>[h] 5%, XX',
    ),
    (
        escape.paragraph,
        '::a & <b> "c" ]]> `d`\n\n  ::error::@e #1\n--- [f](g) #<U+0023>[h] 5%, XX',
    ),
    (
        escape.safe,
        '\\::a & <b> "c" ]]> `d`\\n\\n  ::error::@e #1\\n--- [f](g) #<U+0023>[h] 5%, XX',
    ),
    (
        escape.lines,
        '\\::a & <b> "c" ]]> `d`\n\n  \\::error::@e #1\n\\--- [f](g) #<U+0023>[h] 5%, XX',
    ),
    (
        escape.command_data,
        '::a & <b> "c" ]]> `d`%0A%0A  ::error::@e #1%0A--- [f](g) #<U+0023>[h] 5%25, XX',
    ),
    (
        escape.command_property,
        '%3A%3Aa & <b> "c" ]]> `d`%0A%0A  %3A%3Aerror%3A%3A@e #1%0A--- [f](g) #<U+0023>[h] 5%25%2C XX',
    ),
    (
        escape.xml_text,
        '\\::a &amp; &lt;b&gt; "c" ]]&gt; `d`\n\n  \\::error::@e #1\n\\--- [f](g) #&lt;U+0023&gt;[h] 5%, XX',
    ),
    (
        escape.xml_attribute,
        "\\::a &amp; &lt;b&gt; &quot;c&quot; ]]&gt; `d`&#10;&#10; "
        " \\::error::@e #1&#10;\\--- [f](g) #&lt;U+0023&gt;[h] 5%, XX",
    ),
    (
        escape.sarif_message,
        '::a & <b> "c" ]]> `d`\n\n  ::error::@e #1\n--- [f] (g) #<U+0023>[h] 5%, XX',
    ),
    (
        escape.markdown_text,
        "&#58;&#8203;:&#8203;a &amp; &lt;b&gt; &quot;c&quot; &#93;&#93;&gt; &#96;d&#96;&#92;n&#92;n"
        "  :&#8203;:&#8203;error:&#8203;:@&#8203;e &#35;&#8203;1&#92;n--- &#91;f&#93;(g) &#35;&#820"
        "3;&lt;U+0023&gt;&#91;h&#93; 5%, XX",
    ),
    (
        escape.html_text,
        ":&#8203;:&#8203;a &amp; &lt;b&gt; &quot;c&quot; &#93;&#93;&gt; &#96;d&#96;&#92;n&#92;n  :&"
        "#8203;:&#8203;error:&#8203;:@&#8203;e &#35;&#8203;1&#92;n--- &#91;f&#93;(g) &#35;&#8203;&l"
        "t;U+0023&gt;&#91;h&#93; 5%, XX",
    ),
    (
        escape.html_code,
        "::a &amp; &lt;b&gt; &quot;c&quot; &#93;&#93;&gt; &#96;d&#96;&#92;n&#92;n  ::error::@&#8203"
        ";e &#35;&#8203;1&#92;n--- &#91;f&#93;(g) &#35;&#8203;&lt;U+0023&gt;&#91;h&#93; 5%, XX",
    ),
    (
        escape.markdown_code,
        '`` ::a & <b> "c" ]]> `d`\\n\\n  ::error::@e #1\\n--- [f](g) #<U+0023>[h] 5%, XX ``',
    ),
]


@pytest.mark.parametrize(("place", "written"), WRITTEN)
def test_how_it_stands_there(place: Callable[[str], str], written: str) -> None:
    assert place(TEXT) == written


def test_a_block_has_its_margin_and_no_blanks_at_the_ends_of_lines() -> None:
    assert escape.block(" a \n\n::b XX", "  | ") == ["  |  a", "  |", "  | ::b XX"]


def test_what_values_make_together_on_a_line_is_no_command() -> None:
    assert escape.joined(["::a", "b", " ::c ##[d]"]) == "\\::a\nb\n \\::c #<U+0023>[d]\n"
    assert escape.joined([]) == ""


def test_a_title_of_a_log_is_none() -> None:
    assert escape.safe("  +++ a") == "  \\+++ a"
    assert escape.safe("++++ a") == "++++ a"


def test_words_of_all_runners_at_once_are_shown() -> None:
    assert escape.visible("##[a] section_end: travis_time:") == "#<U+0023>[a] section<U+005F>end: travis<U+005F>time:"
