"""What a kind finds out about the service, for `doctor`: by reading, and by writing what is deleted again.

Knows no client, no document and no renderer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from templatesync.model.belief import Observation
from templatesync.model.calls import Calls
from templatesync.model.json_value import Json
from templatesync.model.request import Answer, Request
from templatesync.model.resource import Listing, Live


class Look(NamedTuple):
    """One look at something listed, for `doctor`: its row, what was found, and all that was answered on the way.

    Without `found`, `error` is the answer with which the reading ended, if one did.
    """

    listed: Live
    found: Live | None
    answers: tuple[Answer, ...] = ()
    error: Answer | None = None


class Said(NamedTuple):
    """All that a space said about a kind: to the reading of its listing, about some of what it lists, and when asked.

    `listing` is None when it could not be read, with the answers until then. `asked` are those to `Survey.questions`.
    """

    listing: Listing | None
    answers: tuple[Answer, ...] = ()
    looks: tuple[Look, ...] = ()
    asked: Mapping[str, Answer] = {}


class Survey(NamedTuple):
    """What `doctor` finds out about the service by reading only.

    believed    what is taken for granted, by the name of the check
    questions   requests beyond the kind's own reading, by name, given what that reading was answered
    observe     what all the answers show
    """

    believed: Mapping[str, str] = {}
    questions: Callable[[Said], Mapping[str, Request]] = lambda said: {}
    observe: Callable[[Said], Iterable[Observation]] = lambda said: ()


class TrialState(NamedTuple):
    """Where a trial stands: what is listed under its name, and what its detail says.

    complete    whether the listing tells what is not there
    unread      the answer when what is listed cannot be read
    ours        whether a trial made it; `edited`: whether it was edited by now
    running     whether a review runs; `over`: whether one is over, which of an unknown state nobody can say
    """

    complete: bool
    listed: tuple[Live, ...] = ()
    data: Mapping[str, Json] | None = None
    unread: Answer | None = None
    ours: bool = False
    edited: bool = False
    running: bool = False
    over: bool = False


class TrialEnd(NamedTuple):
    """What was seen of some writes, and the refusal with which they ended, if one did.

    `edited` and `deleted` tell whether that was done.
    """

    observations: tuple[Observation, ...]
    refused: Answer | None = None
    edited: bool = False
    deleted: bool = False


class Trial(NamedTuple):
    """What `doctor --trial` writes to find out what reading cannot show; a kind that has one is tried.

    believed    what is taken for granted, by the name of the check
    named       why a name is none for it; empty when it is one
    look        where a trial of a name stands, by reading
    begin       create it and see what is told of it; `finish`: edit and delete it
    pending     what can be said while a review runs, without asking anything
    """

    believed: Mapping[str, str]
    named: Callable[[str], str]
    look: Callable[[str], Calls[TrialState]]
    begin: Callable[[str], Calls[TrialEnd]]
    finish: Callable[[str, TrialState], Calls[TrialEnd]]
    pending: Callable[[TrialState], tuple[Observation, ...]]
