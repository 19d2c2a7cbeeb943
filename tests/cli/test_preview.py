"""`preview` as a user runs it: from files alone, wherever it writes to, and beside what was or is live."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.git_repository import Repository
from support.page_reader import PageReader, read
from support.projects import GOOD, Shop

TWO = """\
Name: shop_two
Category: UTILITY
Languages: [en, es]
Components:
  - Type: BODY
    Text: {en: "Hello $(name), it is here.", es: "Hola $(name), ya llegó."}
Example: {name: Ann}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the command is called, which is not the project."""
    there = tmp_path / "elsewhere"
    there.mkdir()
    monkeypatch.chdir(there)
    return there


def drawn(shop: Shop, *arguments: str) -> PageReader:
    ended = shop.run("preview", "-o", "-", *arguments)
    assert ended.code == 0, ended
    return read(ended.out)


def headings(reader: PageReader) -> list[str]:
    return [each.text.split()[0] for each in reader.elements if each.tag in ("h2", "h3") and "article" in each.parents]


def test_it_is_written_to_the_current_folder_and_nothing_else_is(shop: Shop, folder: Path) -> None:
    ended = shop.run("preview")
    assert ended.code == 0 and ended.out == ""
    assert "preview.html shows 1 template." in ended.err
    assert [path.name for path in folder.iterdir()] == ["preview.html"]
    page = (folder / "preview.html").read_text(encoding="utf-8")
    assert "your parcel has left our studio today" in read(page).named("main")[0].text
    assert shop.run("preview", "-q").err == ""
    assert (folder / "preview.html").read_text(encoding="utf-8") == page


def test_it_is_not_written_through_a_link_of_a_checkout(shop: Shop, folder: Path) -> None:
    Repository.new(folder)
    (folder / "preview.html").symlink_to(shop.root / "templatesync.yaml")
    before = (shop.root / "templatesync.yaml").read_bytes()
    ended = shop.run("preview")
    assert ended.code == 1 and "symbolic link" in ended.err
    assert (shop.root / "templatesync.yaml").read_bytes() == before


def test_a_folder_is_no_file_to_write_to(shop: Shop, folder: Path) -> None:
    (folder / "preview.html").mkdir()
    ended = shop.run("preview")
    assert ended.code == 64 and "preview.html is a folder" in ended.err


def test_files_with_errors_are_drawn_and_told_beside(shop: Shop) -> None:
    shop.bad(GOOD.replace("shop_hello", "shop_bad").replace("$(name)", "$(nmae)"))
    reader = drawn(shop)
    assert headings(reader) == ["shop_bad", "en", "shop_hello", "en"]
    article = reader.named("article")[0]
    assert "templates/bad.yaml" in article.text and "nmae" in article.text
    assert "error" in article.text and "validate` finds" in reader.named("header")[0].text


def test_a_file_that_cannot_be_read_hides_no_other(shop: Shop) -> None:
    shop.bad("Name: [")
    reader = drawn(shop)
    assert headings(reader) == ["shop_hello", "en"]
    assert "templates/bad.yaml" in reader.of_class("apart")[0].text


def test_paths_and_languages_narrow_it(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.write("templates/two.yaml", TWO)
    monkeypatch.chdir(shop.root)
    assert headings(drawn(shop, "templates/two.yaml")) == ["shop_two", "en", "es"]
    assert headings(drawn(shop, "--language", "es")) == ["shop_two", "es"]
    ended = shop.run("preview", "-o", "-", "--language", "xx")
    assert ended.code == 64 and "en, es" in ended.err and ended.out == ""


def test_nothing_to_show_is_no_page(shop: Shop, folder: Path) -> None:
    (shop.root / "templates/good.yaml").unlink()
    assert shop.run("preview").code == 3
    assert list(folder.iterdir()) == []


def test_spaces_share_what_customers_see_alike(shop: Shop) -> None:
    project = (shop.root / "templatesync.yaml").read_text(encoding="utf-8")
    more = '  real:\n    cust_space_id: cams-real0000000\n    vars: {hi: Good day, site: "https://www.example.com"}\n'
    project = project.replace("{site", "{hi: Hi, site").replace("default_space", f"{more}default_space")
    shop.write("templatesync.yaml", project)
    button = '  - {Type: BUTTONS, Buttons: [{Type: URL, Text: Go, Url: "${{ site }}/a", UrlType: static}]}\n'
    shop.write("templates/good.yaml", GOOD.replace("Example:", f"{button}Example:"))
    reader = drawn(shop)
    assert headings(reader) == ["shop_hello", "en"]
    assert "https://www.example.com/a" in reader.named("main")[0].text  # that of a customer, not of the emulator
    Repository.new(shop.root).commit()
    (shop.root / "templates/good.yaml").unlink()
    shop.write("templates/two.yaml", TWO)
    assert "https://www.example.com/a" in drawn(shop, "--against", "HEAD").named("main")[0].text
    (shop.root / "templates/two.yaml").unlink()
    shop.write("templates/good.yaml", GOOD.replace("Hello", "${{ hi }}"))
    assert headings(drawn(shop)) == ["shop_hello", "en", "en"]
    assert headings(drawn(shop, "--space", "real")) == ["shop_hello", "en"]


def test_against_a_revision_before_and_after_stand_side_by_side(shop: Shop) -> None:
    repository = Repository.new(shop.root)
    shop.write("templates/two.yaml", TWO)
    shop.write("templates/gone.yaml", GOOD.replace("shop_hello", "shop_gone"))
    commit = repository.commit()
    (shop.root / "templates/gone.yaml").unlink()
    shop.write("templates/two.yaml", TWO.replace("it is here", "it has arrived"))
    shop.write("templates/new.yaml", GOOD.replace("shop_hello", "shop_new"))
    before = sorted(shop.root.rglob("*.yaml"))
    reader = drawn(shop, "--against", "HEAD")
    assert sorted(shop.root.rglob("*.yaml")) == before
    shown = {each.text.split()[0]: each.text for each in reader.named("article")}
    assert f"at HEAD ({commit[:12]})" in shown["shop_two"] and "unchanged" in shown["shop_two"]
    assert [each.text for each in reader.named("ins")] == ["has arrived"]
    assert "No file has it any more." in shown["shop_gone"]
    assert "Not there." in shown["shop_new"]
    assert "unchanged" in shown["shop_hello"] and "at HEAD" not in shown["shop_hello"]
    assert f"3 of 5 differ from the files at HEAD ({commit[:12]})." in reader.named("header")[0].text
    assert shop.run("preview", "-o", "-", "--against", "no-such-revision").code == 64


def test_live_shows_what_the_space_has_and_changes_nothing(shop: Shop) -> None:
    shop.write("qr_codes/door.yaml", 'kind: qr_code\nPhoneNumber: "8500563601520"\nPrefilledMessage: Good day\n')
    assert len(drawn(shop).named("svg")) == 0
    assert shop.run("apply", "--yes", "-q").code == 0
    assert len(drawn(shop, "--live").named("svg")) == 1
    shop.write("templates/good.yaml", GOOD.replace("left our studio", "left us"))
    reader = drawn(shop, "--live")
    (article,) = [each for each in reader.named("article") if "shop_hello" in each.text]
    assert "live in local" in article.text
    assert [each.text for each in reader.named("ins")] == ["us"]
    assert "1 of 2 differ from what is live." in reader.named("header")[0].text


def test_a_space_that_cannot_be_read_is_told_and_the_files_are_shown(shop: Shop, folder: Path) -> None:
    more = "  real:\n    cust_space_id: cams-real0000000\n"
    project = (shop.root / "templatesync.yaml").read_text(encoding="utf-8")
    shop.write("templatesync.yaml", project.replace("default_space", f"{more}default_space"))
    ended = shop.run("preview", "--live", "--space", "real")
    assert ended.code == 4 and "real: " in ended.err
    page = read((folder / "preview.html").read_text(encoding="utf-8"))
    assert "Not known" in page.named("main")[0].text and "your parcel" in page.named("main")[0].text
