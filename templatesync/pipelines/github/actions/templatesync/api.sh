# What the scripts beside this one share: `. api.sh` at their top. Needs GH_TOKEN where something is asked of GitHub.
api="$GITHUB_API_URL/repos/$GITHUB_REPOSITORY"
work="${RUNNER_TEMP:?}/templatesync"
GH_ENTERPRISE_TOKEN="${GH_TOKEN:-}" # gh takes this one for a GitHub Enterprise Server
export GH_ENTERPRISE_TOKEN
mkdir -p "$work"

output() { printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"; }

# Something for the summary of the run. What comes from outside is digits or hex by now, or not in it.
summary() { printf '\n%s\n' "$1" >>"$GITHUB_STEP_SUMMARY"; }

stop() {
  printf '::error title=templatesync::%s\n' "$1"
  summary "**Stopped:** $1"
  exit 1
}

# Whether a text is nothing but characters of a set, and no longer than so many.
only() { [ -n "$3" ] && [ "${#3}" -le "$2" ] && case "$3" in *[!$1]*) false ;; esac; }

# fetch ARTIFACT NAME FILE: one file of an artifact, and nothing else of it. Ends with 1 where GitHub gives none, and with
# more where what it gives has no such file.
fetch() { gh api "$api/actions/artifacts/$1/zip" >"$work/artifact.zip" && unzip -p "$work/artifact.zip" "$2" >"$3"; }

# merged_with COMMIT: the number of the pull request that it merged, squashed or rebased; of several the newest.
merged_with() {
  SHA="$1" gh api "$api/commits/$1/pulls?per_page=100" --jq 'map(select(.merged_at != null
    and .base.ref == env.TEMPLATESYNC_BRANCH and (.merge_commit_sha == env.SHA or .head.sha == env.SHA)))
    | sort_by(.merged_at, .number) | last | .number // empty'
}

# with_given COMMAND...: the command, with the options that a person has given by hand.
with_given() {
  [ "$PRUNE" != true ] || set -- "$@" --prune
  [ -z "$ALLOW_MASS_CHANGE" ] || set -- "$@" --allow-mass-change "$ALLOW_MASS_CHANGE"
  set -f
  for key in $RESUBMIT; do set -- "$@" --resubmit "$key"; done
  set +f
  "$@"
}

# Whether somebody has to approve a job in an environment. GitHub makes one that is not there, without any protection:
# a job in it would simply start.
asks() {
  reviewers="$(gh api "$api/environments/$1" --jq '[.protection_rules[]?
    | select(.type == "required_reviewers") | .reviewers[]?] | length')" || return 1
  only 0-9 6 "$reviewers" && [ "$reviewers" -gt 0 ]
}

# kept_receipts RUNS FILE: the receipts that these runs of apply.yml have left, newest first, as lines of the pull request
# (or none), artifact and its time.
kept_receipts() {
  PREFIX="templatesync-receipt-$TEMPLATESYNC_ENVIRONMENT-"
  export PREFIX
  : >"$work/found"
  while read -r run; do
    gh api "$api/actions/runs/$run/artifacts?per_page=100" --jq '.artifacts[] | select(.expired | not)
      | select(.name | startswith(env.PREFIX)) | [.created_at, .id, (.name | ltrimstr(env.PREFIX))]
      | select(.[2] | test("^([1-9][0-9]{0,8}|none)$")) | @tsv' >>"$work/found"
  done <"$1"
  sort -r "$work/found" | awk '{ print $3, $2, $1 }' >"$2"
}
