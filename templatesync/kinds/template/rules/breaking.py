"""The rules about changes of a template: what stops the programs that send it. Data; `sending/breaking.py` compares."""

from __future__ import annotations

from collections.abc import Mapping

from templatesync.kinds.rule import Rule, of_change
from templatesync.kinds.template.rules.base import KIND
from templatesync.sending.breaking import BreakingRule

_SEND = "Alibaba Cloud: SendChatappMessage, API 2020-06-06"
_PARAMETERS = f"{_SEND}; Meta refuses other parameters (errors 132000, 132012)"

_SAID: Mapping[BreakingRule, tuple[str, str]] = {
    BreakingRule.VARIABLE_REMOVED: (_PARAMETERS, "A change takes away no variable that programs fill in."),
    BreakingRule.VARIABLE_ADDED: (_PARAMETERS, "A change asks for no variable that programs do not know."),
    BreakingRule.REPLY_ORDER: (_SEND, "Quick replies keep their order: payloads are given by position."),
    BreakingRule.REPLY_REMOVED: (_SEND, "A change takes away no quick reply for which programs give a payload."),
    BreakingRule.REPLY_RELABELLED: (_SEND, "A quick reply goes on to say what its payload means."),
    BreakingRule.FLOW_ADDED: (f"{_SEND}; Meta asks for a token (error 131009)", "A change adds no FLOW button."),
    BreakingRule.FLOW_SCREEN: (_SEND, "A FLOW button goes on to open the screen that programs give data for."),
    BreakingRule.PRODUCTS_ADDED: (_SEND, "A change asks for no products that programs do not name."),
    BreakingRule.MEDIA_KIND: (_PARAMETERS, "The media of a header stay of one kind."),
    BreakingRule.URL_VARIABLE: (_PARAMETERS, "A value that programs give as text does not become part of an address."),
    BreakingRule.CARDS: (_PARAMETERS, "A carousel keeps its number of cards."),
    BreakingRule.OFFER_EXPIRY: (_SEND, "An offer does not begin to expire."),
    BreakingRule.AUTHENTICATION: (_PARAMETERS, "A template with a one-time code stays one, and no other becomes one."),
}

CHANGES: tuple[Rule, ...] = tuple(
    of_change(KIND, each.value, each.severity, source, summary) for each, (source, summary) in _SAID.items()
)
