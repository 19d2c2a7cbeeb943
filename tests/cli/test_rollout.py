"""A new version that asks senders for something else, as commands tell it from the first plan to the last tombstone."""

from __future__ import annotations

import json

from support.projects import Shop

V1 = """\
Name: shop_hello
Category: UTILITY
Languages: [en, ar]
Components:
  - Type: BODY
    Text: Hello $(name), your parcel has left our studio today.
Example: {name: Ann}
"""
V2 = """\
Name: shop_hello_v2
Category: UTILITY
Language: en
Components:
  - Type: BODY
    Text: Hello $(customer), your parcel has left our studio today.
Example: {customer: Ann}
templatesync: {replaces: shop_hello%s}
"""
GONE = """\
Name: shop_hello
Languages: [en, ar]
templatesync: {state: absent%s}
"""


def said(shop: Shop, *arguments: str, code: int = 0) -> str:
    ended = shop.run(*arguments)
    assert ended.code == code, ended.said
    return " ".join(ended.out.split())


def test_from_the_first_plan_to_the_last_tombstone(shop: Shop) -> None:
    shop.write("templates/good.yaml", V1)
    said(shop, "apply", "--yes")
    shop.write("templates/new.yaml", V2 % "")
    planned = said(shop, "plan", "--fail-on", "breaking,blocked")
    assert "senders stay with shop_hello until its file says `adopt: true`" in planned
    assert "senders of ar stay with shop_hello, for shop_hello_v2 does not have it" in planned
    said(shop, "apply", "--yes")  # the emulator approves at once
    why = "it asks them for something else; once they are ready, say `adopt: true` in the newer file"
    read = said(shop, "status", "--content")
    assert f"senders stay with shop_hello, not shop_hello_v2: {why}" in read and "by the files" not in read
    assert f"by the files, senders stay with shop_hello, not shop_hello_v2: {why}" in said(shop, "status")
    markdown = said(shop, "plan", "--format", "markdown")
    assert "say <code>adopt: true</code> in the newer file" in markdown

    shop.write("templates/good.yaml", GONE % "")
    assert "blocked in 2 languages (ar, en) (in use)" in said(shop, "plan", "--fail-on", "blocked", code=6)
    shop.write("templates/new.yaml", V2 % ", adopt: true")
    assert "senders of ar use it: no newer version has that language" in said(shop, "plan")
    shop.write("templates/good.yaml", GONE % ", breaks: [breaking-language-removed]")
    planned = said(shop, "plan")
    assert "delete in 2 languages" in planned
    assert planned.count("breaks senders: the whole name is removed: no language is left") == 1
    assert "2 done" in said(shop, "apply", "--yes")
    # What is gone breaks nothing any more, and its document goes as a whole.
    planned = said(shop, "plan")
    assert "its document can go" in planned and "take it out of `breaks`" not in planned


def test_what_a_file_says_that_it_breaks_needs_no_option(shop: Shop) -> None:
    rejecting = (shop.root / "templatesync.yaml").read_text().replace("emulator: true", "emulator: {review: reject}")
    shop.write("templatesync.yaml", rejecting)
    said(shop, "apply", "--yes")
    changed = (
        (shop.root / "templates/good.yaml").read_text().replace("$(name)", "friend").replace("Example", "# Example")
    )
    shop.write("templates/good.yaml", changed)
    assert "say `templatesync: {breaks: [breaking-variable-removed]}` in its file" in said(shop, "plan")
    assert "blocked" in said(shop, "apply", "--yes", code=6)
    shop.write("templates/good.yaml", f"{changed}templatesync: {{breaks: [breaking-variable-removed]}}\n")
    document = json.loads(shop.run("plan", "--format", "json").out)
    (change,) = document["spaces"][0]["changes"]
    assert (change["action"], document["summary"]["breaking"]) == ("update", 1)
    assert change["breaking_rules"] == [{"rule": "breaking-variable-removed", "text": "variable name removed"}]
    assert "1 done" in said(shop, "apply", "--yes")
