"""What each place that shows text would obey, and how a text becomes harmless there: one function each. Pure.

Names, texts, messages and reasons are written by strangers. They reach a terminal, the log of a CI runner, XML, SARIF
or Markdown through here only. Knows no format as a whole and no command.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import quote

from templatesync.documents.characters import CONTROL, HIDDEN, RUNNER
from templatesync.model.lazy_pattern import lazy_pattern

# No script that is written with these marks needs them behind ASCII or Latin letters; there they only hide something.
_SCRIPT = f"[^\x00-\u02ff{HIDDEN}]"
_UNSHOWN = lazy_pattern(
    f"[{CONTROL}{HIDDEN}]"
    # Joiners are part of Persian, of Indic scripts and of emoji, where they stand between two characters.
    f"|(?<!{_SCRIPT})[\u200c\u200d]|[\u200c\u200d](?!{_SCRIPT})"
    # Variation selectors choose the look of the character before them; in keycaps that is a digit, # or *.
    f"|(?<!{_SCRIPT})(?!(?<=[©®])\ufe0f)(?!(?<=[0-9#*])\ufe0f\u20e3)"
    "[\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
# Where a line begins with this, blanks aside, a runner of GitHub Actions takes it for a command.
_COMMAND = re.compile(r"\A(\s*)(?=::)")
_SHORT = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}
_MARKDOWN = re.compile(r"[!#$()*+\-.:=@\[\\\]^_`{|}~]")


def visible(text: str) -> str:
    """One line that shows every character that would act, hide or reorder instead of appear.

    For what stands behind something else on its line. The form `\\u{202e}` is that of JavaScript and Rust.
    """
    if not (text.isascii() and text.isprintable()):
        text = _UNSHOWN.sub(_escape, text)
    return text.replace(RUNNER, "#\\#[")


def _escape(match: re.Match[str]) -> str:
    return _SHORT.get(match[0], f"\\u{{{ord(match[0]):x}}}")


def paragraph(text: str) -> str:
    """Like `visible`, but keeps the ends of lines."""
    return "\n".join(map(visible, text.split("\n")))


def safe(text: str) -> str:
    """Like `visible`, and may begin a line of a terminal or of a CI log."""
    return _COMMAND.sub(r"\1\\", visible(text))


def joined(lines: Iterable[str]) -> str:
    """Lines as one text; also what several values make together on one line is no command."""
    return "".join(_COMMAND.sub(r"\1\\", line.replace(RUNNER, "#\\#[")) + "\n" for line in lines)


def block(text: str, margin: str) -> list[str]:
    """A text of several lines, each made safe. `margin` must not be blank: CI runs lines that begin with `::`."""
    assert margin.strip()
    return [f"{margin}{visible(line)}".rstrip() for line in text.split("\n")]


def apart(before: str, after: str) -> tuple[str, str]:
    """Two texts that differ, so that a person sees where: blanks at the ends of lines as escapes.

    Where they look the same otherwise, all that tells them apart is an escape: other blanks, marks, and what has no
    width.
    """
    alike = _looks(before) == _looks(after)
    marked = [_TRAILING.sub(_escaped, text) for text in (before, after)]
    one, other = [_ODD.sub(_escaped, text) if alike else text for text in marked]
    return one, other


# Blanks at the ends of lines, and one at the end of the text.
_TRAILING = lazy_pattern(r"[^\S\n]+(?=\n|\Z)")
# What is no plain blank and shows as one, or joins, chooses or combines: Zs, Cf, Mn and variation selectors.
_ODD = lazy_pattern(
    "[\u00a0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufe00-\ufe0f\ufeff\u00ad\u0300-\u036f\u0483-\u0487\u0591-\u05bd"
    "\u064b-\u0655\u20d0-\u20f0\U000e0100-\U000e01ef]|\r"
)


def _looks(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", _UNWIDE.sub("", text)).split())


_UNWIDE = lazy_pattern("[\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff\u00ad\U000e0100-\U000e01ef]")


def _escaped(match: re.Match[str]) -> str:
    return "".join(_SHORT.get(char, f"\\u{{{ord(char):x}}}") for char in match[0])


def command_data(text: str) -> str:
    """What stands behind the second `::` of a workflow command.

    The runner undoes %0D, %0A and %25, in this order (actions/runner, src/Runner.Common/ActionCommand.cs), and shows
    the result in its log, where `##[` would act. Of the ends of lines only LF is left by `paragraph`.
    """
    return paragraph(text).replace("%", "%25").replace("\n", "%0A")


def command_property(text: str) -> str:
    """The value of a property of a workflow command, which `,` would end and `::` would end all of (same source)."""
    return command_data(text).replace(":", "%3A").replace(",", "%2C")


def xml_text(text: str) -> str:
    """Text of an XML 1.0 element. What `Char` (2.2) leaves out is shown, and `]]>` may not stand in text (2.4)."""
    return paragraph(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def xml_attribute(text: str) -> str:
    """The value of an XML 1.0 attribute in double quotes; a plain end of line would be read as a blank (3.3.3)."""
    return xml_text(text).replace('"', "&quot;").replace("\n", "&#10;")


def sarif_message(text: str) -> str:
    """The plain text of a SARIF message, where `[text](target)` is a link (SARIF 2.1.0, 3.11.6)."""
    return paragraph(text).replace("](", "] (")


def relative_uri(path: str) -> str:
    """A relative path as a URI reference (RFC 3986). A `:` is encoded: before the first `/` it would end a scheme.

    A name that is not UTF-8 keeps its own bytes, as the system has them.
    """
    try:
        return quote(path.encode("utf-8", "surrogateescape"), safe="/")
    except UnicodeEncodeError:  # half of a pair that no name of a file can hold
        return quote(path.encode("utf-8", "surrogatepass"), safe="/")


def markdown_text(text: str) -> str:
    """Text of a Markdown paragraph: no link, image, mention, reference to an issue or HTML (CommonMark 2.4, 2.5).

    GitHub and GitLab look for `@` and `#` in the finished page, where backslashes are gone; a character of no width
    behind them is not.
    """
    text = visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MARKDOWN.sub(lambda match: f"\\{match[0]}" + "&#8203;" * (match[0] in "@#"), text)


def markdown_code(text: str) -> str:
    """A code span of Markdown, with more backticks around it than stand in it (CommonMark 6.1)."""
    text = visible(text)
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    return f"{'`' * (longest + 1)} {text} {'`' * (longest + 1)}" if longest else f"`{text}`"
