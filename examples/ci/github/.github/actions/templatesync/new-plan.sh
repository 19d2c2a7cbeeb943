#!/bin/sh
# Makes a plan where no approved one is there, and sees that somebody is asked before it is applied: outputs
# plan-digest, environment, to-do.
set -eu
# shellcheck source-path=SCRIPTDIR source=api.sh
. "$(dirname "$0")/api.sh"

set -- plan -C "$TEMPLATESYNC_PROJECT" --space "$TEMPLATESYNC_SPACE" --format github \
  --out "$work/plan.json" --also html="$work/plan.html"
[ "$PRUNE" != true ] || set -- "$@" --prune
[ -z "$ALLOW_MASS_CHANGE" ] || set -- "$@" --allow-mass-change "$ALLOW_MASS_CHANGE"
set -f
for key in $RESUBMIT; do set -- "$@" --resubmit "$key"; done
set +f
templatesync "$@"

digest="$(jq -r .digest "$work/plan.json")"
output plan-digest "$digest"
if ! jq -e '.summary | .create + .update + .delete + .blocked > 0' "$work/plan.json" >"$work/said"; then
  output to-do false
  exit 0
fi

if [ -n "$DIGEST" ]; then
  export DIGEST
  jq -e '.digest == env.DIGEST or (.spaces | length == 1 and .[0].digest == env.DIGEST)' "$work/plan.json" \
    >"$work/said" || stop "the plan has the digest $digest now, and not the one that was given; read it, and give that"
  summary "Somebody has read this plan and given its digest: it is applied in \`$TEMPLATESYNC_ENVIRONMENT\`."
  environment="$TEMPLATESYNC_ENVIRONMENT"
else
  # GitHub makes an environment that is not there, without any protection: a job in it would simply start.
  environment="$TEMPLATESYNC_ENVIRONMENT-unreviewed"
  asked="$(gh api "$api/environments/$environment" --jq '[.protection_rules[]?
    | select(.type == "required_reviewers") | .reviewers[]?] | length')" || asked=0
  [ "$asked" -gt 0 ] 2>"$work/said" || stop "nobody has approved this plan ($WHY), and the environment $environment has \
no required reviewers who could. Make it, with reviewers, in the settings of the repository and run this again; or \
read the plan and start this workflow by hand with its digest, $digest"
  summary "Nobody has approved this plan: $WHY. It waits for a second approval in \`$environment\`."
fi
output environment "$environment"
output to-do true
