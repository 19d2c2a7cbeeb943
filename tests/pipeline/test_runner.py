"""The runner of workflow files does what GitHub does, where our workflows rest on it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import pytest
from support.pipeline.runner import Run
from support.pipeline.workflow import WorkflowError
from support.pipeline.world import APPLY_ROLE, NAME, PROVIDER, PipelineWorld, pipeline_world

PIN = "a" * 40
ROLE = f"""\
aliyun/configure-aliyun-credentials-action@{PIN}
        with: {{audience: sts.aliyuncs.com, role-to-assume: "{APPLY_ROLE}", oidc-provider-arn: "{PROVIDER}"}}"""


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PipelineWorld]:
    """For tests that only look at the run of what they push."""
    with pipeline_world(tmp_path_factory.mktemp("shared")) as world:
        yield world


def workflow(text: str, name: str = "it") -> dict[str, str | None]:
    return {f".github/workflows/{name}.yml": textwrap.dedent(text)}


def job(*steps: str, more: str = "", on: str = "push") -> dict[str, str | None]:
    """One job with these steps."""
    listed = "\n".join(f"      - {step}" for step in steps)
    head = f"name: it\non: {on}\njobs:\n  it:\n    runs-on: ubuntu-latest\n"
    return {".github/workflows/it.yml": f"{head}{more}    steps:\n{listed}\n"}


def pushed(world: PipelineWorld, files: dict[str, str | None]) -> Run:
    (run,) = world.push(files)
    return run


def outcomes(run: Run) -> list[str]:
    return [step.outcome for step in run.jobs["it"].steps]


def test_outputs_environment_and_summary_go_from_step_to_step_and_job_to_job(hosted: PipelineWorld) -> None:
    run = pushed(
        hosted,
        workflow("""\
        name: it
        on: push
        env: {WHERE: top}
        jobs:
          one:
            runs-on: ubuntu-latest
            outputs: {told: "${{ steps.say.outputs.told }}"}
            steps:
              - id: say
                run: |
                  printf 'told<<END\\na\\nb\\nEND\\n' >> "$GITHUB_OUTPUT"
                  echo "LATER=$WHERE" >> "$GITHUB_ENV"
                  echo "# Seen" >> "$GITHUB_STEP_SUMMARY"
              - run: test "$LATER" = top
          two:
            needs: one
            runs-on: ubuntu-latest
            steps:
              - run: printf '%s' "$TOLD"
                env: {TOLD: "${{ needs.one.outputs.told }}"}
          three:
            needs: two
            if: needs.two.result == 'failure'
            runs-on: ubuntu-latest
            steps: [{run: exit 1}]
          four:
            needs: three
            runs-on: ubuntu-latest
            steps: [{run: exit 1}]
        """),
    )
    assert run.conclusion == "success", run.log
    assert run.jobs["one"].summary == "# Seen\n"
    assert run.jobs["two"].steps[0].log == "a\nb"
    assert [run.jobs[name].result for name in ("three", "four")] == ["skipped", "skipped"]


def test_steps_after_a_failure(hosted: PipelineWorld) -> None:
    run = pushed(
        hosted,
        job(
            "run: 'false | true'",  # the usual shell has no pipefail
            "{run: exit 3, continue-on-error: true}",
            "{run: 'false | true', shell: bash}",
            "run: exit 1",
            "{run: exit 0, if: always()}",
            "{run: exit 0, if: failure()}",
        ),
    )
    assert outcomes(run) == ["success", "failure", "failure", "skipped", "success", "success"]
    assert run.conclusion == "failure"
    again = hosted.runner.again(run)
    assert (again.record.attempt, again.conclusion) == (2, "failure")


def test_a_job_that_somebody_cancels(hosted: PipelineWorld) -> None:
    hosted.runner.cancel_before = "later"
    run = pushed(
        hosted, job("{name: later, run: exit 0}", "{run: exit 0, if: always()}", "{run: exit 0, if: failure()}")
    )
    assert outcomes(run) == ["skipped", "success", "skipped"]
    assert run.conclusion == "cancelled"


@pytest.mark.parametrize(
    ("files", "told"),
    [
        (job("uses: actions/checkout@v6"), "is not pinned"),
        (job(f"uses: somebody/else@{PIN}"), "nobody plays"),
        (job("{run: exit 0, shell: zsh}"), "does not know the shell"),
    ],
)
def test_what_nobody_knows_is_no_step_that_passes(
    shared: PipelineWorld, files: dict[str, str | None], told: str
) -> None:
    with pytest.raises(WorkflowError, match=told):
        shared.push(files)


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        (["run: echo x >> $GITHUB_OUTPUT"], "Invalid format 'x'"),
        (["run: printf 'a<<E\\nb\\n' >> $GITHUB_OUTPUT"], "delimiter not found 'E'"),
        (["uses: ./.github/actions/it"], "Did you forget to run actions/checkout?"),
        ([f"uses: {ROLE}"], "is `id-token: write` missing?"),
        (
            [f"{{uses: actions/upload-artifact@{PIN}, with: {{path: a, if-no-files-found: error}}}}"],
            "No files were found",
        ),
        ([f"{{uses: actions/download-artifact@{PIN}, with: {{name: a}}}}"], "not found for name: a"),
        ([f"{{uses: actions/checkout@{PIN}, with: {{persist-credential: false}}}}"], "Unexpected input(s)"),
        (["run: docker ps"], "docker: command not found"),
    ],
)
def test_a_step_fails_as_on_github(shared: PipelineWorld, steps: list[str], told: str) -> None:
    run = pushed(shared, job(*steps))
    assert (run.conclusion, told in run.log) == ("failure", True), run.log


def test_a_role_is_for_jobs_in_its_environment(hosted: PipelineWorld) -> None:
    """An environment changes the subject of the token, and one with reviewers waits for them."""
    token = "    permissions: {id-token: write}\n"
    refused = pushed(hosted, job(f"uses: {ROLE}", more=token))
    assert "repo:acme/shop:ref:refs/heads/main cannot assume" in refused.log
    hosted.environment("production", "ann")
    inside = f"{token}    environment: production\n"
    waits = pushed(hosted, job(f"uses: {ROLE}", 'run: test -n "$ALIBABA_CLOUD_ACCESS_KEY_ID"', more=inside))
    assert (waits.record.status, waits.conclusion) == ("waiting", None)
    hosted.answer(lambda environment: environment == "production")
    assert hosted.runner.go_on(waits).conclusion == "success", waits.log
    hosted.answer(lambda environment: False)
    assert hosted.runner.again(waits, failed_only=False).conclusion == "failure"
    unprotected = pushed(hosted, job("run: exit 0", more="    environment: nowhere\n"))
    assert unprotected.conclusion == "success"
    assert "nowhere" in hosted.repository.environments


def test_a_fork_gets_no_secret_no_variable_and_nothing_to_write_with(hosted: PipelineWorld) -> None:
    hosted.repository.secrets["KEY"] = "canary-of-a-secret"
    hosted.repository.vars["WHERE"] = "here"
    call = 'gh api -X POST "$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/issues/1/comments" -f body=x --silent'
    step = (
        f"{{run: 'echo \"$KEY,$WHERE,$ACTIONS_ID_TOKEN_REQUEST_URL\"; {call}', env: {{KEY: '${{{{ secrets.KEY }}}}', "
        "WHERE: '${{ vars.WHERE }}', GH_ENTERPRISE_TOKEN: '${{ github.token }}'}}"
    )
    files = job(step, on="pull_request", more="    permissions: {pull-requests: write, id-token: write}\n")
    hosted.push(files, quietly=True)
    own = hosted.propose("own", {"a.txt": "a"})
    assert hosted.runner.runs[-1].conclusion == "success", hosted.runner.runs[-1].log
    assert "***,here,http" in hosted.runner.runs[-1].log
    assert hosted.comments(own) == ["x"]
    hosted.fork("stranger/shop")
    hosted.propose("foreign", {"b.txt": "b"}, fork="stranger/shop")
    run = hosted.runner.runs[-1]
    assert ",,\n" in run.log
    assert "gh: Resource not accessible by integration (HTTP 403)" in run.log
    assert run.jobs["it"].permissions == {"pull-requests": "read"}


def test_what_goes_from_one_run_to_another(hosted: PipelineWorld) -> None:
    """By artifact, for which another run needs `actions: read`; by cache, from the default branch to others only."""
    up = f"{{uses: actions/upload-artifact@{PIN}, with: {{name: a, path: out}}}}"
    keep = f"{{uses: actions/cache@{PIN}, with: {{path: kept, key: 'k-${{{{ github.run_id }}}}', restore-keys: k-}}}}"
    first = pushed(hosted, job("run: mkdir -p out kept; echo 1 > out/x; echo 1 > kept/x; touch out/.hidden", up, keep))
    down = (
        f"{{uses: actions/download-artifact@{PIN}, with: {{name: a, path: got, run-id: {first.record.id}, "
        "github-token: '${{ github.token }}'}}"
    )
    denied = pushed(hosted, job(down))
    assert "Resource not accessible by integration" in denied.log
    reads = "    permissions: {actions: read}\n"
    taken = pushed(hosted, job(down, 'run: test "$(ls -A got)" = x', keep, "run: cat kept/x", more=reads))
    assert taken.conclusion == "success", taken.log
    hosted.repository.artifacts[min(hosted.repository.artifacts)].expired = True
    gone = pushed(hosted, job(down, more=reads))
    assert "Artifact not found" in gone.log
    twice = pushed(hosted, job("run: mkdir out; echo 1 > out/x", up, up))
    assert "(409) Conflict" in twice.log


def test_paths_branches_and_types_decide_what_runs(hosted: PipelineWorld) -> None:
    hosted.push(job("run: exit 0", on="{push: {branches: [main], paths: ['a/**', '!a/b.txt']}}"), quietly=True)
    assert len(hosted.push({"a/x/y.txt": "1"})) == 1
    assert hosted.push({"a/b.txt": "1"}) == []
    assert hosted.push({"b.txt": "1"}) == []


def test_a_checkout_that_keeps_no_token_cannot_fetch(hosted: PipelineWorld) -> None:
    step = f"{{uses: actions/checkout@{PIN}, with: {{persist-credentials: false}}}}"
    run = pushed(hosted, job(step, "run: git log --oneline | wc -l; git fetch origin main"))
    assert outcomes(run) == ["success", "failure"]
    denied = pushed(hosted, job(step, more="    permissions: {}\n"))
    assert f"repository '{NAME}' not found" in denied.log


def test_what_is_dispatched_waits_until_a_machine_takes_it(hosted: PipelineWorld) -> None:
    other = job(
        'run: test "$IT" = 1',
        on="{workflow_dispatch: {inputs: {it: {type: string}}}}",
        more="    env: {IT: '${{ inputs.it }}'}\n",
    )
    hosted.push({".github/workflows/other.yml": other[".github/workflows/it.yml"]}, quietly=True)
    api = '"$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/actions/workflows/other.yml'
    script = (
        f'gh api {api}/dispatches" -f ref=main -f "inputs[it]=1"; gh api {api}/runs" --jq ".workflow_runs[].status"'
    )
    step = f"{{run: '{script}', env: {{GH_ENTERPRISE_TOKEN: '${{{{ github.token }}}}'}}}}"
    run = pushed(hosted, job(step, more="    permissions: {actions: write}\n"))
    assert run.jobs["it"].steps[0].log == "queued\n", run.log
    (dispatched,) = hosted.asked_for()
    assert (dispatched.conclusion, dispatched.actor) == ("success", "github-actions[bot]"), dispatched.log
    assert hosted.asked_for() == []
