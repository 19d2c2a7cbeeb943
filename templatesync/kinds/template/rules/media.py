"""Rules about the files that headers have as their sample: what they are, how large, and whether they are whole."""

from __future__ import annotations

from collections.abc import Iterator

from templatesync.kinds.rule import Hit, Rule
from templatesync.kinds.template import limits
from templatesync.kinds.template.rules.base import ERROR, KIND, META_MEDIA
from templatesync.kinds.template.sample import local
from templatesync.kinds.template.view import Template
from templatesync.model.media import Media

_OTHER_HOME = "change Format if the sample is right, else name another file"


def _takes(id_: str, format_: str, types: tuple[str, ...], names: str, limit: int, summary: str) -> Rule:
    """A rule about the samples of headers of one Format. What cannot be read, the frame has told."""

    def check(template: Template) -> Iterator[Hit]:
        for header in template.all_parts if template.media else ():
            if header.type == "HEADER" and header.format == format_:
                media = template.media.get(local(header.fields.get("Url")) or "")
                if media is not None:
                    yield from (Hit(header.at("Url"), *words) for words in wrong(media))

    def wrong(media: Media) -> Iterator[tuple[str, str]]:
        info = media.info
        if info.media_type not in types and (info.media_type or media.size <= limit):
            # Only where a text may stand does the name of one matter.
            way_out = (f"name a file that is {names}", *(info.flaws if "text/plain" in types else ()))
            hint = _OTHER_HOME if info.media_type else "; ".join(way_out)
            yield f"{media.name} is {info.what}; a HEADER with {format_} takes {names}", hint
        elif media.size > limit:
            message = f"{media.name} has {media.size:,} bytes; WhatsApp takes {limit:,} at most ({limit >> 20} MB)"
            yield message, "make it smaller"
        else:
            for flaw in info.flaws:
                yield f"{media.name} is {info.what}, but {flaw}", "export it again"

    return Rule(id_, summary, ERROR, META_MEDIA, kind=KIND, check=check)


_OFFICE = "application/vnd.openxmlformats-officedocument"

media_image = _takes(
    "media-image", "IMAGE", ("image/jpeg", "image/png"), "JPEG or PNG", limits.IMAGE,
    "The sample of a HEADER with IMAGE is JPEG or PNG, of 8 bits in RGB or RGBA, at most 5 MB.",
)  # fmt: skip
media_video = _takes(
    "media-video", "VIDEO", ("video/mp4", "video/3gpp"), "MP4 or 3GPP", limits.VIDEO,
    "The sample of a HEADER with VIDEO is MP4 or 3GPP, H.264 with at most one track of AAC, at most 16 MB.",
)  # fmt: skip
media_document = _takes(
    "media-document",
    "DOCUMENT",
    (
        "application/pdf", "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint",
        f"{_OFFICE}.wordprocessingml.document", f"{_OFFICE}.spreadsheetml.sheet",
        f"{_OFFICE}.presentationml.presentation", "text/plain",
    ),
    "PDF, Word, Excel, PowerPoint or plain text",
    limits.DOCUMENT,
    "The sample of a HEADER with DOCUMENT is PDF, a Word, Excel or PowerPoint file, or text, at most 100 MB.",
)  # fmt: skip
