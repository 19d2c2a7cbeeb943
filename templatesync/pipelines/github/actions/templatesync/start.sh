#!/bin/sh
# Starts apply.yml with the plan of a pull request that can go on, unless an apply runs or waits: of several that wait,
# GitHub would drop all but one.
set -eu
# shellcheck source-path=SCRIPTDIR source=api.sh
. "$(dirname "$0")/api.sh"
export NUMBER="$READY" BRANCH="$TEMPLATESYNC_BRANCH"

busy="$(gh api "$api/actions/workflows/apply.yml/runs?per_page=100" --jq '
  [.workflow_runs[] | select(.status != "completed")] | length')"
if [ "$busy" -gt 0 ]; then
  printf '::notice title=templatesync::apply.yml runs or waits; what can go on is started the next time.\n'
  exit 0
fi
only 0-9 9 "$NUMBER" || stop "what is ready is no number of a pull request"
jq -n '{ref: env.BRANCH, inputs: {"pull-request": env.NUMBER}}' |
  gh api -X POST "$api/actions/workflows/apply.yml/dispatches" --input - --silent
summary "Started apply.yml with the plan of pull request $NUMBER, which can go on."
