"""How a template comes back: not as it was sent. Pure; knows no store, no HTTP, and no client's idea of equality.

Between request and answer the service renames, fills in, re-hosts and re-orders. What is documented or seen is done
to every template; what is only possible is done to some of them, chosen by a hash of space, name and language, so
that a client meets all of it and every run is the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from types import MappingProxyType
from urllib.parse import urlsplit

from templatesync.emulator.objects.origin import MEDIA_HOST
from templatesync.emulator.operations.generated import (
    LABELS,
    autofill_label,
    body_text,
    copy_label,
    footer_text,
)
from templatesync.emulator.platform.review import Status
from templatesync.emulator.store.templates import Template
from templatesync.model.json_value import Json
from templatesync.service.api import Field, api

_MEDIA_FORMATS = frozenset({"IMAGE", "VIDEO", "DOCUMENT"})


@dataclass(frozen=True, slots=True)
class Manner:
    """Which of the possible answers this template gets.

    blank     what nothing was sent for: by type, else null
    reverse   components come in the opposite order, else sorted by type
    mute      Example is empty
    """

    blank: Mapping[str, Json]
    reverse: bool
    mute: bool


# A service in Java answers null for what is an object there, and false or 0 for what is not; texts come both ways.
_BLANKS: tuple[Mapping[str, Json], ...] = (
    MappingProxyType({}),
    MappingProxyType({"boolean": False, "integer": 0}),
    MappingProxyType({"boolean": False, "integer": 0, "string": ""}),
)


def manner(template: Template) -> Manner:
    """Always the same for one identity."""
    digest = hashlib.sha256(f"{template.space}/{template.name}/{template.language}".encode()).digest()
    return Manner(blank=_BLANKS[digest[0] % len(_BLANKS)], reverse=bool(digest[1] & 1), mute=digest[2] % 4 == 0)


def detail(template: Template) -> dict[str, Json]:
    """The Data of GetChatappTemplateDetail."""
    how = manner(template)
    fields = _member(api().operations["GetChatappTemplateDetail"].response, "Data").fields
    properties = template.properties
    data: dict[str, Json] = {
        "AllowSend": _allow_send(template),
        "AuditStatus": template.status.value,
        "Category": template.category,
        "CategoryChangePaused": bool(properties.get("CategoryChangePaused")),
        "Components": [],
        "Example": {} if how.mute else template.content.get("Example") or {},
        "Language": template.language,
        "LastUpdateTime": milliseconds(template.updated),
        "MessageSendTtlSeconds": properties.get("MessageSendTtlSeconds", how.blank.get("integer")),
        "Name": template.name,
        "ProductSetId": properties.get("ProductSetId", how.blank.get("string")),
        "QualityScore": quality(template),
        "Reason": template.reason or None,
        "ServerTraceId": _token(template, "trace")[:16],
        "TemplateCode": template.code,
        "TemplateType": template.type,
    }
    data["Components"] = components(template, _member(fields, "Components").fields, how)
    return data


def summary(template: Template) -> dict[str, Json]:
    """One row of ListChatappTemplate."""
    return {
        "AuditStatus": template.status.value,
        "Category": template.category,
        "Language": template.language,
        "LastUpdateTime": milliseconds(template.updated),
        "Reason": template.reason or None,
        "ServerTraceId": _token(template, "trace")[:16],
        "TemplateCode": template.code,
        "TemplateName": template.name,
        "TemplateType": template.type,
    }


def milliseconds(seconds: float) -> int:
    """The service's unit of time."""
    return round(seconds * 1000)


def quality(template: Template) -> str:
    """QualityScore: nothing is known of what was never sent."""
    known = template.properties.get("QualityScore")
    if known:
        return str(known)
    return "GREEN" if template.status is Status.PASS else "UNKNOWN"


def _allow_send(template: Template) -> Json:
    value = template.properties.get("AllowSend")
    # The page says that it means something for MARKETING only.
    return True if value is None and template.category == "MARKETING" else value


def components(template: Template, fields: Sequence[Field], how: Manner) -> list[Json]:
    """The components, with every member that the API's answer has."""
    listed = [_component(template, component) for component in template.content["Components"]]
    return [_filled(fields, component, how.blank) for component in _ordered(listed, how)]


def _ordered(listed: Sequence[Mapping[str, Json]], how: Manner) -> list[Mapping[str, Json]]:
    if how.reverse:
        return list(reversed(listed))
    return sorted(listed, key=lambda component: str(component["Type"]))


def _component(template: Template, sent: Mapping[str, Json]) -> dict[str, Json]:
    shown = dict(sent)
    if "HasExpiration" in shown:
        # The service's own spelling in answers.
        shown["hasExpiration"] = shown.pop("HasExpiration")
    if shown.get("Format") in _MEDIA_FORMATS:
        shown |= {name: rehosted(template, shown[name]) for name in ("Url", "ThumbUrl") if shown.get(name)}
    if template.category == "AUTHENTICATION" and template.type == "WHATSAPP":
        shown |= _generated(template.language, sent)
    if shown.get("Buttons"):
        shown["Buttons"] = [_button(template, button) for button in shown["Buttons"]]
    if shown.get("Cards"):
        how = manner(template)
        shown["Cards"] = [
            card
            | {
                "CardComponents": _ordered(
                    [_component(template, part) for part in card.get("CardComponents") or []], how
                )
            }
            for card in shown["Cards"]
        ]
    return shown


def _generated(language: str, sent: Mapping[str, Json]) -> dict[str, str]:
    if sent["Type"] == "BODY":
        return {"Text": body_text(language, warned=bool(sent.get("AddSecretRecommendation")))}
    if sent["Type"] == "FOOTER" and sent.get("CodeExpirationMinutes"):
        return {"Text": footer_text(language, sent["CodeExpirationMinutes"])}
    return {}


def _button(template: Template, sent: Mapping[str, Json]) -> dict[str, Json]:
    shown = dict(sent)
    kind = shown["Type"]
    if template.category == "AUTHENTICATION":
        shown["Text"] = shown.get("Text") or copy_label(template.language)
        if kind != "COPY_CODE":
            shown["AutofillText"] = shown.get("AutofillText") or autofill_label(template.language)
    elif kind in LABELS:
        # These labels are fixed: what was sent is ignored.
        shown["Text"] = LABELS[kind]
    if kind == "URL" and not shown.get("UrlType"):
        shown["UrlType"] = "dynamic" if "$(" in str(shown.get("Url")) else "static"
    shown["ExtendAttrs"] = dict(_EXTENSION) if kind == "QUICK_REPLY" else None
    return shown | _apps(shown)


_EXTENSION: Mapping[str, Json] = MappingProxyType(
    {"Action": None, "IntentCode": None, "NextLanguageCode": None, "NextTemplateCode": None, "NextTemplateName": None}
)


def _apps(button: Mapping[str, Json]) -> dict[str, Json]:
    """One app is told in both forms, the old one on the button and the list; several only in the list."""
    apps = button.get("SupportedApps") or []
    old = {name: button[name] for name in ("PackageName", "SignatureHash") if button.get(name)}
    if old and not apps:
        return {"SupportedApps": [old]}
    if len(apps) == 1:
        return dict(apps[0])
    return {}


def rehosted(template: Template, url: str) -> str:
    """The service's own copy of a sample: another address, the same kind of file. Its own addresses stay."""
    parts = urlsplit(url)
    if parts.hostname == MEDIA_HOST:
        return url
    name = hashlib.sha256(url.encode()).hexdigest()[:32]
    return f"https://{MEDIA_HOST}/{_token(template, 'media')[:12]}/{name}{PurePosixPath(parts.path).suffix[:6]}"


def _token(template: Template, purpose: str) -> str:
    return hashlib.sha256(f"{purpose}/{template.space}/{template.code}/{template.language}".encode()).hexdigest()


def _member(fields: Sequence[Field], name: str) -> Field:
    return next(field for field in fields if field.name == name)


def _filled(fields: Sequence[Field], values: Mapping[str, Json], blank: Mapping[str, Json]) -> dict[str, Json]:
    """Every member that the API names: an empty list where there are no items, null or a blank where nothing is."""
    filled = dict(values)
    for field in fields:
        value = values.get(field.name)
        if field.type == "array":
            filled[field.name] = [_filled(field.fields, item, blank) for item in value or []]
        elif field.type == "object" and value is not None:
            filled[field.name] = dict(value)
        elif value is None:
            filled[field.name] = blank.get(field.type)
    return filled
