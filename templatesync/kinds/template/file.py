"""The way back: a live template as its file would say it. Pure; drops what no file can hold, and says so."""

from __future__ import annotations

from collections.abc import Mapping

from templatesync.documents.layout import OPTIONS, Layout
from templatesync.kinds.base import Unparsed
from templatesync.kinds.template.canonical import BUTTON, COMPONENT, COMPONENT_ORDER, PROPERTIES
from templatesync.model.json_value import Json
from templatesync.model.resource import Live

_FORMATS = ("TEXT", "IMAGE", "VIDEO", "DOCUMENT")
_BUTTONS = tuple("PHONE_NUMBER URL QUICK_REPLY COPY_CODE ONE_TAP ZERO_TAP MPM CATALOG FLOW".split())
_APP_KEYS = ("PackageName", "SignatureHash")
_COMPONENT_KEYS = tuple(
    "Type Format Text Url Caption FileName FileType Duration ThumbUrl AddSecretRecommendation CodeExpirationMinutes "
    "HasExpiration Buttons Cards".split()
)
_BUTTON_KEYS = tuple(
    "Type Text AutofillText Url UrlType PhoneNumber CouponCode IsOptOut FlowId FlowAction NavigateScreen "
    "SupportedApps".split()
)
_COMPONENTS = Layout(
    keys=_COMPONENT_KEYS,
    by="Type",
    values=COMPONENT_ORDER,
    inside={"Buttons": Layout(keys=(*_BUTTON_KEYS, *_APP_KEYS), inside={"SupportedApps": Layout(keys=_APP_KEYS)})},
)
LAYOUT = Layout(
    keys=tuple(
        "kind Name Category Language Languages TemplateType MessageSendTtlSeconds ProductSetId AllowSend "
        "CategoryChangePaused AllowCategoryChange Components Example".split()
    ),
    last=("templatesync",),
    inside={
        "Components": _COMPONENTS._replace(
            inside={**_COMPONENTS.inside, "Cards": Layout(inside={"CardComponents": _COMPONENTS})}
        ),
        "templatesync": OPTIONS,
    },
)
"""The order in which a person reads a template. That of buttons and cards counts, so nothing sorts them."""


def unparse(live: Live) -> Unparsed:
    """The body of a file that would plan to no change, or why the API could not create such a template."""
    detail = live.body or {}
    category = detail.get("Category")
    if reason := _unsupported(detail.get("Components")):
        return Unparsed({}, reason)
    body: dict[str, Json] = {"Name": live.key.name, "Category": category, "Language": live.key.language}
    for name in ("MessageSendTtlSeconds", "ProductSetId", *PROPERTIES):
        value = detail.get(name)
        # A switch that stands where the service puts it by itself is not worth a line in a file.
        if value is not None and value is not PROPERTIES.get(name) and (name in PROPERTIES or _said(value)):
            body[name] = value
    parts = [_component(item, category) for item in detail.get("Components") or []]
    parts = [part for part in parts if len(part) > 1 or part["Type"] == "BODY"]
    body["Components"] = sorted(parts, key=lambda part: COMPONENT_ORDER.index(part["Type"]))
    example = detail.get("Example")
    if isinstance(example, Mapping) and example and category != "AUTHENTICATION":
        body["Example"] = {name: str(value) for name, value in sorted(example.items())}
    return Unparsed(body)


def _unsupported(components: Json) -> str:
    """Why the API could not create these components; empty when it could."""
    if not _listed(components):
        return "its components are not of the form that the API documents"
    for item in components or ():
        kind = item.get("Type")
        if kind not in COMPONENT_ORDER:
            return f"the API cannot create a component of type {kind}"
        if kind == "HEADER" and item.get("Format") not in _FORMATS:
            return f"the API cannot create a header of format {item.get('Format')}"
        if reason := _unsupported_buttons(item.get("Buttons")) or _unsupported_cards(item.get("Cards")):
            return reason
    return ""


def _unsupported_buttons(buttons: Json) -> str:
    if not _listed(buttons):
        return "its buttons are not of the form that the API documents"
    for button in buttons or ():
        if button.get("Type") not in _BUTTONS:
            return f"the API cannot create a button of type {button.get('Type')}"
        if not _listed(button.get("SupportedApps")):
            return "its apps are not of the form that the API documents"
    return ""


def _unsupported_cards(cards: Json) -> str:
    if not _listed(cards):
        return "its cards are not of the form that the API documents"
    return next(filter(None, (_unsupported(card.get("CardComponents")) for card in cards or ())), "")


def _listed(value: Json) -> bool:
    """Whether a value is nothing, or a list of objects."""
    return value is None or (isinstance(value, list) and all(isinstance(item, Mapping) for item in value))


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
    apps = [{name: app[name] for name in _APP_KEYS if app.get(name)} for app in raw.get("SupportedApps") or []]
    own = {name: raw[name] for name in _APP_KEYS if raw.get(name)}
    if own and own not in apps:
        apps.append(own)
    if apps:
        button["SupportedApps"] = apps
    if button["Type"] in ("MPM", "CATALOG") or (button["Type"] == "COPY_CODE" and category != "AUTHENTICATION"):
        button.pop("Text", None)  # a fixed label, made by the platform
    return button


def _said(value: Json) -> bool:
    return value is not False and value is not None and value not in ("", 0) and value != [] and value != {}
