"""The way back: a live template as its file would say it. Pure; drops what no file can hold, and says so."""

from __future__ import annotations

from collections.abc import Mapping

from templatesync.documents.layout import OPTIONS, Layout
from templatesync.kinds.base import Unparsed
from templatesync.kinds.template import effect, limits
from templatesync.kinds.template.canonical import PROPERTIES, formatted
from templatesync.kinds.template.spelling import BUTTON_TYPES, CATEGORIES, COMPONENT_ORDER, FORMATS, spelt
from templatesync.kinds.template.unknown import is_blank
from templatesync.model.json_value import Json
from templatesync.model.resource import Live

# Services tell of these what a template does not have. A BODY of AUTHENTICATION has nothing else.
_EMPTY = tuple(kind for kind in COMPONENT_ORDER if kind != "BODY")
# What the platform does when a template says nothing (Meta's time-to-live page).
_DEFAULT_TTL = {"AUTHENTICATION": 600, "MARKETING": 2_592_000}
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
    category = spelt("Category", detail.get("Category") or live.facts.get("category"))
    if not isinstance(category, str) or category not in CATEGORIES:
        return Unparsed({}, f"its category is {category or 'not told'}, and no file can have that")
    if not _listed(detail.get("Components")):
        return Unparsed({}, "its components are not of the form that the API documents")
    components = [item for raw in detail.get("Components") or () if (item := _component(raw, category))]
    if reason := _unsupported(components):
        return Unparsed({}, reason)
    parts = _in_order([_written(item, category) for item in components])
    body: dict[str, Json] = {"Name": live.key.name, "Category": category, "Language": live.key.language}
    body |= _settings({**detail, "Category": category, "Components": components})
    body["Components"] = parts
    example = detail.get("Example")
    samples = effect.used(example, parts) if isinstance(example, Mapping) and category != "AUTHENTICATION" else {}
    if told := {name: str(value) for name, value in sorted(samples.items()) if not is_blank(value)}:
        body["Example"] = told
    return Unparsed(body)


def _settings(detail: Mapping[str, Json]) -> dict[str, Json]:
    """The fields beside the components, but for those that say what the service does by itself."""
    nothing = [*effect.idle_outside(detail)]
    found: dict[str, Json] = {}
    for name in ("MessageSendTtlSeconds", "ProductSetId", *PROPERTIES):
        value = spelt(name, detail.get(name))
        if name in nothing or value is None or (name in PROPERTIES and value is PROPERTIES[name]):
            continue
        if name in PROPERTIES or (name == "ProductSetId" and _said(value)) or _is_lifetime(value, detail["Category"]):
            found[name] = value
    return found


def _is_lifetime(value: Json, category: str) -> bool:
    """Whether a file can say so; what it cannot is the service's own way to say that there is none."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    return whole and value in limits.TTL[category] and value != _DEFAULT_TTL.get(category)


def _component(raw: Mapping[str, Json], category: str) -> dict[str, Json]:
    """A component in the one spelling, without what is empty; nothing where nothing else than its type is told."""
    item = {name: value for name, value in effect.part(formatted(raw), category).items() if _said(value)}
    return {} if item.keys() == {"Type"} and item["Type"] in _EMPTY else item


def _unsupported(components: list[dict[str, Json]]) -> str:
    """Why the API could not create these components; empty when it could."""
    for item in components:
        kind = item.get("Type")
        if kind not in COMPONENT_ORDER:
            return f"the API cannot create a component of type {kind}"
        if kind == "HEADER" and item.get("Format") not in tuple(FORMATS):
            return f"the API cannot create a header of format {item.get('Format')}"
        if reason := _unsupported_buttons(item.get("Buttons")) or _unsupported_cards(item.get("Cards")):
            return reason
    return ""


def _unsupported_buttons(buttons: Json) -> str:
    if not _listed(buttons):
        return "its buttons are not of the form that the API documents"
    for button in buttons or ():
        if spelt("Type", button.get("Type")) not in BUTTON_TYPES:
            return f"the API cannot create a button of type {button.get('Type')}"
        if not _listed(button.get("SupportedApps")):
            return "its apps are not of the form that the API documents"
    return ""


def _unsupported_cards(cards: Json) -> str:
    if not _listed(cards) or not all(_listed(card.get("CardComponents")) for card in cards or ()):
        return "its cards are not of the form that the API documents"
    parts = ([_component(raw, "MARKETING") for raw in card.get("CardComponents") or ()] for card in cards or ())
    return next(filter(None, (_unsupported([part for part in each if part]) for each in parts)), "")


def _listed(value: Json) -> bool:
    """Whether a value is nothing, or a list of objects."""
    return not value or (isinstance(value, list) and all(isinstance(item, Mapping) for item in value))


def _written(item: Mapping[str, Json], category: str) -> dict[str, Json]:
    """A component that the API could create, as a file has it."""
    part = {name: item[name] for name in _COMPONENT_KEYS if name in item}
    if "Buttons" in part:
        part["Buttons"] = [_button(button, category) for button in part["Buttons"]]
    if "Cards" in part:
        part["Cards"] = [_card(card, category) for card in part["Cards"]]
    return part


def _card(card: Mapping[str, Json], category: str) -> dict[str, Json]:
    parts = (_component(raw, category) for raw in card.get("CardComponents") or ())
    return {"CardComponents": _in_order([_written(part, category) for part in parts if part])}


def _in_order(parts: list[dict[str, Json]]) -> list[dict[str, Json]]:
    return sorted(parts, key=lambda part: COMPONENT_ORDER.index(part["Type"]))


def _button(raw: Mapping[str, Json], category: str) -> dict[str, Json]:
    told = effect.part(raw, category)
    button = {name: told[name] for name in _BUTTON_KEYS if _said(told.get(name))}
    apps = [_app(app) for app in told.get("SupportedApps") or []]
    own = _app(told)
    if own and own not in apps:
        apps.append(own)
    if apps:
        button["SupportedApps"] = apps
    if button["Type"] in ("MPM", "CATALOG"):
        button.pop("Text", None)  # a fixed label, made by the platform
    if button["Type"] == "URL" and "UrlType" not in button:
        button["UrlType"] = "dynamic" if "$(" in str(button.get("Url")) else "static"
    return button


def _app(told: Mapping[str, Json]) -> dict[str, Json]:
    return {name: spelt(name, told[name]) for name in _APP_KEYS if told.get(name)}


def _said(value: Json) -> bool:
    return value is not False and value is not None and value not in ("", 0) and value != [] and value != {}
