#!/bin/sh
# Finds the plan that people saw when they merged, and says whether it is approved: outputs approved, why,
# pull-request, digest, environment, to-do. Checks what a person gave by hand before that.
set -eu
# shellcheck source-path=SCRIPTDIR source=api.sh
. "$(dirname "$0")/api.sh"
export HEAD BRANCH="$TEMPLATESYNC_BRANCH" CHECK="templatesync plan ($TEMPLATESYNC_ENVIRONMENT)"
export ARTIFACT="templatesync-plan-$TEMPLATESYNC_ENVIRONMENT" MERGED

not_approved() {
  printf '::notice title=templatesync::No approved plan: %s.\n' "$1"
  output approved false
  output why "$1"
  exit 0
}

[ "$GITHUB_REF" = "refs/heads/$BRANCH" ] || stop "this workflow applies what is on $BRANCH; start it from there"
[ -z "$PULL_REQUEST" ] || only 0-9 9 "$PULL_REQUEST" || stop "the input pull-request is no number"
[ -z "$DIGEST" ] || { only 0-9a-f 64 "$DIGEST" && [ "${#DIGEST}" = 64 ]; } || stop "the input digest is no digest"
[ -z "$ALLOW_MASS_CHANGE" ] || only 0-9 6 "$ALLOW_MASS_CHANGE" || stop "the input allow-mass-change is no number"
[ -z "$SETTLE" ] || only 0-9 5 "$SETTLE" || stop "the input settle is no number of seconds"
[ -z "$RESUBMIT" ] || only 'A-Za-z0-9_.~%/@* -' 4000 "$RESUBMIT" || stop "the input resubmit has what is in no key"
case " $RESUBMIT" in *" -"*) stop "the input resubmit has what is no key" ;; esac

if [ -n "$DIGEST$RESUBMIT" ] || [ "$PRUNE" = true ]; then
  [ -z "$PULL_REQUEST" ] || stop "the plan of a pull request has nothing of digest, resubmit and prune: leave it out"
  not_approved "a person asked for a new one"
fi

if [ -z "$PULL_REQUEST" ] && [ "$GITHUB_EVENT_NAME" = push ]; then
  PULL_REQUEST="$(merged_with "$GITHUB_SHA")"
fi
[ -n "$PULL_REQUEST" ] || not_approved "no pull request was merged with this commit"
gh api "$api/pulls/$PULL_REQUEST" >"$work/pull.json"
jq -e '.merged_at != null and .base.ref == env.BRANCH' "$work/pull.json" >"$work/said" ||
  stop "pull request $PULL_REQUEST is not merged into $BRANCH"
output pull-request "$PULL_REQUEST"
jq -e '.head.repo.full_name == env.GITHUB_REPOSITORY' "$work/pull.json" >"$work/said" ||
  not_approved "pull request $PULL_REQUEST is from a fork, whose plan was made without the account"
# Whose jobs are its own may write any check run and leave any plan.
gh api "$api/pulls/$PULL_REQUEST/files?per_page=100" --paginate \
  --jq '.[] | .filename, .previous_filename // empty | select(startswith(".github/"))' >"$work/pipeline"
[ ! -s "$work/pipeline" ] || not_approved "pull request $PULL_REQUEST changes the pipeline itself"
HEAD="$(jq -r .head.sha "$work/pull.json")"
MERGED="$(jq -r .merged_at "$work/pull.json")"

# The digest is what the check run says: a comment can be edited. What came after the merge nobody had seen.
gh api "$api/commits/$HEAD/check-runs?filter=all&per_page=100" --paginate --jq '.check_runs[] | select(
  .name == env.CHECK and .app.slug == "github-actions" and .head_sha == env.HEAD and .status == "completed"
  and .completed_at <= env.MERGED) | [.completed_at, .id, .external_id] | @tsv' >"$work/checks"
digest="$(sort -k 1,1 -k 2,2n "$work/checks" | tail -n 1 | cut -f 3)"
only 0-9a-f 64 "$digest" || not_approved "pull request $PULL_REQUEST has no check run with the digest of its plan"

gh api "$api/actions/workflows/plan.yml/runs?head_sha=$HEAD&event=pull_request&per_page=100" \
  --jq '.workflow_runs[] | select(.head_sha == env.HEAD and .event == "pull_request"
  and .head_repository.full_name == env.GITHUB_REPOSITORY) | .id' >"$work/runs"
: >"$work/artifacts"
while read -r run; do
  gh api "$api/actions/runs/$run/artifacts?name=$ARTIFACT&per_page=100" --jq '.artifacts[] | select(
    .name == env.ARTIFACT and (.expired | not) and .created_at <= env.MERGED) | [.created_at, .id] | @tsv' \
    >>"$work/artifacts"
done <"$work/runs"
artifact="$(sort -k 1,1 -k 2,2n "$work/artifacts" | tail -n 1 | cut -f 2)"
[ -n "$artifact" ] || not_approved "the plan of pull request $PULL_REQUEST is not kept any more"

code=0
fetch "$artifact" plan.json "$work/plan.json" 2>"$work/error" || code=$?
cat "$work/error" >&2
if [ "$code" -gt 1 ]; then not_approved "what pull request $PULL_REQUEST has left holds no plan"; fi
if grep -q 'HTTP 410' "$work/error"; then not_approved "the plan of pull request $PULL_REQUEST is not kept any more"; fi
[ "$code" = 0 ] || stop "the plan of pull request $PULL_REQUEST could not be fetched; run this job again"
found="$(jq -r 'if type == "object" then .digest else "" end' "$work/plan.json" || true)"
if [ "$found" != "$digest" ]; then
  rm -f "$work/plan.json"
  not_approved "the plan of pull request $PULL_REQUEST has another digest than its check run"
fi
if ! jq -e '.spaces | length > 0 and all(.error == null)' "$work/plan.json" >"$work/said"; then
  rm -f "$work/plan.json"
  not_approved "the plan of pull request $PULL_REQUEST is without a space that could not be read"
fi

environment="$TEMPLATESYNC_ENVIRONMENT"
if [ -n "$ALLOW_MASS_CHANGE" ] && ! asks "$environment"; then
  # The plan is approved, but not that so much of it goes through at once.
  environment="$TEMPLATESYNC_ENVIRONMENT-unreviewed"
  asks "$environment" || stop "allow-mass-change needs somebody's approval, and neither $TEMPLATESYNC_ENVIRONMENT nor \
$environment has required reviewers. Give one of them some, in the settings of the repository"
fi

output approved true
output digest "$digest"
output environment "$environment"
to_do="$(jq '.summary | .create + .update + .delete + .blocked > 0' "$work/plan.json")"
output to-do "$to_do"
if [ "$to_do" != true ]; then
  summary "The plan of pull request $PULL_REQUEST has no changes: nothing is to be applied."
  exit 0
fi
# For whoever approves this run: what the plan that is applied holds, and not what a comment says of it.
jq -r '.spaces[] as $at | $at.changes[] | select(.action != "no_op")
  | "\($at.space): \(.action) \(.key)" | gsub("[^ -~]"; "?")' "$work/plan.json" >"$work/permits"
summary "The plan of pull request $PULL_REQUEST permits this in \`$environment\`:"
sh "$(dirname "$0")/fenced.sh" "$work/permits" >>"$GITHUB_STEP_SUMMARY"
