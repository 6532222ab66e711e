#!/bin/sh
# run_fuzzer.sh TARGET CORPUS: fuzzes for MUSTER_FUZZ_SECONDS (10) from the seeds; new inputs go to a temporary folder.
# MUSTER_FUZZ_SEED: where chance starts, the same each time unless it is 0.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/found"
seeds=
[ -d "$2" ] && seeds=$2
# A target that hangs on 10 s for one input, leaks or uses over 2 GiB fails.
"$1" -seed="${MUSTER_FUZZ_SEED:-1310}" -max_total_time="${MUSTER_FUZZ_SECONDS:-10}" -timeout=10 -rss_limit_mb=2048 -max_len=65536 -print_final_stats=1 \
  -artifact_prefix="${MUSTER_FUZZ_ARTIFACTS:-/tmp/}muster-$(basename "$1")-" "$work/found" $seeds 2>"$work/log" \
  || { tail -60 "$work/log"; exit 1; }
tail -8 "$work/log"
