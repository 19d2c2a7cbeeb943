#!/bin/sh
# Makes a plan where no approved one is there, and sees that somebody is asked before it is applied: outputs
# plan-digest, environment, to-do.
set -eu
# shellcheck source-path=SCRIPTDIR source=api.sh
. "$(dirname "$0")/api.sh"

with_given templatesync plan -C "$TEMPLATESYNC_PROJECT" --space "$TEMPLATESYNC_SPACE" --format github \
  --out "$work/plan.json" --also html="$work/plan.html"

digest="$(jq -r .digest "$work/plan.json")"
output plan-digest "$digest"
if ! jq -e '.summary | .create + .update + .delete + .blocked > 0' "$work/plan.json" >"$work/said"; then
  output to-do false
  exit 0
fi

unreviewed="$TEMPLATESYNC_ENVIRONMENT-unreviewed"
if [ -n "$DIGEST" ]; then
  export DIGEST
  jq -e '.digest == env.DIGEST or (.spaces | length == 1 and .[0].digest == env.DIGEST)' "$work/plan.json" \
    >"$work/said" || stop "the plan has the digest $digest now, and not the one that was given; read it, and give that"
fi
# Who may start a workflow need not be who may approve. So a digest is enough only where the environment asks as well.
if [ -n "$DIGEST" ] && asks "$TEMPLATESYNC_ENVIRONMENT"; then
  summary "Somebody has read this plan and given its digest: it is applied in \`$TEMPLATESYNC_ENVIRONMENT\`."
  environment="$TEMPLATESYNC_ENVIRONMENT"
elif asks "$unreviewed"; then
  summary "Nobody has approved this plan: $WHY. It waits for a second approval in \`$unreviewed\`."
  environment="$unreviewed"
else
  stop "nobody has approved this plan ($WHY), and the environment $unreviewed has no required reviewers who could. Make \
it, with reviewers, in the settings of the repository and run this again; or, where $TEMPLATESYNC_ENVIRONMENT has \
reviewers, read the plan and start this workflow by hand with its digest, $digest"
fi
output environment "$environment"
output to-do true
