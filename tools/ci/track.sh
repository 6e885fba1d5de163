#!/usr/bin/env bash
# Tracking in any CI: compares HEAD with a base and leaves results/track/track.md (for a comment) and track.json.
#
#   BASE=origin/main tools/ci/track.sh [--exact] [--strict] [...]     words go to "bench track run"
#
# BASE is HEAD~1 when left out. A clone of one commit is deepened where that is possible; where it is not, the command
# says so and ends with 0 (7 with --strict). Its exit code is the verdict: see "bench track run --help".
set -euo pipefail
cd "$(dirname "$0")/../.."

base="${BASE:-HEAD~1}"
if ! git rev-parse --verify --quiet "$base^{commit}" >/dev/null 2>&1; then
  git fetch --quiet --deepen 100 >/dev/null 2>&1 || true
fi

code=0
node tools/start.mjs bench track run --base "$base" --out results/track "$@" || code=$?

# Where the CI shows Markdown beside a run.
if [ -n "${GITHUB_STEP_SUMMARY:-}" ] && [ -f results/track/track.md ]; then
  cat results/track/track.md >>"$GITHUB_STEP_SUMMARY"
fi
exit "$code"
