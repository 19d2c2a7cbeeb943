"""Rules about which components a template has, and what may stand in which of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from templatesync.kinds.rule import Hit
from templatesync.kinds.template.effect import PLACES, idle
from templatesync.kinds.template.rules.base import (
    CAMS,
    ERROR,
    INFO,
    META_CAROUSEL,
    META_CATALOG,
    META_COMPONENTS,
    META_OFFER,
    OTHERS,
    OWN,
    WARNING,
    by_schema,
    rule,
)
from templatesync.kinds.template.unknown import is_placeholder
from templatesync.kinds.template.view import Part, Template
from templatesync.model.lazy_pattern import lazy_pattern
from templatesync.model.paths import Path

COMPONENT_ENUM = by_schema("component-enum", ERROR, CAMS, "A component is one of the six that the API knows.")
HEADER_FORMAT_ENUM = by_schema("header-format-enum", ERROR, CAMS, "A HEADER is TEXT, IMAGE, VIDEO or DOCUMENT.")
CAROUSEL_MARKETING_ONLY = by_schema("carousel-marketing-only", ERROR, META_CAROUSEL, "CAROUSEL is for MARKETING.")
LTO_MARKETING_ONLY = by_schema("lto-marketing-only", ERROR, META_OFFER, "LIMITED_TIME_OFFER is for MARKETING.")


# A variable of the space that is not known yet, or a file that is stored when the template is sent.
_MEDIA_ADDRESS = lazy_pattern(r"(?i:https?://)|file:|\$\{\{")
_LOGIN = lazy_pattern(r"(?i:https?)://[^/?#\\]*@")


@rule(
    "header-media-url",
    ERROR,
    CAMS,
    "A HEADER with media has the address of a sample.",
    needs=[("Url", "ThumbUrl", "samples")],
)
def header_media_url(template: Template) -> Iterator[Hit]:
    """A Url that nobody can fetch, or with a login in it; one that is missing is the schema's to tell, but where the
    samples of other languages are unknown."""
    for header in template.all_parts:
        media = header.type == "HEADER" and header.format in ("IMAGE", "VIDEO", "DOCUMENT")
        url = header.fields.get("Url") if media else None
        if isinstance(url, str) and url and not _MEDIA_ADDRESS.match(url) and not is_placeholder(url):
            message = "WhatsApp fetches the sample of a HEADER; a local file name is not an address"
            hint = "write file: and its path in the project to have it uploaded, or the https:// address of a sample"
            yield Hit(header.at("Url"), message, hint)
        elif isinstance(url, str) and _LOGIN.match(url):
            message = "everybody who sees this file, a plan or the template can read the login in this address"
            yield Hit(header.at("Url"), message, "use an address that needs none, or file: and a path in the project")
        elif media and url is None and template.marked and not template.unknown:
            message = f"a HEADER with media needs Url, and {template.language[:40]} is not among those without samples"
            yield Hit(header.path, message, "write the address of a sample, or file: and its path in the project")
        thumb = header.fields.get("ThumbUrl")
        if isinstance(thumb, str) and thumb.startswith("file:"):
            yield Hit(header.at("ThumbUrl"), "no file is uploaded for a ThumbUrl, which WhatsApp ignores", "remove it")


@rule("body-required", ERROR, META_COMPONENTS, "A template has a BODY.")
def body_required(template: Template) -> Iterator[Hit]:
    """No BODY at all; several are another rule's."""
    if template.parts and template.part("BODY") is None:
        yield Hit(("Components",), "a template needs a BODY", "add a component with Type: BODY")


@rule("component-once", ERROR, META_COMPONENTS, "Each type of component appears at most once.")
def component_once(template: Template) -> Iterator[Hit]:
    """In the message, and in each card."""
    groups: list[Sequence[Part]] = [template.parts, *(card.parts for card in template.cards)]
    for parts in groups:
        if len({part.type for part in parts}) == len(parts):
            continue
        seen: Counter[str] = Counter()
        for part in parts:
            seen[part.type] += 1
            if part.type and seen[part.type] == 2:
                yield Hit(part.at("Type"), f"there is a {part.type} already", "keep one of the two")


# "Nothing else beside it" is read from Meta's syntax and not said in words, hence no error.
@rule(
    "carousel-needs-body",
    WARNING,
    META_CAROUSEL,
    "A message with a CAROUSEL has a BODY and nothing else.",
    needs=["CAROUSEL"],
)
def carousel_needs_body(template: Template) -> Iterator[Hit]:
    """HEADER, FOOTER or BUTTONS of the message beside a carousel."""
    if template.part("CAROUSEL") is None:
        return
    for part in template.parts:
        if part.type in ("HEADER", "FOOTER", "BUTTONS"):
            yield Hit(
                part.at("Type"), f"a message with a CAROUSEL has no {part.type}", "move it to the cards, or remove it"
            )


@rule(
    "lto-no-footer",
    ERROR,
    META_OFFER,
    "A template with LIMITED_TIME_OFFER has no FOOTER.",
    needs=["LIMITED_TIME_OFFER"],
)
def lto_no_footer(template: Template) -> Iterator[Hit]:
    """Both in one template."""
    if template.part("LIMITED_TIME_OFFER") is not None:
        for footer in template.every("FOOTER"):
            yield Hit(footer.at("Type"), "a message with a LIMITED_TIME_OFFER has no FOOTER", "remove the FOOTER")


@rule(
    "catalog-marketing", ERROR, META_CATALOG, "CATALOG and MPM buttons are for MARKETING.", needs=[("CATALOG", "MPM")]
)
def catalog_marketing(template: Template) -> Iterator[Hit]:
    """Such a button in UTILITY; in AUTHENTICATION auth-btn-type has told already."""
    for button in template.buttons:
        if button.type in ("CATALOG", "MPM") and template.category == "UTILITY":
            yield Hit(button.at("Type"), f"a {button.type} button is only allowed in MARKETING templates", "")


@rule(
    "catalog-no-header",
    ERROR,
    META_CATALOG,
    "A catalog template has a BODY and perhaps a FOOTER, but no HEADER.",
    needs=[("CATALOG", "MPM")],
)
def catalog_no_header(template: Template) -> Iterator[Hit]:
    """A HEADER above a CATALOG button."""
    if template.has_button("CATALOG"):
        for header in template.every("HEADER"):
            yield Hit(header.at("Type"), "a message with a CATALOG button has no HEADER", "remove the HEADER")


@rule(
    "mpm-needs-header",
    ERROR,
    META_CATALOG,
    "A multi-product template has a HEADER of text.",
    needs=[("CATALOG", "MPM")],
)
def mpm_needs_header(template: Template) -> Iterator[Hit]:
    """No HEADER, or one with media."""
    if not template.has_button("MPM"):
        return
    header = template.part("HEADER")
    if header is None:
        yield Hit(("Components",), "a message with an MPM button needs a HEADER with Format TEXT", "add one")
    elif header.format not in ("", "TEXT"):
        yield Hit(header.at("Format"), "the HEADER above an MPM button has Format TEXT", "use Format TEXT")


@rule("catalog-mpm-alone", WARNING, OTHERS, "A CATALOG or MPM button is the only button.", needs=[("CATALOG", "MPM")])
def catalog_mpm_alone(template: Template) -> Iterator[Hit]:
    """Another button beside it."""
    for part in template.every("BUTTONS"):
        special = [button for button in part.buttons if button.type in ("CATALOG", "MPM")]
        if special and len(part.buttons) > 1:
            other = next(button for button in part.buttons if button is not special[0])
            yield Hit(other.path, f"no other button may be next to a {special[0].type} button", "keep only that one")


# --- fields that stand where they have no effect --------------------------------------------------------------------


def _misplaced(field: str) -> Callable[[Template], Iterator[Hit]]:
    """A check for a field of components or buttons that has an effect in its home only."""

    def check(template: Template) -> Iterator[Hit]:
        for part in (*template.all_parts, *template.buttons):
            if field in part.fields and field in idle(part.fields, template.category):
                message = f"{field} has no effect here; it belongs to {PLACES[field].home}"
                yield Hit((*part.path, field), message, "move or remove it")

    return check


caption_header_media = rule(
    "caption-header-media", INFO, CAMS, "Caption belongs in a HEADER with media.", needs=["Caption"]
)(_misplaced("Caption"))
filename_document = rule(
    "filename-document", INFO, CAMS, "FileName belongs in a HEADER with a document.", needs=["FileName"]
)(_misplaced("FileName"))
addsecret_place = rule(
    "addsecret-place",
    INFO,
    CAMS,
    "AddSecretRecommendation belongs in the BODY of AUTHENTICATION.",
    needs=["AddSecretRecommendation"],
)(_misplaced("AddSecretRecommendation"))
codeexp_place = rule(
    "codeexp-place",
    INFO,
    CAMS,
    "CodeExpirationMinutes belongs in the FOOTER of AUTHENTICATION.",
    needs=["CodeExpirationMinutes"],
)(_misplaced("CodeExpirationMinutes"))
hasexp_place = rule(
    "hasexp-place", INFO, CAMS, "HasExpiration belongs in a LIMITED_TIME_OFFER.", needs=["HasExpiration"]
)(_misplaced("HasExpiration"))
btn_phone_field = rule(
    "btn-phone-field", INFO, CAMS, "PhoneNumber belongs to a PHONE_NUMBER button.", needs=["PhoneNumber"]
)(_misplaced("PhoneNumber"))
btn_quick_optout = rule(
    "btn-quick-optout", INFO, CAMS, "IsOptOut belongs to a QUICK_REPLY button of MARKETING.", needs=["IsOptOut"]
)(_misplaced("IsOptOut"))

# Those that no rule of its own is about. Of a Text that the platform writes itself, others say more; so they do of a
# screen beside DATA_EXCHANGE.
_PLACED = frozenset(
    "AutofillText Buttons Cards CouponCode FlowAction FlowId Format NavigateScreen PackageName SignatureHash "
    "SupportedApps Text Url UrlType".split()
)
_OF_OTHERS = {"BODY": {"Text"}, "FOOTER": {"Text"}, "COPY_CODE": {"Text"}, "FLOW": {"NavigateScreen"}}


@rule("field-place", WARNING, OWN, "A field is in the kind of component or button that it belongs to.")
def field_place(template: Template) -> Iterator[Hit]:
    """A field in a component or button of another type."""
    for part in (*template.all_parts, *template.buttons):
        nothing = idle(part.fields, template.category)
        if nothing.isdisjoint(part.fields):
            continue
        for field in part.fields:
            if field in nothing and field in _PLACED and field not in _OF_OTHERS.get(part.type, ()):
                message = f"{field} has no effect here; it belongs to {PLACES[field].home}"
                yield Hit((*part.path, field), message, "move or remove it")


@rule(
    "viber-fields-on-wa",
    INFO,
    CAMS,
    "Duration, FileType and ThumbUrl are not used.",
    needs=[("Duration", "FileType", "ThumbUrl")],
)
def viber_fields_on_wa(template: Template) -> Iterator[Hit]:
    """Fields that only VIBER templates have."""
    for part in (*template.all_parts, *template.buttons):
        for field in ("Duration", "FileType", "ThumbUrl"):
            if field in part.fields and field in idle(part.fields, template.category):
                path: Path = (*part.path, field)
                yield Hit(path, f"{field} is for VIBER templates and has no effect here", "remove it")
