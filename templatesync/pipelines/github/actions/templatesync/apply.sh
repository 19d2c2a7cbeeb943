#!/bin/sh
# Carries out plan.json. `exec`, so that a cancelled job lets what is in flight end, and the receipt is written.
set -eu
# shellcheck source-path=SCRIPTDIR source=api.sh
. "$(dirname "$0")/api.sh"
rm -f "$work/receipt.json" "$work/outcome.md"

[ "$(jq -r .digest "$work/plan.json")" = "$DIGEST" ] || stop "this is not the plan that was found"
# A run that was cut off may have written what does not show yet, and another machine's journal may be lost.
[ -n "$SETTLE" ] || [ "$GITHUB_RUN_ATTEMPT" = 1 ] || SETTLE=60

set -- apply "$work/plan.json" -C "$TEMPLATESYNC_PROJECT" --space "$TEMPLATESYNC_SPACE" --with-waiting \
  --timeout 45m --receipt "$work/receipt.json" --format markdown -o "$work/outcome.md"
[ -z "$SETTLE" ] || set -- "$@" --settle "$SETTLE"
with_given exec templatesync "$@"
