"""Which quick reply a payload is for: payloads are one list, replies stand on a message and on its cards. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def astray(groups: Sequence[Sequence[str]], payloads: Sequence[str]) -> Iterator[int]:
    """The payloads, by position, that are the label of another reply than the one at their position.

    Of the message's, or the same card's: that is always wrong. Labels such as "Buy" stand on each card, though, so the
    label of a reply on another card is wrong only where that reply has not got it.
    """
    labels = [label for group in groups for label in group]
    without = {label for at, label in enumerate(labels) if at >= len(payloads) or payloads[at] != label}
    at = 0
    for group in groups:
        for label in group:
            if at < len(payloads) and payloads[at] != label and (payloads[at] in group or payloads[at] in without):
                yield at
            at += 1
