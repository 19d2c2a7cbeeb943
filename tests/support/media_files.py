"""Small media, made of bytes: whole ones, and a way to spoil them. No picture of them shows anything."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib


def chunk(name: bytes, data: bytes) -> bytes:
    """One part of a PNG."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int = 8, height: int = 4, depth: int = 8, colour: int = 2, shade: int = 90) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    samples = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour] * depth // 8
    rows = (b"\0" + bytes([shade]) * width * samples) * height
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def segment(code: int, data: bytes) -> bytes:
    """One part of a JPEG that has a length."""
    return bytes([0xFF, code]) + struct.pack(">H", len(data) + 2) + data


def jpeg(
    width: int = 8, height: int = 4, depth: int = 8, colours: int = 3, pixels: bytes = b"\x12\xff\x00\x34"
) -> bytes:
    each = b"".join(bytes([number + 1, 0x11, 0]) for number in range(colours))
    frame = struct.pack(">BHHB", depth, height, width, colours) + each
    scan = bytes([colours]) + b"".join(bytes([number + 1, 0]) for number in range(colours)) + b"\x00\x3f\x00"
    head = b"\xff\xd8" + segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0")
    return head + segment(0xC0, frame) + segment(0xDA, scan) + pixels + b"\xff\xd9"


def box(name: bytes, *content: bytes) -> bytes:
    """One box of a video."""
    inner = b"".join(content)
    return struct.pack(">I", len(inner) + 8) + name + inner


def track(handler: bytes, codec: bytes) -> bytes:
    described = box(b"stsd", b"\0\0\0\0\0\0\0\x01", box(codec, b"\0" * 28))
    of = box(b"hdlr", b"\0" * 8, handler, b"\0" * 13)
    return box(b"trak", box(b"tkhd", b"\0" * 84), box(b"mdia", of, box(b"minf", box(b"stbl", described))))


def video(*tracks: tuple[bytes, bytes], brand: bytes = b"isom") -> bytes:
    listed = tracks or ((b"vide", b"avc1"), (b"soun", b"mp4a"))
    moov = box(b"moov", box(b"mvhd", b"\0" * 100), *(track(*each) for each in listed))
    return box(b"ftyp", brand, b"\0\0\x02\0", brand) + moov + box(b"mdat", b"\0" * 40)


def pdf() -> bytes:
    return b"%PDF-1.4\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"


def office(folder: str = "word", *more: str) -> bytes:
    """A ZIP archive with the files by which a document of Office is known."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name in ("[Content_Types].xml", f"{folder}/document.xml", *more):
            archive.writestr(zipfile.ZipInfo(name), "<nothing/>")
    return held.getvalue()


def old_office() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000
