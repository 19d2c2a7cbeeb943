#!/usr/bin/env bash
# Whether a tag, the version of the package and the newest changes are one. Called with the name of the tag.
set -euo pipefail
cd "$(dirname "$0")/.."
version=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' templatesync/__init__.py)
changes=$(sed -n 's/^## \([^ ]*\) (.*)$/\1/p' CHANGELOG.md | head -n 1)
for said in "the tag ${1:?name the tag}" "the newest changes v$changes"; do
  if [ "${said##* }" != "v$version" ]; then
    echo "the version is $version, and $said" >&2
    exit 1
  fi
done
