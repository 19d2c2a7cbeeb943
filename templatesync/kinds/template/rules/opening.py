"""Rules about what a FLOW button opens; most look at the flow itself, in the project or live."""

from __future__ import annotations

import re
from collections.abc import Iterator

from templatesync.kinds.rule import Hit, Summaries, Summary
from templatesync.kinds.template.rules.base import CAMS, ERROR, INFO, META_FLOWS, OTHERS, WARNING, linked, rule
from templatesync.kinds.template.view import Part, Template
from templatesync.model.lazy_pattern import lazy_pattern


def _opened(template: Template, summaries: Summaries) -> Iterator[tuple[Part, Summary]]:
    """The FLOW buttons whose flow is known, with what it tells of itself."""
    for button in template.buttons:
        flow_id = button.get("FlowId") if button.type == "FLOW" else None
        summary = summaries("FlowId", flow_id.value) if flow_id is not None else None
        if summary is not None:
            yield button, summary


# Known from reports only, and still an error: a send that opens another screen fails each time, after a day of review.
@linked("flow-entry-screen", ERROR, OTHERS, "NavigateScreen is a screen of the flow to which no other leads.")
def flow_entry_screen(template: Template, summaries: Summaries) -> Iterator[Hit]:
    """Nothing is said of a flow whose JSON was not read."""
    for button, summary in _opened(template, summaries):
        screen = button.get("NavigateScreen")
        if screen is None or "screens" not in summary:
            continue
        entries = ", ".join(summary["entry_screens"]) or "none"
        if screen.value not in summary["screens"]:
            yield Hit(screen.path, f"the flow has no screen {screen.value}", f"it can be opened at: {entries}")
        elif screen.value not in summary["entry_screens"]:
            message = f"{screen.value} is no entry screen: other screens lead to it, so no button can open it"
            yield Hit(screen.path, message, f"the flow can be opened at: {entries}")


@linked("flow-exchange-endpoint", INFO, META_FLOWS, "DATA_EXCHANGE opens a flow that has an endpoint.")
def flow_exchange_endpoint(template: Template, summaries: Summaries) -> Iterator[Hit]:
    """Without an endpoint nobody answers which screen comes first."""
    for button, summary in _opened(template, summaries):
        if button.fields.get("FlowAction") == "DATA_EXCHANGE" and not summary["endpoint"]:
            message = "the flow has no endpoint that could name the first screen"
            yield Hit(button.at("FlowAction"), message, "use NAVIGATE, or give the flow an EndpointUri")


@rule("flow-id-form", WARNING, CAMS, "FlowId is the number of a flow, or a reference to one.", needs=["FLOW"])
def flow_id_form(template: Template) -> Iterator[Hit]:
    """The samples of the API are digits; a word is mostly a reference without its signs."""
    for button in template.buttons:
        flow_id = button.get("FlowId") if button.type == "FLOW" else None
        if flow_id is not None and flow_id.value and not _ID.fullmatch(flow_id.value.strip()):
            name = flow_id.value.strip("${} ").rpartition(".")[2] or "NAME"
            message = f"{flow_id.value[:60]} is no FlowId, which is a number"
            yield Hit(
                flow_id.path, message, f'a flow of this project is named by reference: "${{{{ flows.{name[:60]} }}}}"'
            )


# What a space's variable stands for, or a reference to, is judged where it is filled in.
_ID = lazy_pattern(r"[0-9]{1,40}|.*\$\{\{.*\}\}.*", re.DOTALL)
