"""Hypothesis strategies: valid templates of every shape, in several languages, with every option."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

Body = dict[str, Any]

LANGUAGES = ("en", "id", "zh_CN", "ar", "pt_BR", "de")

# Words that YAML, JSON, terminals and DeepDiff like to misread.
WORDS = (
    "parcel order yes no null ~ 1.5 0x1F 2026-01-01 12:30 key: -dash #note 'quoted' \"double\" back\\slash {brace} "
    "[list] &and *star* !tag %percent @you `code` 100% café مرحبا 您好 नमस्ते 🎁 ünïcödé trailing. <b> $5 (x)"
).split(" ")
NAMES = st.sampled_from([f"shop_{word}" for word in "order offer code note visit gift alarm table lamp chair".split()])
VARIABLES = st.lists(st.sampled_from(["name", "order", "a", "B_2", "Text", "code7"]), max_size=3, unique=True)
LINKS = st.sampled_from(["https://www.example.com/", "https://shop.example.com/a?b=c&d=", "http://example.org/é/"])
MEDIA = {"IMAGE": "jpg", "VIDEO": "mp4", "DOCUMENT": "pdf"}


@st.composite
def sentences(draw: st.DrawFn, variables: Sequence[str] = (), most: int = 8) -> str:
    """A text that neither begins nor ends with a variable, on one line or several."""
    words = draw(st.lists(st.sampled_from(WORDS), min_size=2, max_size=most))
    for number, name in enumerate(variables):
        words[2 * number + 1 : 2 * number + 1] = [f"$({name})", "then"]
    text = draw(st.sampled_from([" ", " ", "\n"])).join(["Hello,", *words, "and goodbye"])
    return text + draw(st.sampled_from(["", "!", " :)"]))


def labels() -> st.SearchStrategy[str]:
    return st.builds("{} {}".format, st.sampled_from(["Go", "Да", "好", "Tap:"]), st.integers(0, 99).map(str))


def media(kinds: Sequence[str]) -> st.SearchStrategy[Body]:
    return st.builds(
        lambda kind, link: {"Type": "HEADER", "Format": kind, "Url": f"{link.split('?')[0]}sample.{MEDIA[kind]}"},
        st.sampled_from(kinds),
        LINKS,
    )


def text_headers() -> st.SearchStrategy[Body]:
    texts = st.sampled_from(["Your order", "Hi $(head)!", "A: b", "$(head)"])
    return st.builds(lambda text: {"Type": "HEADER", "Format": "TEXT", "Text": text}, texts)


@st.composite
def links(draw: st.DrawFn) -> Body:
    dynamic = draw(st.booleans())
    address = draw(LINKS) + ("$(track)" if dynamic else "")
    return {"Type": "URL", "Text": draw(labels()), "Url": address, "UrlType": "dynamic" if dynamic else "static"}


def phones() -> st.SearchStrategy[Body]:
    return st.builds(lambda text: {"Type": "PHONE_NUMBER", "Text": text, "PhoneNumber": "+6581234567"}, labels())


def flows() -> st.SearchStrategy[Body]:
    return st.builds(
        lambda text, action: {"Type": "FLOW", "Text": text, "FlowId": "1187645320981253", **action},
        labels(),
        st.sampled_from([{"FlowAction": "NAVIGATE", "NavigateScreen": "DATE"}, {"FlowAction": "DATA_EXCHANGE"}]),
    )


@st.composite
def buttons(draw: st.DrawFn, category: str) -> Body:
    marketing = category == "MARKETING"
    replies = draw(st.lists(st.builds(lambda text: {"Type": "QUICK_REPLY", "Text": text}, labels()), max_size=3))
    if replies and marketing and draw(st.booleans()):
        replies[0] = replies[0] | {"IsOptOut": draw(st.booleans())}
    others = draw(st.lists(links(), max_size=2))
    others += draw(st.lists(phones(), max_size=1)) + draw(st.lists(flows(), max_size=1))
    if marketing and draw(st.booleans()):
        others.insert(0, {"Type": "COPY_CODE", "CouponCode": draw(st.sampled_from(["SALE20", "$(coupon)"]))})
    found = replies + others if draw(st.booleans()) else others + replies
    return {"Type": "BUTTONS", "Buttons": found or [draw(links())]}


@st.composite
def messages(draw: st.DrawFn, category: str) -> list[Body]:
    parts = [{"Type": "BODY", "Text": draw(sentences(draw(VARIABLES)))}]
    if draw(st.booleans()):
        parts.append(draw(st.one_of(text_headers(), media(["IMAGE", "VIDEO", "DOCUMENT"]))))
    if draw(st.booleans()):
        parts.append({"Type": "FOOTER", "Text": draw(st.sampled_from(["Bye", "Reply STOP: never mind", "再见"]))})
    if draw(st.booleans()):
        parts.append(draw(buttons(category)))
    return draw(st.permutations(parts))


@st.composite
def carousels(draw: st.DrawFn) -> list[Body]:
    header = draw(media(["IMAGE", "VIDEO"]))
    with_body = draw(st.booleans())
    shape = draw(st.lists(st.sampled_from(["QUICK_REPLY", "URL"]), min_size=1, max_size=2).map(sorted))
    cards = []
    for _ in range(draw(st.integers(2, 3))):
        made = {"QUICK_REPLY": {"Type": "QUICK_REPLY", "Text": draw(labels())}, "URL": draw(links())}
        parts = [header, {"Type": "BUTTONS", "Buttons": [made[kind] for kind in shape]}]
        if with_body:
            parts.append({"Type": "BODY", "Text": draw(sentences())})
        cards.append({"CardComponents": draw(st.permutations(parts))})
    return [{"Type": "BODY", "Text": draw(sentences(draw(VARIABLES)))}, {"Type": "CAROUSEL", "Cards": cards}]


@st.composite
def offers(draw: st.DrawFn) -> list[Body]:
    copy = {"Type": "COPY_CODE", "CouponCode": draw(st.sampled_from(["SALE20", "$(coupon)"]))}
    offer = {"Type": "LIMITED_TIME_OFFER", "Text": "Ends soon"} | draw(
        st.sampled_from([{}, {"HasExpiration": True}, {"HasExpiration": False}])
    )
    parts = [
        {"Type": "BODY", "Text": draw(sentences(draw(VARIABLES)))},
        offer,
        {"Type": "BUTTONS", "Buttons": [copy, draw(links())]},
    ]
    return [*draw(st.lists(media(["IMAGE", "VIDEO"]), max_size=1)), *parts]


@st.composite
def catalogs(draw: st.DrawFn) -> list[Body]:
    body = {"Type": "BODY", "Text": draw(sentences(draw(VARIABLES)))}
    if draw(st.booleans()):
        return [body, {"Type": "BUTTONS", "Buttons": [{"Type": "CATALOG", "Text": "View catalog"}]}]
    header = {"Type": "HEADER", "Format": "TEXT", "Text": "Our picks"}
    return [header, body, {"Type": "BUTTONS", "Buttons": [{"Type": "MPM", "Text": "View items"}]}]


@st.composite
def codes(draw: st.DrawFn) -> list[Body]:
    """AUTHENTICATION."""
    app = {"PackageName": "com.example.shop", "SignatureHash": "K8a+AINcGX7"}
    two = [app, {"PackageName": "com.example.other", "SignatureHash": "AbCdEfGhIjK"}]
    apps = draw(st.sampled_from([app, {"SupportedApps": [app]}, {"SupportedApps": two}, {"SupportedApps": two[::-1]}]))
    kind = draw(st.sampled_from(["COPY_CODE", "ONE_TAP", "ZERO_TAP"]))
    tap = {} if kind == "COPY_CODE" else {"AutofillText": draw(labels()), **apps}
    body = {"Type": "BODY"} | draw(st.sampled_from([{}, {"AddSecretRecommendation": True}, {"Text": ""}]))
    footer = {"Type": "FOOTER", "CodeExpirationMinutes": draw(st.integers(1, 90))}
    button = {"Type": kind, "Text": draw(labels()), **tap}
    return [body, *draw(st.sampled_from([[], [footer]])), {"Type": "BUTTONS", "Buttons": [button]}]


def shapes(category: str) -> st.SearchStrategy[list[Body]]:
    if category == "AUTHENTICATION":
        return codes()
    if category == "UTILITY":
        return messages(category)
    every = {"message": messages(category), "carousel": carousels(), "offer": offers(), "catalog": catalogs()}
    return st.sampled_from(sorted(every)).flatmap(every.__getitem__)


TTL = {
    "AUTHENTICATION": [None, 30, 600, 900],
    "UTILITY": [None, 30, 600, 43_200],
    "MARKETING": [None, 43_200, 2_592_000],
}


@st.composite
def bodies(draw: st.DrawFn, name: str, category: str, language: str = "en") -> Body:
    """A whole template as a file says it."""
    body: Body = {"Name": name, "Category": category, "Language": language}
    if ttl := draw(st.sampled_from(TTL[category])):
        body["MessageSendTtlSeconds"] = ttl
    if category == "MARKETING" and draw(st.booleans()):
        body["AllowSend"] = draw(st.booleans())
    if draw(st.integers(0, 3)) == 0:
        body["CategoryChangePaused"] = draw(st.booleans())
    body["Components"] = draw(shapes(category))
    if names := sorted(_variables(body["Components"])):
        body["Example"] = {each: draw(st.sampled_from(["Ann", "1001", "no", "张"])) for each in names}
    return body


def _variables(value: Any) -> set[str]:
    from templatesync.look.filled import VARIABLE

    if isinstance(value, str):
        return set(VARIABLE.findall(value))
    if isinstance(value, dict):
        return {name for item in value.values() for name in _variables(item)}
    return {name for item in value for name in _variables(item)} if isinstance(value, list) else set()


def translated(body: Body, language: str) -> Body:
    """The same structure in another language: other texts, samples and labels."""
    return {**_translated(body, language, ""), "Language": language}


def _translated(value: Any, language: str, key: str) -> Any:
    if isinstance(value, dict):
        return {name: _translated(item, language, key if key == "Example" else name) for name, item in value.items()}
    if isinstance(value, list):
        return [_translated(item, language, "") for item in value]
    # Short texts have room, long ones have more of it; German says everything as the first language does.
    if key == "Example" or (key == "Text" and value and language != "de" and not 12 < len(value) < 26):
        return f"{value} {'نعم' if language == 'ar' else 'ya'}"
    return value


@st.composite
def families(draw: st.DrawFn, name: str | None = None, category: str | None = None) -> list[Body]:
    """One template in one to three languages."""
    chosen = category or draw(st.sampled_from(["UTILITY", "MARKETING", "MARKETING", "AUTHENTICATION"]))
    languages = draw(st.lists(st.sampled_from(LANGUAGES), min_size=1, max_size=3, unique=True))
    body = draw(bodies(name or draw(NAMES), chosen, languages[0]))
    return [body, *(translated(body, language) for language in languages[1:])]


@st.composite
def shops(draw: st.DrawFn) -> list[list[Body]]:
    """Several templates of different names."""
    names = draw(st.lists(NAMES, min_size=1, max_size=3, unique=True))
    return [draw(families(name)) for name in names]
