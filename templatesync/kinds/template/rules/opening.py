"""Rules about what a FLOW button opens: they look at the flow itself, in the project or live."""

from __future__ import annotations

from collections.abc import Iterator

from templatesync.kinds.template.rules.frame import ERROR, INFO, META_FLOWS, OTHERS, linked
from templatesync.kinds.template.view import Part, Template
from templatesync.rule import Face, Faces, Hit, Rule


def _opened(template: Template, faces: Faces) -> Iterator[tuple[Part, Face]]:
    """The FLOW buttons whose flow is known, with what it tells of itself."""
    for button in template.buttons:
        flow_id = button.get("FlowId") if button.type == "FLOW" else None
        face = faces("FlowId", flow_id.value) if flow_id is not None else None
        if face is not None:
            yield button, face


# Known from reports only, and still an error: a send that opens another screen fails each time, after a day of review.
@linked("flow-entry-screen", ERROR, OTHERS, "NavigateScreen is a screen of the flow to which no other leads.")
def flow_entry_screen(template: Template, faces: Faces) -> Iterator[Hit]:
    """Nothing is said of a flow whose JSON was not read."""
    for button, face in _opened(template, faces):
        screen = button.get("NavigateScreen")
        if screen is None or "screens" not in face:
            continue
        entries = ", ".join(face["entry_screens"]) or "none"
        if screen.value not in face["screens"]:
            yield Hit(screen.path, f"the flow has no screen {screen.value}", f"it can be opened at: {entries}")
        elif screen.value not in face["entry_screens"]:
            message = f"{screen.value} is no entry screen: other screens lead to it, so no button can open it"
            yield Hit(screen.path, message, f"the flow can be opened at: {entries}")


@linked("flow-exchange-endpoint", INFO, META_FLOWS, "DATA_EXCHANGE opens a flow that has an endpoint.")
def flow_exchange_endpoint(template: Template, faces: Faces) -> Iterator[Hit]:
    """Without an endpoint nobody answers which screen comes first."""
    for button, face in _opened(template, faces):
        if button.fields.get("FlowAction") == "DATA_EXCHANGE" and not face["endpoint"]:
            message = "the flow has no endpoint that could name the first screen"
            yield Hit(button.at("FlowAction"), message, "use NAVIGATE, or give the flow an EndpointUri")


RULES: tuple[Rule, ...] = (flow_entry_screen, flow_exchange_endpoint)
