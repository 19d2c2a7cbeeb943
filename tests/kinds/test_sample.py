"""Samples that are files of the project, through the commands: what is uploaded and sent, and what is found."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.emulated_project import World, ends, outcome
from support.media_files import jpeg, office, pdf, png, video
from support.projects import Ended, Shop

from templatesync.commands.validate import validate
from templatesync.documents.yaml_writer import to_yaml
from templatesync.emulator import Emulator, HttpRequest
from templatesync.model.errors import ExitCode
from templatesync.project import settings, workspace
from templatesync.validation import check

KEY = "template/hello@en"
PICTURE = png(1200, 628)


def hello(url: Any = "file:media/a.png", format_: str = "IMAGE", **fields: Any) -> dict[str, Any]:
    header = {"Type": "HEADER", "Format": format_, "Url": url}
    body = {"Type": "BODY", "Text": "Good morning and welcome to our studio."}
    return {"Name": "hello", "Category": "UTILITY", "Language": "en", "Components": [header, body], **fields}


def carousel(*urls: str) -> dict[str, Any]:
    def card(url: str) -> dict[str, Any]:
        buttons = {"Type": "BUTTONS", "Buttons": [{"Type": "QUICK_REPLY", "Text": "More"}]}
        return {"CardComponents": [{"Type": "HEADER", "Format": "IMAGE", "Url": url}, buttons]}

    body = {"Type": "BODY", "Text": "Look at what came out of the kiln today."}
    cards = {"Type": "CAROUSEL", "Cards": [card(url) for url in urls]}
    return {"Name": "cups", "Category": "MARKETING", "Language": "en", "Components": [body, cards]}


class Studio(World):
    """A project with media."""

    def media(self, name: str, data: bytes) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def calls(self, operation: str) -> list[dict[str, Any]]:
        """What arrived of an operation."""
        return [entry["parameters"] for entry in self.control("history") if entry["operation"] == operation]

    def stored(self) -> list[str]:
        """The names under which files were stored, in order."""
        return [str(sent["key"]).rpartition("/")[2] for sent in self.calls("POST object")]

    def fetch(self, address: str) -> tuple[bytes, str]:
        """What an address in the store leads to, as the service sees it."""
        path = address.partition("127.0.0.1")[2]
        answer = Emulator.handle(self.emulator, HttpRequest("GET", path, {"host": "127.0.0.1"}, b""))
        assert answer.status == 200, answer.body
        return answer.body, answer.headers["content-type"]

    def found(self) -> list[tuple[str, str, int, int, str]]:
        report = check.check(workspace.read(settings.load(self.root)))
        return [(each.rule, each.file, each.line, each.column, each.message) for each in report.findings]

    def actions(self) -> set[str]:
        (space,) = self.document()["spaces"]
        return {change["action"] for change in space["changes"]}


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    fresh = Studio(tmp_path)
    yield fresh
    fresh.emulator.end()


@pytest.fixture
def shop(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shop:
    (tmp_path / "shop").mkdir()
    return Shop(tmp_path / "shop", capsys)


def header_url(sent: dict[str, Any]) -> str:
    components = sent["Components"]
    components = json.loads(components) if isinstance(components, str) else components
    return str(components[0]["Url"])


# --- written ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data", "format_", "ending", "media_type"),
    [
        ("a.png", PICTURE, "IMAGE", ".png", "image/png"),
        ("a.png", jpeg(), "IMAGE", ".jpg", "image/jpeg"),
        ("wheel.mp4", video(), "VIDEO", ".mp4", "video/mp4"),
        ("terms.pdf", pdf(), "DOCUMENT", ".pdf", "application/pdf"),
        ("Terms of 2026.TXT", b"Parcels leave within a day.", "DOCUMENT", ".txt", "text/plain"),
    ],
)
def test_a_file_is_uploaded_and_its_address_sent(
    studio: Studio, name: str, data: bytes, format_: str, ending: str, media_type: str
) -> None:
    studio.media(f"media/{name}", data)
    studio.want(hello(f"file:media/{name}", format_))
    (note,) = studio.document()["spaces"][0]["changes"][0]["notes"]
    assert note.startswith(f"uploads: media/{name} is uploaded: a")
    assert ends(studio.apply()) == {KEY: "done"}
    (sent,) = studio.calls("CreateChatappTemplate")
    address = header_url(sent)
    assert address.endswith(ending)
    assert studio.fetch(address) == (data, media_type)
    assert studio.actions() == {"no_op"}


def test_a_card_has_its_file_too_and_the_same_content_goes_once(studio: Studio) -> None:
    studio.media("media/a.png", PICTURE)
    studio.media("media/copy.png", PICTURE)
    studio.media("media/b.png", png(colour=6))
    studio.want(carousel("file:media/a.png", "file:media/b.png", "file:media/copy.png", "https://example.com/c.png"))
    assert set(ends(studio.apply()).values()) == {"done"}
    assert len(studio.stored()) == len(set(studio.stored())) == 2
    (sent,) = studio.calls("CreateChatappTemplate")
    listed = sent["Components"]
    cards = (json.loads(listed) if isinstance(listed, str) else listed)[1]["Cards"]
    urls = [card["CardComponents"][0]["Url"] for card in cards]
    assert urls[0] == urls[2] != urls[1]
    assert urls[3] == "https://example.com/c.png"
    assert [studio.fetch(url)[0] for url in urls[:2]] == [PICTURE, png(colour=6)]
    assert studio.actions() == {"no_op"}


def test_languages_share_an_object_or_have_their_own(studio: Studio) -> None:
    studio.media("media/a.png", PICTURE)
    studio.media("media/id.png", png())
    body = {name: value for name, value in hello().items() if name != "Language"}
    studio.want({**body, "Languages": ["en", "de"]})
    studio.apply()
    assert len(studio.stored()) == 2
    assert len(set(studio.stored())) == 1
    urls = {"en": "file:media/a.png", "id": "file:media/id.png"}
    studio.want({**body, "Name": "other", "Languages": ["en", "id"], "Components": hello(urls)["Components"]})
    studio.apply()
    sent = {each["Language"]: header_url(each) for each in studio.calls("CreateChatappTemplate")[2:]}
    assert {language: studio.fetch(url)[0] for language, url in sent.items()} == {"en": PICTURE, "id": png()}


def test_a_variable_may_choose_the_file(studio: Studio) -> None:
    studio.project(spaces={"local": {"emulator": True, "vars": {"brand": "kiln"}}})
    studio.media("media/kiln/a.png", PICTURE)
    studio.want(hello("file:media/${{ brand }}/a.png"))
    assert ends(studio.apply()) == {KEY: "done"}
    assert studio.fetch(header_url(studio.calls("CreateChatappTemplate")[0]))[0] == PICTURE
    studio.project()
    assert [rule for rule, *_ in studio.found()] == ["unknown-variable"]


def test_an_update_uploads_what_is_there_now(studio: Studio) -> None:
    studio.settings(review="reject")
    studio.media("media/a.png", PICTURE)
    studio.want(hello())
    studio.apply()
    other = png(shade=7)
    studio.media("media/a.png", other)
    assert studio.actions() == {"no_op"}  # a sample is no content
    changed = hello()
    changed["Components"][1]["Text"] = "Good evening and welcome to our studio."
    studio.want(changed)
    assert ends(studio.apply()) == {KEY: "done"}
    assert studio.fetch(header_url(studio.calls("ModifyChatappTemplate")[0]))[0] == other


def test_switches_change_without_an_upload(studio: Studio) -> None:
    studio.media("media/a.png", PICTURE)
    studio.want(hello(Category="MARKETING"))
    studio.apply()
    studio.want(hello(AllowSend=False, Category="MARKETING"))
    assert ends(studio.apply()) == {KEY: "done"}
    assert len(studio.stored()) == 1


def test_a_picture_that_changes_after_the_plan_makes_nothing_stale(studio: Studio, tmp_path: Path) -> None:
    studio.media("media/a.png", PICTURE)
    studio.want(hello())
    studio.plan(out=tmp_path / "saved.json")
    other = studio.media("media/a.png", png(shade=7)).read_bytes()
    assert ends(studio.apply(order={"plan_file": tmp_path / "saved.json"})) == {KEY: "done"}
    assert studio.fetch(header_url(studio.calls("CreateChatappTemplate")[0]))[0] == other


def rewritten(path: Path) -> None:
    path.write_bytes(png(1200, 628, shade=7))


def linked(path: Path) -> None:
    path.rename(path.with_suffix(".real"))
    path.symlink_to(path.with_suffix(".real"))


@pytest.mark.parametrize(
    ("happens", "said"),
    [
        (rewritten, "media/a.png has changed since the files were read"),
        (lambda path: path.write_bytes(b"short"), "media/a.png has changed since the files were read"),
        (Path.unlink, "media/a.png is gone since the files were read"),
        (linked, "media/a.png: a symbolic link is not followed"),
    ],
)
def test_a_file_that_changes_while_applying_stops_its_change(studio: Studio, happens: Any, said: str) -> None:
    path = studio.media("media/a.png", PICTURE)
    studio.want(hello())

    def change(operation: str) -> None:
        if operation == "QueryChatappBindWaba" and path.read_bytes() == PICTURE:
            happens(path)
            studio.emulator.before = None

    studio.emulator.before = change
    end = outcome(studio.apply())
    assert (end.kind.value, end.code) == ("failed", "templatesync.MediaChanged")
    assert end.message.startswith(said)
    assert studio.writes() == []
    assert studio.stored() == []


@pytest.mark.slow
@pytest.mark.parametrize("step", ["GetChatappUploadAuthorization", "POST object", "CreateChatappTemplate"])
@pytest.mark.parametrize("kind", ["500", "drop_before", "drop_after", "denied"])
def test_whatever_breaks_on_the_way_is_healed(studio: Studio, step: str, kind: str) -> None:
    studio.media("media/a.png", PICTURE)
    studio.want(hello())
    studio.fault(kind, step, times=9)
    studio.apply()
    studio.lift()
    studio.apply()
    assert studio.actions() == {"no_op"}
    assert studio.changed().count("CreateChatappTemplate") == 1


def test_the_emulator_looks_for_the_sample(studio: Studio) -> None:
    studio.media("media/a.png", PICTURE)
    studio.want(hello())
    studio.apply()
    address = header_url(studio.calls("CreateChatappTemplate")[0])
    studio.want(hello(address, Name="again"), hello(address.replace(".png", ".jpg"), Name="nothing"))
    assert ends(studio.apply()) == {"template/again@en": "done", "template/nothing@en": "failed"}


def test_an_import_keeps_the_address(studio: Studio, tmp_path: Path) -> None:
    studio.media("media/a.png", PICTURE)
    studio.want(hello())
    studio.apply()
    other = studio.other(tmp_path / "other")
    other.import_()
    (text,) = [path.read_text(encoding="utf-8") for path in (tmp_path / "other/templates").glob("*.yaml")]
    assert "https://" in text
    assert "file:" not in text


# --- found ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "rule"),
    [
        ("media/none.png", "asset-missing"),
        ("media/a.png/x.png", "asset-missing"),
        ("", "asset-path"),
        ("../a.png", "asset-path"),
        ("/etc/a.png", "asset-path"),
        ("///etc/a.png", "asset-path"),
        ("media//a.png", "asset-path"),
        ("./media/a.png", "asset-path"),
        (".hidden/a.png", "asset-path"),
        ("media\\a.png", "asset-path"),
        ("media/a.gif", "asset-path"),
        ("templatesync.yaml", "asset-path"),
        ("media/a", "asset-path"),
        ("x/" * 300 + "a.png", "asset-path"),
    ],
)
def test_a_path_stays_inside_the_project(studio: Studio, url: str, rule: str) -> None:
    studio.media("media/a.png", PICTURE)
    studio.want(hello(f"file:{url}"))
    ((name, *place, message),) = studio.found()
    assert (name, place) == (rule, ["templates/01.yaml", 7, 10])
    assert url in message or rule == "asset-path"


def test_a_name_that_no_system_has(studio: Studio) -> None:
    studio.want(hello("file:" + "a" * 300 + ".png"))
    ((rule, *_),) = studio.found()
    assert rule == "file-unreadable"


def folder(path: Path) -> None:
    path.mkdir()


def pipe(path: Path) -> None:
    os.mkfifo(path)


def link(path: Path) -> None:
    (path.parent / "real.png").write_bytes(PICTURE)
    path.symlink_to("real.png")


def linked_folder(path: Path) -> None:
    (path.parent.parent / "real").mkdir()
    (path.parent.parent / "real/a.png").write_bytes(PICTURE)
    path.parent.rmdir()
    path.parent.symlink_to(path.parent.parent / "real")


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.write(PICTURE)
        file.truncate(4 << 30)


def large(path: Path) -> None:
    path.write_bytes(PICTURE[:33] + b"\0" * (6 << 20))


@pytest.mark.parametrize(
    ("make", "rule", "said"),
    [
        (folder, "file-kind", "this is a folder"),
        (pipe, "file-kind", "this is a pipe"),
        (link, "file-kind", "a symbolic link is not followed: media/a.png"),
        (linked_folder, "file-kind", "media/a.png: a symbolic link is not followed: media"),
        (sparse, "media-image", "has 4,294,967,296 bytes; WhatsApp takes 5,242,880 at most (5 MB)"),
        (large, "media-image", "has 6,291,489 bytes"),
        (lambda path: path.write_bytes(b""), "media-image", "is an empty file; a HEADER with IMAGE takes JPEG or PNG"),
        (lambda path: path.write_bytes(pdf()), "media-image", "is a PDF document; a HEADER with IMAGE takes"),
        (lambda path: path.write_bytes(png() + office()), "media-image", "is a ZIP archive at the same time"),
        (lambda path: path.write_bytes(os.urandom(999)), "media-image", "is of no format that WhatsApp takes"),
    ],
)
def test_what_stands_where_a_picture_should_is_told_where_it_is_named(
    studio: Studio, make: Any, rule: str, said: str
) -> None:
    (studio.root / "media").mkdir()
    make(studio.root / "media/a.png")
    studio.want(hello())
    found = studio.found()
    assert found
    assert {(name, *place) for name, *place, _ in found} == {(rule, "templates/01.yaml", 7, 10)}
    assert all("media/a.png" in message for *_, message in found)
    assert any(said in message for *_, message in found)


def test_what_is_silenced_is_sent_as_it_is(studio: Studio) -> None:
    studio.project(rules={"media-image": "off"})
    studio.media("media/a.png", b"\0\1\2")
    studio.want(hello())
    assert ends(studio.apply()) == {KEY: "done"}
    address = header_url(studio.calls("CreateChatappTemplate")[0])
    assert studio.fetch(address) == (b"\0\1\2", "application/octet-stream")


def test_what_is_too_large_for_the_service_is_never_sent(studio: Studio) -> None:
    studio.project(rules={"media-image": "off"})
    (studio.root / "media").mkdir()
    sparse(studio.root / "media/a.png")
    studio.want(hello())
    end = outcome(studio.apply())
    assert (end.kind.value, end.message.partition(";")[0]) == ("failed", "media/a.png has 4,294,967,296 bytes")
    assert studio.stored() == []


def test_a_tombstone_needs_no_file(studio: Studio) -> None:
    studio.want(hello("file:media/none.png", templatesync={"state": "absent"}))
    assert studio.found() == []


def test_only_a_header_has_a_file(studio: Studio) -> None:
    body = hello("https://example.com/a.png")
    button = {"Type": "URL", "Text": "See it", "Url": "file:media/a.png", "UrlType": "static"}
    body["Components"].append({"Type": "BUTTONS", "Buttons": [button]})
    studio.want(body)
    assert [rule for rule, *_ in studio.found()] == ["url-http"]


# --- named on the command line ----------------------------------------------------------------------------------------


def test_validate_goes_from_a_picture_to_who_names_it(studio: Studio) -> None:
    studio.media("media/a.png", pdf())
    studio.media("media/b.png", pdf())
    studio.want(hello(), hello("file:media/b.png", Name="other"), hello(Name="third"))

    def keys(*names: str) -> set[str]:
        paths = [studio.root / name for name in names]
        return {each.key for each in validate(studio.root, paths, (), strict=False).report.findings}

    assert keys("media/a.png") == {KEY, "template/third@en"}
    assert keys("media/b.png") == keys("templates/02.yaml") == {"template/other@en"}
    assert keys("templates/01.yaml") == {KEY}
    assert keys("media") == {KEY, "template/other@en", "template/third@en"}
    assert validate(studio.root, [studio.root / "media/b.png"], (), strict=False).report.resources == 1


def test_a_picture_that_nobody_names_is_no_part_of_the_project(shop: Shop) -> None:
    path = shop.write("media/lost.png", PICTURE)
    ended = shop.run("validate", str(path))
    assert ended.code == ExitCode.USAGE
    assert "nothing in media/lost.png belongs to the project" in ended.err


def test_a_target_concerns_only_its_own_picture(studio: Studio) -> None:
    studio.media("media/a.png", PICTURE)
    studio.media("media/b.png", pdf())
    studio.want(hello(), hello("file:media/b.png", Name="other"))
    assert ends(studio.apply(targets=(KEY,))) == {KEY: "done"}


@pytest.mark.slow
def test_a_document_of_100_megabytes_is_planned_in_little_memory(shop: Shop) -> None:
    body = hello("file:media/terms.pdf", "DOCUMENT")
    shop.write("templates/large.yaml", to_yaml(body))
    path = shop.write("media/terms.pdf", pdf())
    with path.open("r+b") as file:
        file.truncate((100 << 20) - len(pdf()))
        file.seek(0, os.SEEK_END)
        file.write(pdf())
    ended: Ended = shop.child("plan", memory=160 << 20)
    assert ended.code == 0, ended
    assert "media/terms.pdf is uploaded: a PDF document, 104,857,600 bytes" in " ".join(ended.out.split())
