"""One form for what a file says and what the service answers, so that `==` decides. Pure; knows only templates.

Dropped or made equal, and why:
- what the service makes: status, quality, codes, generated texts of AUTHENTICATION templates, fixed button labels;
- what has no effect where it is (`effect`), and other spellings of the same (`spelling`);
- nulls, empty texts, lists and maps, and defaults: answers carry them everywhere, files nowhere;
- samples (media addresses, values of Example): reviewers look at them, customers never get them, and the service
  keeps media under an address of its own. That a sample is there does count, and so do the names in Example. An
  address of media with a variable in it is no sample, but asked of who sends; where an answer has none, nobody knows;
- two spellings of one thing: `hasExpiration`, and an app's hash and package on the button or in SupportedApps;
- the order of components, which display ignores. The order of buttons and cards is what people see, and counts;
- scalars that the file does not state: they are the service's to choose (`agreed`).
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

from templatesync.kinds.template import effect
from templatesync.kinds.template.agreed import agreed
from templatesync.kinds.template.spelling import CATEGORIES, COMPONENT_ORDER, SAMPLE, has_variable, spelt
from templatesync.model.json_value import Json, canonical_json

PROPERTIES: Mapping[str, bool] = {"AllowSend": True, "CategoryChangePaused": False}
"""Switches that change without a review, with what the service does when nobody has set them."""

_PLACES = {kind: place for place, kind in enumerate(COMPONENT_ORDER)}

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
    # Meta's page on FLOW buttons.
    "FlowAction": "NAVIGATE",
    # A code lives at least a minute.
    "CodeExpirationMinutes": 0,
}
# Meta's time-to-live page: codes live 10 minutes, all else 30 days, for which -1 is another spelling.
_LONGEST = 2_592_000
_DEFAULT_TTL: Mapping[str, int] = {"AUTHENTICATION": 600}


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

    Taken over from what is live: the category, which no call can change. Left out of what is live: scalars and samples
    that the file does not state. The names in Example are left out on both sides when the answer has none at all.
    """
    wanted, live = dict(content), current(detail, body)
    category = live.get("Category") or wanted.get("Category")
    if category:
        wanted["Category"] = live["Category"] = category
    _agree_on_samples(wanted, live)
    _agree_on_switches(wanted, live)
    if "MessageSendTtlSeconds" in wanted:
        # To say the default is to say nothing, to the service as well.
        live.setdefault("MessageSendTtlSeconds", _default_ttl(body))
    live = {name: value for name, value in live.items() if name in wanted or name == "Components"}
    if "Components" in wanted and "Components" in live:
        live["Components"] = agreed(wanted["Components"], live["Components"])
    return wanted, live


def unsaid(detail: Mapping[str, Json]) -> dict[str, Json]:
    """What the service has of fields that nobody has set."""
    return {**PROPERTIES, "MessageSendTtlSeconds": _default_ttl(detail)}


def _default_ttl(body: Mapping[str, Json]) -> int:
    return _DEFAULT_TTL.get(str(body.get("Category")), _LONGEST)


def _agree_on_samples(wanted: dict[str, Json], live: dict[str, Json]) -> None:
    if "Example" in live and "Example" in wanted:
        live["Example"] = {name: SAMPLE for name in live["Example"] if name in wanted["Example"]}
        if live["Example"]:
            return
    wanted.pop("Example", None)


def _agree_on_switches(wanted: dict[str, Json], live: dict[str, Json]) -> None:
    category = live.get("Category")
    drifted = isinstance(category, str) and category in CATEGORIES and category != "MARKETING"
    for name, default in PROPERTIES.items():
        if name == "AllowSend" and drifted:
            wanted.pop(name, None)  # the value says nothing of other categories, whatever was sent
        if name in wanted:
            live.setdefault(name, default)


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
    category = spelt("Category", category)
    content = {name: spelt(name, value) for name, value in _kept(body, TOP, extra).items()}
    for name in (*_IDENTITY, *effect.idle_outside({**content, "Category": category})):
        content.pop(name, None)
    content["Components"] = _components(body.get("Components"), category, extra)
    if "Example" in content:
        samples = content["Example"] if isinstance(content["Example"], dict) else {}
        content["Example"] = dict.fromkeys(sorted(effect.used(samples, content["Components"])), SAMPLE)
    ttl = content.get("MessageSendTtlSeconds")
    if ttl == 0:
        del content["MessageSendTtlSeconds"]
    elif ttl == -1 and category != "AUTHENTICATION":
        content["MessageSendTtlSeconds"] = _LONGEST
    return {name: value for name, value in content.items() if value or value == 0}


def _components(raw: Json, category: Json, extra: frozenset[str] | None) -> list[dict[str, Json]]:
    """Components in the order of people; one that says nothing but its type is none."""
    found = (_component(item, category, extra) for item in _mappings(raw))
    return sorted((item for item in found if len(item) > 1 or item.get("Type") == "BODY"), key=_place)


def _component(raw: Mapping[str, Json], category: Json, extra: frozenset[str] | None) -> dict[str, Json]:
    item = _kept(effect.part(formatted(raw), category), COMPONENT, extra)
    if item.get("Type") == "HEADER" and item.get("Url") and not has_variable(item["Url"]):
        item["Url"] = SAMPLE
    if "Buttons" in item:
        _put(item, "Buttons", [_button(button, category, extra) for button in _mappings(item["Buttons"])])
    if "Cards" in item:
        _put(item, "Cards", [_card(card, category, extra) for card in _mappings(item["Cards"])])
    return _without_defaults(item)


def formatted(raw: Mapping[str, Json]) -> Mapping[str, Json]:
    """A component in the words of files: `HasExpiration`, and the Format of a HEADER that has a text and no media."""
    if "hasExpiration" in raw:
        told = {"HasExpiration": raw["hasExpiration"]} if raw["hasExpiration"] else {}
        raw = {**{name: value for name, value in raw.items() if name != "hasExpiration"}, **told}
    if raw.get("Text") and not raw.get("Format") and not raw.get("Url") and spelt("Type", raw.get("Type")) == "HEADER":
        raw = {**raw, "Format": "TEXT"}
    return raw


def _card(raw: Mapping[str, Json], category: Json, extra: frozenset[str] | None) -> dict[str, Json]:
    card = _kept(raw, CARD, extra)
    card["CardComponents"] = _components(raw.get("CardComponents"), category, extra)
    return card


def _button(raw: Mapping[str, Json], category: Json, extra: frozenset[str] | None) -> dict[str, Json]:
    button = _kept(effect.part(raw, category), BUTTON, extra)
    apps = [told for app in _mappings(button.get("SupportedApps")) if (told := _app(app, extra))]
    own = {name: button.pop(name) for name in _APP if button.get(name)}
    if own and own not in apps:
        apps.append(own)
    if apps or "SupportedApps" in button:
        _put(button, "SupportedApps", sorted(apps, key=canonical_json))
    kind = button.get("Type")
    if kind in ("MPM", "CATALOG"):
        button.pop("Text", None)  # the label is fixed, whatever is sent
    if kind == "URL" and "UrlType" not in button and isinstance(button.get("Url"), str):
        button["UrlType"] = "dynamic" if "$(" in button["Url"] else "static"
    return _without_defaults(button)


def _app(raw: Mapping[str, Json], extra: frozenset[str] | None) -> dict[str, Json]:
    return {name: spelt(name, value) for name, value in _kept(raw, _APP, extra).items() if value}


def _kept(raw: Mapping[str, Json], known: Container[str], extra: frozenset[str] | None) -> dict[str, Json]:
    """What is not empty: of all that is false in JSON, zero and `false` alone equal 0, and say something."""
    if extra is None:
        return {name: value for name, value in raw.items() if value or value == 0}
    return {name: value for name, value in raw.items() if (value or value == 0) and (name in known or name in extra)}


def _put(item: dict[str, Json], name: str, items: list[Json]) -> None:
    """Take a list of a field, or nothing when it turned out to be empty."""
    if items:
        item[name] = items
    else:
        del item[name]


def _without_defaults(item: dict[str, Json]) -> dict[str, Json]:
    if not _DEFAULTS.keys().isdisjoint(item):
        for name, default in _DEFAULTS.items():
            if name in item and item[name] == default:
                del item[name]
    return item


def _mappings(value: Any) -> list[Mapping[str, Json]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _place(component: Mapping[str, Json]) -> tuple[int, str]:
    kind = str(component.get("Type"))
    return (_PLACES.get(kind, len(_PLACES)), kind)
