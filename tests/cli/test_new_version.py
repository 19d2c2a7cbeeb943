"""`new-version`: which documents it copies, what stays as it was, and what it refuses."""

from __future__ import annotations

import pytest
from support.projects import GOOD, Shop

from templatesync.documents.edit import set_values
from templatesync.documents.yaml_reader import load

OTHER = GOOD.replace("shop_hello", "shop_other").replace("Hello", "Dear")
COPY = "templates/shop_hello_v2.yaml"


def copied(shop: Shop, text: str) -> str:
    """The text of the next version of a file."""
    shop.write("templates/good.yaml", text)
    ended = shop.run("new-version", "shop_hello")
    assert ended.code == 0, ended.err
    written = (shop.root / COPY).read_bytes().decode()
    loaded = load(written.encode(), COPY)
    assert loaded.findings == ()
    (document,) = loaded.documents
    assert document.data["Name"] == "shop_hello_v2"
    assert document.data["templatesync"]["replaces"] == "shop_hello"
    assert "shop_other" not in written
    return written


@pytest.mark.parametrize(
    "text",
    [
        f"# mine\n{GOOD}",
        f"# mine\n---\n{GOOD}",
        f"# mine\n%YAML 1.2\n---\n{GOOD}",
        f"%YAML 1.2\n# mine\n--- # first\n{GOOD}---\n{OTHER}",
        f"{OTHER}--- # second\n# mine\n{GOOD}",
        f"{OTHER}---   \n# mine\n{GOOD}...\n",
        f"{OTHER}...\n# mine\n---\n{GOOD}---\n{OTHER.replace('shop_other', 'shop_other2')}",
        f"---\n{OTHER}---\n# mine\n{GOOD.rstrip()}",
        f"# mine\n{GOOD}".replace("\n", "\r\n"),
        f"\ufeff# mine\n{GOOD}---\n{OTHER}",
        f"# \u4f60\u597d \U0001f600\n{OTHER}---\n# mine\n{GOOD}",
    ],
)
def test_the_document_itself_is_copied_with_its_comments(shop: Shop, text: str) -> None:
    written = copied(shop, text)
    assert written.count("# mine") == 1
    assert "%" not in written and "\r" not in written


@pytest.mark.parametrize(
    "block",
    [
        "templatesync: {}\n",
        "templatesync: {on_approved: modify}\n",
        "templatesync:\n  on_approved: modify  # why\n",
    ],
)
@pytest.mark.parametrize("last", [False, True])
def test_replaces_is_added_to_any_block(shop: Shop, block: str, last: bool) -> None:
    written = copied(shop, GOOD + block if last else block + GOOD)
    assert ("# why" in written) == ("# why" in block)


OWN = {
    "in braces": ("templatesync: {adopt: true, on_approved: modify, pinned: true}\n", {"on_approved": "modify"}),
    "alone in braces": ("templatesync: {breaks: [breaking-variable-added, breaking-cards]}\n", {}),
    "alone": ("templatesync:\n  pinned: true\n", {}),
    "in lines": (
        "templatesync:\n  # who may edit it\n  on_approved: modify  # why\n  pinned: true  # since the outage\n"
        "  breaks:\n    - breaking-cards  # all of them\n    - breaking-media-kind\n  # until May\n  protected: true\n",
        {"on_approved": "modify", "protected": True},
    ),
    "around what it replaces": (
        "templatesync:\n  adopt: true\n  replaces: shop_older  # the first one\n  breaks: [breaking-cards]\n",
        {},
    ),
    "null": ("templatesync: {adopt: false, pinned: false}\n", {}),
}


@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("name", OWN)
def test_what_concerns_one_version_is_not_copied(shop: Shop, name: str, last: bool) -> None:
    """A copy that said `adopt` would let senders change to it as soon as it is approved."""
    block, kept = OWN[name]
    written = copied(shop, GOOD + block if last else block + GOOD)
    (document,) = load(written.encode(), COPY).documents
    assert document.data["templatesync"] == {"replaces": "shop_hello", **kept}
    for comment in ("# who may edit it", "# why", "# until May", "# the first one"):
        assert (comment in written) == (comment in block)
    assert shop.validate().code == 0


def test_of_several_documents_none_is_copied_with_it(shop: Shop) -> None:
    german = GOOD.replace("Language: en", "Language: de").replace("Hello", "Hallo")
    pinned = "templatesync: {pinned: true}\n"
    shop.write("templates/good.yaml", f"{GOOD}{pinned}---\n{german}{pinned}")
    assert shop.run("new-version", "shop_hello").code == 0
    assert "pinned" not in (shop.root / COPY).read_text()
    assert (shop.root / "templates/good.yaml").read_text().count("pinned: true") == 2


def test_what_cannot_be_left_out_without_a_comment_is_told(shop: Shop) -> None:
    block = "templatesync: {\n  adopt: true,  # ready\n  on_approved: modify}\n"
    shop.write("templates/good.yaml", GOOD + block)
    ended = shop.run("new-version", "shop_hello")
    assert (ended.code, (shop.root / COPY).exists()) == (1, False)
    assert "copy it by hand and leave out adopt" in ended.err


@pytest.mark.parametrize("null", ["", "   # nothing yet", " null", " ~ # nothing yet"])
@pytest.mark.parametrize("last", [False, True])
def test_replaces_takes_the_place_of_nothing(null: str, last: bool) -> None:
    block = f"templatesync:{null}\n"
    edited = set_values(GOOD + block if last else block + GOOD, {("templatesync", "replaces"): "old"})
    (document,) = load(edited.encode(), "a.yaml").documents
    assert document.data["templatesync"] == {"replaces": "old"}
    assert ("# nothing yet" in edited) == ("#" in null)


def test_a_document_in_braces_or_indented(shop: Shop) -> None:
    braces = (
        "--- {Name: shop_hello, Category: UTILITY, Language: en, Components: [{Type: BODY, Text: Your parcel left.}]}"
    )
    copied(shop, f"{OTHER}{braces}\n")
    (shop.root / COPY).unlink()
    copied(shop, "".join(f"  {line}\n" for line in GOOD.splitlines()))


@pytest.mark.slow
@pytest.mark.parametrize(
    "rest",
    ["[" * 100_000, "a: [\n", "Name: *x\n", "just text\n", "Name: A\n"],
    ids=["deep", "open", "alias", "text", "bad"],
)
@pytest.mark.parametrize("first", [False, True])
def test_a_file_with_an_error_is_refused(shop: Shop, rest: str, first: bool) -> None:
    shop.write("templates/good.yaml", f"{rest}\n---\n{GOOD}" if first else f"{GOOD}---\n{rest}")
    ended = shop.child("new-version", "shop_hello")
    assert ended.code == 3, ended
    assert not (shop.root / COPY).exists()


def test_several_documents_of_one_name(shop: Shop) -> None:
    german = GOOD.replace("Language: en", "Language: de").replace("Hello", "Hallo")
    shop.write("templates/good.yaml", f"{GOOD}---\n{OTHER}---\n# in German\n{german}")
    assert shop.run("new-version", "shop_hello").code == 0
    first, second = load((shop.root / COPY).read_bytes(), COPY).documents
    assert [first.data["Language"], second.data["Language"]] == ["en", "de"]


def test_what_is_replaced_already(shop: Shop) -> None:
    assert shop.run("new-version", "shop_hello").code == 0
    ended = shop.run("new-version", "shop_hello")
    assert ended.code == 64
    assert "shop_hello_v2 replaces shop_hello already" in ended.err
    assert "new-version shop_hello_v2" in ended.err
    assert shop.run("new-version", "shop_hello_v2").code == 0


def test_a_name_that_no_file_has(shop: Shop) -> None:
    near = shop.run("new-version", "template/shop_helo")
    assert (near.code, "did you mean shop_hello?" in near.err) == (64, True)
    far = shop.run("new-version", "zebra")
    assert (far.code, "there are: shop_hello" in far.err) == (64, True)
