"""`doctor --trial`: what it writes and when, what it leaves alone, and what it learns of a service."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from support.emulated_project import LOCAL, World
from support.emulator_caller import body

from templatesync.cli import run
from templatesync.commands.trial import Stage, TrialResult, run_trial
from templatesync.kinds.template import trial
from templatesync.kinds.template.echo import differences
from templatesync.model.errors import ExitCode, RefusedError, UsageError
from templatesync.render import doctor as render
from templatesync.render.terminal import Style
from templatesync.schema.loading import schema_dir

NAME = "trial_1"
"""The emulator tells no samples of one name in four; of this one it does."""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.emulator.end()


def call(world: World, name: str = NAME, agree: bool = True) -> TrialResult:
    asked: list[str] = []

    def confirm(question: str) -> bool:
        asked.append(question)
        return agree

    world.forget()
    result = run_trial(world.root, (), False, world.connection, name, confirm)
    assert bool(asked) or not world.writes(), "it wrote and did not ask"
    assert len(asked) <= 1
    assert all("30 days" in question and name in question for question in asked)
    told = json.loads(render.json(result, Style(False)))
    schema = json.loads((schema_dir() / "doctor.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft7Validator(schema).validate(told)
    return result


def learned(result: TrialResult, verdict: str = "differs") -> dict[str, tuple[str, ...]]:
    return {one.check: one.seen for one in result.learned if one.verdict == verdict}


def reviewed(world: World, status: str = "fail") -> None:
    world.review(status, name=NAME, language=trial.LANGUAGE)


def test_from_the_beginning_to_the_end(world: World) -> None:
    first = call(world)
    assert (first.stage, first.exit_code, learned(first)) == (Stage.CREATED, ExitCode.PENDING, {})
    assert world.changed() == ["CreateChatappTemplate"]
    second = call(world)
    assert (second.stage, second.exit_code, learned(second)) == (Stage.PENDING, ExitCode.PENDING, {})
    assert not world.writes()
    reviewed(world)
    third = call(world)
    assert (third.stage, third.exit_code, learned(third)) == (Stage.FINISHED, ExitCode.OK, {})
    assert world.changed() == ["ModifyChatappTemplate", "DeleteChatappTemplate"]
    assert set(learned(third, "ok")) == {
        "delete", "detail-after-edit", "echo", "echo-compared", "edit", "list-after-delete", "listed-as", "state",
    }  # fmt: skip


def test_a_name_that_the_service_keeps(world: World) -> None:
    world.settings(quirks={"held-names": "all"})
    result = call(world)
    assert (result.stage, result.exit_code) == (Stage.REFUSED, ExitCode.FAILURE)
    assert "still keeps this name" in result.message
    assert learned(result)["create"] == ("InvalidParameter.TemplateNameExist, HTTP 200",)


def test_approved_templates_that_cannot_be_edited(world: World) -> None:
    """It is deleted all the same, and that the edit was refused is learned."""
    call(world)
    reviewed(world, "pass")
    result = call(world)
    assert result.stage is Stage.FINISHED
    assert learned(result) == {"edit": ("InvalidParameter.AuditStatusNotSupport, HTTP 200",)}


def test_an_edit_is_not_made_twice(world: World) -> None:
    """A call that could not delete after its edit leaves the deletion to the next one."""
    call(world)
    reviewed(world)
    world.fault("drop_before", action="DeleteChatappTemplate", times=9)
    result = call(world)
    assert (result.stage, result.exit_code) == (Stage.EDITED, ExitCode.PENDING)
    world.lift()
    reviewed(world)
    assert call(world).stage is Stage.FINISHED
    assert world.changed() == ["DeleteChatappTemplate"]


def test_nothing_is_written_without_a_yes(world: World) -> None:
    world.settings(quirks={"accepts": "everything"})
    assert call(world, agree=False).stage is Stage.DECLINED
    assert not world.writes()
    call(world)
    reviewed(world)
    assert call(world, agree=False).stage is Stage.DECLINED
    assert not world.writes()


def test_nothing_is_written_while_nobody_answers(world: World) -> None:
    """Somebody leaves at the question."""

    def confirm(question: str) -> bool:
        assert not world.writes()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_trial(world.root, (), False, world.connection, NAME, confirm)
    assert not world.writes()


@pytest.mark.parametrize("status", ["pass", "fail", "auditing"])
def test_a_template_that_it_did_not_make(world: World, status: str) -> None:
    world.live(name=NAME, language=trial.LANGUAGE, category="UTILITY", status=status, components=[body()],
               example={"name": "Ann"})  # fmt: skip
    result = call(world)
    assert (result.stage, result.exit_code) == (Stage.REFUSED, ExitCode.REFUSED)
    assert not world.writes()


def test_a_name_with_several_languages(world: World) -> None:
    call(world)
    world.live(name=NAME, language="id", category="UTILITY", status="pass", components=[body()], example={"name": "A"})
    reviewed(world)
    assert call(world).stage is Stage.REFUSED
    assert not world.writes()


def test_what_cannot_be_read_is_not_touched(world: World) -> None:
    call(world)
    reviewed(world)
    world.settings(quirks={"denied-details": "words"})
    assert call(world).stage is Stage.REFUSED
    assert not world.writes()


def test_a_name_of_the_project(world: World) -> None:
    text = {"Type": "BODY", "Text": "Good morning."}
    world.want({"Name": NAME, "Category": "UTILITY", "Language": "en", "Components": [text]})
    with pytest.raises(RefusedError, match=r"templates/01\.yaml is about"):
        call(world)
    with pytest.raises(UsageError, match="no name for a trial"):
        call(world, "Not A Name")


def test_another_account_gets_nothing(world: World) -> None:
    world.control("space", cust_space_id=LOCAL, status="DISABLED")
    result = call(world)
    assert (result.stage, result.exit_code) == (Stage.REFUSED, ExitCode.REFUSED)
    assert not world.writes()


@pytest.mark.parametrize(
    ("quirk", "check", "seen"),
    [
        ("text-ends=trimmed", "echo", "Components[BODY].Text: blanks at its ends"),
        ("text-ends=added", "echo", "Components[FOOTER].Text: blanks at its ends"),
        ("line-ends=crlf", "echo", "Components[BODY].Text: carriage returns"),
        ("line-ends=escaped", "echo", "Components[BODY].Text: line ends as a backslash and an n"),
        ("line-ends=folded", "echo", "Components[BODY].Text: line ends folded"),
        ("blanks=collapsed", "echo", "Components[HEADER].Text: blanks collapsed"),
        ("characters=nfc", "echo", "Components[BODY].Text: in the form NFC or NFD"),
        ("characters=no-variation", "echo", "Components[BODY].Text: without variation selectors"),
        ("characters=html", "echo", "Components[BODY].Text: as in HTML"),
        ("variables=numbered", "echo", "Components[BODY].Text: with numbered variables"),
        ("urls=slash", "echo", "Components[BUTTONS].Buttons[2].Url: a slash at its end"),
        ("urls=lower-host", "echo", "Components[BUTTONS].Buttons[2].Url: other letters"),
        ("urls=encoded", "echo", "Components[BUTTONS].Buttons[3].Url: percent-encoded"),
        ("url-type=upper", "echo", "Components[BUTTONS].Buttons[2].UrlType: STATIC"),
        ("format=lower", "echo", "Components[HEADER].Format: text"),
        ("type=lower", "echo", "Components[BODY].Type: body"),
        ("order=buttons-reversed", "echo", "Components[BUTTONS].Buttons: in another order"),
        ("dropped-field=PhoneNumber", "echo", "Components[BUTTONS].Buttons[4].PhoneNumber: left out"),
        ("dropped-field=MessageSendTtlSeconds", "echo", "MessageSendTtlSeconds: left out"),
        ("dropped-field=Example", "echo", "Example: left out"),
        ("text-format=told", "echo", "Components[BODY].Format: told though it was not sent"),
        ("language-spelling=hyphen", "listed-as", "the language as en-US"),
        ("name-spelling=upper", "listed-as", "the name in other letters"),
        ("created-id=other", "created-id", "another one"),
        ("created-id=missing", "created-id", "none"),
        ("list-lag=30", "list-after-create", "after 30 s"),
        ("list-lag=3600", "list-after-create", "not within 90 s"),
        ("detail-lag=30", "detail-after-create", "after 30 s"),
        ("slow-writes=30", "list-after-create", "after 30 s"),
        ("slow-writes=never", "list-after-create", "not within 90 s"),
        ("lost-answers=0", "create", "the answer was lost"),
        ("audit-status=unknown", "state", "QUARANTINED"),
    ],
)
def test_what_is_learned_of_a_creation(world: World, quirk: str, check: str, seen: str) -> None:
    name, _, value = quirk.partition("=")
    world.settings(quirks={name: value})
    result = call(world)
    assert (result.stage, result.exit_code) == (Stage.CREATED, ExitCode.PENDING)
    assert seen in learned(result)[check]
    assert [one["operation"] for one in world.writes()] == ["CreateChatappTemplate"]


@pytest.mark.parametrize(
    ("quirk", "check", "seen"),
    [
        ("edits=30", "detail-after-edit", "after 30 s"),
        ("edits=ignored", "detail-after-edit", "not within 90 s"),
        ("slow-writes=30", "list-after-delete", "after 30 s"),
        ("slow-writes=never", "list-after-delete", "not within 90 s"),
        ("list-lag=30", "list-after-delete", "after 30 s"),
    ],
)
def test_what_is_learned_of_an_edit_and_a_deletion(world: World, quirk: str, check: str, seen: str) -> None:
    call(world)
    reviewed(world)
    world.clock.sleep(100)
    name, _, value = quirk.partition("=")
    world.settings(quirks={name: value})
    result = call(world)
    assert result.stage is Stage.FINISHED
    assert learned(result)[check] == (seen,)


def test_text(world: World) -> None:
    world.settings(quirks={"text-ends": "trimmed"})
    told = render.text(call(world), Style(False))
    assert told.startswith("Trial in space local EMULATOR: created\n")
    assert "differs  echo  " in told
    assert told.endswith("It was created; call this again once its review is over.\n")


def test_the_command_line(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    at = ("-C", str(world.root), "-q")
    assert run(["doctor", *at, "--trial", NAME]) == ExitCode.USAGE
    assert "needs --yes" in capsys.readouterr().err
    assert run(["doctor", *at, "--yes"]) == ExitCode.USAGE
    assert run(["doctor", *at, "--trial", NAME, "--policy", "plan"]) == ExitCode.USAGE
    # The review of the embedded emulator is over at once, so that there is nothing to wait for.
    assert run(["doctor", *at, "--trial", NAME, "--yes", "--format", "json"]) == ExitCode.OK
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert document["trial"]["stage"] == "created"
    assert NAME not in json.dumps(document)
    assert run(["doctor", "-C", str(world.root), "--trial", NAME, "--yes"]) == ExitCode.OK
    told = capsys.readouterr()
    assert told.err.startswith(
        f"This will edit (one more review) and delete the template {NAME} in the emulator's space"
    )
    assert "the trial is over; for another one take another name" in told.out


def test_a_name_that_was_tried(world: World) -> None:
    """Nothing remembers a trial that has ended, so the question says what that means."""
    asked: list[str] = []
    run_trial(world.root, (), False, world.connection, NAME, lambda question: bool(asked.append(question)))
    assert "take a name that was never tried" in asked[0]


def test_a_review_that_is_over_at_once(world: World) -> None:
    world.settings(review="approve")
    result = call(world)
    assert (result.stage, result.exit_code) == (Stage.CREATED, ExitCode.OK)
    assert "its review is over; call this again now" in result.message
    assert call(world).stage is Stage.FINISHED


def test_what_is_told_back_is_told_by_its_sort_and_the_gravest_first(world: World) -> None:
    world.settings(quirks={"dropped-field": "Example", "text-ends": "added", "text-format": "told"})
    result = call(world)
    echo = next(one for one in result.learned if one.check == "echo")
    assert echo.seen[0] == "Example: left out"
    assert len(echo.seen) > 5 and not any(seen.startswith("and ") for seen in echo.seen)
    told = render.text(result, Style(False))
    assert " left out: Example; blanks at its ends: " in told
    assert " places; told though it was not sent: " in told
    assert "\n-v names every place.\n" in told
    whole = render.text(result, Style(False, verbose=True))
    assert all(seen in whole for seen in echo.seen)


def test_the_end_tells_again_what_was_told_back_at_first(world: World) -> None:
    """The call that created it may have been somebody else's."""
    call(world)
    reviewed(world)
    world.settings(quirks={"dropped-field": "Example", "edits": "ignored"})
    assert "Example: left out" in learned(call(world))["echo"]


def test_whatever_is_told_back_can_be_compared() -> None:
    sent = trial.body(trial.FIRST)
    for odd in ({}, {"Components": "x"}, {"Components": [1, None, {}]}, {"Components": [{"Type": 3, "Text": ["x"]}]},
                {"Example": [1]}, {"Example": {"name": 3}}, {"MessageSendTtlSeconds": "3600"}):  # fmt: skip
        assert [*differences(sent, odd)]
    assert [*differences(sent, sent)] == []
