"""MP4 and its kin: brand, and the codecs of its tracks. Pure; decodes nothing."""

from __future__ import annotations

from collections.abc import Iterator

from templatesync.media.window import Window
from templatesync.model.media import MediaInfo

_MP4 = frozenset({b"isom", b"mp41", b"mp42", b"mp71", b"avc1", b"M4V ", b"M4VH", b"M4VP", b"MSNV", b"dash"})
_MP4 |= {b"iso%d" % number for number in range(2, 10)}
_OTHERS = {
    b"qt  ": "a QuickTime video",
    b"M4A ": "an MPEG-4 sound",
    b"M4B ": "an MPEG-4 sound",
    b"heic": "a HEIC picture",
    b"heix": "a HEIC picture",
    b"mif1": "a HEIF picture",
    b"msf1": "a HEIF picture",
    b"avif": "an AVIF picture",
    b"avis": "an AVIF picture",
}
_CODECS = {
    b"hvc1": "H.265",
    b"hev1": "H.265",
    b"vp08": "VP8",
    b"vp09": "VP9",
    b"av01": "AV1",
    b"mp4v": "MPEG-4 Visual",
    b"s263": "H.263",
    b"samr": "AMR",
    b"sawb": "AMR",
    b"ac-3": "AC-3",
    b"ec-3": "E-AC-3",
    b"Opus": "Opus",
    b".mp3": "MP3",
}
# By the handler of a track: what it is, the codecs that WhatsApp takes, and their name.
_TRACKS = {
    b"vide": ("video", frozenset({b"avc1", b"avc3"}), "H.264"),
    b"soun": ("sound", frozenset({b"mp4a"}), "AAC"),
}


class _BrokenError(Exception):
    """A box ends behind the file, or behind the box it is in. Carries where it begins."""


def video(window: Window) -> MediaInfo:
    """A file whose first box is `ftyp`."""
    length = window.number(0) or 0
    brands = window.read(8, min(max(length - 8, 0), 400))
    major, others = brands[:4], {brands[at : at + 4] for at in range(8, len(brands) - 3, 4)}
    if major[:3] in (b"3gp", b"3gr", b"3gs"):
        media_type, what = "video/3gpp", "a 3GPP video"
    elif major in _MP4 or (major not in _OTHERS and others & _MP4):
        media_type, what = "video/mp4", "an MP4 video"
    else:
        return MediaInfo("", _OTHERS.get(major, "a file of the MPEG-4 family that is no MP4"))
    if length < 16 or length > window.size:
        return MediaInfo(media_type, what, ("it is broken: its first box is not whole",))
    try:
        tracks = _tracks(window)
    except _BrokenError as error:
        return MediaInfo(media_type, what, (f"it is cut off or broken: a box at byte {error.args[0]:,} is not whole",))
    return MediaInfo(media_type, what, tuple(_flaws(tracks)))


def _flaws(tracks: list[tuple[bytes, bytes]] | None) -> Iterator[str]:
    if tracks is None:
        yield "it is cut off or broken: it lacks its description or its pictures"
        return
    handlers = [handler for handler, _ in tracks]
    if b"vide" not in handlers:
        yield "there is no video in it"
    if handlers.count(b"soun") > 1:
        yield f"it has {handlers.count(b'soun')} sound tracks, and WhatsApp takes one at most"
    for handler, codec in dict.fromkeys(tracks):
        if handler in _TRACKS and codec and codec not in _TRACKS[handler][1]:
            track, _, good = _TRACKS[handler]
            name = _CODECS.get(codec) or ascii(codec.decode("latin-1"))
            yield f"its {track} is {name}, and WhatsApp takes {good}"


def _tracks(window: Window) -> list[tuple[bytes, bytes]] | None:
    """The handler of each track and its codec, empty where it is not told; None of a video without `moov` or `mdat`."""
    places = {name: place for name, *place in _boxes(window, 0, window.size)}
    if not {b"moov", b"mdat"} <= places.keys():
        return None
    if (end := max(until for _, until in places.values())) < window.size:
        raise _BrokenError(end)  # less is left than a box begins with
    return [_track(window, *place) for name, *place in _boxes(window, *places[b"moov"]) if name == b"trak"]


def _track(window: Window, begin: int, end: int) -> tuple[bytes, bytes]:
    handler = codec = b""
    for name, inner, until in _inside(window, [(begin, end)], b"mdia"):
        if name == b"hdlr":
            handler = window.read(inner + 8, 4)
        elif name == b"minf":
            for deeper, at, _ in _inside(window, [(inner, until)], b"stbl"):
                if deeper == b"stsd":
                    codec = window.read(at + 12, 4)
    return handler, codec


def _inside(window: Window, places: list[tuple[int, int]], name: bytes) -> Iterator[tuple[bytes, int, int]]:
    """What is in the boxes of that name."""
    for begin, end in places:
        for found, inner, until in _boxes(window, begin, end):
            if found == name:
                yield from _boxes(window, inner, until)


def _boxes(window: Window, begin: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """The boxes side by side in a stretch: name, where the content begins, where it ends. Raises _BrokenError."""
    at = begin
    while at + 8 <= end:
        head = window.read(at, 16)
        size, name, inner = int.from_bytes(head[:4], "big"), head[4:8], at + 8
        if size == 1:  # the length did not fit
            size, inner = int.from_bytes(head[8:], "big"), at + 16
        until = end if size == 0 else at + size
        if until < inner or until > end:
            raise _BrokenError(at)
        yield name, inner, until
        at = until
