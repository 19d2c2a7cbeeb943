#!/bin/sh
# Looks for what others changed. Ends with 0 where it could look, whatever it found: the issues tell that.
set -eu
# shellcheck source-path=SCRIPTDIR source=api.sh
. "$(dirname "$0")/api.sh"

code=0
templatesync status -C "$TEMPLATESYNC_PROJECT" --space "$TEMPLATESYNC_SPACE" --content \
  --fail-on "$FAIL_ON" --format issues -o "$work/issues.json" || code=$?
[ "$code" = 0 ] || [ "$code" = 6 ] || stop "templatesync could not look, and ended with $code"
jq -r '.issues[] | select(.open) | "## \(.title)\n\n\(.body)\n"' "$work/issues.json" >"$work/drift.md"
[ -s "$work/drift.md" ] || printf 'No drift.\n' >"$work/drift.md"
cat "$work/drift.md" >>"$GITHUB_STEP_SUMMARY"
[ "$code" = 0 ] || printf '::warning title=templatesync::Something was changed elsewhere: see the issues.\n'
