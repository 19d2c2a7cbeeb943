"""One form for what a file says and what the service answers, so that `==` decides. Pure; knows only templates.

Dropped or made equal, and why:
- what the service makes: status, quality, codes, generated texts of AUTHENTICATION templates, fixed button labels;
- nulls, empty texts, lists and maps, and defaults: answers carry them everywhere, files nowhere;
- samples (media addresses, values of Example): reviewers look at them, customers never get them, and the service
  keeps media under an address of its own. That a sample is there does count, and so do the names in Example;
- two spellings of one thing: `hasExpiration`, and an app's hash and package on the button or in SupportedApps;
- the order of components, which display ignores. The order of buttons and cards is what people see, and counts.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

from templatesync.model.json_value import Json

SAMPLE = "sample"
PROPERTIES: Mapping[str, bool] = {"AllowSend": True, "CategoryChangePaused": False}
"""Switches that change without a review, with what the service does when nobody has set them."""

COMPONENT_ORDER = ("HEADER", "LIMITED_TIME_OFFER", "BODY", "FOOTER", "BUTTONS", "CAROUSEL")
_PLACES = {kind: place for place, kind in enumerate(COMPONENT_ORDER)}
MEDIA = ("IMAGE", "VIDEO", "DOCUMENT")

# The fields that a file can hold, by where they stand. Everything else in an answer is the service's own.
TOP = frozenset(
    {"Category", "Components", "Example", "MessageSendTtlSeconds", "ProductSetId", "AllowSend", "CategoryChangePaused"}
)
COMPONENT = frozenset(
    "AddSecretRecommendation Buttons Caption Cards CodeExpirationMinutes Duration FileName FileType Format "
    "HasExpiration Text ThumbUrl Type Url".split()
)
BUTTON = frozenset(
    "AutofillText CouponCode FlowAction FlowId IsOptOut NavigateScreen PackageName PhoneNumber SignatureHash "
    "SupportedApps Text Type Url UrlType".split()
)
CARD = frozenset({"CardComponents"})
_APP = ("PackageName", "SignatureHash")
_KNOWN = TOP | COMPONENT | BUTTON | CARD | {"Name", "Language", "TemplateType", "AllowCategoryChange"}

# Not part of the content: identity, and a switch that the platform ignores since April 2025 and never answers.
_IDENTITY = frozenset({"Name", "Language", "TemplateType", "AllowCategoryChange"})
_DEFAULTS: Mapping[str, Json] = {
    "AddSecretRecommendation": False,
    "HasExpiration": False,
    "IsOptOut": False,
    # Neither can be 0 on purpose: a code lives at least a minute, and a video of no length is none.
    "CodeExpirationMinutes": 0,
    "Duration": 0,
}
# Meta's time-to-live page: codes live 10 minutes, all else 30 days, for which -1 is another spelling. 0 is unset.
_DEFAULT_TTL: Mapping[str, frozenset[int]] = {"AUTHENTICATION": frozenset({0, 600})}
_OTHER_TTL = frozenset({0, -1, 2_592_000})


def canonical(body: Mapping[str, Json]) -> dict[str, Json]:
    """The content of a body as a file writes it."""
    return _content(body, None, body.get("Category"))


def current(detail: Mapping[str, Json], wanted: Mapping[str, Json] | None = None) -> dict[str, Json]:
    """The content of GetChatappTemplateDetail's `Data`.

    Fields that no file can hold are the service's own and dropped, but for those that `wanted` has: a project may use
    a field that is newer than this program. What the service generates, the wanted category decides: the live one may
    have drifted.
    """
    if wanted is None:
        return _content(detail, frozenset(), detail.get("Category"))
    return _content(detail, unknown_fields(wanted), wanted.get("Category") or detail.get("Category"))


def unknown_fields(body: Mapping[str, Json]) -> frozenset[str]:
    """Names in a body that this program does not know."""
    found: set[str] = set()
    _gather(body, found)
    return frozenset(found - _KNOWN)


def pair(body: Mapping[str, Json], detail: Mapping[str, Json]) -> tuple[dict[str, Json], dict[str, Json]]:
    """Wanted and live content, made comparable: equal when there is nothing to do."""
    return compared(canonical(body), body, detail)


def compared(
    content: Mapping[str, Json], body: Mapping[str, Json], detail: Mapping[str, Json]
) -> tuple[dict[str, Json], dict[str, Json]]:
    """`pair`, given the content of `body`.

    Taken over from what is live: the category, which no call can change; the names in Example when the answer has
    none at all; and switches that the file does not mention.
    """
    wanted, live = dict(content), current(detail, body)
    if "Category" in live:
        wanted["Category"] = live["Category"]
    if "Example" not in live:
        wanted.pop("Example", None)
    for name, default in PROPERTIES.items():
        if name in wanted:
            live.setdefault(name, default)
        else:
            live.pop(name, None)
    return wanted, live


def _gather(value: Json, found: set[str]) -> None:
    """Add every key in a dict or list, but for the variables that Example names."""
    if isinstance(value, dict):
        found.update(value)
        for name, item in value.items():
            if not isinstance(item, str) and isinstance(item, (dict, list)) and name != "Example":
                _gather(item, found)
    else:
        for item in value:
            if isinstance(item, (dict, list)):
                _gather(item, found)


def _content(body: Mapping[str, Json], extra: frozenset[str] | None, category: Json) -> dict[str, Json]:
    """`extra` names the unknown fields to keep; None keeps them all."""
    content = _kept(body, TOP, extra)
    for name in _IDENTITY:
        content.pop(name, None)
    components = [_component(item, category, extra) for item in _mappings(body.get("Components"))]
    content["Components"] = sorted(
        (item for item in components if len(item) > 1 or item.get("Type") == "BODY"), key=_place
    )
    example = body.get("Example")
    content["Example"] = dict.fromkeys(sorted(example), SAMPLE) if isinstance(example, dict) else {}
    if category == "AUTHENTICATION":
        del content["Example"]  # its texts have no variables of ours
    ttl = content.get("MessageSendTtlSeconds")
    if isinstance(ttl, int) and ttl in _DEFAULT_TTL.get(str(category), _OTHER_TTL):
        del content["MessageSendTtlSeconds"]
    return {name: value for name, value in content.items() if value or value == 0}


def _component(raw: Mapping[str, Json], category: Json, extra: frozenset[str] | None) -> dict[str, Json]:
    item = _kept(raw, COMPONENT, extra)
    if "hasExpiration" in raw:
        item.pop("hasExpiration", None)
        if _says(raw["hasExpiration"]):
            item.setdefault("HasExpiration", raw["hasExpiration"])
    if item.get("Format") in MEDIA:
        for name in ("Url", "ThumbUrl"):
            if item.get(name):
                item[name] = SAMPLE
    if category == "AUTHENTICATION" and item.get("Type") in ("BODY", "FOOTER"):
        item.pop("Text", None)
    if "Buttons" in item:
        _put(item, "Buttons", [_button(button, category, extra) for button in _mappings(item["Buttons"])])
    if "Cards" in item:
        _put(item, "Cards", [_card(card, category, extra) for card in _mappings(item["Cards"])])
    return _without_defaults(item)


def _card(raw: Mapping[str, Json], category: Json, extra: frozenset[str] | None) -> dict[str, Json]:
    card = _kept(raw, CARD, extra)
    parts = [_component(item, category, extra) for item in _mappings(raw.get("CardComponents"))]
    card["CardComponents"] = sorted(parts, key=_place)
    return card


def _button(raw: Mapping[str, Json], category: Json, extra: frozenset[str] | None) -> dict[str, Json]:
    button = _kept(raw, BUTTON, extra)
    apps = [
        {name: value for name, value in _kept(app, _APP, extra).items() if value}
        for app in _mappings(raw.get("SupportedApps"))
    ]
    own = {name: button.pop(name) for name in _APP if button.get(name)}
    if own and own not in apps:
        apps.append(own)
    if apps or "SupportedApps" in button:
        _put(button, "SupportedApps", sorted(apps, key=lambda app: sorted(app.items())))
    kind = button.get("Type")
    if kind in ("MPM", "CATALOG") or (kind == "COPY_CODE" and category != "AUTHENTICATION"):
        button.pop("Text", None)  # the label is fixed, whatever is sent
    return _without_defaults(button)


def _kept(raw: Mapping[str, Json], known: Container[str], extra: frozenset[str] | None) -> dict[str, Json]:
    """What is not empty. `_says` in place: this is most of what a plan costs."""
    if extra is None:
        return {name: value for name, value in raw.items() if value or value == 0}
    return {name: value for name, value in raw.items() if (value or value == 0) and (name in known or name in extra)}


def _says(value: Json) -> bool:
    """Whether a value is not empty: of all that is false in JSON, zero and `false` alone equal 0, and say something."""
    return bool(value) or value == 0


def _put(item: dict[str, Json], name: str, items: list[Json]) -> None:
    """Take a list of a field, or nothing when it turned out to be empty."""
    if items:
        item[name] = items
    else:
        item.pop(name, None)


def _without_defaults(item: dict[str, Json]) -> dict[str, Json]:
    if not _DEFAULTS.keys().isdisjoint(item):
        for name, default in _DEFAULTS.items():
            if name in item and item[name] == default:
                del item[name]
    return item


def _mappings(value: Any) -> list[Mapping[str, Json]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _place(component: Mapping[str, Json]) -> tuple[int, str]:
    kind = str(component.get("Type", ""))
    return (_PLACES.get(kind, len(_PLACES)), kind)
