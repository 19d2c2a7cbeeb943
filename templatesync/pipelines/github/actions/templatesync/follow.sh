#!/bin/sh
# Follows what has a receipt. One that cannot be followed does not stop the others, and is told at the end.
set -eu
# shellcheck source-path=SCRIPTDIR source=api.sh
. "$(dirname "$0")/api.sh"
here="$(dirname "$0")"
failed=""

# Each pull request once; what was applied without one by each of its receipts.
awk '$1 == "none" || !seen[$1]++ { print $1, $2 }' "$work/receipts" >"$work/followed"
while read -r number artifact; do
  printf '::group::pull request %s\n' "$number"
  sh "$here/follow-one.sh" "$number" "$artifact" </dev/null || failed="$failed $number"
  printf '::endgroup::\n'
done <"$work/followed"
[ -z "$failed" ] || stop "not all could be followed, and the log says why:$failed"
