#!/bin/sh
# Fuzzes each target for so many seconds (60), as many at once as there are cores, beginning
# with the kept inputs. It needs nightly, cargo-fuzz and a C++ compiler:
#
#   sh tests/fuzz/run.sh [SECONDS [TARGET]...]      (all targets: 600 s take 80 min on 2 cores)
#
# Prints the runs of each target. An input that fails is named; so is what repeats it. New
# inputs are in tests/fuzz/found, which is not kept. With -k those of them are kept, a hundred
# a target at most, that reach other code than the others:
#
#   sh tests/fuzz/run.sh -k [TARGET]...
set -eu
cd -- "$(dirname -- "$0")"
is_keeping=
if [ "${1-}" = -k ]; then
    is_keeping=1
    shift
elif [ $# -gt 0 ]; then
    seconds=$1
    shift
fi
seconds=${seconds-60}
[ $# -gt 0 ] || set -- $(ls targets | sed 's/\.rs$//')

# The dependencies that the program is built with. The crate forbids unsafe code: without the
# sanitizer it runs three times as often.
cp ../../Cargo.lock .
cargo +nightly fuzz build --fuzz-dir . --sanitizer "${SANITIZER-none}"
host=$(rustc -vV | sed -n 's/^host: //p')
binaries=${CARGO_TARGET_DIR:-target}/$host/release
mkdir -p found artifacts

# Inputs that were found have a hash for a name. Of more than a hundred the longest go.
keep() { # keep TARGET
    hashes=$(ls "corpus/$1" | grep -E '^[0-9a-f]{40}$' || true)
    for input in $hashes; do mv "corpus/$1/$input" "found/$1/"; done
    "$binaries/$1" -set_cover_merge=1 "corpus/$1" "found/$1" 2> "found/$1.log"
    excess=$(($(ls "corpus/$1" | wc -l) - 100))
    ls -S "corpus/$1" | grep -E '^[0-9a-f]{40}$' |
        head -n "$((excess > 0 ? excess : 0))" |
        while read -r input; do rm "corpus/$1/$input"; done
    echo "$1: $(ls "corpus/$1" | wc -l) inputs, $(cat "corpus/$1"/* | wc -c) bytes"
}

if [ -n "$is_keeping" ]; then
    for target in "$@"; do
        mkdir -p "found/$target"
        keep "$target"
    done
    exit
fi
export binaries seconds
printf '%s\n' "$@" | xargs -P "${JOBS-$(nproc)}" -I{} sh -c '
    mkdir -p found/{} artifacts/{}
    "$binaries/{}" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 \
        -print_final_stats=1 -artifact_prefix=artifacts/{}/ found/{} corpus/{} \
        > found/{}.log 2>&1 && state=ok || state="FAILED, see tests/fuzz/found/{}.log"
    runs=$(sed -n "s/^stat::number_of_executed_units: *//p" found/{}.log)
    echo "{}: ${runs:-0} runs, $state"
    [ "$state" = ok ]'
