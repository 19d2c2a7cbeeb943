"""Laws of reading Meta's form: it never raises, and what it converts is what the API takes."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from templatesync.documents.yaml_reader import load
from templatesync.documents.yaml_writer import to_yaml
from templatesync.kinds.template.meta import read
from templatesync.service.api import api, check

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)
PARTS = ["HEADER", "BODY", "FOOTER", "BUTTONS", "CAROUSEL", "LIMITED_TIME_OFFER"]
BUTTONS = ["URL", "QUICK_REPLY", "PHONE_NUMBER", "COPY_CODE", "FLOW", "OTP", "MPM", "CATALOG"]
WORDS = [
    *PARTS, *BUTTONS, "TEXT", "IMAGE", "one_tap", "navigate", "MARKETING", "utility", "AUTHENTICATION", "en", "pt_BR",
    "{{1}}", "{{ name }}", "${{a}}", "$(x)", "https://example.com/{{1}}", "120", "",
    "https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE",
]  # fmt: skip
FIELDS = [
    "name", "language", "languages", "category", "components", "type", "format", "text", "example", "buttons", "cards",
    "url", "phone_number", "flow_id", "flow_action", "otp_type", "supported_apps", "package_name", "param_name",
    "limited_time_offer", "has_expiration", "add_security_recommendation", "code_expiration_minutes",
    "message_send_ttl_seconds", "header_text", "body_text", "body_text_named_params", "header_handle", "data",
    "template", "paging", "next", "status",
]  # fmt: skip
SHAPED = st.recursive(
    st.sampled_from(WORDS) | st.none() | st.booleans() | st.integers(-3, 99),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=6),
    max_leaves=12,
)
BUTTON = st.fixed_dictionaries(
    {"type": st.sampled_from(BUTTONS)},
    optional=dict.fromkeys(("text", "url", "example", "phone_number", "flow_id", "supported_apps"), SHAPED)
    | {"otp_type": st.sampled_from(["ONE_TAP", "copy_code"])},
)
PART = {
    "format": st.sampled_from(["TEXT", "IMAGE", "VIDEO", "DOCUMENT"]),
    "text": st.sampled_from(WORDS) | st.text(),
    "example": SHAPED,
    "buttons": st.lists(BUTTON, max_size=3),
}
ON_CARD = st.fixed_dictionaries({"type": st.sampled_from(["HEADER", "BODY", "BUTTONS"])}, optional=PART)
CARD = st.fixed_dictionaries({"components": st.lists(ON_CARD, max_size=3)})
COMPONENT = st.fixed_dictionaries(
    {"type": st.sampled_from(PARTS)},
    optional=PART
    | dict.fromkeys(("limited_time_offer", "add_security_recommendation", "code_expiration_minutes"), SHAPED)
    | {"cards": st.lists(CARD, max_size=2)},
)
ENTRY = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["a", "A", "a!", "b"]) | st.text(),
        "language": st.sampled_from(["en", "pt_BR", "sw"]),
        "category": st.sampled_from(["MARKETING", "UTILITY", "AUTHENTICATION"]),
        "components": st.lists(COMPONENT, max_size=3),
    },
    optional={"message_send_ttl_seconds": SHAPED, "languages": st.lists(st.sampled_from(["en", "de"]), max_size=2)},
)


def localised(value: Any, language: str) -> Any:
    """One language of a body, as it would be sent."""
    if isinstance(value, list):
        return [localised(item, language) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: child[language]
        if key in ("Text", "AutofillText") and isinstance(child, dict)
        else localised(child, language)
        for key, child in value.items()
    }


def hold(data: Any) -> None:
    """Everything that must be true of any reading."""
    converted, refused = read(data)
    assert (converted, refused) == read(data)
    identities = set()
    operation = api().operations["CreateChatappTemplate"]
    for one in converted:
        languages = one.body.get("Languages") or [one.body["Language"]]
        for language in languages:
            request = {key: value for key, value in localised(dict(one.body), language).items() if key != "Languages"}
            request |= {"Language": language, "TemplateType": "WHATSAPP"}
            assert list(check(operation.request, request)) == []
            identities.add((one.name, language))
        written = to_yaml(one.body, header=[one.original, *one.notes]).encode()
        (document,) = load(written, "a.yaml").documents or (None,)
        assert document is None or document.data == one.body
    assert len(identities) == sum(len(one.body.get("Languages") or [1]) for one in converted)
    for one in converted:
        for place in {note.partition(":")[0] for note in one.notes}:
            about = " ".join(note for note in one.notes if note.startswith(f"{place}:"))
            assert not ("was read" in about and "was left out" in about)
            assert not ("was filled in" in about and "write it for" in about)
    for told in [*(one.reason for one in refused), *(one.original for one in refused)]:
        told.encode()


@given(JSON)
def test_law_reading_never_raises(data: Any) -> None:
    hold(data)


@given(SHAPED)
def test_law_whatever_looks_like_a_template_is_converted_or_refused(data: Any) -> None:
    hold(data)


@given(st.lists(ENTRY, max_size=3))
def test_law_what_is_converted_is_what_the_api_takes(data: list[Any]) -> None:
    hold(data)
    converted, refused = read(data)
    assert len(converted) + len(refused) == max(len(data), 1)  # each is one of the two, and an empty list is told
