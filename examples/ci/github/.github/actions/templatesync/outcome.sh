#!/bin/sh
# Shows how an apply ended, also where it was cut off, and says whether its receipt is worth keeping: output keep.
set -eu
# shellcheck source-path=SCRIPTDIR source=api.sh
. "$(dirname "$0")/api.sh"
page="$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID"

if [ ! -s "$work/outcome.md" ]; then
  cat >"$work/outcome.md" <<END
<!-- templatesync:apply $TEMPLATESYNC_ENVIRONMENT state=pending reviews=0 rejected=0 left=1 ready=0 -->
**\`$TEMPLATESYNC_ENVIRONMENT\`: apply ended without an outcome.** [The log of its run]($page) says why. Run its failed
jobs again: they take the same plan, and what is done already is not done twice.
END
fi
cat "$work/outcome.md" >>"$GITHUB_STEP_SUMMARY"

# A second run that could not even look must not replace what the first one knew of its reviews.
keep=false
if [ -s "$work/receipt.json" ]; then
  changes="$(jq '[.spaces[].changes[]?] | length' "$work/receipt.json")"
  if [ "$changes" -gt 0 ] || [ "$GITHUB_RUN_ATTEMPT" = 1 ]; then keep=true; fi
fi
output keep "$keep"
