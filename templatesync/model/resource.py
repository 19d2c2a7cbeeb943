"""What files want and what the service holds, under one identity. Pure; knows no kind and no file format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, unquote

from templatesync.model.json_value import Json
from templatesync.model.request import Answer

if TYPE_CHECKING:
    from templatesync.model.media import Media


class Key(NamedTuple):
    """The identity of a resource inside a space. `str()` is the key that names it everywhere."""

    kind: str
    name: str
    language: str = ""

    def __str__(self) -> str:
        # `/` stays: the name of some kinds has two parts.
        name = quote(self.name, safe="/_.-", errors="surrogatepass")
        return f"{self.kind}/{name}@{self.language}" if self.language else f"{self.kind}/{name}"

    @classmethod
    def parse(cls, text: str) -> Key:
        """The key that a text is the `str()` of. Raises ValueError for another text."""
        kind, _, rest = text.partition("/")
        name, _, language = rest.partition("@")
        key = cls(kind, unquote(name, errors="surrogatepass"), language)
        if not name or str(key) != text:
            raise ValueError(text)
        return key

    def matches(self, target: str) -> bool:
        """Whether a `--target` names this resource, exactly or as one of its languages."""
        return target in (str(self), str(Key(self.kind, self.name)))


class Options(NamedTuple):
    """The `templatesync:` block of a resource file."""

    protected: bool = False
    replaces: str = ""
    absent: bool = False
    spaces: tuple[str, ...] | None = None
    on_approved: str = ""
    publish: bool = False
    adopt: bool = False
    """Senders change to this version although it asks for something else than the one before."""
    pinned: bool = False
    """Senders stay with this version, whatever newer ones are in use."""
    breaks: tuple[str, ...] = ()
    """The rules that a change of this resource breaks on purpose."""
    output: str = ""
    """The logical name under which senders know it, where that is not the name of the first version."""
    samples_unknown: tuple[str, ...] = ()
    """The languages ("" where there is none) whose samples the service did not tell: nobody may send these yet. A file
    may name languages that it does not have."""
    told_back: Mapping[str, Mapping[str, str]] = {}
    """By language ("" where there is none) and path: the hash of what the service says there in place of the file's."""


@dataclass(frozen=True, slots=True)
class Resource:
    """What a file asks for in one space: localised, variables filled in.

    `body` is what is sent, in the API's names. What of it is compared, its kind knows. `media` are the media files that
    it names, by path, as far as they can be read: they are sent beside it, and never compared. `marked_line` is where
    the file says that samples are unknown, if it does.
    """

    key: Key
    body: Mapping[str, Json]
    options: Options = Options()
    file: str = ""
    line: int = 1
    media: Mapping[str, Media] = field(default_factory=dict, compare=False, repr=False)
    marked_line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Live:
    """What the service holds under a key.

    `ids` address it remotely. `facts` are what people want to know and nobody compares (`reason`, `quality`). `body` is
    what the answer holds; it is None while only the listing was read.
    """

    key: Key
    status: str
    ids: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Json] = field(default_factory=dict)
    body: Mapping[str, Json] | None = None


def several(kind: str) -> str:
    """Several of a kind, as people say it."""
    return f"{kind.replace('_', ' ').replace('qr', 'QR')}s"


# Our own words for why a resource or a list cannot be used, where a service's Code would be.
NOT_UNDERSTOOD = "templatesync.NotUnderstood"
AMBIGUOUS = "templatesync.Ambiguous"
INCOMPLETE = "templatesync.IncompleteListing"
LISTED = "listed"
"""Our word for the state of something of which only the name was read."""
NOT_LISTED = "not_listed"
"""The code of what was created, or is by half, and has not come to be listed."""


class Listing(NamedTuple):
    """All that is live of one kind in one space. Nothing may be concluded from what an incomplete one lacks.

    looked     whether it was read at all; a kind that nothing asks for is not
    reason     why it is incomplete, in words; `error` is the answer that ended the reading, if one did
    uncounted  why the service's own count does not confirm what is listed; empty when it does, or where it never
               counts. Nothing is deleted on the word of such a list
    failed     the answer for each resource that is listed, but could not be read or understood
    rows       with a reading that may recall content: the rows after which the content that it has was read, and what
               was `recalled`
    """

    live: Mapping[Key, Live]
    complete: bool = True
    failed: Mapping[Key, Answer] = {}
    rows: Mapping[Key, Mapping[str, Json]] = {}
    recalled: frozenset[Key] = frozenset()
    reason: str = ""
    error: Answer | None = None
    looked: bool = True
    uncounted: str = ""


NOT_LOOKED_AT = Listing({}, complete=False, reason="it was not looked at", looked=False)
"""A kind that nothing asked for."""
