"""When writes can be seen, and how fast calls may come. Knows no row: see `late`."""

from __future__ import annotations

from collections.abc import Iterable

from templatesync.emulator.quirks.quirk import NEVER, WRITES, Behaviour, Quirk, Timing

_LISTS = frozenset({"ListChatappTemplate", "ListFlow", "ListPhoneMessageQrdl"})
_DETAILS = frozenset({"GetChatappTemplateDetail", "GetFlow", "GetFlowJSONAssest"})
_READS = _LISTS | _DETAILS | {"GET file"}
_EDITS = frozenset({"ModifyChatappTemplate", "ModifyFlow", "UpdateFlowJSONAsset", "UpdatePhoneMessageQrdl"})
_PROPERTIES = frozenset({"ModifyChatappTemplateProperties"})


def _seconds(names: Iterable[str], seconds: float) -> dict[str, float]:
    return dict.fromkeys(names, seconds)


def _behind(names: frozenset[str], what: str) -> dict[str, Behaviour]:
    return {
        str(seconds): Behaviour(
            about=f"{what} are {seconds} seconds old", timing=Timing(behind=_seconds(names, seconds))
        )
        for seconds in (2, 30, 120, 3600)
    }


def _unlisted(seconds: float, about: str) -> Behaviour:
    return Behaviour(about=about, timing=Timing(unlisted=seconds))


def _late(names: frozenset[str], seconds: float, about: str) -> Behaviour:
    return Behaviour(about=about, timing=Timing(late=_seconds(names, seconds)))


def _lost(seconds: float, about: str) -> Behaviour:
    return Behaviour(about=about, timing=Timing(lost=seconds))


def _rates(name: str, operation: str, *rates: int, follows: frozenset[str] = frozenset()) -> Quirk:
    values = {str(rate): Behaviour(about=f"{rate} a second", rates={operation: float(rate)}) for rate in sorted(rates)}
    return Quirk(
        name,
        f"how often {operation} may be called, whether other quotas are counted or not",
        frozenset({operation}),
        values,
        follows=follows,
    )


QUIRKS = (
    Quirk("list-lag", "how far listings are behind writes", _LISTS, _behind(_LISTS, "listings")),
    Quirk(
        "detail-lag",
        "how far details are behind writes",
        _DETAILS | {"GET file"},
        _behind(_DETAILS | {"GET file"}, "details"),
    ),
    Quirk(
        "unlisted",
        "how long what was created is missing in listings",
        _LISTS,
        {
            "5": _unlisted(5, "5 seconds"),
            "60": _unlisted(60, "a minute"),
            "3600": _unlisted(3600, "an hour"),
        },
    ),
    Quirk(
        "slow-writes",
        "when writes take effect that were answered with OK",
        WRITES - {"CreateFlow", "CreatePhoneMessageQrdl"},
        follows=_READS,
        values={
            "2": _late(WRITES, 2, "2 seconds later"),
            "30": _late(WRITES, 30, "30 seconds later"),
            "90": _late(WRITES, 90, "90 seconds later"),
            "never": _late(WRITES, NEVER, "never"),
        },
    ),
    Quirk(
        "edits",
        "what changes of content do that were answered with OK",
        frozenset({"ModifyChatappTemplate"}),
        follows=_READS,
        values={
            "30": _late(_EDITS, 30, "they take effect 30 seconds later"),
            "ignored": _late(_EDITS, NEVER, "nothing"),
        },
    ),
    Quirk(
        "properties",
        "what ModifyChatappTemplateProperties does that was answered with OK",
        frozenset(),
        follows=frozenset({"GetChatappTemplateDetail"}),
        values={"ignored": _late(_PROPERTIES, NEVER, "nothing")},
    ),
    Quirk(
        "lost-answers",
        "every second write ends its connection without an answer, the first one too; when these take effect",
        WRITES,
        follows=_LISTS | {"GetChatappTemplateDetail"},
        values={
            "0": _lost(0, "at once"),
            "45": _lost(45, "45 seconds later"),
            "90": _lost(90, "90 seconds later"),
            "never": _lost(NEVER, "never"),
        },
    ),
    _rates("detail-rate", "GetChatappTemplateDetail", 5, 50, 150),
    _rates("list-rate", "ListChatappTemplate", 5, 250),
    _rates("create-rate", "CreateChatappTemplate", 1, 5, follows=frozenset({"ListChatappTemplate"})),
)
