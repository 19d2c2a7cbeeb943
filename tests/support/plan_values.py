"""Plans as values, of Chinese texts by the thousand and of hostile ones in every field."""

from __future__ import annotations

import dataclasses
import random
from typing import Any

from hypothesis import strategies as st

from support.output_readers import WORDS
from templatesync.commands.apply import ApplyResult
from templatesync.commands.plan import PlanResult
from templatesync.commands.status import StatusResult
from templatesync.commands.status_receipt import Followed
from templatesync.commands.status_rows import SpaceStatus, StatusRow
from templatesync.model.attempt import Attempt, Recovered
from templatesync.model.change import Action, Change, Difference, Looked, Note, Plan, Refusal, Samples, SpacePlan
from templatesync.model.condition import Condition
from templatesync.model.errors import ExitCode
from templatesync.model.finding import Finding, Severity
from templatesync.model.outcome import Outcome, OutcomeKind
from templatesync.model.resource import Key
from templatesync.model.strictness import Strictness
from templatesync.planning.follow_up import FollowUp, Stands
from templatesync.planning.receipt import Row as ReceiptRow

LINKED = (
    *(
        "@team",
        "@a/b",
        "#1",
        "GH-1",
        "gh-22",
        "JIRA-3",
        "a/b#1",
        "deadbeef",
        "0123456789abcdef0123456789abcdef01234567",
    ),
    *("https://x.example", "http://x", "www.x.example", "a@b.example", ":x:", ":+1:", "mailto:a@b.example", "ftp://x"),
    *(
        "$x$",
        "$$",
        "!1",
        "~a",
        "%1",
        "&1",
        "^a",
        "[[a]]",
        "/close",
        "- [ ] a",
        "<img src=x onerror=alert(1)>",
        "|",
        "--",
    ),
    *("<!-- x -->", "</details>", "<details>", "<a href='//x'>", "<b", "&#64;team", "&commat;team", "**", "__", "~~"),
    *(
        "[a]: //x",
        "[^1]",
        "> [!NOTE]",
        "1. ",
        "# ",
        "\\",
        "\n\n",
        "|---|",
        "<div dir='x'>",
        "-->",
        "*_~`a`~_*",
        "G",
        "-1",
    ),
)
_WORDS = (*WORDS, *LINKED, "dead", "beef", "1", "@", "#", ":", "w", ".", "a")
hostile = st.lists(st.sampled_from(_WORDS), max_size=5).map("".join)


def content(body: str, *, header: str = "", footer: str = "", button: str = "", url: str = "", **more: Any) -> Any:
    """The content of a template."""
    components: list[Any] = [{"Type": "BODY", "Text": body}]
    components += [{"Type": "HEADER", "Format": "TEXT", "Text": header}] if header else []
    components += [{"Type": "FOOTER", "Text": footer}] if footer else []
    if button:
        components.append({"Type": "BUTTONS", "Buttons": [{"Type": "URL", "Text": button, "Url": url}]})
    return {"Category": "MARKETING", "Components": components, **more}


class HostileValues:
    """Plans and states with hostile text in every field, the same ones for a seed. `count` is how many there were."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.count = 0

    def text(self) -> str:
        self.count += 1
        return "".join(self.random.choices(_WORDS, k=self.random.randrange(6)))

    def texts(self, most: int = 2) -> tuple[str, ...]:
        return tuple(self.text() for _ in range(self.random.randrange(most + 1)))

    def chance(self) -> bool:
        return self.random.random() < 0.5

    def notes(self) -> tuple[Note, ...]:
        return tuple(Note(text, self.text()) for text in self.texts())

    def content(self) -> Any:
        if self.random.random() < 0.2:
            return None
        body = f"{self.text()}$({self.random.choice('ab')}){self.text()}"
        made = content(body, header=self.text(), footer=self.text(), button=self.text(), url=self.text())
        if self.chance():
            header = {"Type": "HEADER", "Format": "IMAGE", "Url": self.text(), "FileName": self.text()}
            card = {"CardComponents": [header, {"Type": "BODY", "Text": self.text()}]}
            made["Components"] += [{"Type": "CAROUSEL", "Cards": [card]}, {"Type": self.text(), "Text": self.text()}]
        return made

    def change(self) -> Change:
        actions = [Action.CREATE, Action.UPDATE, Action.DELETE, Action.BLOCKED, Action.NO_OP]
        return Change(
            key=Key(self.random.choice(["template", "qr_code"]), self.text(), self.text()),
            action=self.random.choice(actions),
            reason=self.text(),
            file=self.text(),
            line=self.random.randrange(9),
            live_status=self.text(),
            notes=self.notes(),
            review=self.chance(),
            sendable_meanwhile=self.random.choice(["yes", "no", "unknown"]),
            breaking=self.notes(),
            replaces=self.text() if self.chance() else "",
            diff=tuple(Difference(text, "replace", self.text(), self.text()) for text in self.texts()),
            before=self.content(),
            after=self.content(),
            predecessor=self.content(),
            samples=Samples({"a": self.text()}, self.texts()),
        )

    def space(self) -> SpacePlan:
        return SpacePlan(
            *(self.text(), self.text(), self.text()),
            emulator=self.chance(),
            changes=tuple(self.change() for _ in range(self.random.randrange(4))),
            unmanaged=tuple(
                Key("template", self.text() or "a", self.text()) for _ in range(self.random.choice([0, 1, 9]))
            ),
            refusals=tuple(Refusal(text, self.text()) for text in self.texts(1)),
            error=Refusal(self.text(), self.text()) if self.random.random() < 0.2 else None,
            listings=tuple(Looked(text, True, False, 1, self.text()) for text in self.texts(1)),
            notes=self.notes(),
        )

    def plan(self, **more: Any) -> PlanResult:
        """A result of `plan`."""
        known = Strictness((self.text(),), policy={"protect": [self.text()]}) if self.chance() else None
        spaces = tuple(self.space() for _ in range(self.random.randrange(1, 3)))
        return PlanResult(Plan(spaces, known), (), ExitCode.OK, self.texts(1), **more)

    def applied(self) -> ApplyResult:
        """A result of `apply`."""
        spaces = tuple(self.space() for _ in range(self.random.randrange(1, 3)))
        ended = tuple((each, tuple(map(self._outcome, each.changes))) for each in spaces)
        not_in_plan = {each.space: tuple(self.change() for _ in range(self.random.randrange(3))) for each in spaces}
        attempt = Attempt(self.text(), Action.CREATE, 1.0, code=self.text(), request_id=self.text())
        told = {self.text(): (Recovered(attempt, OutcomeKind.DONE, self.text()),)}
        return ApplyResult(Plan(spaces), ended, (), ExitCode.OK, told, not_in_plan, unsaved=self.text())

    def _outcome(self, change: Change) -> Outcome:
        return Outcome(change, self.random.choice([*OutcomeKind]), self.text(), self.text(), self.text())

    def status(self) -> StatusResult:
        """A result of `status`."""
        spaces = []
        for _ in range(self.random.randrange(1, 3)):
            rows = tuple(self._row() for _ in range(self.random.randrange(3)))
            told = {"unsure": self.text(), "gone": self.texts(2), "notes": self.notes()}
            spaces.append(SpaceStatus(self.space()._replace(changes=()), rows, self.space().error, **told))
        found = (Finding("?", Severity.ERROR, self.text(), self.text(), 1),) if self.chance() else ()
        return StatusResult(tuple(spaces), ExitCode.OK, content=self.chance(), since=self.text(), findings=found)

    def followed(self, count: int = 3) -> StatusResult:
        """A result of `status` with a receipt."""
        spaces = []
        for _ in range(self.random.randrange(1, 3)):
            found = tuple(self._follow_up() for _ in range(count))
            spaces.append(Followed(self.space()._replace(changes=()), found, self.space().error, count))
        return dataclasses.replace(self.status(), followed=tuple(spaces))

    def _follow_up(self) -> FollowUp:
        change, end = self.change(), self.random.choice([*OutcomeKind])
        row = ReceiptRow(change.key, change.action, end, reason=self.text(), message=self.text())
        told = [self.chance() for _ in range(3)]
        stands = self.random.choice([*Stands])
        return FollowUp(row, stands, self.text(), self.text(), 1e9, *told, self.text(), self.random.randrange(9))

    def _row(self) -> StatusRow:
        fields = [self.text() for _ in range(6)]
        told = {"drift": self.texts(1), "rejected": self.chance(), "unknown": self.chance(), "stays": self.texts(1)}
        told |= {"conditions": tuple(self.random.sample(list(Condition), 3)), "new": (Condition.EDITED,)}
        told |= {"notes": self.texts(1), "was": self.text() if self.chance() else None, "pending": self.chance()}
        return StatusRow(self.text(), self.random.choice(["template", "flow"]), *fields, **told)


def result(*spaces: SpacePlan, **more: Any) -> PlanResult:
    """A result of `plan`."""
    return PlanResult(Plan(spaces), (), ExitCode.OK, **more)


def changed(name: str, action: Action = Action.UPDATE, language: str = "en", **more: Any) -> Change:
    """A change of a template."""
    told = {"file": f"templates/{name}.yaml", "line": 3, "review": action in (Action.CREATE, Action.UPDATE)} | more
    return Change(Key("template", name, language), action, **told)


def space(*rows: Change, name: str = "production", **more: Any) -> SpacePlan:
    """A space."""
    told = {"cust_space_id": "cams-kei0000", "waba_id": "20393988393993"} | more
    return SpacePlan(name, changes=rows, **told)
