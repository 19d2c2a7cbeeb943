#!/bin/sh
# follow-one.sh NUMBER ARTIFACT
#
# Follows the reviews of one merged pull request: its comment, the status of its commit, and an issue for each rejection.
# What was applied without a pull request (none) has a receipt in ARTIFACT, and only the issues.
set -eu
# shellcheck source-path=SCRIPTDIR source=api.sh
. "$(dirname "$0")/api.sh"
here="$(dirname "$0")"
export NUMBER="$1" BRANCH="$TEMPLATESYNC_BRANCH" AUTHOR="${TEMPLATESYNC_AUTHOR:-github-actions[bot]}" SINCE
export MARKER="<!-- templatesync comment=$TEMPLATESYNC_ENVIRONMENT project=$TEMPLATESYNC_PROJECT part=1 -->"
SINCE="$(cat "$work/since")"

status() {
  templatesync status -C "$TEMPLATESYNC_PROJECT" --space "$TEMPLATESYNC_SPACE" --receipt "$work/receipt.json" "$@"
}
changes() { [ -s "$work/receipt.json" ] && [ "$(jq '[.spaces[].changes[]?] | length' "$work/receipt.json")" -gt 0 ]; }

if [ "$NUMBER" = none ]; then
  fetch "$2" receipt.json "$work/receipt.json"
  changes || exit 0
  status --format issues -o "$work/issues.json"
  exec sh "$here/issues.sh" "$work/issues.json"
fi

gh api "$api/pulls/$NUMBER" >"$work/pull.json"
jq -e '.merged_at != null and .merged_at >= env.SINCE and .base.ref == env.BRANCH' "$work/pull.json" >"$work/said" ||
  exit 0
COMMIT="$(jq -r .merge_commit_sha "$work/pull.json")"

# The first comment that is ours. It says whether there is anything to follow, and nothing else is believed of it.
gh api "$api/issues/$NUMBER/comments?per_page=100" --paginate --jq '.[] | select(.user.login == env.AUTHOR
  and (.body | startswith(env.MARKER))) | {body, html_url}' >"$work/comments"
jq -rs '(.[0].body // "") | gsub("\r"; "")' "$work/comments" | sed 1d >"$work/before.md"
case "$(head -n 1 "$work/before.md")" in
  "<!-- templatesync:status "*" state=done "*" rejected=0 "*) exit 0 ;;
  "<!-- templatesync:apply "* | "<!-- templatesync:status "*) ;;
  *) exit 0 ;;
esac

# The newest receipt that tells of changes: a later run may have ended before it could look.
grep "^$NUMBER " "$work/receipts" >"$work/own"
found=""
while [ -z "$found" ] && read -r _ artifact made; do
  fetch "$artifact" receipt.json "$work/receipt.json"
  if changes; then found="$made"; fi
done <"$work/own"
[ -n "$found" ] || exit 0

status --format markdown -o "$work/status.md"
status --format issues -o "$work/issues.json"
if [ "$(cat "$work/status.md")" != "$(cat "$work/before.md")" ]; then
  sh "$here/comment.sh" "$NUMBER" "$work/status.md"
fi

count() { head -n 1 "$work/status.md" | sed -n "s/.* $1=\([0-9]\{1,9\}\) .*-->\$/\1/p"; }
reviews="$(count reviews)" rejected="$(count rejected)" left="$(count left)" ready="$(count ready)"
for each in "$reviews" "$rejected" "$left" "$ready"; do # without a number no status is a success
  only 0-9 9 "$each" || stop "the first line of what status says has not its four numbers"
done
export CONTEXT="templatesync/$TEMPLATESYNC_ENVIRONMENT" STATE TOLD PAGE
TOLD="$rejected rejected, $reviews in review, $left still to apply"
if [ "$rejected" -gt 0 ]; then
  STATE=failure
elif [ "$reviews" -gt 0 ] || [ "$left" -gt 0 ]; then
  STATE=pending
else
  STATE=success TOLD="nothing is in review, and nothing is left to apply"
fi
PAGE="$(jq -rs '.[0].html_url' "$work/comments")"
known="$(gh api "$api/commits/$COMMIT/statuses?per_page=100" --jq '[.[] | select(.context == env.CONTEXT)][0]
  | .state == env.STATE and .description == env.TOLD')"
if [ "$known" != true ]; then
  jq -n '{state: env.STATE, context: env.CONTEXT, description: env.TOLD, target_url: env.PAGE}' >"$work/status.json"
  gh api -X POST "$api/statuses/$COMMIT" --input "$work/status.json" --silent
fi

# Started once for each receipt: if that run ends without a new one, somebody has to look.
if [ "$ready" -gt 0 ]; then
  export FOUND="$found" TITLE="templatesync apply of pull request $NUMBER"
  again="$(jq -s 'map(select(.display_title == env.TITLE and .created_at >= env.FOUND)) | length' "$work/applies")"
  [ "$again" -gt 0 ] || printf '%s\n' "$NUMBER" >>"$work/ready"
fi

# The last, for a repository may have its issues switched off.
exec sh "$here/issues.sh" "$work/issues.json"
