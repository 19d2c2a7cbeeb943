"""Whatever the service makes of what it was sent: what `import --update` says it took over is equal, comments stay."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from support.emulated_project import LOCAL, World
from support.plan_scenarios import there
from support.template_strategies import Body, bodies, families

from templatesync.commands.prepare import read_files
from templatesync.documents.edit.comment import comments
from templatesync.emulator.quirks import QUIRKS
from templatesync.project.languages import merge
from templatesync.validation.check import check

ECHOES = (
    "text-ends", "line-ends", "blanks", "characters", "variables", "dropped-field", "defaults", "text-format", "order",
    "url-type", "format", "type", "urls", "unknown-fields", "allow-send", "language-spelling", "name-spelling",
)  # fmt: skip
VALUES = [(name, value) for name in ECHOES for value in QUIRKS[name].values]

ORDER = """\
# Sent when a parcel leaves.
Name: order_sent  # as in the shop
Category: UTILITY
Languages: [en, zh_CN]
Components:
  # what people read
  - Type: BODY
    Text:
      # the long one
      en: |  # two paragraphs
        Hello $(name),  your caf\u00e9 & tea order is packed.

        It is with the carrier \u2122 now, and leaves today.
      zh_CN: "您好 $(name)，您的订单已经打包 & 今天发出，请注意查收。"  # short
  - Type: FOOTER
    Text: {en: Thank you, zh_CN: 谢谢}
  - Type: BUTTONS
    Buttons:
      # the shop
      - Type: URL
        Text: {en: See it, zh_CN: 查看}
        Url: https://${{ host }}/$(order)  # our own host
        UrlType: dynamic
      # last
      - {Type: QUICK_REPLY, Text: {en: Later, zh_CN: 稍后}}
Example: {name: Ann, order: "1001"}
"""
SALE = """\
# A sale.
Name: sale_ends
Category: MARKETING
Language: en_US
MessageSendTtlSeconds: 86400  # a day
Components:
- Type: HEADER
  Format: TEXT
  Text: Sale
# the offer
- Type: BODY
  Text: >-
    Hello $(name), the sale in ${{ city }} ends on Sunday,
    and all is half the price. Reply STOP to hear no more.
- Type: BUTTONS
  Buttons:
  - {Type: PHONE_NUMBER, Text: Call us, PhoneNumber: "+6512345678"}
  - {Type: QUICK_REPLY, Text: Stop, IsOptOut: true}
Example:
  name: Ann  # a customer
---
# The code.
Name: login_code
Category: AUTHENTICATION
Language: en
Components:
  - {Type: BODY, AddSecretRecommendation: true}
  - {Type: FOOTER, CodeExpirationMinutes: 5}
  - Type: BUTTONS
    Buttons:
      - {Type: COPY_CODE, Text: Copy}
"""
FILES = {"templates/order.yaml": ORDER, "templates/sale.yaml": SALE}
VARIABLES = {"host": "shop.example.com", "city": "Rome"}


def told(data: bytes) -> Counter[str]:
    return comments(data.decode().replace("\r\n", "\n"))


def put(world: World, texts: dict[str, str], line_end: str = "\n") -> None:
    for name, text in texts.items():
        path = world.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.replace("\n", line_end).encode())


def passed(world: World) -> None:
    """Let every review pass."""
    for name, language in (("order_sent", "en"), ("order_sent", "zh_CN"), ("sale_ends", "en_US"), ("login_code", "en")):
        world.control("review", cust_space_id=LOCAL, template_name=name, language=language, status="pass")


def hold(world: World) -> tuple[int, int]:
    """The law, for what differs now; how many were taken over, and how many left."""
    before = {name: (world.root / name).read_bytes() for name in FILES}
    result = world.update()
    after = {name: (world.root / name).read_bytes() for name in FILES}
    assert check(read_files(world.root)).errors == ()
    taken = {each.key for file in result.files for each in file.taken}
    changed = {file.file for file in result.files}
    for name in FILES:
        assert not told(before[name]) - told(after[name])
        assert (before[name] == after[name]) == (name not in changed)
    rows = {row["key"]: row for row in world.document()["spaces"][0]["changes"]}
    for row in rows.values():
        assert row["key"] not in taken or row["action"] == "no_op", row
    assert (result.exit_code == 0) == (not result.left)
    left = {each.key for each in result.left}
    assert left.isdisjoint(taken)
    again = world.update()
    assert ({each.key for each in again.left}, again.files) == (left, ())
    assert again.equal + len(left) == len(rows)
    return len(taken), len(left)


def world_with(folder: Path, quirks: dict[str, str], line_end: str = "\n") -> World:
    world = World(folder, policy={"on_approved": "modify"}, spaces={"local": {"emulator": True, "vars": VARIABLES}})
    # What is created under another name ends the first apply: that is another story.
    echoes = {name: value for name, value in quirks.items() if not name.endswith("-spelling")}
    world.settings(modify_approved="allow", quirks=echoes)
    put(world, FILES, line_end)
    world.apply()
    passed(world)
    world.settings(quirks=quirks)
    return world


@pytest.mark.parametrize(("name", "value"), VALUES)
def test_after_an_apply_to_a_service_that_tells_it_otherwise(tmp_path: Path, name: str, value: str) -> None:
    world = world_with(tmp_path, {name: value})
    _, left = hold(world)
    assert left == 0, [*world.update().left]


@pytest.mark.parametrize(("name", "value"), VALUES[::4])
def test_where_nobody_knows_what_was_sent(tmp_path: Path, name: str, value: str) -> None:
    world = world_with(tmp_path, {}, "\r\n")
    world.settings(quirks={name: value})
    hold(world)


@settings(max_examples=5)
@given(quirks=st.lists(st.sampled_from(VALUES), min_size=2, max_size=3, unique_by=lambda each: each[0]))
def test_for_several_at_once(tmp_path_factory: pytest.TempPathFactory, quirks: list[tuple[str, str]]) -> None:
    hold(world_with(tmp_path_factory.mktemp("law"), dict(quirks)))


@st.composite
def edited(draw: st.DrawFn) -> tuple[list[Body], list[Body]]:
    """Languages of a template as files say them, and as somebody has made them in the console."""
    category = draw(st.sampled_from(["UTILITY", "MARKETING", "AUTHENTICATION"]))
    old = draw(families("shop_order", category))
    new = draw(families("shop_order", category))
    if draw(st.booleans()):  # the same structure in other words
        new = [draw(bodies("shop_order", category, each["Language"])) for each in old]
    by_language = {each["Language"]: each for each in new}
    return old, [by_language.get(each["Language"], each) for each in old]


@settings(max_examples=10)
@given(both=edited())
def test_any_edit_is_taken_over_or_told(
    tmp_path_factory: pytest.TempPathFactory, both: tuple[list[Body], list[Body]]
) -> None:
    world = World(tmp_path_factory.mktemp("law"))
    wanted = merge(both[0], {"Text"}, {"Example"})
    world.want(*([wanted] if wanted is not None else both[0]))
    for body in both[1]:
        world.live(**there(body))
    before = {path: path.read_bytes() for path in (world.root / "templates").iterdir()}
    result = world.update()
    assert check(read_files(world.root)).errors == ()
    taken = {each.key for file in result.files for each in file.taken}
    left = {each.key for each in result.left}
    rows = {row["key"]: row["action"] for row in world.document()["spaces"][0]["changes"]}
    assert len(taken) + len(left) + result.equal == len(rows)
    assert {key for key in rows if key not in left and rows[key] != "no_op"} == set()
    if not taken:
        assert before == {path: path.read_bytes() for path in before}
    event(f"taken {bool(taken)}, left {bool(left)}")
    if wanted is None:
        assert left == set(), result.left
