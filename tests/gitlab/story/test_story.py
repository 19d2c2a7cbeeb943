"""One change on GitLab, from merge request to closed issue, with templatesync itself and a served emulator.

What people read of it is in golden files.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.emulator_caller import Clock
from support.gitlab import api
from support.gitlab.hosted import Hosted
from support.gitlab.runner import Done
from support.pipeline.service import READER, WRITER, Service
from support.pipeline.shop_project import HELLO, OPEN, PROJECT, SPACE
from support.pipeline.world import steady

from templatesync.emulator import Review
from templatesync.emulator.server import running

GOLDEN = Path(__file__).parent / "golden"


class Story:
    """The project on GitLab, the service, and who reads what is posted."""

    def __init__(self, gitlab: Hosted, service: Service, endpoint: str, rewrite: bool) -> None:
        self.gitlab, self.service, self.endpoint, self.rewrite = gitlab, service, endpoint, rewrite

    def run(self, name: str, key: str = READER) -> Done:
        return self.gitlab.run(
            name,
            TEMPLATESYNC_ENDPOINT=self.endpoint,
            ALIBABA_CLOUD_ACCESS_KEY_ID=key,
            ALIBABA_CLOUD_ACCESS_KEY_SECRET=self.service.secret(key),
            ALIBABA_CLOUD_SECURITY_TOKEN=self.service.token(key),
        )

    def kept(self, job: int, name: str, file: str) -> None:
        """What the last job left is there as an artifact of this one."""
        row = {"id": job, "pipeline": 901, "name": name, "status": "success", "ref": "main"}
        self.gitlab.lab.jobs.setdefault(job, row)
        self.gitlab.lab.artifacts[job, f"templatesync-out/{file}"] = self.gitlab.left(file).encode()

    def read(self, name: str, text: str) -> None:
        path = GOLDEN / f"{name}.md"
        if self.rewrite:
            path.write_text(steady(text), encoding="utf-8")
        assert steady(text) == path.read_text(encoding="utf-8")

    def note(self, name: str) -> None:
        (body,) = self.gitlab.lab.bodies(3)
        self.read(name, body)


@pytest.fixture
def story(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Story]:
    service = Service(tmp_path / "service.db", Clock(), review=Review.MANUAL)
    program = f'exec {sys.executable} -m templatesync "$@"'
    with api.served() as lab, running(service) as endpoint:  # type: ignore[arg-type]
        made = Hosted(tmp_path, lab, program, {"templatesync.yaml": PROJECT, "templates/hello.yaml": HELLO})
        made.merge({"templates/open.yaml": OPEN})
        yield Story(made, service, endpoint, request.config.getoption("--rewrite-golden"))
    service.close()


def test_one_change(story: Story) -> None:
    gitlab, person = story.gitlab, story.service.caller(SPACE)
    done = story.run("check")
    assert done.code == 0, done.log
    assert json.loads(gitlab.left("code-quality.json")) == []
    assert "<testsuites" in gitlab.left("junit.xml") and "<html" in gitlab.left("preview.html")

    done = story.run("plan")
    assert done.code == 0, done.log
    story.note("1-planned")
    assert json.loads(gitlab.left("counts.json")) == {"create": 1, "update": 0, "delete": 0}
    story.kept(11, "templatesync-plan-production", "plan.json")

    done = story.run("apply", WRITER)
    assert done.code == 0, done.log
    story.note("2-applied")
    assert person.names() == ["shop_open"]
    story.kept(70 + gitlab.runs, "templatesync-apply-production", "receipt-3.json")
    done = story.run("apply", WRITER)  # somebody starts the job again
    assert (done.code, person.names()) == (0, ["shop_open"]), done.log
    story.kept(70 + gitlab.runs, "templatesync-apply-production", "receipt-3.json")

    decision = {"cust_space_id": SPACE, "template_name": "shop_open", "language": "en", "status": "fail"}
    assert "_status" not in person.control("POST", "review", decision | {"reason": "PROMOTIONAL"})
    done = story.run("follow")
    assert done.code == 0, done.log
    story.note("3-rejected")
    (issue,) = gitlab.lab.issues
    story.read("4-issue-of-a-rejection", f"# {issue['title']}\n\n{issue['description']}")

    made = person.create(Name="shop_from_the_console")["Data"]["TemplateCode"]
    done = story.run("drift")
    assert done.code == 6, done.log
    issue = gitlab.lab.issues[1]
    story.read("5-issue-of-a-drift", f"# {issue['title']}\n\n{issue['description']}")
    person.ok("DeleteChatappTemplate", TemplateCode=made, TemplateType="WHATSAPP")
    story.run("drift")
    assert [each["state"] for each in gitlab.lab.issues] == ["opened", "closed"], gitlab.lab.issues
    story.read("6-drift-is-over", gitlab.lab.issues[1]["notes"][0])
    assert story.service.refused == []  # the role that reads has never tried to write


def test_nobody_approved_it(story: Story) -> None:
    """A direct push is planned, and written once somebody has started the second job."""
    story.gitlab.lab.requests.clear()
    done = story.run("apply", WRITER)
    assert done.code == 2, done.log
    assert "templatesync-apply-unreviewed-production" in done.log
    assert json.loads(story.gitlab.left("unreviewed.json"))["summary"]["create"] == 2
    out = story.gitlab.folder / f"job-{story.gitlab.runs}" / "templatesync-out"
    job = story.gitlab.pipeline.jobs["templatesync-apply-unreviewed-production"]
    job["before_script"].insert(0, f"cp -r {out} .")
    done = story.run("apply-unreviewed", WRITER)
    assert done.code == 0, done.log
    assert sorted(story.service.caller(SPACE).names()) == ["shop_hello", "shop_open"]
