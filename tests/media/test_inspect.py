"""What bytes say about themselves: whole files, spoiled ones, and files that try to keep the program busy."""

from __future__ import annotations

import io
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.media_files import box, chunk, jpeg, office, old_office, pdf, png, segment, track, video

from templatesync.media.inspect import inspect
from templatesync.model.media import MediaInfo

WHOLE = [
    ("a.png", png(1200, 628), "image/png", (1200, 628)),
    ("a.png", png(colour=6), "image/png", (8, 4)),
    ("a.jpg", jpeg(640, 480), "image/jpeg", (640, 480)),
    ("a.jpg", jpeg(pixels=b"\x01" * 65_535 + b"\xff\xd0" + b"\xff\x00" * 40_000), "image/jpeg", (8, 4)),
    ("a.mp4", video(), "video/mp4", (0, 0)),
    ("a.mp4", video((b"vide", b"avc3"), (b"text", b"tx3g")), "video/mp4", (0, 0)),
    ("a.3gp", video(brand=b"3gp5"), "video/3gpp", (0, 0)),
    ("a.pdf", pdf(), "application/pdf", (0, 0)),
    ("a.doc", old_office(), "application/msword", (0, 0)),
    ("a.XLS", old_office(), "application/vnd.ms-excel", (0, 0)),
    ("a.bin", office("ppt"), "application/vnd.openxmlformats-officedocument.presentationml.presentation", (0, 0)),
    ("a.txt", "日本".encode() * 20_000, "text/plain", (0, 0)),
]


class Counted(io.BytesIO):
    """A file that counts what is read of it."""

    taken = 0

    def read(self, count: int | None = -1, /) -> bytes:
        data = super().read(count)
        self.taken += len(data)
        return data


def look(data: bytes, name: str = "a.jpg") -> MediaInfo:
    return inspect(io.BytesIO(data), len(data), name)


@pytest.mark.parametrize(("name", "data", "media_type", "size"), WHOLE)
def test_whole_files_are_known(name: str, data: bytes, media_type: str, size: tuple[int, int]) -> None:
    info = look(data, name)
    assert (info.media_type, (info.width, info.height), info.flaws) == (media_type, size, ())


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "an empty file"),
        (b"GIF89a\x01\0\x01\0\0\0\0;", "a GIF picture"),
        (b"RIFF\x10\0\0\0WEBPVP8 \0\0", "a WebP picture"),
        (b"BM\x10\0\0\0\0\0", "a BMP picture"),
        (b"\x1aE\xdf\xa3\x01\0", "a Matroska or WebM video"),
        (video(brand=b"qt  "), "a QuickTime video"),
        (video(brand=b"heic"), "a HEIC picture"),
        (video(brand=b"????"), "a file of the MPEG-4 family that is no MP4"),
        (office("pages"), "a ZIP archive"),
        (office()[:-1], "a ZIP archive that is cut off"),
        (b"version https://git-lfs.github.com/spec/v1\noid x\n", "a pointer of Git LFS, not the file itself"),
        (bytes(range(256)), "of no format that WhatsApp takes"),
        (b"\0" * 5000, "of no format that WhatsApp takes"),
    ],
)
def test_what_cannot_be_sent_is_named(data: bytes, what: str) -> None:
    assert look(data) == MediaInfo("", what)


@pytest.mark.parametrize(
    ("data", "what", "ending"),
    [
        (old_office(), "a file of an old Office", ".doc, .xls or .ppt"),
        (b"Name: shop", "a text", ".txt"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a text", ".txt"),
    ],
)
def test_some_files_are_what_their_name_says(data: bytes, what: str, ending: str) -> None:
    info = look(data)
    assert (info.media_type, info.what) == ("", what)
    (flaw,) = info.flaws
    assert flaw.endswith(ending)


SOUND = (b"soun", b"mp4a")
FAULTS = [
    (png(depth=16), "it has 16 bits for each colour, and WhatsApp takes 8"),
    (png(colour=0), "its colours are grey, and WhatsApp takes RGB or RGBA"),
    (png(0), "it is broken: it has no width or no height"),
    (png()[:20], "it is broken: it does not begin with a whole IHDR"),
    (png().replace(b"\0\0\0\rIHDR", b"\xff\xff\xff\xffIHDR"), "it is broken: it does not begin with a whole IHDR"),
    (png()[:19] + b"\x63" + png()[20:], "it is broken: the checksum of its IHDR is wrong"),
    (png()[:-12], "it is cut off: its end is missing"),
    (png()[:33] + b"\xff\xff\xff\xf0IDAT", "it is cut off or broken: a part of 4,294,967,280 bytes begins at byte 33"),
    (png()[:33] + b"\0\0\0\0\0\0\0\0", "it is broken at byte 33"),
    (png()[:33] + chunk(b"IEND", b""), "it is broken: there are no pixels in it"),
    (png() + b"<script>", "something else of 8 bytes hangs behind its end"),
    (png() + office(), "it is a ZIP archive at the same time"),
    (jpeg() + office(), "it is a ZIP archive at the same time"),
    (pdf() + office(), "it is a ZIP archive at the same time"),
    (jpeg(depth=12), "it has 12 bits for each colour, and WhatsApp takes 8"),
    (jpeg(colours=4), "its colours are CMYK, and WhatsApp takes RGB"),
    (jpeg()[:-2], "it is cut off: its end is missing"),
    (jpeg()[:30], "it is cut off or broken: its last part is not whole"),
    (b"\xff\xd8\xff\xd9", "it is broken: it has no dimensions"),
    (b"\xff\xd8" + segment(0xE1, b"x" * 90) + b"\xff\xd9", "it is broken: it has no dimensions"),
    (b"\xff\xd8" + segment(0xE1, b"x") + b"\0\0\0\0", "it is broken at byte 7"),
    (jpeg(pixels=b"").replace(b"\xff\xda", b"\xff\xfe"), "it is broken: there are no pixels in it"),
    (video((b"vide", b"hev1"), SOUND), "its video is H.265, and WhatsApp takes H.264"),
    (video((b"vide", b"a\xffc1"), SOUND), "its video is 'a\\xffc1', and WhatsApp takes H.264"),
    (video((b"vide", b"avc1"), (b"soun", b"Opus")), "its sound is Opus, and WhatsApp takes AAC"),
    (video((b"vide", b"avc1"), SOUND, SOUND), "it has 2 sound tracks, and WhatsApp takes one at most"),
    (video(SOUND), "there is no video in it"),
    (video()[:24], "it is cut off or broken: it lacks its description or its pictures"),
    (video()[:-1], "it is cut off or broken: a box at byte"),
    (b"\xff\xff\xff\xffftypisom", "it is broken: its first box is not whole"),
    (box(b"ftyp", b"isom\0\0\0\0isom") + b"\0\0\0\x04moov", "it is cut off or broken: a box at byte 20 is not whole"),
    (pdf()[:-8], "it is cut off: its %%EOF is missing"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "flaw"), FAULTS)
def test_what_is_wrong_is_said(data: bytes, flaw: str) -> None:
    assert any(each.startswith(flaw) for each in look(data).flaws), look(data)


def test_a_track_of_64_bit_lengths_is_read() -> None:
    inner = track(b"vide", b"hvc1")
    long = struct.pack(">I", 1) + b"moov" + struct.pack(">Q", len(inner) + 16) + inner
    info = look(box(b"ftyp", b"isom\0\0\0\0isom") + long + box(b"mdat", b"pictures"))
    assert info.flaws == ("its video is H.265, and WhatsApp takes H.264",)


def test_old_word_that_is_cut_off() -> None:
    assert look(old_office()[:600], "a.doc").flaws == ("it is cut off: its first parts are missing",)


BUSY = [
    png()[:33] + chunk(b"teXt", b"") * 100_000,
    b"\xff\xd8\xff" + b"\xff" * 100_000,
    box(b"ftyp", b"isom\0\0\0\0isom") + box(b"free") * 100_000,
    b"\xff\xd8" + segment(0xC0, b"\x08\0\x01\0\x01\x03") + (segment(0xDA, b"\0") + b"\x11" * 4) * 50_000,
]


@pytest.mark.parametrize("data", BUSY)
def test_no_file_keeps_us_busy(data: bytes) -> None:
    assert look(data) == MediaInfo("", "a file of more parts than a medium has")


def test_little_is_read_of_what_is_large() -> None:
    ahead = box(b"ftyp", b"isom\0\0\0\0isom") + box(b"moov", track(b"vide", b"avc1"))
    assert look(ahead).flaws == ("it is cut off or broken: it lacks its description or its pictures",)
    whole = ahead + struct.pack(">I", 40_000_008) + b"mdat" + b"\x11" * 40_000_000
    file = Counted(whole)
    assert inspect(file, len(whole), "a.mp4").flaws == ()
    assert file.taken < 100_000


@given(st.sampled_from(WHOLE), st.lists(st.tuples(st.integers(0, 400), st.binary(max_size=4)), max_size=4), st.data())
def test_no_file_breaks_us(case: Any, places: list[tuple[int, bytes]], data: st.DataObject) -> None:
    name, content, *_ = case
    spoiled = bytearray(content)
    for at, new in places:
        spoiled[at : at + len(new)] = new
    cut = bytes(spoiled[: data.draw(st.integers(0, len(spoiled)))])
    info = look(cut, name)
    assert info.what
    assert all(info.flaws)


@given(st.sampled_from([each for each in WHOLE if each[2].startswith(("image", "video"))]), st.data())
def test_what_is_cut_off_is_never_whole(case: Any, data: st.DataObject) -> None:
    name, content, media_type, _ = case
    info = look(content[: data.draw(st.integers(0, len(content) - 1))], name)
    assert info.flaws or info.media_type != media_type


@given(st.binary(max_size=300))
def test_noise_is_nothing_that_can_be_sent(data: bytes) -> None:
    info = look(data, "a.jpg")
    assert info.media_type == "" or info.flaws
