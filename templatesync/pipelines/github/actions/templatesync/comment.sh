#!/bin/sh
# comment.sh NUMBER [FILE...]
#
# Keeps one comment of ours on a pull request, in as many parts as there are files; without a file it goes away. A part
# that is there is edited in place. Only what begins with our marker and was written by the same author is ours: nothing
# else is ever changed or believed.
#
# Reads GH_TOKEN, GITHUB_API_URL, GITHUB_REPOSITORY, TEMPLATESYNC_ENVIRONMENT, and perhaps
#   TEMPLATESYNC_PROJECT   the folder of the project (.)
#   TEMPLATESYNC_AUTHOR    who writes it (github-actions[bot], as which the token of a job writes)
#   TEMPLATESYNC_ONLY_EDIT anything: begin no new comment
set -eu

number=$1
shift
comments="$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/issues/$number/comments"
one="$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/issues/comments"
marker="<!-- templatesync comment=$TEMPLATESYNC_ENVIRONMENT project=${TEMPLATESYNC_PROJECT:-.} part="
tab=$(printf '\t')
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
exec 3>&1 # for what is told where output goes to a file

# A token that may only read, as that of a fork, is no failure: the plan is in the summary of the step, too.
api() {
  if gh api "$@" 2>"$work/error"; then return; fi
  # Gone in the meantime; a limit of requests also has the number 403, and is a failure.
  if [ "$2" != POST ] && [ "$2" != GET ] && grep -q 'HTTP 404' "$work/error"; then return 4; fi
  if grep -Eq 'HTTP 40[34]' "$work/error" && ! grep -qi 'rate limit' "$work/error"; then
    echo '::notice title=templatesync::This token may not comment here. The summary of the step has all of it.' >&3
    exit 0
  fi
  echo '::error title=templatesync::The comment could not be written.' >&3
  sed 's/^/  /' "$work/error" >&2
  exit 1
}

# The parts that are there, oldest first: number of the part, a tab, id of the comment.
ours() {
  api -X GET "$comments?per_page=100" --paginate \
    --jq '.[] | [.id, .user.login, ((.body // "") + "\n" | split("\n")[0] | rtrimstr("\r"))] | @tsv' >"$work/all"
  while IFS=$tab read -r id author first; do
    part=${first#"$marker"}
    if [ "$author" != "${TEMPLATESYNC_AUTHOR:-github-actions[bot]}" ] || [ "$part" = "$first" ]; then continue; fi
    printf '%s\t%s\n' "${part%% *}" "$id"
  done <"$work/all" | sort -k1,1n -k2,2n >"$work/ours"
}

# A comment holds 65,536 characters. One of four bytes counts twice there, and bytes that go on with one are not counted.
write_body() {
  printf '%s%s -->\n' "$marker" "$1" >"$work/body"
  LC_ALL=C awk '
    { line = $0; used += length(line) + 1 - gsub(/[\200-\277]/, "", line) + gsub(/[\360-\367]/, "", line) }
    used > 65000 { print "\n\nThe rest has no room in a comment: the artifact of this run has all of it."; exit }
    { print }' "$2" >>"$work/body"
}

# Whether a comment of ours is there to be edited.
edit() { api -X PATCH "$one/$1" -F "body=@$work/body" --silent; }

ours
part=0
for file in "$@"; do
  part=$((part + 1))
  write_body "$part" "$file"
  id=$(awk -v part="$part" '$1 == part { print $2; exit }' "$work/ours")
  if [ -n "$id" ] && edit "$id"; then continue; fi
  if [ -z "${TEMPLATESYNC_ONLY_EDIT:-}" ]; then
    api -X POST "$comments" -F "body=@$work/body" --silent
    # Another run may have begun one at the same moment: the oldest stays, and says what was written last.
    ours
    id=$(awk -v part="$part" '$1 == part { print $2; exit }' "$work/ours")
    if [ "$(awk -v part="$part" '$1 == part' "$work/ours" | wc -l)" -gt 1 ]; then edit "$id" || :; fi
  fi
done
awk -v last="$part" '$1 > last || $1 == before { print $2 } { before = $1 }' "$work/ours" >"$work/surplus"
while read -r id; do
  api -X DELETE "$one/$id" --silent || :
done <"$work/surplus"
