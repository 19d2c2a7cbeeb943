#!/bin/sh
# Finds the receipts of the last seven days, newest first, as lines of the pull request (or none), artifact and its time:
# output any.
# Merges whose apply never began, since a newer one took its place in the queue, go to the file of what is ready.
set -eu
# shellcheck source-path=SCRIPTDIR source=api.sh
. "$(dirname "$0")/api.sh"
export SINCE BRANCH="$TEMPLATESYNC_BRANCH" TITLE MADE
SINCE="$(jq -rn 'now - 7 * 86400 | floor | todate')"
printf '%s\n' "$SINCE" >"$work/since"
: >"$work/ready"

# Only runs of apply.yml on the default branch count: a pull request can bring a workflow of any name.
gh api "$api/actions/workflows/apply.yml/runs?branch=$BRANCH&created=%3E%3D$SINCE&per_page=100" --paginate --jq '
  .workflow_runs[] | select(.head_branch == env.BRANCH and .created_at >= env.SINCE
  and (.event == "push" or .event == "workflow_dispatch"))
  | {id, event, conclusion, head_sha, created_at, display_title}' >"$work/applies"

jq -r .id "$work/applies" >"$work/runs"
kept_receipts "$work/runs" "$work/receipts"

jq -r 'select(.event == "push" and .conclusion == "cancelled") | [.id, .head_sha, .created_at] | @tsv' \
  "$work/applies" >"$work/cancelled"
while read -r run sha MADE; do
  began="$(gh api "$api/actions/runs/$run/jobs?filter=all&per_page=100" --jq '[.jobs[].steps[]?] | length')"
  [ "$began" = 0 ] || continue
  number="$(merged_with "$sha")"
  TITLE="templatesync apply of pull request $number"
  again="$(jq -s 'map(select(.display_title == env.TITLE and .created_at >= env.MADE)) | length' "$work/applies")"
  if [ -z "$number" ] || [ "$again" -gt 0 ] || grep -q "^$number " "$work/receipts"; then continue; fi
  printf '%s\n' "$number" >>"$work/ready"
done <"$work/cancelled"
if [ -s "$work/receipts" ]; then output any true; else output any false; fi
