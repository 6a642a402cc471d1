#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Runs `swift test` with these arguments; its last lines name what failed, for a log may be cut to them.
set -o pipefail

log=$(mktemp)
trap 'rm -f "$log"' EXIT

swift test "$@" 2>&1 | tee "$log"
status=$?
[ "$status" -eq 0 ] || awk -f "$(dirname "$0")/failures.awk" "$log"
exit "$status"
