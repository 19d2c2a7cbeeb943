#!/bin/sh
# Fetches the newest receipts of apply.yml, 20 at most, for drift.sh: what is not there any more, only they tell. One that
# cannot be fetched is left empty, which templatesync tells, and takes for neither an alarm nor an all-clear.
set -eu
# shellcheck source-path=SCRIPTDIR source=api.sh
. "$(dirname "$0")/api.sh"
export BRANCH="$TEMPLATESYNC_BRANCH"
rm -rf "$work/known-receipts"
mkdir "$work/known-receipts"

gh api "$api/actions/workflows/apply.yml/runs?branch=$BRANCH&per_page=40" --jq '.workflow_runs[] | select(
  .head_branch == env.BRANCH and (.event == "push" or .event == "workflow_dispatch")) | .id' >"$work/runs"
kept_receipts "$work/runs" "$work/receipts"
count=20
while [ "$count" -gt 0 ] && read -r number artifact _; do
  # In the order of their names the oldest is first.
  file="$work/known-receipts/$(printf '%02d' "$count")-of-$number.json"
  fetch "$artifact" receipt.json "$file" || : >"$file"
  count=$((count - 1))
done <"$work/receipts"
