#!/bin/sh
# Looks for what others changed. Ends with 0 where it could look, whatever it found: the issues tell that.
set -eu
# shellcheck source-path=SCRIPTDIR source=api.sh
. "$(dirname "$0")/api.sh"

set --
for file in "$work"/known-receipts/*.json; do
  [ ! -e "$file" ] || set -- "$@" --known "$file"
done
code=0
templatesync status -C "$TEMPLATESYNC_PROJECT" --space "$TEMPLATESYNC_SPACE" --content \
  --fail-on "$FAIL_ON" --format issues -o "$work/issues.json" "$@" || code=$?
[ "$code" = 0 ] || [ "$code" = 6 ] || stop "templatesync could not look, and ended with $code"
jq -r '.issues[] | select(.open) | "## \(.title)\n\n\(.body)\n"' "$work/issues.json" >"$work/drift.md"
if [ ! -s "$work/drift.md" ]; then
  said="No drift."
  # Of a space of which it says nothing it does not know that: a receipt could not be read.
  jq -e '.issues | length > 0' "$work/issues.json" >"$work/said" ||
    said="No drift was found, and not all receipts could be read: issues stay as they are. The log has more."
  printf '%s\n' "$said" >"$work/drift.md"
fi
cat "$work/drift.md" >>"$GITHUB_STEP_SUMMARY"
[ "$code" = 0 ] || printf '::warning title=templatesync::Something was changed elsewhere: see the issues.\n'
