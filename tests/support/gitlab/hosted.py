"""A project on GitLab with a merged merge request, and its jobs in which templatesync is played.

Knows what the jobs are called, and not what they should do.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from support.git_repository import Repository
from support.gitlab.api import OURS, PROJECT, TOKEN, GitLab
from support.gitlab.runner import Done, Pipeline, installed, run
from templatesync.commands import ci_init

MARK = "<!-- templatesync comment=production project=. part=1 -->\n"
PLAN = "<!-- templatesync:plan production digest=abc -->\n"
APPLY = "<!-- templatesync:apply production state=pending reviews=1 rejected=0 left=0 ready=0 -->\n"
STATUS = "<!-- templatesync:status production state=done reviews=0 rejected=1 left=0 ready=0 -->\n"
COUNTS = {"create": 1, "update": 0, "delete": 0, "blocked": 0}
PUSH = {"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BRANCH": "main"}
MERGE = {"CI_PIPELINE_SOURCE": "merge_request_event", "CI_MERGE_REQUEST_PROJECT_ID": str(PROJECT)}
OWN = MERGE | {"CI_MERGE_REQUEST_SOURCE_PROJECT_ID": str(PROJECT)}
# Says what it was asked, and leaves for each file that it is to write what the test has put there.
PLAYED = """\
echo "templatesync $*" | tee -a "$PLAYED/asked"
format=text
while [ $# -gt 0 ]; do
  case $1 in
    plan | apply | status | validate | breaking | preview) command=$1 ;;
    --format) format=$2 ;;
    -o) file=$2 ;;
    --out | --receipt) [ ! -e "$PLAYED/$command$1" ] || cp "$PLAYED/$command$1" "$2" ;;
    --also) echo "${2%%=*}" >"${2#*=}" ;;
  esac
  shift
done
[ -z "${file-}" ] || [ ! -e "$PLAYED/$command-$format" ] || cp "$PLAYED/$command-$format" "$file"
[ ! -e "$PLAYED/$command-code" ] || exit "$(cat "$PLAYED/$command-code")\""""


def text(name: str = "templatesync.yml") -> str:
    wish = ci_init.Wish(environment="production", package="templatesync==0.2.0")
    said = ci_init.values(host="gitlab", space="production", wish=wish)
    return ci_init.files("gitlab", said, {})[f".gitlab/{name}"]


class Hosted:
    """A project on GitLab with one merged merge request, number 3, whose pipeline planned it."""

    def __init__(
        self, folder: Path, lab: GitLab, templatesync: str = PLAYED, first: Mapping[str, str] | None = None
    ) -> None:
        """`templatesync`: what is run under that name."""
        self.folder, self.lab, self.runs = folder, lab, 0
        self.pipeline = Pipeline(text())
        self.played = folder / "played"
        self.played.mkdir()
        self.programs = installed(folder / "bin", templatesync=templatesync)
        self.tree = Repository.new(folder / "ann")
        self.write({".gitlab-ci.yml": "include: []\n", **(first or {})})
        self.base = self.tree.commit("first")
        self.tree.git("clone", "-q", "--bare", ".", str(folder / "origin.git"))
        self.tree.git("remote", "add", "origin", str(folder / "origin.git"))
        self.merged = ""
        self.merge({"templates/a.yaml": "Name: a\n"})

    def write(self, files: Mapping[str, str]) -> None:
        for name, said in files.items():
            (self.tree.root / name).parent.mkdir(parents=True, exist_ok=True)
            (self.tree.root / name).write_text(said)

    def merge(self, files: Mapping[str, str]) -> None:
        """Merge request 3 is of these files, and merged."""
        self.tree.git("checkout", "-q", "-B", "change", self.base)
        self.write(files)
        head = self.tree.commit("change")
        self.tree.git("checkout", "-q", "-B", "main", self.base)
        self.tree.git("merge", "-q", "--no-ff", "-m", "merge", "change")
        self.merged = self.tree.git("rev-parse", "HEAD")
        self.tree.git("push", "-q", "-f", "origin", "main", "change:refs/merge-requests/3/head")
        pipeline = {
            "id": 900,
            "project_id": PROJECT,
            "source": "merge_request_event",
            "ref": "refs/merge-requests/3/head",
        }
        self.lab.requests[3] = {
            "iid": 3,
            "state": "merged",
            "target_branch": "main",
            "source_project_id": PROJECT,
            "sha": head,
            "merge_commit_sha": self.merged,
            "squash_commit_sha": None,
            "merged_at": "2999-01-01T00:00:00.000Z",
            "commits": [self.merged, head],
            "diff_refs": {"base_sha": self.base},
            "head_pipeline": pipeline,
        }
        name = "templatesync-plan-production"
        self.lab.jobs[11] = {
            "id": 11,
            "pipeline": 900,
            "name": name,
            "status": "success",
            "ref": "change",
            "finished_at": "2998-01-01T00:00:00.000Z",
        }
        self.lab.artifacts[11, "templatesync-out/plan.json"] = b'{"spaces": [{"error": null}]}'

    def play(self, name: str, said: object) -> None:
        (self.played / name).write_text(said if isinstance(said, str) else json.dumps(said))

    def asked(self) -> list[str]:
        file = self.played / "asked"
        return file.read_text().splitlines() if file.exists() else []

    def run(self, name: str, shell: str = "bash", **more: str) -> Done:
        self.runs += 1
        folder = self.folder / f"job-{self.runs}"
        self.tree.git("clone", "-q", str(self.folder / "origin.git"), str(folder))
        around = {
            "CI_API_V4_URL": f"{self.lab.url}/api/v4",
            "CI_PROJECT_ID": str(PROJECT),
            "CI_JOB_ID": str(70 + self.runs),
            "CI_JOB_URL": "https://gitlab.example.com/acme/shop/-/jobs/71",
            "CI_DEFAULT_BRANCH": "main",
            "CI_COMMIT_SHA": self.merged,
            "CI_MERGE_REQUEST_IID": "3",
            "CI_MERGE_REQUEST_DIFF_BASE_SHA": self.base,
            "TEMPLATESYNC_GITLAB_TOKEN": TOKEN,
            "PLAYED": str(self.played),
        }
        return run(self.pipeline, f"templatesync-{name}-production", folder, around | more, self.programs, shell)

    def left(self, name: str) -> str:
        return (self.folder / f"job-{self.runs}" / "templatesync-out" / name).read_text()

    def plans(self, said: str = PLAN + "One text changes.\n", **counts: int) -> None:
        """What a plan says from now on, and how many changes it has: one creation."""
        self.play("plan-markdown", said)
        self.play("plan--out", {"summary": COUNTS | counts, "digest": "abc"})

    def applies(self) -> None:
        """What an apply says and leaves from now on."""
        self.play("apply-markdown", APPLY + "One review runs.\n")
        self.play("apply--receipt", {"receipt": 1})

    def follows(self, said: str = STATUS, *issues: dict[str, Any]) -> None:
        """An apply has been, with a review that runs; what its state is from now on."""
        self.lab.note(3, OURS, f"{MARK}{APPLY}One review runs.\n<!-- templatesync job=12 -->\n")
        name = "templatesync-apply-production"
        self.lab.jobs[12] = {"id": 12, "pipeline": 901, "name": name, "status": "success", "ref": "main"}
        self.lab.artifacts[12, "templatesync-out/receipt-3.json"] = b"{}"
        self.play("status-markdown", said)
        self.play("status-issues", {"format_version": "1.0", "issues": list(issues)})
