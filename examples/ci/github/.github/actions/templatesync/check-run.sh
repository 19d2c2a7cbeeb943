#!/bin/sh
# check-run.sh
#
# Keeps the digest of a plan where apply.yml believes it: in a check run of the head commit, which only the app of
# Actions can write. A comment can be edited by whoever may write to the repository.
#
# Reads GH_TOKEN, GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_SERVER_URL, GITHUB_RUN_ID, HEAD_SHA,
# TEMPLATESYNC_ENVIRONMENT, DIGEST (of the plan, or none) and EXIT_CODE.
set -eu

case $DIGEST in '' | *[!0-9a-f]*) DIGEST=none ;; esac
if [ "$DIGEST" = none ]; then
  title='There is no plan'
else
  title='This plan is what a merge may apply'
fi
if [ "$EXIT_CODE" = 0 ]; then conclusion=success; else conclusion=failure title="$title (exit code $EXIT_CODE)"; fi
error=$(mktemp)
trap 'rm -f "$error"' EXIT
if ! gh api -X POST "$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/check-runs" --silent --input - 2>"$error" <<END; then
{
  "name": "templatesync plan ($TEMPLATESYNC_ENVIRONMENT)",
  "head_sha": "$HEAD_SHA",
  "status": "completed",
  "conclusion": "$conclusion",
  "external_id": "$DIGEST",
  "details_url": "$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID",
  "output": {
    "title": "$title",
    "summary": "Digest: $DIGEST\n\nThe plan is an artifact of the run. apply.yml takes it only with this digest."
  }
}
END
  echo '::warning title=templatesync::The digest could not be kept, so that a merge needs a second approval.'
  sed 's/^/  /' "$error" >&2
fi
