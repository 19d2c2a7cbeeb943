#!/bin/sh
# run.sh
#
# Checks the files of a project and plans: its space (TEMPLATESYNC_MODE=plan), or an emulator (check, which needs no
# credentials and runs on forks). Always ends with 0, so that what there is to show is uploaded and posted; the gravest
# exit code is an output, with which the action then ends. action.yml has what it reads and gives.
set -eu

here=$(dirname "$0")
project=${TEMPLATESYNC_PROJECT:-.}
out=$TEMPLATESYNC_OUT
rm -rf "$out"
mkdir -p "$out/plan"
report=$out/report.txt
: >"$report"
gravest=0
base=''

# These become parts of names and of a comment's marker.
plain() {
  case $2 in
    '' | -* | *[!$3]*)
      echo "::error title=templatesync::The input $1 is empty, or holds a character that has no place in a name."
      output exit-code 64
      exit 0
      ;;
  esac
}

output() { printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"; }

# Runs a command of templatesync in the project; its exit code counts, and $code has it.
run() {
  code=0
  templatesync -C "$project" "$@" || code=$?
  for one in 130 143 70 4 5 10 9 6 8 7 64 3 1 2 0; do
    if [ "$code" = "$one" ] || [ "$gravest" = "$one" ]; then break; fi
  done
  if [ "$one" = 0 ] && [ "$code" != 0 ]; then one=1; fi # no code of ours: the command is not there, or was killed
  gravest=$one
}

# The same as text, for the report that a fork leaves.
tell() {
  if [ "${FOREIGN:-false}" != true ]; then return; fi
  title "$@"
  templatesync -C "$project" --no-color "$@" >>"$report" 2>&1 || true
}

title() {
  if [ -s "$report" ]; then echo >>"$report"; fi
  echo "\$ templatesync $*" >>"$report"
}

# Where the pull request began: between this and HEAD is what it changes, whatever others have merged since.
find_base() {
  case ${TEMPLATESYNC_SINCE:-} in
    all) ;;
    '')
      if [ -n "${GITHUB_BASE_REF:-}" ] && ! base=$(git merge-base HEAD "origin/$GITHUB_BASE_REF"); then
        echo '::error title=templatesync::Where this pull request began is not in this clone, which fetch-depth 0 gets.'
        output exit-code 64
        exit 0
      fi
      ;;
    *) base=$TEMPLATESYNC_SINCE ;;
  esac
}

check_files() {
  if [ "${TEMPLATESYNC_ANNOTATIONS:-true}" = true ]; then format=github; else format=text; fi
  run validate --format "$format" ${1:+--space "$1"}
  if [ -n "$base" ]; then run breaking --against "$base" --format "$format" ${1:+--space "$1"}; fi
}

plan_space() {
  set -- --space "$TEMPLATESYNC_SPACE"
  if [ -n "$base" ]; then set -- "$@" --changed-since "$base"; fi
  if [ -n "${TEMPLATESYNC_FAIL_ON:-}" ]; then set -- "$@" --fail-on "$TEMPLATESYNC_FAIL_ON"; fi
  run plan "$@" --format github --out "$out/plan/plan.json" \
    --also "markdown=$out/plan/plan.md" --also "html=$out/plan/plan.html" 2>"$out/error.txt"
  cat "$out/error.txt" >&2
  if [ -s "$out/plan/plan.json" ] && [ -s "$out/plan/plan.md" ]; then
    output plan-file "$out/plan/plan.json"
    comment=$out/plan/plan.md
    # A run that never began, or was cancelled, leaves the comment of an earlier commit.
    if [ -n "${HEAD_SHA:-}" ]; then printf '\nPlanned for %s.\n' "\`$HEAD_SHA\`" >>"$comment"; fi
    if [ "$code" = 0 ] && grep -q '^has-changes=false$' "$GITHUB_OUTPUT"; then
      case ${TEMPLATESYNC_NO_CHANGES:-update} in
        delete) comment='' ;;
        skip) output only-edit true ;;
      esac
    fi
  else
    comment=$out/comment.md
    output digest none
    output has-changes false
    {
      printf '## %s: there is no plan\n\n' "$TEMPLATESYNC_ENVIRONMENT"
      printf 'templatesync plan ended with %s. What was planned of earlier commits does not count any more.\n\n' "$code"
      if [ "$code" = 3 ]; then
        templatesync -C "$project" validate --space "$TEMPLATESYNC_SPACE" --format markdown || true
      else
        sh "$here/fenced.sh" "$out/error.txt"
      fi
    } >"$comment"
  fi
  output comment-file "$comment"
  output post true
}

# The emulator first gets what the base branch has, so that the plan shows what the pull request changes.
plan_emulator() {
  space=$TEMPLATESYNC_EMULATOR
  if [ -z "$space" ]; then
    echo 'The project has no space with an emulator, so nothing is planned here.'
    return
  fi
  if [ -n "$base" ]; then
    if git worktree add --quiet --detach "$out/base" "$base" &&
      templatesync -C "$out/base/$project" -q apply --yes --space "$space" &&
      mkdir -p "$project/.templatesync" &&
      cp "$out/base/$project/.templatesync/emulator.db" "$project/.templatesync/"; then
      :
    else
      echo 'What the base branch has could not be put on the emulator: all of it is new in this plan.'
    fi
    git worktree remove --force "$out/base" || true
  fi
  run plan --space "$space" ${base:+--changed-since "$base"} --details --format markdown -o "$out/plan.md" \
    --also "text=$out/plan.txt"
  if [ -s "$out/plan.md" ]; then cat "$out/plan.md" >>"$GITHUB_STEP_SUMMARY"; fi
  if [ -s "$out/plan.txt" ]; then
    title plan --space "$space" --details
    cat "$out/plan.txt" >>"$report"
  fi
}

check() {
  mkdir -p "$out/preview"
  run preview ${base:+--against "$base"} -o "$out/preview/preview.html"
  if [ -s "$out/preview/preview.html" ]; then output preview true; fi
  tell validate
  if [ -n "$base" ]; then tell breaking --against "$base"; fi
  plan_emulator
  if [ "${FOREIGN:-false}" = true ] && [ -n "${PULL_REQUEST:-}" ]; then
    mkdir -p "$out/fork"
    printf '%s' "$PULL_REQUEST" >"$out/fork/number"
    printf '%s' "$HEAD_SHA" >"$out/fork/head-sha"
    cp "$report" "$out/fork/report.txt"
    output foreign true
  fi
}

plain environment "${TEMPLATESYNC_ENVIRONMENT:-}" 'A-Za-z0-9_.-'
plain project "$project" 'A-Za-z0-9_./-'
find_base
if [ "$TEMPLATESYNC_MODE" = check ]; then
  check_files ''
  check
else
  check_files "$TEMPLATESYNC_SPACE"
  plan_space
fi
output exit-code "$gravest"
