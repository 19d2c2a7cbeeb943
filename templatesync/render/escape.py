"""What each place that shows text would obey, and how a text becomes harmless there: one function each. Pure.

Names, texts, messages and reasons are written by strangers. They reach a terminal, the log of a CI runner, XML, SARIF
or Markdown through here only. Of what stands in a diff, `apart` has shown before what nobody sees. Knows no format as a
whole and no command.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote

from templatesync.model.character import shown
from templatesync.model.unseen import UNSEEN, may_hold_unseen, unobeyed

# Where a line begins with this, blanks aside, a runner of GitHub Actions takes it for a command, and one of Buildkite
# for the title of a group.
_COMMAND = re.compile(r"\A(\s*)(?=::)")
_TITLE = re.compile(r"\A(\s*)(?=(?:---|\+\+\+|~~~|\^\^\^)(?:\s|\Z))")
_SHORT = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}
_MARKDOWN = re.compile(r"[\"#$&'*<>\[\\\]`|~]")
_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}
# Emphasis is never inside a word; what makes a line a list, a heading or a command is at its beginning.
_UNDERSCORE = re.compile(r"(?<![0-9A-Za-z])_|_(?![0-9A-Za-z])")
_AT_START = re.compile(r"\A([0-9]{1,9}(?=[.)])|(?=[-+=: ]))(.)")
# Where GitHub or GitLab would see a name, an issue, an emoji, an address, a key of another tracker, a page of a wiki.
_LINKED = re.compile(
    r"(?<=[@#])|(?<=[!%&^~:])(?=[\w\"'+/:-])|(?<=\$)(?=\S)|(?<=www)(?=\.)|(?<=[A-Za-z]-)(?=[0-9])|(?<=\[)(?=\[)",
    re.IGNORECASE,
)
_COMMIT = re.compile(r"(?<![0-9A-Za-z])[0-9A-Fa-f]{7,}(?![0-9A-Za-z])")
_SIX = re.compile(r".{1,6}")
_CODE = re.compile("&#96;((?:(?!&#96;)[^\n])+)&#96;")
_ID = re.compile(r"[0-9A-Za-z._…-]+")
_MENTION = re.compile(r"(?<=[@#])")


def visible(text: str) -> str:
    """One line that shows every character that would act, hide or reorder instead of appear.

    For what stands behind something else on its line. The form `<U+202E>` is that of Unicode itself.
    """
    return unobeyed(UNSEEN.sub(_escape, text) if may_hold_unseen(text) else text, _escape)


def _escape(match: re.Match[str]) -> str:
    return _SHORT.get(match[0]) or "".join(map(shown, match[0]))


def paragraph(text: str) -> str:
    """Like `visible`, but keeps the ends of lines."""
    return "\n".join(map(visible, text.split("\n")))


def safe(text: str) -> str:
    """Like `visible`, and may begin a line of a terminal or of a CI log."""
    return begun(visible(text))


def begun(text: str) -> str:
    """A part of a text that is visible already, where it begins a line of its own, as when a long one is wrapped."""
    return _TITLE.sub(r"\1\\", _COMMAND.sub(r"\1\\", text))


def lines(text: str) -> str:
    """Like `safe`, for a text of several lines, each of which may begin one of a log."""
    return "\n".join(map(safe, text.split("\n")))


def joined(written: Iterable[str]) -> str:
    """Lines as one text; also what several values make together on one line is no command."""
    return "".join(_COMMAND.sub(r"\1\\", unobeyed(line, _escape)) + "\n" for line in written)


def block(text: str, margin: str) -> list[str]:
    """A text of several lines, each made safe. `margin` must not be blank: CI runs lines that begin with `::`."""
    assert margin.strip()
    return [f"{margin}{visible(line)}".rstrip() for line in text.split("\n")]


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
    """Text of an XML 1.0 element. What `Char` (2.2) leaves out is shown, and `]]>` may not stand in text (2.4).

    Each line of it is one of a file that somebody may print in a log.
    """
    return lines(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


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


def html_text(text: str) -> str:
    """Text of HTML in Markdown: no tag, link, mention, reference, emoji code or formula.

    All that Markdown and HTML read is written as a character reference, which is never more than text (CommonMark 2.5).
    GitHub and GitLab look for names, numbers, commits, addresses and emoji in the finished page, where references are
    undone; a character of no width in between is not. That is for whoever joins texts to do, too: `apart_here`.
    """
    text = _COMMIT.sub(lambda match: "\u200b".join(_SIX.findall(match[0])), visible(text))
    return _in_markdown(_LINKED.sub("\u200b", text))


def apart_here(last: str, first: str) -> str:
    """What belongs between two texts of HTML in Markdown, given their characters there: nothing, or no width."""
    one = last.isascii() and (last.isalnum() or last in "@#!$%&^~:-[")
    other = first.isalnum() or first in "@#$/-+[:.'\""
    return "&#8203;" if last and first and ((one and other) or last == "$") else ""


def markdown_text(text: str) -> str:
    """Like `html_text`, and may begin a paragraph, a list item or a cell of Markdown."""
    return _AT_START.sub(lambda match: f"{match[1]}&#{ord(match[2])};", html_text(text))


def markdown_sentence(text: str) -> str:
    """A sentence of ours, in which options and commands stand between backticks: these become `<code>`."""
    return _CODE.sub(r"<code>\1</code>", markdown_text(text))


def html_code(text: str) -> str:
    """What stands in `<code>` in Markdown, where neither GitHub nor GitLab looks for anything.

    Names and paths stay as they are, to be copied, but for what might name a person.
    """
    return _in_markdown(_MENTION.sub("\u200b", visible(text)))


def short_code(text: str) -> str:
    """Code of Markdown in as few characters as it takes: an id has nothing that anybody would obey."""
    return f"`{text}`" if _ID.fullmatch(text) else f"<code>{html_code(text)}</code>"


def _in_markdown(text: str) -> str:
    return _UNDERSCORE.sub("&#95;", _MARKDOWN.sub(_reference, text)).replace("\u200b", "&#8203;")


def _reference(match: re.Match[str]) -> str:
    return _NAMED.get(match[0]) or f"&#{ord(match[0])};"


def markdown_code(text: str) -> str:
    """A code span of Markdown, with more backticks around it than stand in it (CommonMark 6.1)."""
    text = visible(text)
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    return f"{'`' * (longest + 1)} {text} {'`' * (longest + 1)}" if longest else f"`{text}`"
