"""Words, scripts, emoji and lengths, as the rules about wording see them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from templatesync.documents.characters import counted
from templatesync.kinds.template import phrase
from templatesync.kinds.template.script import emoji, foreign, named, turned
from templatesync.service.languages import languages

FILES = sorted((Path(phrase.__file__).parent / "words").glob("*.json"))
LISTS = {
    "ask", "goods", "greeting", "never", "optout", "otp", "promotion", "secret", "survey", "threat", "trial", "upsell",
}  # fmt: skip
EVERYWHERE = {"otp", "promotion", "optout"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_word_list_is_of_a_language_of_whatsapp_and_can_match(file: Path) -> None:
    assert file.stem in {phrase.base(code) for code in languages()}
    loaded = json.loads(file.read_text(encoding="utf-8"))
    assert loaded.keys() >= EVERYWHERE and loaded.keys() <= LISTS
    assert ("secret" in loaded) == ("ask" in loaded) == ("never" in loaded), "one is of no use without the others"
    for name, phrases in loaded.items():
        assert len(set(phrases)) == len(phrases) > 0, name
        for each in phrases:
            assert phrase.flat(each) == each, f"{each!r} is not written as texts are compared"
            assert name in phrase.phrases(file.stem, f" {each} "), each


def test_phrases_are_whole_words_where_there_are_words() -> None:
    assert "otp" in phrase.phrases("en_GB", "Your OTP: $(code)")
    assert "otp" not in phrase.phrases("en_GB", "Your hotpot is ready")
    assert "otp" not in phrase.phrases("sq", "Your OTP: $(code)"), "no list, no guess"
    assert "otp" in phrase.phrases("zh_CN", "您的验证码是")
    assert "otp" in phrase.phrases("ko", "인증번호는 $(code)입니다"), "particles hang on the end"
    assert "otp" not in phrase.phrases("ko", "재인증번호"), "and nothing on the front"
    assert "promotion" in phrase.phrases("hi", "आज 20% की छूट है")
    assert "promotion" in phrase.phrases("en", "Don’t miss it")
    assert "promotion" in phrase.phrases("en", "Only $(left) left")


# What stands in a text between phrases, and in one for a number.
BETWEEN = [
    " ",
    "  ",
    "\n",
    "\t\u00a0",
    "",
    ".",
    "“",
    "।",
    "、",
    "a",
    "é",
    "_",
    "7",
    "$(a)",
    "ſ",
    "İ",
    "\u0301",
    "😀",
    "-",
    "’",
]
NUMBERS = ["5", "1.5", "20,000", "$(left)", "$(a)$(b)", "x5"]


@st.composite
def texts_of_phrases(draw: st.DrawFn) -> tuple[str, str]:
    """A language and a text of its phrases, written as people may write them."""
    file = draw(st.sampled_from(FILES))
    known = sorted(each for phrases in phrase.lists(file.stem).values() for each in phrases)
    text = ""
    for each in draw(st.lists(st.sampled_from(known), max_size=4)):
        written = each.replace("#", draw(st.sampled_from(NUMBERS))).replace("'", draw(st.sampled_from("'’")))
        written = draw(st.sampled_from([written, written.upper(), written.title(), written.replace(" ", " \n ")]))
        text += draw(st.sampled_from(BETWEEN)) + written + draw(st.sampled_from(BETWEEN))
    return file.stem, text


@settings(max_examples=500)
@given(texts_of_phrases())
def test_the_topics_of_a_text_lack_no_list_of_which_it_has_a_phrase(told: tuple[str, str]) -> None:
    language, text = told
    found = phrase.phrases(language, text)
    assert found.keys() <= phrase.topics(language, f"before\n{text}\nbehind")
    assert {name for name in LISTS if phrase.says(name, language, text)} == found.keys()


@pytest.mark.parametrize("language", ["", "../words/en", "a" * 10_000, "en\0", "_", "ЕН"])
def test_a_language_is_never_a_path(language: str) -> None:
    assert phrase.phrases(language, "Your OTP: $(code)") == {}
    assert not foreign(language, "Your parcel has left our studio today")


def test_sentences_end_where_they_do() -> None:
    assert phrase.sentences("See www.example.com for 1.5 kg. Thanks! 谢谢。再见") == [
        "See www.example.com for 1.5 kg", " Thanks", " 谢谢", "再见",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("plain", 0),
        ("📦", 1),
        ("👨‍👩‍👧", 1),
        ("🇩🇪🇮🇩", 2),
        ("1️⃣", 1),
        ("☎", 0),
        ("☎️", 1),
        ("👍🏽", 1),
        ("❤️‍🔥", 1),
        ("© 2026 ™ →", 0),
        ("📦📦", 2),
    ],
)
def test_emoji_are_counted_as_they_are_seen(text: str, count: int) -> None:
    assert emoji(text) == count


@pytest.mark.parametrize(
    ("language", "text", "wrong"),
    [
        ("en", "Здравствуйте, ваш заказ уже отправлен", True),
        ("en", "Здравствуйте", False),
        ("en", "Your Привет Магазин parcel has left us", False),
        ("sr", "Здраво, ваша поруџбина је послата данас", False),
        ("ru", "Your parcel has left our studio today", True),
        ("ru", "Ваш Heron Parcel International Express Delivery Service", False),
        ("zh_TW", "Your parcel has left our studio today", True),
        ("ja", "您的包裹今天已经从我们的工作室发出", False),
        ("ko", "您的包裹今天已经从我们的工作室发出", False),
        ("ko", "Ваш заказ уже отправлен сегодня утром", True),
        ("hi", "Aapka parcel aaj nikal gaya hai ji", False),
        ("hi", "您的包裹今天已经从我们的工作室发出", True),
        ("zh_CN", "$(a_long_name) https://www.example.com/a/long/address", False),
    ],
)
def test_only_the_script_tells_a_wrong_language(language: str, text: str, wrong: bool) -> None:
    assert foreign(language, text) is wrong


def test_what_turns_a_text_around() -> None:
    assert turned("abc") == turned("\u2067\u0634\u2069") == turned("\u202babc\u202c") == turned("\u200fabc") == ""
    assert turned("a\u202eb\u202c") == "\u202e"
    assert turned("\u2067\u0634") == "\u2067"
    assert turned("\u202aabc\u202c \u202babc") == "\u202b"
    assert named("\u202e") == "<U+202E> (RIGHT-TO-LEFT OVERRIDE)"


def test_a_length_says_where_others_count_otherwise() -> None:
    assert counted("a") == "this has 1 character"
    assert counted("é" * 1200) == "this has 1,200 characters"
    assert counted("📦" * 2) == "this has 2 characters (4 in UTF-16; limits count code points)"
    assert counted("e\u0301") == "this has 2 characters (1 as people see them; limits count code points)"
    assert counted("👨‍👩‍👧") == "this has 5 characters (8 in UTF-16 and 1 as people see them; limits count code points)"
