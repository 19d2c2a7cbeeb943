"""The numbers that rules of flows compare with, and which source is followed where they differ. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SIZE: Final = 10_000_000
"""Bytes of JSON. Amazon's page and Meta's validator say 10 MB and not which; the smaller is safe."""

PUBLISHABLE: Final = ("5.1", "6.0", "6.1", "6.2", "6.3", "7.0", "7.1", "7.2", "7.3")
SENDABLE: Final = ("2.1", "3.0", "3.1", "4.0", "5.0")
"""Published long ago and still sent, but nothing new can be published in them."""
DATA_API: Final = ("3.0", "4.0")

BRANCHES: Final = 10
COMPONENTS: Final = 50
PER_SCREEN: Final[Mapping[str, int]] = {
    "Footer": 1,
    "Image": 3,
    "EmbeddedLink": 2,
    "OptIn": 5,
    "PhotoPicker": 1,
    "DocumentPicker": 1,
    "NavigationList": 2,
    "ImageCarousel": 2,
    "Form": 1,
}
FORM_SINCE: Final = (7, 0)
"""The version from which a screen has one Form."""
CAROUSELS_PER_FLOW: Final = 3

# Meta's page gives a TextCaption 409 characters, which looks like 4096 cut short; libraries and editors take 4096.
TEXTS: Final[Mapping[str, int]] = {"TextHeading": 80, "TextSubheading": 80, "TextBody": 4096, "TextCaption": 4096}

# By component, then by field. Some give an OptIn 30 characters, others 120: consents are sentences, so 120 it is.
LABELS: Final[Mapping[str, Mapping[str, int]]] = {
    "Footer": {"label": 35, "left-caption": 15, "center-caption": 15, "right-caption": 15},
    "TextInput": {"label": 20},
    "TextArea": {"label": 20},
    "Dropdown": {"label": 30},
    "CheckboxGroup": {"label": 30},
    "RadioButtonsGroup": {"label": 30},
    "OptIn": {"label": 120},
    "PhotoPicker": {"label": 30},
    "DocumentPicker": {"label": 30},
    "DatePicker": {"label": 40},
    "CalendarPicker": {"label": 40},
    "ChipsSelector": {"label": 80},
    "NavigationList": {"label": 80},
    "EmbeddedLink": {"text": 35},
}
ANY_LABEL: Final[Mapping[str, int]] = {"helper-text": 80, "description": 300}

OPTIONS: Final[Mapping[str, tuple[str, int]]] = {"Dropdown": ("data-source", 200), "NavigationList": ("list-items", 20)}
"""The field that holds the options, and how many there may be; one at least."""
CHOSEN: Final = 20
CHOOSERS: Final = frozenset({"CheckboxGroup", "ChipsSelector"})
OPTION: Final[Mapping[str, int]] = {"title": 30, "description": 300, "metadata": 20}
# Of the entries of a NavigationList sources agree on the title only.
LIST_ITEM: Final[Mapping[str, int]] = {"title": 30}
