"""Documents that are right and wrong in known ways, for the tests of the schemas.

A wrong one comes with the rule that must catch it, where (steps with `/` between them), and words of the message.
"""

from __future__ import annotations

from typing import Any

BODY = {"Type": "BODY", "Text": "Hello $(name), your parcel has left our studio today."}
TEMPLATE: dict[str, Any] = {
    "Name": "shop_note",
    "Category": "UTILITY",
    "Language": "en",
    "Components": [BODY],
    "Example": {"name": "Ann"},
}
COPY = {"Type": "COPY_CODE", "Text": "Copy code"}
APP = {"PackageName": "com.example.shop", "SignatureHash": "K8a+AINcGX7"}
TAP = {"Type": "ONE_TAP", "Text": "Copy code", "AutofillText": "Fill in", "SupportedApps": [APP]}
LINK = {"Type": "URL", "Text": "Visit us", "Url": "https://www.example.com/", "UrlType": "static"}
FLOW = {
    "Type": "FLOW",
    "Text": "Choose",
    "FlowId": "1187645320981253",
    "FlowAction": "NAVIGATE",
    "NavigateScreen": "DATE",
}
CARD = {"CardComponents": [{"Type": "HEADER", "Format": "IMAGE", "Url": "https://www.example.com/a.jpg"}]}
PROJECT: dict[str, Any] = {
    "version": 1,
    "spaces": {"local": {"emulator": True}, "live": {"cust_space_id": "cams-kei0000"}},
}


def template(**fields: Any) -> dict[str, Any]:
    return {**TEMPLATE, **fields}


def parts(*components: dict[str, Any], category: str = "UTILITY") -> dict[str, Any]:
    return template(Category=category, Components=[BODY, *components])


def buttons(*entries: dict[str, Any], category: str = "UTILITY") -> dict[str, Any]:
    return parts({"Type": "BUTTONS", "Buttons": list(entries)}, category=category)


def authentication(*entries: dict[str, Any], **body: Any) -> dict[str, Any]:
    components = [{"Type": "BODY", **body}, {"Type": "BUTTONS", "Buttons": list(entries)}]
    return template(Category="AUTHENTICATION", Components=components)


def cards(*entries: Any) -> dict[str, Any]:
    return parts({"Type": "CAROUSEL", "Cards": list(entries)}, category="MARKETING")


def card(*components: dict[str, Any]) -> dict[str, Any]:
    return cards({"CardComponents": [*CARD["CardComponents"], *components]}, CARD)


def without(value: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: inner for key, inner in value.items() if key not in keys}


def space(**fields: Any) -> dict[str, Any]:
    return {**PROJECT, "spaces": {"live": {"cust_space_id": "cams-kei0000", **fields}}}


VALID = [
    ("template", TEMPLATE),
    ("template", without(template(Languages=["en", "id"], Example={"name": {"en": "Ann", "id": "Sari"}}), "Language")),
    ("template", template(Components=[{"Type": "BODY", "Text": {"en": "Hello.", "id": "Halo."}}])),
    ("template", template(Components=[{"Type": "BODY", "Text": "${{ intro }}" + "a" * 2000}])),
    ("template", {"Name": "shop_note", "Language": "en", "templatesync": {"state": "absent"}}),
    ("template", {"Name": "shop_note", "Languages": ["en", "id"], "templatesync": {"state": "absent"}}),
    (
        "template",
        template(kind="template", TemplateType="WHATSAPP", AllowCategoryChange=False, MessageSendTtlSeconds=60),
    ),
    ("template", authentication(COPY)),
    ("template", authentication(COPY, Text="")),
    ("template", authentication(TAP)),
    ("template", authentication({**without(TAP, "SupportedApps"), "Type": "ZERO_TAP", **APP})),
    ("template", buttons(LINK, FLOW)),
    ("template", buttons({"Type": "COPY_CODE", "CouponCode": "$(code)"}, category="MARKETING")),
    ("template", cards(CARD, CARD)),
    (
        "template",
        template(templatesync={"spaces": ["live"], "on_approved": "modify", "replaces": "shop_old", "protected": True}),
    ),
    ("resource", TEMPLATE),
    ("project", PROJECT),
    (
        "project",
        {
            **PROJECT,
            "include": ["a b/**/*.yaml", "..hidden/x.yaml"],
            "rules": {"var-ratio": "off"},
            "default_space": "live",
        },
    ),
    (
        "project",
        {
            **PROJECT,
            "policy": {"on_approved": "modify", "manage": ["shop_*"], "max_changes": {"percent": 5, "at_least": 0}},
        },
    ),
    ("project", space(emulator={"review": "manual", "after": 0.5, "modify_approved": "allow"})),
    ("project", space(region="cn-hongkong", waba_id="1", isv_code_env="TEMPLATESYNC_ISV_A", vars={"site": "x"})),
]

WRONG_TEMPLATE: list[tuple[Any, str, str, str]] = [
    (without(TEMPLATE, "Name"), "required-field", "", "Name is missing"),
    (without(TEMPLATE, "Category"), "required-create", "", "Category is missing"),
    (without(TEMPLATE, "Components"), "required-create", "", "Components is missing"),
    (without(TEMPLATE, "Language"), "lang-one-key", "", "exactly once"),
    (template(Languages=["en"]), "lang-one-key", "", "exactly once"),
    ({"Name": "shop_note", "templatesync": {"state": "absent"}}, "lang-one-key", "", "exactly once"),
    (template(Name="Shop-Note"), "name-charset", "Name", "lower-case letters"),
    (template(Name="shop_note\n"), "name-charset", "Name", "lower-case letters"),
    (template(Name="${{ prefix }}_note"), "name-charset", "Name", "lower-case letters"),
    (template(Name=""), "name-length", "Name", "1 to 512"),
    (template(Name="a" * 513), "name-length", "Name", "1 to 512"),
    (template(Name=2024), "wrong-type", "Name", "2024 is a number here where text is wanted"),
    (template(Name=None), "wrong-type", "Name", "nothing is here"),
    (template(Name=["a"]), "wrong-type", "Name", "a list is here"),
    (template(Category="UTILTY"), "category-enum", "Category", '"UTILTY" is not one of UTILITY'),
    (template(TemplateType="VIBER"), "type-enum", "TemplateType", "no way to modify a VIBER template"),
    (template(Languages=[], Language="en"), "wrong-length", "Languages", "empty"),
    (without(template(Languages=["en", "en"]), "Language"), "wrong-value", "Languages", '"en" appears twice here'),
    (template(AllowSend="yes"), "wrong-type", "AllowSend", '"yes" is text where true or false is wanted'),
    (template(MessageSendTtlSeconds="60"), "ttl-int", "MessageSendTtlSeconds", "a whole number is wanted"),
    (template(MessageSendTtlSeconds=60.5), "ttl-int", "MessageSendTtlSeconds", "60.5 is a number where"),
    (template(Components={}), "wrong-type", "Components", "a mapping is here where a list"),
    (template(Components=[]), "wrong-length", "Components", "empty"),
    (template(Components=["BODY"]), "wrong-type", "Components/0", "where a mapping is wanted"),
    (template(Componnets=[]), "unknown-field", "Componnets", "no field Componnets"),
    (template(components=[]), "unknown-key", "components", "no key components"),
    (template(kind="letter"), "wrong-value", "kind", "only template"),
    (template(Example={"name": 1}), "wrong-type", "Example/name", "1 is a number here"),
    (template(Example={"name": {"en": True}}), "wrong-type", "Example/name/en", "true is a boolean"),
    (template(templatesync={"publish": True}), "unknown-key", "templatesync/publish", "for flows"),
    (template(templatesync={"protect": True}), "unknown-key", "templatesync/protect", "no key protect"),
    (
        template(templatesync={"told_back": {"en": {"Components": "x"}}}),
        "wrong-value",
        "templatesync/told_back/en/Components",
        "16 hex",
    ),
    (
        template(templatesync={"told_back": {"Components": "x"}}),
        "wrong-value",
        "templatesync/told_back/Components",
        "16 hex",
    ),
    (template(templatesync={"state": "gone"}), "wrong-value", "templatesync/state", "only absent"),
    (template(templatesync={"on_approved": "edit"}), "wrong-value", "templatesync/on_approved", "block, modify"),
    (template(templatesync={"spaces": []}), "wrong-length", "templatesync/spaces", "empty"),
    (template(templatesync={"replaces": "Old"}), "name-charset", "templatesync/replaces", "another template"),
    (parts({"Text": "x"}), "required-field", "Components/1", "Type is missing"),
    (parts({"Type": "FOTER", "Text": "x"}), "component-enum", "Components/1/Type", "not one of HEADER"),
    (parts({"Type": "FOOTER"}), "required-field", "Components/1", "Text is missing"),
    (parts({"Type": "FOOTER", "Text": "a" * 61}), "footer-60", "Components/1/Text", "1 to 60"),
    (parts({"Type": "FOOTER", "Text": {"en": "a" * 61}}), "footer-60", "Components/1/Text/en", "1 to 60"),
    (parts({"Type": "HEADER", "Text": "x"}), "required-field", "Components/1", "Format is missing"),
    (parts({"Type": "HEADER", "Format": "TEXT"}), "required-field", "Components/1", "Text is missing"),
    (parts({"Type": "HEADER", "Format": "TEXT", "Text": "a" * 61}), "header-text-60", "Components/1/Text", "1 to 60"),
    (parts({"Type": "HEADER", "Format": "GIF"}), "header-format-enum", "Components/1/Format", "not one of TEXT"),
    (parts({"Type": "HEADER", "Format": "VIDEO"}), "header-media-url", "Components/1", "needs Url"),
    (template(Components=[{"Type": "BODY"}]), "body-not-blank", "Components/0", "needs Text"),
    (template(Components=[{"Type": "BODY", "Text": "a" * 1025}]), "body-1024", "Components/0/Text", "at most 1024"),
    (template(Components=[{"Type": "BODY", "Text": 12}]), "wrong-type", "Components/0/Text", "12 is a number here"),
    (template(Components=[{"Type": "BODY", "Text": {}}]), "wrong-length", "Components/0/Text", "empty"),
    (
        parts({"Type": "CAROUSEL", "Cards": [CARD, CARD]}),
        "carousel-marketing-only",
        "Components/1/Type",
        "only allowed in MARKETING",
    ),
    (
        parts({"Type": "LIMITED_TIME_OFFER", "Text": "Sale"}),
        "lto-marketing-only",
        "Components/1/Type",
        "only allowed in MARKETING",
    ),
    (
        parts({"Type": "LIMITED_TIME_OFFER", "Text": "a" * 17}, category="MARKETING"),
        "lto-text-16",
        "Components/1/Text",
        "1 to 16",
    ),
    (parts({"Type": "BUTTONS"}), "required-field", "Components/1", "Buttons is missing"),
    (buttons(), "btn-max-10", "Components/1/Buttons", "1 to 10 buttons"),
    (buttons(*[LINK] * 11), "btn-max-10", "Components/1/Buttons", "1 to 10 buttons"),
    (buttons({**LINK, "Type": "LINK"}), "btn-enum", "Components/1/Buttons/0/Type", "not one of PHONE_NUMBER"),
    (buttons({**LINK, "Text": "a" * 26}), "btn-text-25", "Components/1/Buttons/0/Text", "1 to 25"),
    (buttons(without(LINK, "Text")), "required-field", "Components/1/Buttons/0", "Text is missing"),
    (buttons(without(LINK, "Url")), "url-required", "Components/1/Buttons/0", "Url is missing"),
    (buttons(without(LINK, "UrlType")), "url-required", "Components/1/Buttons/0", "UrlType is missing"),
    (buttons({**LINK, "UrlType": "dynamc"}), "wrong-value", "Components/1/Buttons/0/UrlType", "static, dynamic"),
    (buttons({**LINK, "Url": "https://" + "a" * 1993}), "url-2000", "Components/1/Buttons/0/Url", "1 to 2000"),
    (
        buttons({"Type": "PHONE_NUMBER", "Text": "Call"}),
        "required-field",
        "Components/1/Buttons/0",
        "PhoneNumber is missing",
    ),
    (buttons(TAP), "btn-auth-not-in-mu", "Components/1/Buttons/0/Type", "only for AUTHENTICATION"),
    (buttons(without(FLOW, "FlowId")), "flow-id-required", "Components/1/Buttons/0", "FlowId is missing"),
    (
        buttons(without(FLOW, "NavigateScreen")),
        "flow-navigate-screen",
        "Components/1/Buttons/0",
        "NavigateScreen is missing",
    ),
    (
        buttons({**FLOW, "FlowAction": "OPEN"}),
        "flow-action-enum",
        "Components/1/Buttons/0/FlowAction",
        "NAVIGATE, DATA_EXCHANGE",
    ),
    (authentication(COPY, Text="Your code"), "auth-no-text", "Components/0/Text", "remove Text"),
    (
        template(Category="AUTHENTICATION", Components=[{"Type": "BODY"}]),
        "auth-one-button",
        "Components",
        "exactly one button",
    ),
    (authentication(COPY, COPY), "auth-one-button", "Components/1/Buttons", "exactly one button"),
    (authentication(LINK), "auth-btn-type", "Components/1/Buttons/0/Type", "COPY_CODE, ONE_TAP or ZERO_TAP"),
    (authentication(without(COPY, "Text")), "auth-copy-text", "Components/1/Buttons/0", "Text is missing"),
    (
        authentication(without(TAP, "AutofillText")),
        "auth-onetap-fields",
        "Components/1/Buttons/0",
        "AutofillText is missing",
    ),
    (authentication(without(TAP, "SupportedApps")), "auth-onetap-fields", "Components/1/Buttons/0", "which apps"),
    (authentication({**TAP, "SupportedApps": []}), "auth-apps-5", "Components/1/Buttons/0/SupportedApps", "1 to 5"),
    (
        authentication({**TAP, "SupportedApps": [without(APP, "SignatureHash")]}),
        "auth-onetap-fields",
        "Components/1/Buttons/0/SupportedApps/0",
        "SignatureHash is missing",
    ),
    (cards(CARD), "car-count", "Components/1/Cards", "2 to 10 cards"),
    (
        cards({"CardComponents": [{"Type": "BODY", "Text": "x"}]}, CARD),
        "car-header-required",
        "Components/1/Cards/0/CardComponents",
        "needs a HEADER",
    ),
    (card({"Type": "FOOTER"}), "car-card-enum", "Components/1/Cards/0/CardComponents/1/Type", "HEADER, BODY, BUTTONS"),
    (
        card({"Type": "BODY", "Text": "a" * 161}),
        "car-body-160",
        "Components/1/Cards/0/CardComponents/1/Text",
        "1 to 160",
    ),
    (
        card({"Type": "BUTTONS", "Buttons": [LINK] * 3}),
        "car-buttons-2",
        "Components/1/Cards/0/CardComponents/1/Buttons",
        "at most 2 buttons",
    ),
    (
        card({"Type": "BUTTONS", "Buttons": [COPY]}),
        "car-btn-enum",
        "Components/1/Cards/0/CardComponents/1/Buttons/0/Type",
        "URL, QUICK_REPLY",
    ),
]

WRONG_RESOURCE: list[tuple[Any, str, str, str]] = [
    ({**TEMPLATE, "kind": "letter"}, "kind-known", "kind", "the kinds template, qr_code and flow"),
    ([], "wrong-type", "", "a list is here where a mapping"),
]

WRONG_PROJECT: list[tuple[Any, str, str, str]] = [
    ({}, "required-field", "", "version is missing"),
    ({"version": "1", "spaces": PROJECT["spaces"]}, "wrong-value", "version", "the number 1"),
    ({"version": True, "spaces": PROJECT["spaces"]}, "wrong-value", "version", "the number 1"),
    ({**PROJECT, "spaces": {}}, "wrong-length", "spaces", "empty"),
    ({**PROJECT, "spaces": {"live": {}}}, "project-spaces", "spaces/live", "cust_space_id, or emulator"),
    ({**PROJECT, "spaces": {"../x": {"emulator": True}}}, "project-spaces", "spaces/../x", "begins with a letter"),
    ({**PROJECT, "include": ["../other/*.yaml"]}, "project-include", "include/0", "inside the project"),
    ({**PROJECT, "include": ["a/.."]}, "project-include", "include/0", "inside the project"),
    ({**PROJECT, "include": ["/etc/*"]}, "project-include", "include/0", "inside the project"),
    ({**PROJECT, "include": ["C:/x.yaml"]}, "project-include", "include/0", "inside the project"),
    ({**PROJECT, "include": ["a\\b.yaml"]}, "project-include", "include/0", "inside the project"),
    ({**PROJECT, "endpoint": "https://evil.example"}, "project-refused", "endpoint", "a pull request"),
    ({**PROJECT, "vars": {}}, "unknown-key", "vars", "no key vars"),
    ({**PROJECT, "rules": {"var-ratio": "warn"}}, "wrong-value", "rules/var-ratio", "error, warning, info, off"),
    ({**PROJECT, "policy": {"max_changes": {"percent": 101}}}, "wrong-value", "policy/max_changes/percent", "101"),
    (space(emulator=False), "wrong-value", "spaces/live/emulator", "true or a mapping"),
    (space(emulator={"review": "maybe"}), "wrong-value", "spaces/live/emulator/review", "manual, approve"),
    (space(region="Singapore"), "project-region", "spaces/live/region", "ap-southeast-1"),
    (space(region="ap-southeast-1\n"), "project-region", "spaces/live/region", "ap-southeast-1"),
    (space(waba_id=20393988393993), "wrong-type", "spaces/live/waba_id", "20393988393993 is a number"),
    (
        space(isv_code_env="ALIBABA_CLOUD_ACCESS_KEY_SECRET"),
        "project-isv-code",
        "spaces/live/isv_code_env",
        "TEMPLATESYNC_ISV_",
    ),
    (space(vars={"a-b": "x"}), "project-vars", "spaces/live/vars/a-b", "letters, digits"),
    (space(vars={"a": 1}), "wrong-type", "spaces/live/vars/a", "1 is a number"),
    *(
        (space(**{key: "x"}), "project-refused", f"spaces/live/{key}", "a pull request")
        for key in (
            "endpoint proxy credentials profile access_key_id access_key_secret command region_endpoint".split()
        )
    ),
]

WRONG: list[tuple[str, Any, str, str, str]] = [
    *(("template", *case) for case in WRONG_TEMPLATE),
    *(("resource", *case) for case in WRONG_RESOURCE),
    *(("project", *case) for case in WRONG_PROJECT),
]
