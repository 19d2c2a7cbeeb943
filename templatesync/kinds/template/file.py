"""The way back: a live template as its file would say it. Pure; drops what no file can hold, and says so."""

from __future__ import annotations

from collections.abc import Mapping

from templatesync.kinds.base import Unparsed
from templatesync.kinds.template.canonical import BUTTON, COMPONENT, COMPONENT_ORDER, PROPERTIES
from templatesync.values import Json, Live

_FORMATS = frozenset({"TEXT", "IMAGE", "VIDEO", "DOCUMENT"})
_BUTTONS = frozenset("PHONE_NUMBER URL QUICK_REPLY COPY_CODE ONE_TAP ZERO_TAP MPM CATALOG FLOW".split())
# The order in which a person reads a component and a button.
_COMPONENT_KEYS = (
    "Type Format Text Url Caption FileName FileType Duration ThumbUrl AddSecretRecommendation CodeExpirationMinutes "
    "HasExpiration Buttons Cards".split()
)
_BUTTON_KEYS = (
    "Type Text AutofillText Url UrlType PhoneNumber CouponCode IsOptOut FlowId FlowAction NavigateScreen "
    "SupportedApps".split()
)


def unparse(live: Live) -> Unparsed:
    """The body of a file that would plan to no change, or why the API could not create such a template."""
    detail = live.body or {}
    category = detail.get("Category")
    if reason := _unsupported(detail.get("Components") or []):
        return Unparsed({}, reason)
    body: dict[str, Json] = {"Name": live.key.name, "Category": category, "Language": live.key.language}
    for name in ("MessageSendTtlSeconds", "ProductSetId", *PROPERTIES):
        value = detail.get(name)
        # A switch that stands where the service puts it by itself is not worth a line in a file.
        if value not in (None, "", 0) and value is not PROPERTIES.get(name):
            body[name] = value
    parts = [_component(item, category) for item in detail.get("Components") or []]
    parts = [part for part in parts if len(part) > 1 or part["Type"] == "BODY"]
    body["Components"] = sorted(parts, key=lambda part: COMPONENT_ORDER.index(part["Type"]))
    example = detail.get("Example")
    if example and category != "AUTHENTICATION":
        body["Example"] = {name: str(value) for name, value in sorted(example.items())}
    return Unparsed(body)


def _unsupported(components: list[Mapping[str, Json]]) -> str:
    for item in components:
        kind = item.get("Type")
        if kind not in COMPONENT_ORDER:
            return f"the API cannot create a component of type {kind}"
        if kind == "HEADER" and item.get("Format") not in _FORMATS:
            return f"the API cannot create a header of format {item.get('Format')}"
        for button in item.get("Buttons") or []:
            if button.get("Type") not in _BUTTONS:
                return f"the API cannot create a button of type {button.get('Type')}"
        for card in item.get("Cards") or []:
            if reason := _unsupported(card.get("CardComponents") or []):
                return reason
    return ""


def _component(raw: Mapping[str, Json], category: Json) -> dict[str, Json]:
    item = {name: raw[name] for name in _COMPONENT_KEYS if name in COMPONENT and _said(raw.get(name))}
    if raw.get("hasExpiration") or raw.get("HasExpiration"):
        item["HasExpiration"] = True
    if category == "AUTHENTICATION" and item["Type"] in ("BODY", "FOOTER"):
        item.pop("Text", None)
    if "Buttons" in item:
        item["Buttons"] = [_button(button, category) for button in item["Buttons"]]
    if "Cards" in item:
        item["Cards"] = [
            {"CardComponents": [_component(part, category) for part in _in_order(card)]} for card in item["Cards"]
        ]
    return item


def _in_order(card: Mapping[str, Json]) -> list[Mapping[str, Json]]:
    parts: list[Mapping[str, Json]] = card.get("CardComponents") or []
    return sorted(parts, key=lambda part: COMPONENT_ORDER.index(part["Type"]))


def _button(raw: Mapping[str, Json], category: Json) -> dict[str, Json]:
    button = {name: raw[name] for name in _BUTTON_KEYS if name in BUTTON and _said(raw.get(name))}
    apps = [
        {name: app[name] for name in ("PackageName", "SignatureHash") if app.get(name)}
        for app in raw.get("SupportedApps") or []
    ]
    own = {name: raw[name] for name in ("PackageName", "SignatureHash") if raw.get(name)}
    if own and own not in apps:
        apps.append(own)
    if apps:
        button["SupportedApps"] = apps
    if button["Type"] in ("MPM", "CATALOG") or (button["Type"] == "COPY_CODE" and category != "AUTHENTICATION"):
        button.pop("Text", None)  # a fixed label, made by the platform
    return button


def _said(value: Json) -> bool:
    return value is not False and value is not None and value not in ("", 0) and value != [] and value != {}
