"""Random orders of edit, merge, review and deploy: no program's call is refused for what it gives.

In memory, over the chain, the contracts and the judge of requests. Two kinds of programs: one looks codes up by the
contract that it was written for, at any time; the other is deployed with each merge, and has the codes of that moment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from support.depth import DEPTH
from support.sending_shapes import Card, Shape, right_request

from templatesync.model.finding import Severity
from templatesync.sending.breaking import breaking
from templatesync.sending.chain import Chain, Version, last_of_contract, needed_in, newest_usable, standings
from templatesync.sending.check import check, refused
from templatesync.sending.contract import Contract

LANGUAGES = ("en", "id", "ar")
ANY = st.sampled_from(range(12))
SHAPES = (
    Shape(body=("name", "order"), replies=("Yes", "No")),
    Shape(body=("name",), end="order", expires=False),
    Shape(cards=(Card(("Buy",)), Card(("Get",)))),
)
EDITS: tuple[Callable[[Shape], Shape], ...] = (
    lambda shape: shape._replace(words="Guten Tag"),
    lambda shape: shape._replace(body=tuple({"name": "customer", "customer": "name"}.get(e, e) for e in shape.body)),
    lambda shape: shape._replace(body=shape.body[::-1]),
    lambda shape: shape._replace(body=shape.body[:-1]),
    lambda shape: shape._replace(body=(*shape.body, "more") if "more" not in shape.body else shape.body),
    lambda shape: shape._replace(replies=shape.replies[::-1]),
    lambda shape: shape._replace(replies=("Yes", "No", "Later")),
    lambda shape: shape._replace(replies=tuple({"Yes": "Sure"}.get(label, label) for label in shape.replies)),
    lambda shape: shape._replace(cards=shape.cards[::-1]),
    lambda shape: shape._replace(screen=None if shape.screen else "DATE"),
    lambda shape: shape._replace(products="" if shape.products else "CATALOG"),
    lambda shape: shape._replace(end="" if shape.end else "order"),
    lambda shape: shape._replace(expires=not shape.expires),
)
"""What people do to a template, harmless and not; some of it undoes itself."""
CHANGE = st.sampled_from(EDITS)
THEN = st.sampled_from(["", "merge", "approve", "approve"])
"""What follows at once on a change of files: stories are short, and most go this way."""


@cache
def asks(shape: Shape) -> Contract:
    """The contract, made once: a run asks for it hundreds of times."""
    return shape.contract()


@dataclass
class Row:
    """What is live of one language of a version."""

    contract: Contract
    state: str = "auditing"


@dataclass
class Template:
    """One version: what its file says, and what is live."""

    name: str
    file: dict[str, Shape]
    adopt: bool = False
    pinned: bool = False
    tombstone: bool = False
    breaks: bool = False
    live: dict[str, Row] = field(default_factory=dict)

    def version(self, language: str) -> Version:
        row = self.live.get(language)
        there = row is not None and row.state == "pass"
        digest = row.contract.digest if row else ""
        return Version(self.name, digest, row is not None, there, there, self.adopt, self.pinned)


class Sent(NamedTuple):
    """A call that a deployed program makes: for a contract, and with the code that was put into it, if one was."""

    language: str
    contract: Contract
    code: str = ""


class Rollout(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.templates: list[Template] = []
        self.programs: list[Sent] = []
        self.with_merge: list[Sent] = []
        self.had: set[tuple[str, str]] = set()
        """Language and digest for which a deployed program has found a code."""
        self.asked = True
        """Whether somebody has changed, since the last merge, what senders must give: then they are ready for it."""
        self.given_up: set[tuple[str, str]] = set()
        """Those that somebody has changed in place, or deleted with `breaks`."""

    @property
    def chain(self) -> Chain:
        return [
            {} if each.tombstone and not each.live else {language: each.version(language) for language in each.file}
            for each in self.templates
        ]

    @property
    def wanted(self) -> Chain:
        """The chain once all that files want is approved."""
        return [
            {
                language: Version(each.name, asks(shape).digest, adopt=each.adopt, pinned=each.pinned)
                for language, shape in (() if each.tombstone else each.file.items())
            }
            for each in self.templates
        ]

    def pick(self, number: int) -> Template:
        return self.templates[number % len(self.templates)]

    def row(self, code: str, language: str) -> Row | None:
        return next((each.live.get(language) for each in self.templates if each.name == code), None)

    @initialize(shape=st.sampled_from(SHAPES), languages=st.sampled_from([LANGUAGES[:1], LANGUAGES[:2]]))
    def begin(self, shape: Shape, languages: tuple[str, ...]) -> None:
        self.templates.append(Template("shop", dict.fromkeys(languages, shape)))
        self._then("approve")
        self.deploy()

    def _then(self, what: str) -> None:
        if what:
            self.merge()
        if what == "approve":
            for number in range(len(self.templates)):
                self.approve_all(number)
            self.merge()  # the pipeline runs again, and deploys

    # --- files ------------------------------------------------------------------------------------------------------

    @rule(at=ANY, change=CHANGE, languages=ANY, then=THEN)
    def edit_in_place(self, at: int, change: Callable[[Shape], Shape], languages: int, then: str) -> None:
        each = self.pick(at)
        for number, language in enumerate(each.file):
            if languages % 3 in (number, 2):
                each.file[language] = change(each.file[language])
        self.asked = True
        self._then(then)

    @rule(at=ANY, language=st.sampled_from(LANGUAGES), then=THEN)
    def add_language(self, at: int, language: str, then: str) -> None:
        each = self.pick(at)
        each.file.setdefault(language, next(iter(each.file.values())))
        self.asked = True  # while it is reviewed, the others go back to the version before, adopted or not
        self._then(then)

    @precondition(lambda self: len(self.templates) < 5)
    @rule(change=CHANGE, leave=ANY, adopt=st.sampled_from([False, False, True]), then=THEN)
    def new_version(self, change: Callable[[Shape], Shape], leave: int, adopt: bool, then: str) -> None:
        """Mostly with all languages, sometimes without one, or with one that stays as it was."""
        newest = self.templates[-1].file
        file = {
            language: shape if leave == number + 4 else change(shape)
            for number, (language, shape) in enumerate(newest.items())
            if leave != number or len(newest) == 1
        }
        self.templates.append(Template(f"shop_v{len(self.templates) + 1}", file, adopt))
        self.asked = True
        self._then(then)

    @rule(at=ANY, then=THEN)
    def say_adopt(self, at: int, then: str) -> None:
        self.pick(at).adopt = True
        self.asked = True
        self._then(then)

    @rule(at=ANY, on=st.booleans(), then=THEN)
    def pin(self, at: int, on: bool, then: str) -> None:
        for each in self.templates:
            each.pinned = False  # two pins are a finding
        self.pick(at).pinned = on and not self.pick(at).tombstone
        self.asked = True
        self._then(then)

    @rule(at=ANY, breaks=st.booleans(), then=THEN)
    def write_tombstone(self, at: int, breaks: bool, then: str) -> None:
        each = self.pick(at)
        if not each.pinned and len(self.templates) > 1:  # of something protected it is an error
            each.tombstone, each.breaks = True, breaks
        self.asked = True
        self._then(then)

    # --- merge and deploy -------------------------------------------------------------------------------------------

    @rule()
    def merge(self) -> None:
        """What apply does, and then the programs that are deployed with each merge.

        Such a program is written for what it is given: that changes only when somebody changes it.
        """
        before = {language: each.current for language, each in standings(self.chain).items()}
        for each in self.templates:
            if each.tombstone:
                self._delete(each)
                continue
            for language, shape in each.file.items():
                self._write(each, language, asks(shape))
        halted = any(
            row.state != "pass" and row.state != "auditing" for each in self.templates for row in each.live.values()
        )
        for language, each in standings(self.chain).items():
            same = language not in before or each.current.digest == before[language].digest
            assert same or self.asked or halted or not before[language].live
        self.asked = False
        self.with_merge = [
            Sent(language, row.contract, standing.current.name)
            for language, standing in standings(self.chain).items()
            if (row := self.row(standing.current.name, language)) is not None and row.state == "pass"
        ]

    def _write(self, each: Template, language: str, wanted: Contract) -> None:
        row = each.live.get(language)
        if row is None:
            each.live[language] = Row(wanted)
        elif row.contract != wanted and row.state in ("pass", "paused", "fail"):
            breaks = any(found.severity is Severity.ERROR for found in breaking(row.contract, wanted))
            if not breaks or row.state == "fail":
                if row.contract.digest != wanted.digest:
                    self.given_up.add((language, row.contract.digest))
                each.live[language] = Row(wanted)

    def _delete(self, each: Template) -> None:
        """By the rules: nobody is led there, and no contract goes with it that is not named."""
        chain = self.chain
        if set(needed_in(chain, each.name)) & set(each.live):
            return
        last = {language for language in each.live if last_of_contract(chain, each.name, language)}
        if last and not each.breaks:
            return
        self.given_up |= {(language, each.live[language].contract.digest) for language in last}
        each.live = {}

    @rule()
    def deploy(self) -> None:
        """A program with what is generated from files now. It finds codes by its own contracts, whenever it sends."""
        files = {each.name: each.file for each in self.templates}
        for language, standing in standings(self.wanted).items():
            for version in (standing.current, *standing.other):
                self.programs.append(Sent(language, asks(files[version.name][language])))

    # --- the platform -----------------------------------------------------------------------------------------------

    @rule(at=ANY, language=st.sampled_from(LANGUAGES), state=st.sampled_from(["pass", "pass", "fail"]))
    def review(self, at: int, language: str, state: str) -> None:
        row = self.pick(at).live.get(language)
        if row is not None and row.state == "auditing":
            self._reviewed(lambda: setattr(row, "state", state))

    @rule(at=ANY)
    def approve_all(self, at: int) -> None:
        for row in self.pick(at).live.values():
            if row.state == "auditing":
                self._reviewed(lambda row=row: setattr(row, "state", "pass"))  # type: ignore[misc]

    def _reviewed(self, act: object) -> None:
        """A review alone never makes senders of something else of those who send."""
        before = standings(self.chain)
        act()  # type: ignore[operator]
        for language, now in standings(self.chain).items():
            then = before[language].current
            asked = now.current.adopt or now.current.pinned or then.adopt or not then.live
            assert now.current.digest == then.digest or asked

    @rule(at=ANY, language=st.sampled_from(LANGUAGES), state=st.sampled_from(["paused", "disabled", "pass"]))
    def pause(self, at: int, language: str, state: str) -> None:
        row = self.pick(at).live.get(language)
        if row is not None and row.state in ("pass", "paused"):
            row.state = state

    # --- what must hold ---------------------------------------------------------------------------------------------

    @invariant()
    def no_call_is_refused_for_what_it_gives(self) -> None:
        for sent, row in self._calls():
            assert not refused(check(row.contract, right_request(sent.contract)))

    def _calls(self) -> Iterator[tuple[Sent, Row]]:
        for sent in self.programs:
            found = newest_usable(self.chain, sent.language).get(sent.contract.digest)
            row = self.row(found.name, sent.language) if found else None
            if row is not None:
                assert row.state == "pass", "a code of something that is not in use"
                yield sent, row
        for sent in self.with_merge:
            row = self.row(sent.code, sent.language)
            if row is not None and row.state == "pass":  # else the platform has taken it
                yield sent, row

    @invariant()
    def what_could_be_sent_can_be_sent(self) -> None:
        for language, digest in {(sent.language, sent.contract.digest) for sent in self.programs}:
            if digest in newest_usable(self.chain, language):
                self.had.add((language, digest))
            elif (language, digest) in self.had - self.given_up:
                states = [
                    row.state
                    for each in self.templates
                    for row in (each.live.get(language),)
                    if row is not None and row.contract.digest == digest
                ]
                assert states, "it was deleted, and nothing says that this was meant"
                assert "pass" not in states


def test_in_whatever_order_things_happen() -> None:
    run_state_machine_as_test(Rollout, settings=settings(max_examples=35 * DEPTH, stateful_step_count=20))
