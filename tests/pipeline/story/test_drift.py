"""drift.yml: one issue for a space, edited in place and closed, and nobody else's is touched."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from support.pipeline.reviewed import begin, console
from support.pipeline.shop_project import HELLO
from support.pipeline.state import Issue
from support.pipeline.world import PLAN_ROLE, PipelineWorld


def test_an_issue_is_opened_edited_and_closed(hosted: PipelineWorld, posted: Callable[[str, str], None]) -> None:
    begin(hosted, {"templates/hello.yaml": HELLO})
    number = next(hosted.repository.numbers)
    copied = "<!-- templatesync issue=space/production -->\nours?"
    hosted.repository.issues[number] = Issue(number, "stranger", "Drift", copied, hosted.github.now())
    console(hosted).create(Name="shop_strange")
    (run,) = hosted.scheduled("drift.yml")
    assert run.conclusion == "success", run.log
    (issue,) = hosted.issues()
    posted("drift-issue", f"{issue.title}\n\n{issue.body}")
    posted("drift-summary", run.jobs["drift"].summary)

    hosted.scheduled("drift.yml")
    assert [row for row in hosted.github.requests if row[0] in ("POST", "PATCH")][1:] == []
    console(hosted).create(Name="shop_stranger")
    hosted.scheduled("drift.yml")
    assert (len(hosted.issues()), "shop_stranger" in issue.body) == (1, True)

    for name in ("shop_strange", "shop_stranger"):
        code = console(hosted).detail(name)["TemplateCode"]
        console(hosted).ok("DeleteChatappTemplate", TemplateName=name, TemplateCode=code, TemplateType="WHATSAPP")
    (clean,) = hosted.scheduled("drift.yml")
    assert (clean.conclusion, issue.state) == ("success", "closed"), clean.log
    console(hosted).create(Name="shop_strange_too")
    hosted.scheduled("drift.yml")
    assert [each.state for each in hosted.issues()] == ["open"]
    assert hosted.repository.issues[number].body == copied


def test_a_night_in_which_nobody_could_look_is_red_and_closes_nothing(hosted: PipelineWorld) -> None:
    begin(hosted, {"templates/hello.yaml": HELLO})
    console(hosted).create(Name="shop_strange")
    hosted.scheduled("drift.yml")
    (issue,) = hosted.issues()
    before = issue.body
    hosted.roles[PLAN_ROLE] = dataclasses.replace(hosted.roles[PLAN_ROLE], secret="another")
    (run,) = hosted.scheduled("drift.yml")
    assert run.conclusion == "failure"
    assert "could not look, and ended with 4" in run.log
    assert issue.state == "open"
    assert (issue.title, issue.body == before) == ("production: could not be read", False)
    del hosted.roles[PLAN_ROLE]
    (run,) = hosted.scheduled("drift.yml")
    assert (run.conclusion, issue.state) == ("failure", "open")
