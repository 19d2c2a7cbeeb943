"""drift.yml: one issue for a space, edited in place and closed, and nobody else's is touched."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from support.pipeline.reviewed import begin, console, decide, merged, reviewed
from support.pipeline.shop_project import HELLO, OPEN
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
        delete(hosted, name)
    (clean,) = hosted.scheduled("drift.yml")
    assert (clean.conclusion, issue.state) == ("success", "closed"), clean.log
    console(hosted).create(Name="shop_strange_too")
    hosted.scheduled("drift.yml")
    assert [each.state for each in hosted.issues()] == ["open"]
    assert hosted.repository.issues[number].body == copied


def test_what_was_deleted_in_the_console_is_missing(hosted: PipelineWorld, posted: Callable[[str, str], None]) -> None:
    """Receipts of the pipeline tell; one that is broken neither opens an issue nor closes one."""
    begin(hosted)
    merged(hosted, reviewed(hosted, "open", {"templates/open.yaml": OPEN}))
    decide(hosted, "shop_open", "pass")
    (run,) = hosted.scheduled("drift.yml")
    assert (run.conclusion, hosted.issues()) == ("success", []), run.log
    delete(hosted, "shop_open")
    (kept,) = (one for one in hosted.repository.artifacts.values() if one.name.startswith("templatesync-receipt-"))
    whole = kept.data
    kept.data = b"torn"
    (run,) = hosted.scheduled("drift.yml")
    assert (run.conclusion, hosted.issues()) == ("success", []), run.log
    posted("drift-doubt-summary", run.jobs["drift"].summary)
    kept.data = whole
    hosted.scheduled("drift.yml")
    (issue,) = hosted.issues()
    posted("drift-missing-issue", f"{issue.title}\n\n{issue.body}")
    kept.data = b"torn"
    hosted.scheduled("drift.yml")
    assert issue.state == "open"
    kept.data = whole
    begin(hosted, {"templates/open.yaml": "Name: shop_open\nLanguage: en\ntemplatesync: {state: absent}\n"})
    hosted.scheduled("drift.yml")
    assert issue.state == "closed"


def delete(world: PipelineWorld, name: str) -> None:
    code = console(world).detail(name)["TemplateCode"]
    console(world).ok("DeleteChatappTemplate", TemplateName=name, TemplateCode=code, TemplateType="WHATSAPP")


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
