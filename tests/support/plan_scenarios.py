"""One scenario for each row of the action table and each safety rule: what files want, what is live, what was asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from support.emulated_project import LOCAL, World

Body = dict[str, Any]

TEXT = "Hello $(name), your parcel is on its way to you."
SHORT = "Hello, your parcel is on its way to you."
LATER = "Hello $(name), your parcel will be with you soon."


def hello(text: str = TEXT, *more: Body, **fields: Any) -> Body:
    """A template as a file says it; `more` are components besides the BODY."""
    body = {"Name": "hello", "Category": "UTILITY", "Language": "en"} | fields
    body.setdefault("Components", [{"Type": "BODY", "Text": text}, *more])
    if "$(" in text:
        body.setdefault("Example", {"name": "Ann"})
    return body


def numbered(count: int) -> list[Body]:
    """As many templates of different names."""
    return [hello(Name=f"numbered_{number:05}") for number in range(count)]


OTHER = [{"Type": "BODY", "Text": "Hello $(name), quite another text is on its way to you."}]
"""Components for an edit of one of them."""


def gone(name: str = "hello", language: str = "en") -> Body:
    """A tombstone."""
    return {"Name": name, "Language": language, "templatesync": {"state": "absent"}}


def there(body: Body, status: str = "pass", reason: str = "", **properties: Any) -> Body:
    """The same, live."""
    properties |= {name: body[name] for name in ("AllowSend", "CategoryChangePaused") if name in body}
    return {
        "name": body["Name"],
        "language": body["Language"],
        "category": body["Category"],
        "components": body["Components"],
        "example": body.get("Example", {}),
        "status": status,
        "reason": reason,
        "properties": properties,
    }


def own(body: Body, **options: Any) -> Body:
    """With a `templatesync:` block."""
    return body | {"templatesync": options}


def url(address: str) -> Body:
    kind = "dynamic" if "$(" in address else "static"
    return {"Type": "BUTTONS", "Buttons": [{"Type": "URL", "Text": "Track", "Url": address, "UrlType": kind}]}


def image(address: str) -> Body:
    return {"Type": "HEADER", "Format": "IMAGE", "Url": address}


def carousel(cards: int) -> Body:
    card = {"CardComponents": [image("https://www.example.com/a.jpg")]}
    return {"Type": "CAROUSEL", "Cards": [card] * cards}


def many(count: int, text: str = TEXT) -> list[Body]:
    return [hello(text, Name=f"hello_{number:02}") for number in range(count)]


@dataclass(frozen=True)
class Scenario:
    """`setup` is for what the emulator's own API cannot set up beforehand."""

    want: tuple[Body, ...]
    live: tuple[Body, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    policy: Mapping[str, Any] = field(default_factory=dict)
    space: Mapping[str, Any] = field(default_factory=dict)
    setup: Callable[[World], None] = lambda world: None


def case(*want: Body, live: tuple[Body, ...] | list[Body] = (), **more: Any) -> Scenario:
    return Scenario(want, tuple(live), **more)


def _unknown_state(world: World) -> None:
    """A state that no page names."""

    def after(operation: str, answer: dict[str, Any]) -> None:
        for holder in [answer.get("Data"), *(answer.get("ListTemplate") or [])]:
            if isinstance(holder, dict) and holder.get("AuditStatus") == "unaudit":
                holder["AuditStatus"] = "in_appeal"

    world.emulator.after = after


def _unreadable(world: World) -> None:
    """Details that the service refuses to tell."""

    def after(operation: str, answer: dict[str, Any]) -> None:
        if operation == "GetChatappTemplateDetail":
            answer.clear()
            answer.update({"Code": "InvalidParameter.Odd", "Message": "not now", "RequestId": "REQUEST"})

    world.emulator.after = after


def _denied(world: World) -> None:
    world.fault("denied", "ListChatappTemplate")


def _pages(kind: str) -> Callable[[World], None]:
    return lambda world: world.settings(pages=kind)


def _account(status: str) -> Callable[[World], None]:
    return lambda world: world.control("space", cust_space_id=LOCAL, status=status)


MODIFY = {"on_approved": "modify"}
NEW = own(hello(LATER, Name="hello_v2"), replaces="hello")
OFFER = hello(Category="MARKETING")
STATES = ("unaudit", "auditing", "pass", "fail", "paused", "disabled")

SCENARIOS: Mapping[str, Scenario] = {
    "not_there": case(hello()),
    "not_there_in_three_languages": case(hello(Language="en"), hello(Language="id"), hello(Language="de")),
    # A difference, by state
    "unaudit_differs": case(hello(LATER), live=[there(hello(), "unaudit")]),
    "fail_differs": case(hello(LATER), live=[there(hello(), "fail", "INVALID_FORMAT")]),
    "auditing_differs": case(hello(LATER), live=[there(hello(), "auditing")]),
    "pass_differs_block": case(hello(LATER), live=[there(hello())]),
    "pass_differs_modify": case(hello(LATER), live=[there(hello())], policy=MODIFY),
    "paused_differs_block": case(hello(LATER), live=[there(hello(), "paused")]),
    "paused_differs_modify_by_file": case(own(hello(LATER), **MODIFY), live=[there(hello(), "paused")]),
    "pass_differs_block_by_file": case(own(hello(LATER), on_approved="block"), live=[there(hello())], policy=MODIFY),
    "disabled_differs": case(hello(LATER), live=[there(hello(), "disabled")], policy=MODIFY),
    "unknown_state_differs": case(hello(LATER), live=[there(hello(), "unaudit")], setup=_unknown_state),
    # Only switches differ
    **{
        f"switches_differ_{state}": case(OFFER | {"AllowSend": False}, live=[there(OFFER, state)]) for state in STATES
    },
    "switch_category_change_differs": case(hello(CategoryChangePaused=True), live=[there(hello())]),
    "switch_not_in_file": case(OFFER, live=[there(OFFER, AllowSend=False)]),
    "switches_and_content_differ_pass": case(
        hello(LATER, Category="MARKETING", AllowSend=False), live=[there(OFFER)]
    ),
    "switches_and_content_differ_fail": case(
        hello(LATER, Category="MARKETING", AllowSend=False), live=[there(OFFER, "fail")]
    ),
    # Category
    "category_differs": case(hello(), live=[there(OFFER)]),
    "category_and_content_differ": case(hello(LATER), live=[there(OFFER, "fail")]),
    # Equal content
    "equal_in_every_state": case(
        *(hello(Name=f"hello_{state}") for state in STATES),
        live=[there(hello(Name=f"hello_{state}"), state, "SCAM" * (state == "fail")) for state in STATES],
    ),
    "equal_in_an_unknown_state": case(hello(), live=[there(hello(), "unaudit")], setup=_unknown_state),
    "samples_differ": case(hello(Example={"name": "Bob"}), live=[there(hello())]),
    "media_is_rehosted": case(
        hello(TEXT, image("https://www.example.com/new.jpg")),
        live=[there(hello(TEXT, image("https://www.example.com/old.jpg")))],
    ),
    # Sending again on purpose
    "resubmit_fail": case(hello(), live=[there(hello(), "fail")], options={"resubmit": ("template/hello",)}),
    "resubmit_pass_block": case(hello(), live=[there(hello())], options={"resubmit": ("template/hello@en",)}),
    "resubmit_pass_modify": case(
        hello(), live=[there(hello())], options={"resubmit": ("template/hello",)}, policy=MODIFY
    ),
    "resubmit_auditing": case(hello(), live=[there(hello(), "auditing")], options={"resubmit": ("template/hello",)}),
    # Tombstones
    **{f"tombstone_{state}": case(gone(), live=[there(hello(), state)]) for state in STATES},
    "tombstone_unknown_state": case(gone(), live=[there(hello(), "unaudit")], setup=_unknown_state),
    "tombstone_not_there": case(gone()),
    "tombstone_of_one_language": case(
        hello(), gone(language="id"), live=[there(hello()), there(hello(Language="id"))]
    ),
    "tombstone_before_replacement_is_there": case(gone(), NEW, live=[there(hello())]),
    "tombstone_before_replacement_passed": case(gone(), NEW, live=[there(hello()), there(NEW, "auditing")]),
    "tombstone_before_replacement_passed_in_all_languages": case(
        gone(), NEW, NEW | {"Language": "id"},
        live=[there(hello()), there(NEW), there(NEW | {"Language": "id"}, "fail")],
    ),
    "tombstone_after_replacement_passed": case(gone(), NEW, live=[there(hello()), there(NEW)]),
    "tombstones_are_no_mass_change": case(
        *(gone(f"hello_{number:02}") for number in range(5)), live=[there(body) for body in many(5)]
    ),
    # Prune
    "unmanaged_are_counted": case(hello(), live=[there(hello()), there(hello(Name="stray"))]),
    "prune": case(hello(), live=[there(hello()), there(hello(Name="stray"))], options={"prune": True}),
    "prune_by_state": case(
        hello(), live=[there(hello()), *(there(hello(Name=f"x_{s}"), s) for s in STATES)],
        options={"prune": True, "allow_mass_change": 4},
    ),
    "prune_protected": case(
        hello(), live=[there(hello()), there(hello(Name="otp_login"))], options={"prune": True},
        policy={"protect": ["otp_*"]},
    ),
    "prune_outside_manage": case(
        hello(), live=[there(hello()), there(hello(Name="hello_old")), there(hello(Name="theirs"))],
        options={"prune": True}, policy={"manage": ["hello*"]},
    ),
    "outside_manage_is_never_counted": case(
        hello(), live=[there(hello()), there(hello(Name="theirs"))], policy={"manage": ["hello*"]}
    ),
    "prune_all_is_refused": case(hello(), live=[there(hello(LATER, Name="stray"))], options={"prune": True}),
    "prune_old_version_before_new_passed": case(
        NEW, live=[there(hello()), there(NEW, "auditing")], options={"prune": True}
    ),
    "prune_old_version_after_new_passed": case(NEW, live=[there(hello()), there(NEW)], options={"prune": True}),
    # New versions
    "replaces": case(hello(), NEW, live=[there(hello())]),
    "replaces_without_a_file_is_not_unmanaged": case(NEW, live=[there(hello())]),
    "replaces_what_is_not_live": case(NEW),
    "replaces_with_fewer_languages_and_variables": case(
        own(hello(SHORT, Name="hello_v2"), replaces="hello"), live=[there(hello()), there(hello(Language="id"))]
    ),
    # What breaks senders
    "breaking_variable": case(hello(SHORT, Example={}), live=[there(hello(), "fail")]),
    "breaking_variable_allowed": case(
        hello("Hello $(first_name), your parcel is on its way.", Example={"first_name": "Ann"}),
        live=[there(hello(), "fail")], options={"allow_breaking": True},
    ),
    "breaking_header_media": case(
        hello(TEXT, image("https://www.example.com/a.jpg")), live=[there(hello(), "fail")]
    ),
    "breaking_url_variable": case(
        hello(TEXT, url("https://www.example.com/$(name)")),
        live=[there(hello(TEXT, url("https://www.example.com/")), "fail")],
    ),
    "breaking_card_count": case(
        hello(TEXT, carousel(3), Category="MARKETING"),
        live=[there(hello(TEXT, carousel(2), Category="MARKETING"), "fail")],
    ),
    "breaking_but_approved": case(hello(SHORT, Example={}), live=[there(hello())]),
    # Languages
    "language_left": case(hello(), live=[there(hello()), there(hello(Language="id"))]),
    "language_left_pruned": case(
        hello(), live=[there(hello()), there(hello(Language="id"))], options={"prune": True}
    ),
    # Mass changes
    "mass_change_both_bounds": case(
        *many(4, LATER), *many(10)[4:], live=[there(body, "fail") for body in many(10)]
    ),
    "mass_change_few": case(*many(3, LATER), live=[there(body, "fail") for body in many(3)]),
    "mass_change_small_share": case(
        *many(4, LATER), *many(14)[4:], live=[there(body, "fail") for body in many(14)]
    ),
    "mass_change_allowed": case(
        *many(4, LATER), live=[there(body, "fail") for body in many(4)], options={"allow_mass_change": 4}
    ),
    "mass_change_wrong_number": case(
        *many(4, LATER), live=[there(body, "fail") for body in many(4)], options={"allow_mass_change": 5}
    ),
    "mass_creation_is_fine": case(*many(6)),
    # What cannot be trusted or read
    "incomplete_listing": case(
        hello(), hello(LATER, Name="known"), gone("there"), gone("absent"),
        live=[there(hello(Name="known"), "fail"), there(hello(Name="there"))], setup=_pages("total_high"),
    ),
    "incomplete_listing_prune": case(
        hello(), live=[there(hello()), there(hello(Name="stray"))], options={"prune": True}, setup=_pages("total_low")
    ),
    "listing_without_a_total": case(
        hello(), gone("absent"), live=[there(hello())], setup=_pages("total_none")
    ),
    "unreadable": case(hello(), live=[there(hello())], setup=_unreadable),
    "unreadable_tombstone": case(gone(), live=[there(hello())], setup=_unreadable),
    "unreadable_prune": case(
        hello(Name="fresh"), live=[there(hello())], options={"prune": True}, setup=_unreadable
    ),
    "space_not_readable": case(hello(), setup=_denied),
    "other_account": case(hello(), space={"waba_id": "1"}),
    "account_not_approved": case(hello(), setup=_account("PENDING")),
    "target": case(
        hello(LATER), hello(Language="id"), hello(Name="other"), live=[there(hello(), "fail")],
        options={"targets": ("template/hello@en",)},
    ),
}  # fmt: skip
