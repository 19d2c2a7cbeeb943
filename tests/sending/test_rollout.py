"""Random orders of edit, merge, review and deploy: no program's call is refused for what it gives.

In memory, over the chain, the contracts and the judge of requests. Two kinds of programs: one looks codes up by the
contract that it was written for, at any time; the other is deployed with each merge, and has the codes of that moment.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from support.sending_shapes import Shape, edits, right_request, shapes

from templatesync.model.finding import Severity
from templatesync.sending.breaking import breaking
from templatesync.sending.chain import Chain, Version, last_of_contract, newest_usable, pointed_at, standings
from templatesync.sending.check import check, refused
from templatesync.sending.contract import Contract

DEPTH = int(os.environ.get("TEMPLATESYNC_LAWS", "1"))
LANGUAGES = ("en", "id", "ar")
ANY = st.integers(0, 99)


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
                language: Version(each.name, shape.contract().digest, adopt=each.adopt, pinned=each.pinned)
                for language, shape in (() if each.tombstone else each.file.items())
            }
            for each in self.templates
        ]

    def pick(self, number: int) -> Template:
        return self.templates[number % len(self.templates)]

    def row(self, code: str, language: str) -> Row | None:
        return next((each.live.get(language) for each in self.templates if each.name == code), None)

    @initialize(shape=shapes(), languages=st.sampled_from([LANGUAGES[:1], LANGUAGES[:2]]))
    def begin(self, shape: Shape, languages: tuple[str, ...]) -> None:
        self.templates.append(Template("shop", dict.fromkeys(languages, shape)))
        self.merge()
        self.approve_all(0)

    # --- files ------------------------------------------------------------------------------------------------------

    @rule(at=ANY, data=st.data())
    def edit_in_place(self, at: int, data: st.DataObject) -> None:
        each = self.pick(at)
        language = data.draw(st.sampled_from(sorted(each.file)))
        each.file[language] = data.draw(edits(each.file[language]))

    @rule(at=ANY, data=st.data())
    def add_language(self, at: int, data: st.DataObject) -> None:
        each = self.pick(at)
        each.file.setdefault(data.draw(st.sampled_from(LANGUAGES)), next(iter(each.file.values())))

    @precondition(lambda self: len(self.templates) < 5)
    @rule(
        data=st.data(),
        languages=st.lists(st.sampled_from(LANGUAGES), min_size=1, unique=True),
        adopt=st.sampled_from([False, False, True]),
    )
    def new_version(self, data: st.DataObject, languages: list[str], adopt: bool) -> None:
        newest = self.templates[-1].file
        edited = data.draw(edits(next(iter(newest.values()))))
        file = {each: newest.get(each, edited) if data.draw(st.booleans()) else edited for each in languages}
        self.templates.append(Template(f"shop_v{len(self.templates) + 1}", file, adopt))

    @rule(at=ANY)
    def say_adopt(self, at: int) -> None:
        self.pick(at).adopt = True

    @rule(at=ANY, on=st.booleans())
    def pin(self, at: int, on: bool) -> None:
        for each in self.templates:
            each.pinned = False  # two pins are a finding
        self.pick(at).pinned = on and not self.pick(at).tombstone

    @rule(at=ANY, breaks=st.booleans())
    def write_tombstone(self, at: int, breaks: bool) -> None:
        each = self.pick(at)
        if not each.pinned and len(self.templates) > 1:  # of something protected it is an error
            each.tombstone, each.breaks = True, breaks

    # --- merge and deploy -------------------------------------------------------------------------------------------

    @rule()
    def merge(self) -> None:
        """What apply does, and then the programs that are deployed with each merge."""
        for each in self.templates:
            if each.tombstone:
                self._delete(each)
                continue
            for language, shape in each.file.items():
                self._write(each, language, shape.contract())
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
        if any(version.name == each.name and version.live for version in pointed_at(chain)):
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
                self.programs.append(Sent(language, files[version.name][language].contract()))

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


TestRollout = Rollout.TestCase
TestRollout.settings = settings(max_examples=25 * DEPTH, stateful_step_count=25)
