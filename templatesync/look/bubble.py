"""A message as a customer sees it, as values. Pure; knows no kind, no file, no page.

Kinds make these from their content (`Content.look`), pages and plans draw them.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple, TypeAlias

from templatesync.look.filled import Filled


class Values(StrEnum):
    """What stands where a variable is."""

    SAMPLES = "samples"
    """What the file gives as its sample; the name in braces where it gives none."""
    NAMES = "names"
    """`$(name)`, as senders see it."""
    LONGEST = "longest"
    """The longest value that the limits of its place leave room for."""


class MediaKind(StrEnum):
    """What a header or a card shows besides text."""

    IMAGE = "image"
    VIDEO = "video"
    DOCUMENT = "document"
    LOCATION = "location"
    OTHER = "other"
    """A format that this program does not know; `Sample.name` is its word."""


class Sample(NamedTuple):
    """A picture, film or document as far as it is known without fetching anything.

    `source` is what the file says (`file:…` or an address), empty where only is known that there is one. `name` is what
    is shown beside it: the name of a document, a caption, a place. The bytes are inlined by whoever draws it and may
    read the project.
    """

    kind: MediaKind
    source: str = ""
    name: str = ""


class ButtonKind(StrEnum):
    """What a button does."""

    QUICK_REPLY = "quick reply"
    URL = "link"
    PHONE = "call"
    COPY = "copy"
    AUTOFILL = "autofill"
    FLOW = "flow"
    CATALOG = "catalog"
    PRODUCTS = "products"
    OTHER = "other"


class Button(NamedTuple):
    """One button. `target` is where it leads, what it copies or which flow it opens; empty where there is none."""

    kind: ButtonKind
    label: Filled
    target: Filled = Filled()


class Offer(NamedTuple):
    """An offer that ends: its text, and whether a countdown is shown."""

    text: Filled
    expires: bool = False


class Card(NamedTuple):
    """One card of a carousel."""

    media: Sample | None = None
    body: Filled = Filled()
    buttons: tuple[Button, ...] = ()


class Hidden(NamedTuple):
    """What some customers do not see at first, or at all. `client` is empty when it is all of them.

    `code` is for programs: fold, more_buttons, desktop_buttons, desktop_offer, desktop_coupon, linked_device,
    iphone_one_tap, zero_tap, button_expires, reformatted. What `REFORMATTED` says is the same for all marketing
    messages: say it once per page.
    """

    code: str
    text: str
    client: str = ""


REFORMATTED = Hidden(
    "reformatted", "Meta may crop, filter, animate and rearrange marketing messages; CAMS has no switch for that."
)


class Other(NamedTuple):
    """A text of a part that this program does not know, or of one too many; `type` is what the content calls it."""

    type: str
    text: Filled


class Bubble(NamedTuple):
    """A message. `fold` is after how many lines of the body it may be cut, 0 for never; `fold_at` finds the place.

    `platform` names the parts whose words are the platform's own and may differ (`body`, `footer`, `buttons`). `others`
    are texts of which nobody here knows where a phone draws them.
    """

    language: str = ""
    header: Filled = Filled()
    media: Sample | None = None
    offer: Offer | None = None
    body: Filled = Filled()
    footer: Filled = Filled()
    buttons: tuple[Button, ...] = ()
    cards: tuple[Card, ...] = ()
    fold: int = 0
    hidden: tuple[Hidden, ...] = ()
    platform: frozenset[str] = frozenset()
    others: tuple[Other, ...] = ()


class Part(NamedTuple):
    """Something on a screen of a flow: `kind` is its type in words, such as heading, text, input, choice, button."""

    kind: str
    text: str = ""
    choices: tuple[str, ...] = ()
    required: bool = False


class Screen(NamedTuple):
    """One screen of a flow, and the screens that it leads to."""

    id: str
    title: str
    parts: tuple[Part, ...] = ()
    leads_to: tuple[str, ...] = ()
    terminal: bool = False


class Screens(NamedTuple):
    """A flow as its screens, in order."""

    screens: tuple[Screen, ...] = ()
    unread: str = ""
    """Why the screens cannot be shown; empty when they are."""


class Picture(NamedTuple):
    """A code to be scanned: the message that it starts, the number, and the link once it is known."""

    message: str
    phone: str
    link: str = ""


Appearance: TypeAlias = Bubble | Screens | Picture
