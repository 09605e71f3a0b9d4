#!/bin/sh
# Starts the server on Linux. The first time it installs what is needed: from the folder "wheels"
# where that is there (no network needed), else from the internet.
set -eu
cd "$(dirname "$0")/.."
test -x .venv/bin/python || python3 -m venv .venv
if ! cmp -s requirements.txt .venv/installed.txt; then
  from=""
  if test -d wheels; then from="--no-index --find-links wheels"; fi
  # shellcheck disable=SC2086
  .venv/bin/python -m pip install --disable-pip-version-check --quiet $from -r requirements.txt
  cp requirements.txt .venv/installed.txt
fi
exec .venv/bin/python -m web --https "$@"
