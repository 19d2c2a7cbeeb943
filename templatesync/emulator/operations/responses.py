"""Templates as the service answers them, which is not as they were sent. Pure; knows no SQL and no HTTP.

The service renames members, fills them in, re-hosts media and re-orders components. What is documented or seen is done
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

from templatesync.emulator.object_store.origin import MEDIA_HOST
from templatesync.emulator.operations.generated_text import LABELS, autofill_label, body_text, copy_label, footer_text
from templatesync.emulator.platform.review import ReviewStatus
from templatesync.emulator.store.templates import TemplateRow
from templatesync.model.json_value import Json
from templatesync.service.api import Field, api

_MEDIA_FORMATS = frozenset({"IMAGE", "VIDEO", "DOCUMENT"})


@dataclass(frozen=True, slots=True)
class Variant:
    """Which of the possible answers this template gets.

    absent      what is answered for members that were not sent: by type, else null
    reversed    components come in the opposite order, else sorted by type
    no_example  Example is empty
    """

    absent: Mapping[str, Json]
    reversed: bool
    no_example: bool


# A service in Java answers null for what is an object there, and false or 0 for what is not; texts come both ways.
_ABSENT: tuple[Mapping[str, Json], ...] = (
    MappingProxyType({}),
    MappingProxyType({"boolean": False, "integer": 0}),
    MappingProxyType({"boolean": False, "integer": 0, "string": ""}),
)


def variant_of(template: TemplateRow) -> Variant:
    """Always the same for one identity."""
    digest = hashlib.sha256(f"{template.space}/{template.name}/{template.language}".encode()).digest()
    return Variant(
        absent=_ABSENT[digest[0] % len(_ABSENT)], reversed=bool(digest[1] & 1), no_example=digest[2] % 4 == 0
    )


def detail(template: TemplateRow) -> dict[str, Json]:
    """The Data of GetChatappTemplateDetail."""
    variant = variant_of(template)
    fields = _member(api().operations["GetChatappTemplateDetail"].response, "Data").fields
    properties = template.properties
    data: dict[str, Json] = {
        "AllowSend": _allow_send(template),
        "AuditStatus": template.status.value,
        "Category": template.category,
        "CategoryChangePaused": bool(properties.get("CategoryChangePaused")),
        "Components": [],
        "Example": {} if variant.no_example else template.content.get("Example") or {},
        "Language": template.language,
        "LastUpdateTime": milliseconds(template.updated),
        "MessageSendTtlSeconds": properties.get("MessageSendTtlSeconds", variant.absent.get("integer")),
        "Name": template.name,
        "ProductSetId": properties.get("ProductSetId", variant.absent.get("string")),
        "QualityScore": quality(template),
        "Reason": template.reason or None,
        "ServerTraceId": _digest(template, "trace")[:16],
        "TemplateCode": template.code,
        "TemplateType": template.type,
    }
    data["Components"] = components(template, _member(fields, "Components").fields, variant)
    return data


def summary(template: TemplateRow) -> dict[str, Json]:
    """One row of ListChatappTemplate."""
    return {
        "AuditStatus": template.status.value,
        "Category": template.category,
        "Language": template.language,
        "LastUpdateTime": milliseconds(template.updated),
        "Reason": template.reason or None,
        "ServerTraceId": _digest(template, "trace")[:16],
        "TemplateCode": template.code,
        "TemplateName": template.name,
        "TemplateType": template.type,
    }


def milliseconds(seconds: float) -> int:
    """The service's unit of time."""
    return round(seconds * 1000)


def quality(template: TemplateRow) -> str:
    """QualityScore: nothing is known of what was never sent."""
    known = template.properties.get("QualityScore")
    if known:
        return str(known)
    return "GREEN" if template.status is ReviewStatus.PASS else "UNKNOWN"


def _allow_send(template: TemplateRow) -> Json:
    value = template.properties.get("AllowSend")
    # The page says that it means something for MARKETING only.
    return True if value is None and template.category == "MARKETING" else value


def components(template: TemplateRow, fields: Sequence[Field], variant: Variant) -> list[Json]:
    """The components, with every member that the API's answer has."""
    listed = [_component(template, component) for component in template.content["Components"]]
    return [_filled(fields, component, variant.absent) for component in _ordered(listed, variant)]


def _ordered(listed: Sequence[Mapping[str, Json]], variant: Variant) -> list[Mapping[str, Json]]:
    if variant.reversed:
        return list(reversed(listed))
    return sorted(listed, key=lambda component: str(component["Type"]))


def _component(template: TemplateRow, sent: Mapping[str, Json]) -> dict[str, Json]:
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
        variant = variant_of(template)
        shown["Cards"] = [
            card
            | {
                "CardComponents": _ordered(
                    [_component(template, part) for part in card.get("CardComponents") or []], variant
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


def _button(template: TemplateRow, sent: Mapping[str, Json]) -> dict[str, Json]:
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
    """One app is answered in both forms, the old one on the button and the list; several only in the list."""
    apps = button.get("SupportedApps") or []
    old = {name: button[name] for name in ("PackageName", "SignatureHash") if button.get(name)}
    if old and not apps:
        return {"SupportedApps": [old]}
    if len(apps) == 1:
        return dict(apps[0])
    return {}


def rehosted(template: TemplateRow, url: str) -> str:
    """The service's own copy of a sample: another address, the same kind of file. Its own addresses stay."""
    parts = urlsplit(url)
    if parts.hostname == MEDIA_HOST:
        return url
    name = hashlib.sha256(url.encode()).hexdigest()[:32]
    return f"https://{MEDIA_HOST}/{_digest(template, 'media')[:12]}/{name}{PurePosixPath(parts.path).suffix[:6]}"


def _digest(template: TemplateRow, purpose: str) -> str:
    return hashlib.sha256(f"{purpose}/{template.space}/{template.code}/{template.language}".encode()).hexdigest()


def _member(fields: Sequence[Field], name: str) -> Field:
    return next(field for field in fields if field.name == name)


def _filled(fields: Sequence[Field], values: Mapping[str, Json], absent: Mapping[str, Json]) -> dict[str, Json]:
    """Every member that the API names: an empty list where there are no items, what `absent` has where nothing is."""
    filled = dict(values)
    for field in fields:
        value = values.get(field.name)
        if field.type == "array":
            filled[field.name] = [_filled(field.fields, item, absent) for item in value or []]
        elif field.type == "object" and value is not None:
            filled[field.name] = dict(value)
        elif value is None:
            filled[field.name] = absent.get(field.type)
    return filled
