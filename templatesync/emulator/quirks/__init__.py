"""What a service could do otherwise than this emulator believes, to be switched on by name. Knows no client.

Whoever writes one asks what a service could do, not what a client would like. A quirk is a row of a table in one of the
modules here: `quirk` says what it consists of, `table` has all, `chosen` applies those that are set. Several can be set
at once; none of them knows of another. With none set, not one byte of an answer is different.

To add one: a row in `QUIRKS` of the module that it fits. Listing, control endpoint and tests need no more, and
`make docs` writes its documentation.
"""

from templatesync.emulator.quirks.chosen import Chosen, choose
from templatesync.emulator.quirks.table import QUIRKS

__all__ = ["QUIRKS", "Chosen", "choose"]
