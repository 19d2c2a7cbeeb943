"""What the engine asks of a kind. A kind knows no client, no document and no renderer.

A call that needs the service is a generator of requests, `Calls`: it yields a batch of requests, or a pause, and is
sent the answers in the same order. A test can drive it by hand; `service.driver` drives it for real.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from templatesync.documents.edits import Edit, Fix
from templatesync.documents.layout import PLAIN, Layout
from templatesync.kinds.examining import Survey, Trial
from templatesync.kinds.rule import Rule
from templatesync.look.bubble import Appearance, Bubble, Values
from templatesync.model.calls import Calls
from templatesync.model.change import Break, Decision, Note, Samples
from templatesync.model.json_value import Json
from templatesync.model.paths import Path
from templatesync.model.request import Answer
from templatesync.model.resource import Key, Listing, Live, Resource
from templatesync.model.state import State
from templatesync.model.usage import Usage
from templatesync.sending.contract import Contract

T = TypeVar("T")

CHANGED_AT = "changed_at"
"""The name of a fact of a live resource: when somebody changed it last, in seconds since 1970, if that is told."""


class Scope(NamedTuple):
    """What a reading of a space is for. Listings cost little; a kind reads content only where `detail` says so.

    `wanted` are the keys that the files have, `ids` those under which they name others. `everything` asks for what no
    file can lead to, too. `recall` gives the content of a resource as it was when its row in the listing was the same,
    or None; without it everything is asked for. Only `kinds` are read; None means every kind. `stated` says of which
    others, that no file wants, the state is to be read where the listing has none.
    """

    wanted: frozenset[Key]
    detail: Callable[[Key], bool]
    everything: bool = False
    ids: frozenset[str] = frozenset()
    recall: Callable[[Key, Mapping[str, Json]], Mapping[str, Json] | None] | None = None
    kinds: frozenset[str] | None = None
    stated: Callable[[Key], bool] = lambda key: False

    def reads(self, kind: str) -> bool:
        """Whether a kind is read at all."""
        return self.kinds is None or kind in self.kinds


class WriteResult(NamedTuple):
    """The end of a write: the last answer, and what addresses the resource now (empty after a delete)."""

    answer: Answer
    ids: Mapping[str, str]


class Unparsed(NamedTuple):
    """A live resource as a file would say it, or the reason why no file can.

    `files` are the texts of the files that fields of the body name; whoever writes them chooses the paths.
    """

    body: Mapping[str, Json]
    reason: str = ""
    files: Mapping[str, str] = {}


class FileField(NamedTuple):
    """A field of a body that names a JSON file of the project, of at most `limit` bytes.

    The value of the file is put into the body under `content`. Rules find it there and call it by the field's own name.
    """

    content: str
    limit: int


class Pair(NamedTuple):
    """What is compared of a wanted resource and what is live: two contents that are equal when nothing is to do.

    `content` is all that the file says, be it compared or not.
    """

    content: Json
    wanted: Json
    live: Json


class FileForm(NamedTuple):
    """How a project says it: the files of a kind, there and back.

    schema          the name of its JSON Schema
    identify        the key of a body
    unparse         the way back: a live resource as a file would say it
    likeness        two resources that are alike in this, and have different keys, are a near miss: the one may be the
                    other in another spelling
    localised       fields whose text may differ by language; `localised_maps`: maps whose values may
    is_sample       whether a field of a part of the body is a sample: no customer gets it, and the value of a map of
                    `localised_maps` is one anyway
    lacks_samples   whether a body lacks samples that the service wants to be sent
    todo_samples    edits of a document that put a placeholder in the place of each sample that it says is unknown
    name_field      the field that holds the name, for kinds whose resources have one
    files           fields that name JSON files of the project
    media           where a body names media files of the project, and their paths; the resource has what they are
    addresses       other fields that hold an address of ours, which may differ by space
    layout          the order in which a file says things
    starter         the files of this kind that a new project begins with, by path
    """

    schema: str
    identify: Callable[[Mapping[str, Json]], Key]
    unparse: Callable[[Live], Unparsed]
    localised: frozenset[str] = frozenset()
    localised_maps: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    is_sample: Callable[[Mapping[str, Json], str], bool] = lambda part, field: False
    lacks_samples: Callable[[Mapping[str, Json]], bool] = lambda body: False
    todo_samples: Callable[[Mapping[str, Json]], Iterable[Edit]] = lambda data: ()
    name_field: str = ""
    files: Mapping[str, FileField] = {}
    media: Callable[[Mapping[str, Json]], Iterable[tuple[Path, str]]] = lambda body: ()
    layout: Layout = PLAIN
    starter: Mapping[str, str] = {}
    likeness: Callable[[Key, Mapping[str, Json] | None], str] = lambda key, body: str(key)


class Content(NamedTuple):
    """What is compared, so that `==` decides.

    canonical   what of a wanted resource is content; `current` the same for what is live
    pair        both, made comparable
    breaking    what senders of the old content notice when it becomes the new one
    visible     of a content: what a customer sees and what a sender owes. Contents that differ in nothing else are no
                reason for an edit
    samples     of a body: what stands for its variables and its media until somebody sends
    look        of a content, or of a body: the message, the screens or the picture that a customer sees; given the
                language, the samples of its variables, and what is to stand in their places
    shown       of what is live: the body, with what only the service knows and `look` shows
    again       a resource of that content: what an earlier plan asked for, as far as it is compared
    gist        of a content: what equal ones have in common under whatever name, much or little; None for a kind in
                which nobody looks for it
    unsaid      of what is live: what the service has by itself in fields that a file need not say
    """

    canonical: Callable[[Resource], Json]
    current: Callable[[Live], Json]
    pair: Callable[[Resource, Live], Pair]
    breaking: Callable[[Json, Json], tuple[Break, ...]]
    visible: Callable[[Json], Json] = lambda content: content
    look: Callable[[Json, str, Mapping[str, str], Values], Appearance] = lambda content, language, samples, values: (
        Bubble()
    )
    samples: Callable[[Mapping[str, Json]], Samples] = lambda body: Samples()
    shown: Callable[[Live], Json] = lambda live: live.body
    again: Callable[[Key, Json], Resource] = Resource
    gist: Callable[[Json], Json] | None = None
    unsaid: Callable[[Live], Mapping[str, Json]] = lambda live: {}


class Policy(NamedTuple):
    """What a difference becomes, and which states are which.

    decide           action for a wanted resource (never a tombstone) and what is live under its key, with their `pair`;
                     given what to do with approved content, and whether to send it again although it is equal
    deletable        why a live resource cannot be deleted now; empty when it can
    recategorised    whether the platform has it in another category than the file, as far as the list tells
    categorised      whether the platform has it in the very category that a file, or a version of it, names
    unread           whether a part of what is live and was read in detail could not be read
    unknown          whether nobody can say what the state of a live resource allows
    settled          whether a live resource is in full use, so that what it replaces may go
    settles          whether what a file asks for is in full use as soon as it is written
    unique           whether the service refuses a second one of the same key, so that creating it again makes no other
    held_days        for how many days the platform may hold the name of what was deleted
    order            kinds with a lower number are created first and deleted last
    protected        whether a resource is protected from deletion unless its file says otherwise
    pending          states in which a review is still to come or running
    rejected         states in which a review has ended badly, or what it allowed was taken back
    drifts           codes of those notes that tell of a difference which no change can take away
    deletion         what a person should know before a deletion; of a kind with languages, before that of the last one
    deletion_of_language   the same of one language, where others stay
    way_to_settle    the way out when something that others refer to is not in full use
    words            what people call the states, by the service's own word
    explained        what the reason of a rejection means, with the reason itself in it
    """

    decide: Callable[[Resource, Live | None, Pair | None, str, bool], Decision]
    deletable: Callable[[Live], str] = lambda live: ""
    recategorised: Callable[[Resource, Live], bool] = lambda resource, live: False
    categorised: Callable[[Resource, Live], bool] = lambda resource, live: False
    unread: Callable[[Live], bool] = lambda live: False
    unknown: Callable[[Live], bool] = lambda live: False
    settled: Callable[[Live], bool] = lambda live: True
    settles: Callable[[Resource], bool] = lambda resource: False
    unique: bool = False
    order: int = 0
    protected: bool = False
    pending: frozenset[str] = frozenset()
    rejected: frozenset[str] = frozenset()
    drifts: frozenset[str] = frozenset()
    deletion: Note | None = None
    deletion_of_language: str = ""
    held_days: int = 0
    way_to_settle: str = ""
    words: Mapping[str, State] = {}
    explained: Callable[[str], str] = lambda reason: reason

    def called(self, state: str) -> str:
        """A state as people are told it: the word for it, and the service's own behind it where that is another."""
        word = self.words.get(state)
        return state if word is None else str(word) if word == state.casefold() else f"{word} ({state})"


class Remote(NamedTuple):
    """The calls that read and write it.

    fetch            what is live, as far as a scope asks
    read             one resource as it is now, or None
    look             as much of the list as it takes to see what is under one key, which is then read; None when that is
                     `fetch`. Only this shows that something is not there: a list that is complete and lacks it
    create, update, delete     the writes
    fingerprint      of a row of the listing: another one means that the content may have changed. None when rows tell
                     nothing
    detail           the operation that reads the content of one; empty where the list has it
    reads, writes    the API's operations that a plan calls, and those that only an apply calls
    survey           what there is to find out about the service by reading; `trial`: and by writing. Both are made when
                     they are asked for: nobody but `doctor` waits for them
    """

    fetch: Callable[[Scope], Calls[Listing]]
    read: Callable[[Key, Live | None], Calls[Live | None]]
    create: Callable[[Resource], Calls[WriteResult]]
    update: Callable[[Resource, Live], Calls[WriteResult]]
    delete: Callable[[Live], Calls[WriteResult]]
    look: Callable[[Key], Calls[Listing]] | None = None
    fingerprint: Callable[[Mapping[str, Json]], str] | None = None
    detail: str = ""
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    survey: Callable[[], Survey] = Survey
    trial: Callable[[], Trial] | None = None


class References(NamedTuple):
    """What leads to other resources, and what others lead to.

    fields       fields, wherever they are in a body, that hold the id of a resource of another kind, and which kind
    collection   how files refer to resources of this kind: `${{ collection.NAME }}`. Empty when nothing leads to them
    address      which of a resource's `ids` a reference stands for
    summary      what rules of those that refer to a resource may ask of its body, wanted or live; the kind says which
                 names
    """

    fields: Mapping[str, str] = {}
    collection: str = ""
    address: str = ""
    summary: Callable[[Mapping[str, Json]], Mapping[str, Json]] = lambda body: {}


class RuleSet(NamedTuple):
    """What must hold of it.

    all        its rules
    view       what rules are given of a resource, made once for all of them
    contents   what a view has, in words that rules name under `needs`
    fixes      what `validate --fix` does about a finding, by the id of its rule
    changes    the rules that `Content.breaking` tells of: no single state is asked about them
    beside     of a kind whose rules look into the files that it names alone: all that the view takes from elsewhere.
               Where that and the files are equal, rules are asked once
    """

    all: Sequence[Rule] = ()
    view: Callable[[Resource], Any] = lambda resource: resource
    contents: Callable[[Any], frozenset[str]] = lambda view: frozenset()
    fixes: Mapping[str, Fix] = {}
    beside: Callable[[Resource], Hashable] | None = None
    changes: Sequence[Rule] = ()


class Outputs(NamedTuple):
    """What programs that send or open it need to know.

    values    of a live resource
    code      which of these values a program needs to have it sent or opened
    usable    whether sending or opening it works now; None when that is what `settled` says
    prefix    what the name of a variable with that code begins with: no other kind's, and none that a shell obeys
    contract  what a sender must give of a content in a language; None for a kind that nobody sends
    usage     how often a live resource was sent in the days before a moment (milliseconds); None where nobody counts
    picture   where the service shows a picture of a live resource; empty when it has none
    """

    values: Callable[[Live], Mapping[str, Json]]
    code: str = ""
    prefix: str = ""
    usable: Callable[[Live], bool] | None = None
    picture: Callable[[Live], str] = lambda live: ""
    contract: Callable[[Json, str], Contract] | None = None
    usage: Callable[[Live, int, int], Calls[Usage]] | None = None


class Kind(NamedTuple):
    """Everything the engine asks of a kind, in seven records of functions and data. It calls nothing else of one."""

    name: str
    file: FileForm
    content: Content
    policy: Policy
    remote: Remote
    rules: RuleSet
    outputs: Outputs
    references: References = References()
