"""`breaking`: new versions, and which of them senders are led to."""

from __future__ import annotations

import pytest
from support.breaking_checkout import FILE, OTHER, V2, Checkout, codes, hello, replies, rules


def test_a_new_version_breaks_nobody_until_it_is_adopted(checkout: Checkout) -> None:
    checkout.shop.write("templates/v2.yaml", hello(OTHER, **V2))
    document = checkout.told()
    assert document["breaking"] == []
    assert codes(document) == ["senders_stay"]
    assert "senders stay with hello until `adopt: true`" in document["notes"][0]["text"]
    checkout.commit()
    assert codes(checkout.told()) == []
    checkout.shop.write("templates/v2.yaml", hello(OTHER, name="hello_v2", block="replaces: hello, adopt: true"))
    document = checkout.told()
    assert {(each["key"], each["intended"], each["changed_from"]) for each in document["breaking"]} == {
        ("template/hello_v2@en", "adopt", "hello")
    }
    assert codes(document) == []
    checkout.commit()
    # Without it, senders go back.
    checkout.shop.write("templates/v2.yaml", hello(OTHER, **V2))
    assert {key for key, _ in rules(checkout.told(code=6))} == {"template/hello@en"}


def test_adopting_in_the_change_that_adds_the_file_is_a_warning(checkout: Checkout) -> None:
    checkout.shop.write("templates/v2.yaml", hello(OTHER, name="hello_v2", block="replaces: hello, adopt: true"))
    document = checkout.told()
    assert [(note["code"], note["severity"]) for note in document["notes"]] == [("adopt_at_once", "warning")]


def test_a_version_of_the_same_contract_takes_over(checkout: Checkout) -> None:
    checkout.shop.write("templates/v2.yaml", hello("Dear $(name), it is on its way to you by now.", **V2))
    (checkout.shop.root / FILE).unlink()
    assert checkout.told() == {**checkout.told(), "breaking": [], "notes": []}
    checkout.shop.write("templates/v2.yaml", hello(OTHER, **V2))
    told = rules(checkout.told(code=6))
    assert ("template/hello@en", "breaking-language-removed") in told
    assert ("template/hello_v2@en", "breaking-variable-added") in told


def test_an_old_version_that_deployed_programs_may_use_counts_too(checkout: Checkout) -> None:
    checkout.shop.write("templates/v2.yaml", hello(OTHER, name="hello_v2", block="replaces: hello, adopt: true"))
    checkout.commit()
    (checkout.shop.root / FILE).unlink()
    assert rules(checkout.told(code=6)) == [("template/hello@en", "breaking-language-removed")]


def test_a_pin_sends_programs_back_in_one_line(checkout: Checkout) -> None:
    checkout.shop.write("templates/v2.yaml", hello(OTHER, name="hello_v2", block="replaces: hello, adopt: true"))
    checkout.commit()
    checkout.shop.write(FILE, hello(block="pinned: true"))
    document = checkout.told()
    assert {(each["key"], each["changed_from"], each["intended"]) for each in document["breaking"]} == {
        ("template/hello@en", "hello_v2", "pinned")
    }
    assert "intended, its file says `pinned: true`" in checkout.breaking().out


def test_a_pin_excuses_no_edit_of_its_version(checkout: Checkout) -> None:
    checkout.shop.write("templates/v2.yaml", hello(OTHER, name="hello_v2", block="replaces: hello, adopt: true"))
    checkout.commit()
    checkout.shop.write(FILE, hello("Hello $(buyer), it is on its way to you.", block="pinned: true"))
    counted = [each for each in checkout.told(code=6)["breaking"] if each["counts"]]
    assert {(each["key"], each["changed_from"]) for each in counted} == {("template/hello@en", "")}


def test_a_new_version_without_a_language_leaves_it(checkout: Checkout) -> None:
    checkout.shop.write("templates/ar.yaml", hello(language="ar"))
    checkout.commit()
    checkout.shop.write("templates/v2.yaml", hello("Dear $(name), it is on its way to you by now.", **V2))
    document = checkout.told()
    assert document["breaking"] == []
    assert [note["text"] for note in document["notes"]] == [
        "senders of ar stay with hello: it does not have the language"
    ]


def test_a_name_that_becomes_a_version_of_another_is_found_there(checkout: Checkout) -> None:
    checkout.shop.write("templates/v2.yaml", hello(OTHER, name="hello_v2"))
    checkout.commit()
    checkout.shop.write("templates/v2.yaml", hello(OTHER, **V2))
    (told,) = checkout.told(code=6)["breaking"]
    assert (told["key"], told["text"]) == ("template/hello_v2@en", "it is called hello by senders now, not hello_v2")


def test_a_version_that_leaves_its_logical_name_is_not_found_under_it(checkout: Checkout) -> None:
    """Codes stand under the logical name: what has another one is live, and no program that was written finds it."""
    (checkout.shop.root / FILE).unlink()  # it is the logical name all the same
    checkout.shop.write("templates/v2.yaml", hello(**V2))
    checkout.commit()
    assert checkout.shop.run("outputs", "--format", "contract", "-o", "contract.json").code == 0
    checkout.shop.write("templates/v2.yaml", hello(name="hello_v2"))
    (told,) = checkout.told(code=6)["breaking"]
    assert (told["key"], told["text"]) == ("template/hello_v2@en", "it is called hello_v2 by senders now, not hello")
    assert told["hint"].startswith("let its chain of `replaces` begin at hello, as it did; or if that is meant, say ")
    assert len(rules(checkout.told(against="./contract.json", code=6))) == 1


def test_an_edit_in_place_that_sends_programs_back_is_a_note(checkout: Checkout) -> None:
    again = "Good day $(name), your parcel has left our studio by now."
    checkout.shop.write("templates/v2.yaml", hello(again, **V2))
    checkout.commit()
    checkout.shop.write("templates/v2.yaml", hello(again, parts=replies("Yes"), **V2))
    (note,) = checkout.told()["notes"]
    assert (note["code"], note["severity"], note["key"]) == ("senders_stay", "info", "template/hello_v2")
    assert note["text"].startswith("senders go back to hello until `adopt: true` in its file")


@pytest.mark.parametrize("text", ["Good day $(name), your parcel has left our studio.", OTHER])
def test_a_version_that_goes_to_another_chain_takes_its_contract_with_it(checkout: Checkout, text: str) -> None:
    checkout.shop.write("templates/v2.yaml", hello(text, **V2))
    checkout.commit()
    assert checkout.shop.run("outputs", "--format", "contract", "-o", "contract.json").code == 0
    checkout.shop.write("templates/v2.yaml", hello(text, name="hello_v2", block="replaces: other"))
    broken = [("template/hello_v2@en", "breaking-language-removed")] if text == OTHER else []
    for against in ("HEAD", "./contract.json"):
        assert rules(checkout.told(against=against, code=6 if broken else 0)) == broken
