"""What of a change breaks the programs that send: contracts before and after, to rules. Pure.

Each rule has a page (`templatesync rules breaking-variable-removed`). A change that no rule names is harmless: wording,
a variable that moves, a quick reply added at the end, a flow or products that are gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum

from templatesync.model.change import Break, Note
from templatesync.model.finding import Severity
from templatesync.sending.contract import Card, Contract, Products, Role, Variable
from templatesync.sending.replies import astray

CODES_CHANGE = Note(
    "codes_change",
    "code that was generated from it finds no code (`codes` has another contract) until it is generated again; a new "
    "version keeps both",
)
"""Of an edit in place that breaks nobody and makes another contract: `codes` has what is live, by the digest."""


class BreakingRule(StrEnum):
    """The ways to break a sender, by the id of their rules."""

    VARIABLE_REMOVED = "breaking-variable-removed"
    VARIABLE_ADDED = "breaking-variable-added"
    REPLY_ORDER = "breaking-quick-reply-order"
    REPLY_REMOVED = "breaking-quick-reply-removed"
    REPLY_RELABELLED = "breaking-quick-reply-relabelled"
    FLOW_ADDED = "breaking-flow-added"
    FLOW_SCREEN = "breaking-flow-screen"
    PRODUCTS_ADDED = "breaking-products-added"
    MEDIA_KIND = "breaking-media-kind"
    URL_VARIABLE = "breaking-url-variable"
    CARDS = "breaking-cards"
    LANGUAGE_REMOVED = "breaking-language-removed"
    OFFER_EXPIRY = "breaking-offer-expiry"
    AUTHENTICATION = "breaking-authentication"
    REMOVED = "breaking-removed"

    @property
    def severity(self) -> Severity:
        """A new label does not stop a message: the payload that comes back means what it meant, or it does not."""
        return Severity.WARNING if self is BreakingRule.REPLY_RELABELLED else Severity.ERROR

    def told(self, text: str) -> Break:
        """This rule, broken."""
        return Break(self.value, text, self.severity)


def removed(language: str) -> Break:
    """What is gone for good: one language of a template, or something without languages."""
    if language:
        return BreakingRule.LANGUAGE_REMOVED.told(f"language {language} removed")
    return BreakingRule.REMOVED.told("it is removed")


NAME_REMOVED = "the whole name is removed: no language is left"
"""What is said in place of the language when it is the last one, or goes with all others."""


def breaking(old: Contract, new: Contract) -> tuple[Break, ...]:
    """Why programs that send `old` fail once it is `new`; empty when they do not notice."""
    return tuple(
        each
        for rules in (_authentication, _variables, _media, _replies, _flow, _products, _offer, _cards)
        for each in rules(old, new)
    )


def _authentication(old: Contract, new: Contract) -> Iterator[Break]:
    if old.code != new.code:
        text = "a one-time code is asked for now" if new.code else "it takes no one-time code any more"
        yield BreakingRule.AUTHENTICATION.told(text)


def _variables(old: Contract, new: Contract) -> Iterator[Break]:
    before = {each.name: each for each in old.variables}
    after = {each.name: each for each in new.variables}
    yield from (BreakingRule.VARIABLE_REMOVED.told(f"variable {name} removed") for name in before if name not in after)
    yield from (BreakingRule.VARIABLE_ADDED.told(f"variable {name} added") for name in after if name not in before)
    nothing = Variable("", ())
    for name in {**before, **after}:
        yield from _address(before.get(name, nothing), after.get(name, nothing))


_MADE = {
    Role.SUFFIX: "is the end of an address now, and must be encoded",
    Role.ADDRESS: "is a whole address now",
}


def _address(old: Variable, new: Variable) -> Iterator[Break]:
    """A value that becomes part of an address, or that of an address which is gone; where it stands does not count."""
    for place in new.places:
        if place.role in _MADE and place.role not in old.roles:
            yield BreakingRule.URL_VARIABLE.told(f"{place.where}: variable {new.name} {_MADE[place.role]}")
            return
    for place in old.places:
        if place.role in _MADE and not new.places:
            yield BreakingRule.URL_VARIABLE.told(f"{place.where}: the address takes no variable {old.name} any more")
            return


def _media(old: Contract, new: Contract) -> Iterator[Break]:
    if old.media != new.media:
        yield _media_kind("", old.media, new.media)


def _media_kind(where: str, old: str, new: str) -> Break:
    return BreakingRule.MEDIA_KIND.told(f"{where}header media changed from {old or 'none'} to {new or 'none'}")


def _replies(old: Contract, new: Contract) -> Iterator[Break]:
    found = [*_replies_of("", old.replies, new.replies)]
    if len(old.cards) == len(new.cards):
        for number, (before, after) in enumerate(zip(old.cards, new.cards, strict=True), 1):
            found += _replies_of(f"card {number}: ", before.replies, after.replies)
        told = any(each.severity is Severity.ERROR for each in found)
        if not told and any(True for _ in astray(new.reply_groups, old.all_replies)):
            text = f"{_listed(old.all_replies)} became {_listed(new.all_replies)}"
            found.append(BreakingRule.REPLY_ORDER.told(f"quick replies of cards changed their order: {text}"))
    yield from found


def _replies_of(where: str, old: Sequence[str], new: Sequence[str]) -> Iterator[Break]:
    """Payloads are given by position, so a position must go on to mean the same reply.

    A label that is new where an old one has gone is that one, relabelled.
    """
    if tuple(new[: len(old)]) == tuple(old):
        return
    expected: list[str] = []
    for position, label in enumerate(old):
        if label in new:
            expected.append(label)
        elif position < len(new) and new[position] not in old:
            yield BreakingRule.REPLY_RELABELLED.told(f'{where}quick reply "{label}" is called "{new[position]}" now')
            expected.append(new[position])
        else:
            yield BreakingRule.REPLY_REMOVED.told(f'{where}quick reply "{label}" removed')
    if list(new[: len(expected)]) != expected:
        yield BreakingRule.REPLY_ORDER.told(
            f"{where}quick replies changed their order from {_listed(old)} to {_listed(new)}"
        )


def _flow(old: Contract, new: Contract) -> Iterator[Break]:
    if new.flow is None:
        return
    if old.flow is None:
        yield BreakingRule.FLOW_ADDED.told("a FLOW button added, which needs a token with each message")
    elif old.flow != new.flow:
        screens = (flow.screen or "the flow's own" for flow in (old.flow, new.flow))
        yield BreakingRule.FLOW_SCREEN.told("the flow begins with another screen: {} became {}".format(*screens))


def _products(old: Contract, new: Contract) -> Iterator[Break]:
    if new.products is Products.NONE or old.products in (new.products, Products.SEVERAL):
        return
    what = "a product with its picture" if new.products is Products.CATALOG else "a product and sections of products"
    yield BreakingRule.PRODUCTS_ADDED.told(f"products added: each message must name {what}")


def _offer(old: Contract, new: Contract) -> Iterator[Break]:
    if new.expires and not old.expires:
        yield BreakingRule.OFFER_EXPIRY.told("the offer expires now, at a time that each message must give")


def _cards(old: Contract, new: Contract) -> Iterator[Break]:
    if len(old.cards) != len(new.cards):
        yield BreakingRule.CARDS.told(f"number of cards changed from {len(old.cards)} to {len(new.cards)}")
        return
    for number, (before, after) in enumerate(zip(old.cards, new.cards, strict=True), 1):
        yield from _card(f"card {number}: ", before, after)


def _card(where: str, old: Card, new: Card) -> Iterator[Break]:
    if old.media != new.media:
        yield _media_kind(where, old.media, new.media)


def _listed(labels: Sequence[str]) -> str:
    return ", ".join(f'"{label}"' for label in labels) or "none"
