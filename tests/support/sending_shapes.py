"""Templates as far as senders notice them, small and often alike; and the requests that are right for a contract."""

from __future__ import annotations

from typing import Any, NamedTuple

from hypothesis import strategies as st

from templatesync.kinds.template.canonical import canonical
from templatesync.kinds.template.sending import contract
from templatesync.sending.contract import Contract, Products, Role, Variable
from templatesync.sending.request import Named, SendRequest

VARIABLES = ("name", "order", "a")
LABELS = ("Yes", "No", "Later", "好")
SITE = "https://shop.example.com/"
TIME = "1767225600000"
ONE_TIME_CODE = "481516"


class Card(NamedTuple):
    """One of a carousel's cards: labels of its quick replies, and the variable at the end of its address."""

    replies: tuple[str, ...] = ()
    end: str = ""


class Shape(NamedTuple):
    """A template by what senders must give, and a little by what they need not notice.

    `header` is a kind of media, or a text; `ends` and `addresses` are variables of buttons, `screen` that of a flow,
    `expires` None without an offer.
    """

    code: bool = False
    body: tuple[str, ...] = ()
    words: str = "good news"
    header: str = ""
    replies: tuple[str, ...] = ()
    end: str = ""
    address: str = ""
    screen: str | None = None
    products: str = ""
    coupon: str = ""
    expires: bool | None = None
    media: str = "IMAGE"
    cards: tuple[Card, ...] = ()

    def content(self) -> dict[str, Any]:
        """It as a template's canonical content."""
        body: dict[str, Any] = {"Name": "shop", "Language": "en", "Components": self._parts()}
        return canonical({**body, "Category": "AUTHENTICATION" if self.code else "MARKETING"})

    def contract(self) -> Contract:
        """What it asks of senders."""
        return contract(self.content(), "en")

    def _parts(self) -> list[dict[str, Any]]:
        if self.code:
            button = {"Type": "COPY_CODE", "Text": "Copy"}
            return [{"Type": "BODY"}, {"Type": "BUTTONS", "Buttons": [button]}]
        parts = [{"Type": "BODY", "Text": _sentence(self.words, self.body)}]
        if self.header in ("IMAGE", "VIDEO"):
            parts.append({"Type": "HEADER", "Format": self.header, "Url": f"{SITE}sample.jpg"})
        elif self.header:
            parts.append({"Type": "HEADER", "Format": "TEXT", "Text": self.header})
        if self.expires is not None:
            parts.append({"Type": "LIMITED_TIME_OFFER", "Text": "Ends soon", "HasExpiration": self.expires})
        if buttons := self._buttons():
            parts.append({"Type": "BUTTONS", "Buttons": buttons})
        if self.cards:
            parts.append({"Type": "CAROUSEL", "Cards": [_card(each, self.media) for each in self.cards]})
        return parts

    def _buttons(self) -> list[dict[str, Any]]:
        found = [*map(_reply, self.replies)]
        if self.end:
            found.append(_link(f"{SITE}$({self.end})"))
        if self.address:
            found.append(_link(f"$({self.address})"))
        if self.screen is not None:
            found.append({"Type": "FLOW", "Text": "Book", "FlowId": "11", "NavigateScreen": self.screen})
        if self.products:
            found.append({"Type": self.products, "Text": "See"})
        if self.coupon:
            found.append({"Type": "COPY_CODE", "CouponCode": self.coupon})
        return found


def _sentence(words: str, variables: tuple[str, ...]) -> str:
    return " ".join([words, *(f"$({name}) and" for name in variables), "so on."])


def _reply(label: str) -> dict[str, Any]:
    return {"Type": "QUICK_REPLY", "Text": label}


def _link(address: str) -> dict[str, Any]:
    return {"Type": "URL", "Text": "Look", "Url": address, "UrlType": "dynamic"}


def _card(card: Card, media: str) -> dict[str, Any]:
    buttons = [*map(_reply, card.replies), *([_link(f"{SITE}{card.end}")] if card.end else [])]
    header = {"Type": "HEADER", "Format": media, "Url": f"{SITE}sample.jpg"}
    return {"CardComponents": [header, {"Type": "BUTTONS", "Buttons": buttons}]}


_NAMES = st.lists(st.sampled_from(VARIABLES), max_size=3, unique=True).map(tuple)
_MAYBE = st.sampled_from(["", "", *VARIABLES])
_REPLIES = st.lists(st.sampled_from(LABELS), max_size=3, unique=True).map(tuple)


@st.composite
def _decks(draw: st.DrawFn) -> tuple[Card, ...]:
    """Cards of a carousel, which have as many buttons of each kind."""
    count = draw(st.integers(2, 3))
    replies = st.lists(st.sampled_from(LABELS), min_size=(few := draw(st.integers(0, 2))), max_size=few, unique=True)
    ends = st.sampled_from(["", "x", *(f"$({name})" for name in VARIABLES)]) if few < 2 else st.just("")
    return tuple(Card(tuple(draw(replies)), draw(ends)) for _ in range(count))


FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "code": st.just(False),
    "body": _NAMES,
    "words": st.sampled_from(["good news", "Dear customer, hello"]),
    "header": st.sampled_from(["", "", "IMAGE", "VIDEO", "Your order", "Hi $(name)"]),
    "replies": _REPLIES,
    "end": _MAYBE,
    "address": _MAYBE,
    "screen": st.sampled_from([None, None, "DATE", "PLACE"]),
    "products": st.sampled_from(["", "", "CATALOG", "MPM"]),
    "coupon": st.sampled_from(["", "", "SALE20", "$(name)", "$(coupon)"]),
    "expires": st.sampled_from([None, None, False, True]),
    "media": st.sampled_from(["IMAGE", "VIDEO"]),
    "cards": st.one_of(st.just(()), st.just(()), _decks()),
}


def shapes() -> st.SearchStrategy[Shape]:
    """Any template; where two addresses want one variable in two ways, nobody can send it."""
    plain = st.builds(Shape, **FIELDS)
    return st.one_of(plain, plain, plain, plain, st.just(Shape(code=True))).filter(_can_be_sent)


def _can_be_sent(shape: Shape) -> bool:
    wanted = {shape.end, *(card.end[2:-1] for card in shape.cards)} - {""}
    return not shape.address or shape.address not in wanted


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Shape, Shape]:
    """Two templates, of which the second is mostly the first with an edit or two."""
    first = draw(shapes())
    if draw(st.integers(0, 5)) == 0 or first.code:
        return first, draw(shapes())
    second = first
    for _ in range(draw(st.integers(1, 2))):
        second = draw(edits(second))
    return first, second


@st.composite
def edits(draw: st.DrawFn, shape: Shape) -> Shape:
    """A template with one part otherwise."""
    name = draw(st.sampled_from([each for each in FIELDS if each != "code"]))
    edited = shape._replace(**{name: draw(FIELDS[name])})
    if name in ("replies", "body") and draw(st.booleans()):
        edited = shape._replace(**{name: tuple(draw(st.permutations(getattr(shape, name))))})
    if name == "cards" and shape.cards and draw(st.booleans()):
        edited = shape._replace(cards=tuple(draw(st.permutations(shape.cards))))
    return edited if _can_be_sent(edited) else shape


def right_request(wanted: Contract, *, time: bool = False) -> SendRequest:
    """What a program sends that does all that a contract asks for, and nothing else. `time`: it says when an offer
    ends, although it may leave that out."""
    params = {variable.name: _value(variable) for variable in wanted.variables}
    if wanted.expires and time:
        params["offer_ends"] = TIME
    if wanted.code:
        params["otp"] = ONE_TIME_CODE
    products = None
    if wanted.products is not Products.NONE:
        sections = (("sku-1", "sku-2"),) if wanted.products is Products.SEVERAL else ()
        products = Named("sku-1", sections)
    return SendRequest(
        template_name="shop",
        language=wanted.language,
        params=params,
        payloads=wanted.all_replies,
        flow_token=None if wanted.flow is None else "token",
        products=products,
        said={"": ""},
    )


def _value(variable: Variable) -> str:
    """A value that only fits where it goes: a text has a blank, which the end of an address must not have."""
    if Role.ADDRESS in variable.roles:
        return "https://a.example/b"
    if Role.SUFFIX in variable.roles:
        return "b%20c"
    return "SALE5" if Role.COUPON in variable.roles else "b c"
