#!/bin/sh
# Keeps issues as a file of `status --format issues` says: opens, edits in place, closes. An issue is found by its marker
# and its author; all others are left alone. REOPEN=true opens again what somebody closed.
set -eu
# shellcheck source-path=SCRIPTDIR source=api.sh
. "$(dirname "$0")/api.sh"
file="$1"
[ -s "$file" ] || exit 0
export AUTHOR="${TEMPLATESYNC_AUTHOR:-github-actions[bot]}" INDEX MARKER SINCE PAGE
PAGE="$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID"
SINCE="$(jq -rn 'now - 30 * 86400 | floor | todate')"

# All that are open, and what was closed of late.
ours='.[] | select(.pull_request == null and .user.login == env.AUTHOR)
  | select(.body // "" | startswith("<!-- templatesync issue=")) | {number, state, title, body}'
gh api "$api/issues?state=open&per_page=100" --paginate --jq "$ours" >"$work/known"
gh api "$api/issues?state=closed&since=$SINCE&per_page=100" --paginate --jq "$ours" >>"$work/known"

count="$(jq '.issues | length' "$file")"
INDEX=0
while [ "$INDEX" -lt "$count" ]; do
  id="$(jq -r '.issues[env.INDEX | tonumber].id | if test("--|[^!-~]|>") then error("not an id") else . end' "$file")"
  [ "$TEMPLATESYNC_PROJECT" = . ] || id="$TEMPLATESYNC_PROJECT:$id"
  MARKER="<!-- templatesync issue=$id -->"
  jq '.issues[env.INDEX | tonumber] | {open, title, body: (env.MARKER + "\n" + .body)}' "$file" >"$work/wanted"
  jq -s 'map(select(.body | gsub("\r"; "") | startswith(env.MARKER + "\n")))
    | sort_by(.state != "open", .number) | first // {}' "$work/known" >"$work/there"
  number="$(jq -r '.number // empty' "$work/there")"
  wanted="$(jq -r .open "$work/wanted") $(jq -r '.state // "none"' "$work/there")"
  case "$wanted" in
    "true none")
      jq '{title, body}' "$work/wanted" | gh api -X POST "$api/issues" --input - --jq '"opened #\(.number)"'
      ;;
    "true open" | "true closed")
      if [ "$wanted" = "true open" ] || [ "${REOPEN:-}" = true ]; then
        jq -s '.[0] as $there | .[1] | {title, body, state: "open"} | select(. != ($there | {title, state,
          body: (.body | gsub("\r"; ""))}))' "$work/there" "$work/wanted" >"$work/change"
        [ ! -s "$work/change" ] ||
          gh api -X PATCH "$api/issues/$number" --input "$work/change" --jq '"edited #\(.number)"'
      fi
      ;;
    "false open")
      # Closed first: what ends in between is no second comment the next time.
      jq -n '{state: "closed", state_reason: "completed"}' |
        gh api -X PATCH "$api/issues/$number" --input - --jq '"closed #\(.number)"'
      jq -n '{body: "This is over, as [a run](\(env.PAGE)) has seen."}' |
        gh api -X POST "$api/issues/$number/comments" --input - --silent
      ;;
  esac
  INDEX=$((INDEX + 1))
done
