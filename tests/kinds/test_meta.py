"""Templates in Meta's form become bodies of CAMS: wrappings, names, languages, categories, variables."""

from __future__ import annotations

from typing import Any

import pytest
from support.meta_entries import HELLO, body, buttons, convert, named, reason, template

from templatesync.kinds.template.meta import Converted, read

# --- a whole template -----------------------------------------------------------------------------------------------


def test_a_whole_template_in_the_order_of_the_page() -> None:
    one = convert(
        buttons(
            {"type": "QUICK_REPLY", "text": "Thanks"},
            {"type": "URL", "text": "Follow", "url": "https://example.com/p/{{1}}", "example": ["77"]},
            {"type": "PHONE_NUMBER", "text": "Call", "phone_number": "+4930123456"},
        ),
        {"type": "FOOTER", "text": "Your parcel shop"},
        body("Hello {{1}}, parcel {{2}} is here.", example={"body_text": [["Ann", "P-1"]]}),
        {"type": "HEADER", "format": "TEXT", "text": "For {{1}}", "example": {"header_text": ["Ann Lee"]}},
        id="123",
        status="APPROVED",
        parameter_format="POSITIONAL",
        allow_category_change=True,
        message_send_ttl_seconds=600,
    )
    assert list(one.body) == ["Name", "Category", "Language", "MessageSendTtlSeconds", "Components", "Example"]
    assert one == Converted(
        name="parcel",
        original="parcel",
        body={
            "Name": "parcel",
            "Category": "UTILITY",
            "Language": "en",
            "MessageSendTtlSeconds": 600,
            "Components": [
                {"Type": "HEADER", "Format": "TEXT", "Text": "For $(header1)"},
                {"Type": "BODY", "Text": "Hello $(var1), parcel $(var2) is here."},
                {"Type": "FOOTER", "Text": "Your parcel shop"},
                {
                    "Type": "BUTTONS",
                    "Buttons": [
                        {"Type": "QUICK_REPLY", "Text": "Thanks"},
                        {"Type": "URL", "Text": "Follow", "Url": "https://example.com/p/$(url1)", "UrlType": "dynamic"},
                        {"Type": "PHONE_NUMBER", "Text": "Call", "PhoneNumber": "+4930123456"},
                    ],
                },
            ],
            "Example": {"header1": "Ann Lee", "var1": "Ann", "var2": "P-1", "url1": "77"},
        },
        notes=(),
    )


def test_broken_entries_do_not_hide_the_others() -> None:
    converted, refused = read([3, template(HELLO), {"components": [HELLO]}, template(HELLO, language="Klingon")])
    assert [one.name for one in converted] == ["parcel"]
    assert [(one.original, one.language) for one in refused] == [("entry 3", ""), ("parcel", "Klingon")]


# --- names, languages, categories -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("originals", "names"),
    [
        (["parcel"], ["parcel"]),
        (["Parcel Café 2!"], ["parcel_caf__2_"]),
        (["项目"], ["__"]),
        ([""], ["template"]),
        ([None, 7], ["template", "template_2"]),
        (["a", "a", "a"], ["a", "a_2", "a_3"]),
        (["a", "a", "a_2"], ["a", "a_3", "a_2"]),
        (["A", "a"], ["a_2", "a"]),
        (["a!", "a?"], ["a_", "a__2"]),
        (["x" * 600, "x" * 600], ["x" * 512, "x" * 510 + "_2"]),
    ],
)
def test_names(originals: list[Any], names: list[str]) -> None:
    converted, refused = read([template(HELLO, name=original) for original in originals])
    assert ([one.name for one in converted], refused) == (names, [])
    assert [one.body["Name"] for one in converted] == names
    assert [one.original for one in converted] == [name if isinstance(name, str) else "" for name in originals]


def test_languages_of_one_name_stay_together_and_repeats_part() -> None:
    entries = [("a", "en"), ("a", "de"), ("a", "en"), ("a", "de"), ("a", "fr"), ("b", "en")]
    converted, _ = read([template(HELLO, name=name, language=language) for name, language in entries])
    assert [one.name for one in converted] == ["a", "a", "a_2", "a_2", "a", "b"]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"language": "zh_CN"}, {"Language": "zh_CN"}),
        ({"language": "pt-BR"}, {"Language": "pt_BR"}),
        ({"language": None, "languages": ["en", "de", "en"]}, {"Languages": ["en", "de"]}),
        ({"languages": ["de"]}, {"Language": "de"}),
        ({"languages": []}, {"Language": "en"}),
        ({"language": "pt-br"}, {"Language": "pt_BR"}),
        ({"language": " PT_BR "}, {"Language": "pt_BR"}),
        ({"language": "EN"}, {"Language": "en"}),
        ({"language": "en-us"}, {"Language": "en_US"}),
        ({"language": "ZH-hk"}, {"Language": "zh_HK"}),
        ({"language": {"code": "en_US", "policy": "deterministic"}}, {"Language": "en_US"}),
        ({"languages": [{"code": "DE"}, "en"]}, {"Languages": ["de", "en"]}),
        ({"language": "xx_yy"}, {"Language": "xx_yy"}),
    ],
)
def test_languages(fields: dict[str, Any], expected: dict[str, Any]) -> None:
    result = convert(HELLO, **fields).body
    assert {key: result[key] for key in ("Language", "Languages") if key in result} == expected


@pytest.mark.parametrize(
    ("code", "meant"),
    [
        ("iw", "he"),
        ("in", "id"),
        ("no", "nb"),
        ("sr_latn", "sr"),
        ("zh", "zh_CN, zh_HK or zh_TW"),
        ("xx", ""),
        ("de", None),
    ],
)
def test_a_code_that_whatsapp_does_not_know_is_told(code: str, meant: str | None) -> None:
    ((one,), _) = read([template(HELLO, language=code)])
    told = [note for note in one.notes if "language code" in note]
    assert len(told) == (meant is not None)
    assert all(f"did you mean {meant}?" in note for note in told if meant)


@pytest.mark.parametrize("fields", [{"language": ""}, {"language": 4}, {"language": {}}, {"languages": ["en", None]}])
def test_languages_that_are_none(fields: dict[str, Any]) -> None:
    assert "language" in reason(HELLO, **fields)


@pytest.mark.parametrize(
    ("given", "category"),
    [
        ("marketing", "MARKETING"),
        ("TRANSACTIONAL", "UTILITY"),
        ("SHIPPING_UPDATE", "UTILITY"),
        ("OTP", "AUTHENTICATION"),
    ],
)
def test_categories(given: str, category: str) -> None:
    one = convert(HELLO, category=given)
    assert one.body["Category"] == category
    assert any("is of old" in note for note in one.notes) == (given.upper() != category)


@pytest.mark.parametrize("category", ["", "NEWS", "AUTO_REPLY"])
def test_categories_that_are_none(category: Any) -> None:
    assert "is not MARKETING, UTILITY or AUTHENTICATION" in reason(HELLO, category=category)


@pytest.mark.parametrize(
    ("given", "seconds", "noted"),
    [(60, 60, False), ("120", 120, True), (-1, -1, False), ("soon", None, True), (1.5, None, True), (True, None, True),
     (10**30, None, True), (None, None, False)],
)  # fmt: skip
def test_time_to_live(given: Any, seconds: int | None, noted: bool) -> None:
    one = convert(HELLO, message_send_ttl_seconds=given)
    assert one.body.get("MessageSendTtlSeconds") == seconds
    assert any("message_send_ttl_seconds" in note for note in one.notes) == noted


def test_facts_are_dropped_and_losses_are_noted() -> None:
    one = convert(HELLO, quality_score={"score": "GREEN"}, status="REJECTED", rejected_reason="X", bid_spec={"bid": 1},
                  cta_url_link_tracking_opted_out=False)  # fmt: skip
    assert one.notes == (
        'its state at Meta is "REJECTED"',
        'the template: "bid_spec" has no place in CAMS and was left out',
    )


# --- variables and samples ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "example", "expected", "samples"),
    [
        ("Hi {{1}}, {{ 2 }}!", {"body_text": [["Ann", "77"]]}, "Hi $(var1), $(var2)!", {"var1": "Ann", "var2": "77"}),
        ("Hi {{1}}!", {"body_text": "Ann"}, "Hi $(var1)!", {"var1": "Ann"}),
        ("Hi {{1}}!", {"body_text": ["Ann"]}, "Hi $(var1)!", {"var1": "Ann"}),
        ("Hi {{01}}!", {"body_text": [["Ann"]]}, "Hi $(var1)!", {"var1": "Ann"}),
        ("{{2}} {{1}} {{2}}", {"body_text": [["a", "b"]]}, "$(var2) $(var1) $(var2)", {"var2": "b", "var1": "a"}),
        ("{{1}} of {{2}}", {"body_text": [[3, 4.5]]}, "$(var1) of $(var2)", {"var1": "3", "var2": "4.5"}),
        (
            "{{who}} and {{who}} get {{what}}",
            {"body_text_named_params": named(what="tea", who="Al")},
            "$(who) and $(who) get $(what)",
            {"who": "Al", "what": "tea"},
        ),
        ("{{who}}, {{what}}", {"body_text": [["Al", "tea"]]}, "$(who), $(what)", {"who": "Al", "what": "tea"}),
        ("pay ${{sum}} now", {"body_text": [["5"]]}, "pay $$(sum) now", {"sum": "5"}),
        ("{{Zip Code}} {{número}}", {"body_text": [["1"]]}, "$(Zip_Code) $(numero)", {"Zip_Code": "1"}),
        ("{{имя}} {{1st}}", {"body_text": [["a", "b"]]}, "$(var) $(var_1st)", {"var": "a", "var_1st": "b"}),
        ("{{a b}} {{a_b}}", {"body_text": [["x", "y"]]}, "$(a_b) $(a_b_2)", {"a_b": "x", "a_b_2": "y"}),
        ("{{var1}} {{1}}", {}, "$(var1) $(var1_2)", {}),
        ("no {{}} or {1} or {{ }} or {{a}", {}, "no {{}} or {1} or {{ }} or {{a}", {}),
        ("{{{1}}}", {}, "{$(var1)}", {}),
    ],
)  # fmt: skip
def test_variables(text: str, example: Any, expected: str, samples: dict[str, str]) -> None:
    one = convert(body(text, example=example))
    assert one.body["Components"][0]["Text"] == expected
    assert one.body.get("Example", {}) == samples


def test_each_place_counts_for_itself() -> None:
    card = {"components": [
        {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["https://example.com/a.png"]}},
        {"type": "BODY", "text": "{{1}} and {{2}}", "example": {"body_text": [["p", "q"]]}},
        buttons({"type": "URL", "text": "See", "url": "https://example.com/{{1}}", "example": "https://example.com/r"}),
    ]}  # fmt: skip
    one = convert(
        body("Dear {{1}}", example={"body_text": [["Ann"]]}),
        {"type": "CAROUSEL", "cards": [card, card]},
        category="MARKETING",
    )
    assert one.body["Components"][1]["Cards"][1] == {
        "CardComponents": [
            {"Type": "HEADER", "Format": "IMAGE", "Url": "https://example.com/a.png"},
            {"Type": "BODY", "Text": "$(card2_1) and $(card2_2)"},
            {
                "Type": "BUTTONS",
                "Buttons": [
                    {"Type": "URL", "Text": "See", "Url": "https://example.com/$(card2_url1)", "UrlType": "dynamic"}
                ],
            },
        ]
    }
    assert one.body["Example"] == {
        "var1": "Ann",
        "card1_1": "p", "card1_2": "q", "card1_url1": "r",
        "card2_1": "p", "card2_2": "q", "card2_url1": "r",
    }  # fmt: skip


def test_a_named_variable_is_one_value_wherever_it_stands() -> None:
    header = {
        "type": "HEADER",
        "format": "TEXT",
        "text": "{{name}}",
        "example": {"header_text_named_params": named(name="A")},
    }
    one = convert(header, body("{{name}}, hello.", example={"body_text_named_params": named(name="B")}))
    assert [part["Text"] for part in one.body["Components"]] == ["$(name)", "$(name), hello."]
    assert one.body["Example"] == {"name": "A"}
    assert one.notes == ('$(name) has two samples; "A" was kept',)


def test_missing_samples_are_noted_never_made_up() -> None:
    one = convert(body("{{1}}, {{2}} and {{3}}.", example={"body_text": [["a", ""]]}))
    assert one.body["Example"] == {"var1": "a"}
    assert one.notes == ("no sample for $(var2), $(var3): add it to Example",)


@pytest.mark.parametrize(
    ("part", "words"),
    [
        (body("costs $(5) or so"), "`$(`"),
        (body("costs $({{1}})"), "`$(`"),
        (body("${{}} left"), "variable of the space"),
        (body("half \ud83d"), "half of a character"),
        (body("{{1}}", example={"body_text": [["${{ site }}"]]}), "variable of the space"),
        (buttons({"type": "QUICK_REPLY", "text": "$(no)"}), "`$(`"),
        (buttons({"type": "PHONE_NUMBER", "text": "Call", "phone_number": "$(no)"}), "`$(`"),
    ],
)  # fmt: skip
def test_text_that_would_change_its_meaning_is_refused(part: Any, words: str) -> None:
    assert words in reason(part)
