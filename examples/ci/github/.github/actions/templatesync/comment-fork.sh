#!/bin/sh
# comment-fork.sh
#
# Posts what the run of a fork has left, in a job that may write. Code of the fork made it, so all of it is taken for
# hostile: three names of the artifact are read, to a few bytes; number and commit are held against what GitHub says of
# the run; and the text becomes a code block, in which nothing is obeyed. It is no Markdown: a list of what GitHub obeys
# there would never be complete. Nothing is checked out, unpacked to disk or run.
#
# Reads what comment.sh reads, RUN_ID, HEAD_SHA and HEAD_REPOSITORY of the run.
set -eu

here=$(dirname "$0")
api=$GITHUB_API_URL/repos/$GITHUB_REPOSITORY
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

leave() {
  echo "::notice title=templatesync::$1"
  exit 0
}

refuse() {
  echo "::error title=templatesync::$1"
  exit 1
}

part() { unzip -p "$work/fork.zip" "$1" 2>/dev/null | head -c "$2"; }

gh api "$api/actions/runs/$RUN_ID/artifacts?per_page=100" --jq '
  .artifacts[] | select(.name == "templatesync-fork-'"$TEMPLATESYNC_ENVIRONMENT"'" and (.expired | not)) |
  [.id, .size_in_bytes] | @tsv' >"$work/artifact"
read -r id size <"$work/artifact" || leave 'The run of the fork has left nothing to say.'
if [ "$size" -gt 1000000 ]; then refuse 'What the fork has left is too large.'; fi
gh api "$api/actions/artifacts/$id/zip" >"$work/fork.zip"

number=$(part number 10)
case $number in '' | *[!0-9]*) refuse 'What the fork has left names no pull request.' ;; esac
if [ "$(part head-sha 64)" != "$HEAD_SHA" ]; then refuse 'What the fork has left is for another commit than its run.'; fi
gh api "$api/pulls/$number" --jq '[.head.sha, .head.repo.full_name, .state] | @tsv' >"$work/pull"
read -r sha repository state <"$work/pull"
if [ "$repository" != "$HEAD_REPOSITORY" ]; then refuse 'That pull request is from another repository than the run.'; fi
if [ "$sha" != "$HEAD_SHA" ] || [ "$state" != open ]; then leave 'The pull request has gone on since.'; fi

part report.txt 200000 >"$work/report.txt"
{
  echo '## From a fork: files checked, and planned on an emulator'
  echo
  echo "No credentials were there, so this is not a plan of ${TEMPLATESYNC_ENVIRONMENT}, and nothing of it is applied."
  echo "Code of the fork wrote this text for \`$HEAD_SHA\`, and may say anything: look at the files before you merge."
  echo
  sh "$here/fenced.sh" "$work/report.txt"
} >"$work/comment.md"
sh "$here/comment.sh" "$number" "$work/comment.md"
