"""Storing media of the project before the write that names them, whatever the kind. Knows no client and no path."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from templatesync.model.calls import CallError, Calls
from templatesync.model.finding import Finding
from templatesync.model.media import Media
from templatesync.model.request import Answer, AnswerClass, Request, Upload

CHANGED = "templatesync.MediaChanged"


def stored(upload: Upload, *, partly: bool = False) -> Calls[str]:
    """Store one file; its address. Raises CallError."""
    (answer,) = yield (upload,)
    return _address(answer, partly)


def all_stored(media: Iterable[Media]) -> Calls[dict[str, str]]:
    """Store media; their addresses by path. What has the same content is stored once.

    Raises CallError. All files are read again before the first request, so that one that has changed stops them all.
    """
    media = tuple(media)
    uploads = {one.stored_as: _upload(one) for one in media}
    answers = (yield tuple(uploads.values())) if uploads else []
    addresses = {name: _address(answer, False) for name, answer in zip(uploads, answers, strict=True)}
    return {one.name: addresses[one.stored_as] for one in media}


def _upload(one: Media) -> Upload:
    content = one.content()
    if isinstance(content, Finding):
        nothing = Request("GetChatappUploadAuthorization")
        raise CallError(Answer(nothing, AnswerClass.OTHER, CHANGED, content.message))
    return Upload(one.stored_as, content, one.media_type)


def _address(answer: Answer, partly: bool) -> str:
    if not answer.ok:
        # Whatever became of the file: nothing names it yet.
        klass = AnswerClass.UNREACHABLE if answer.unsettled else answer.klass
        raise CallError(replace(answer, klass=klass), partly=partly)
    return str(answer.data["url"])
