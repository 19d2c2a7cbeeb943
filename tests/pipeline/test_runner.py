"""The runner of workflow files does what GitHub does, where our workflows rest on it."""

from __future__ import annotations

import textwrap

from support.pipeline.world import PipelineWorld

PIN = "a" * 40


def workflow(text: str) -> dict[str, str | None]:
    return {".github/workflows/it.yml": textwrap.dedent(text)}


def test_outputs_environment_and_summary_go_from_step_to_step_and_job_to_job(hosted: PipelineWorld) -> None:
    runs = hosted.push(
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
        """)
    )
    assert [run.conclusion for run in runs] == ["success"], runs[0].log
    assert runs[0].jobs["one"].summary == "# Seen\n"
    assert runs[0].jobs["two"].steps[0].log == "a\nb"
