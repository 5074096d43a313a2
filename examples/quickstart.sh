#!/bin/sh
# Shows callsync at work on this machine alone: builds it, starts a pretend Callyzer, TeleCube,
# mluvii and Dialog on a free loopback port, imports users and leads, and runs `sync` twice.
# Leaves the database for looking at, and nothing running. Deletes nothing.
#
#   sh examples/quickstart.sh [FOLDER]      (default: a new folder under /tmp)
#
# FOLDER must be empty, or not there yet.
set -eu
unset CDPATH

if [ $# -gt 0 ] && [ -e "$1" ] && [ -n "$(ls -A -- "$1")" ]; then
    echo "quickstart: $1 is not an empty folder; name another one" >&2
    exit 1
fi
if [ $# -gt 0 ]; then
    mkdir -p -- "$1"
    folder=$(cd -- "$1" && pwd)
else
    folder=$(mktemp -d "${TMPDIR:-/tmp}/callsync-quickstart.XXXXXX")
fi
cd -- "$(dirname -- "$0")/.."

for variable in $(env | sed -n 's/^\(\(CALLSYNC\|CALLYZER\|TELECUBE\|MLUVII\|DIALOG\)_[A-Z0-9_]*\)=.*/\1/p') SUDO_UID; do
    unset "$variable"
done

cargo build --locked --bin callsync --example pretend_callyzer
built=$(cd -- "${CARGO_TARGET_DIR:-target}/debug" && pwd)
PATH=$built:$PATH

# As a shell, the env file and a person who pastes it need a word.
quoted() {
    printf "'%s'" "$(printf %s "$1" | sed "s/'/'\\\\''/g")"
}

"$built/examples/pretend_callyzer" --url-file "$folder/url" --telecube-url-file "$folder/telecube_url" \
    --mluvii-url-file "$folder/mluvii_url" --dialog-url-file "$folder/dialog_url" \
    > "$folder/pretend_callyzer.log" &
server=$!
trap 'kill $server 2> /dev/null || true' EXIT
trap 'exit 130' INT TERM
tries=0
until [ -s "$folder/url" ] && [ -s "$folder/telecube_url" ] &&
    [ -s "$folder/mluvii_url" ] && [ -s "$folder/dialog_url" ]; do
    tries=$((tries + 1))
    if [ "$tries" -gt 100 ]; then
        echo "quickstart: the pretend Callyzer did not start" >&2
        exit 1
    fi
    sleep 0.1
done

cat > "$folder/callsync.env" << SETTINGS
CALLSYNC_DATABASE=$(quoted "$folder/callsync.db")
CALLSYNC_INITIAL_DAYS=4
CALLYZER_BASE_URL=$(cat "$folder/url")
CALLYZER_TOKEN=pretend-token-0123456789abcdef
CALLYZER_INTERVAL_MS=20
TELECUBE_BASE_URL=$(cat "$folder/telecube_url")
TELECUBE_TOKEN=pretend-key-fedcba9876543210
TELECUBE_INTERVAL_MS=20
MLUVII_BASE_URL=$(cat "$folder/mluvii_url")
MLUVII_CLIENT_ID=pretend-api-user
MLUVII_CLIENT_SECRET=pretend-secret-0f1e2d3c4b5a6978
MLUVII_INTERVAL_MS=20
MLUVII_PHASES=1
DIALOG_BASE_URL=$(cat "$folder/dialog_url")
DIALOG_TOKEN=pretend-bearer-0f1e2d3c4b5a6978
DIALOG_INTERVAL_MS=20
DIALOG_PROJECT_ID=1
DIALOG_SCENARIO_ID=951
DIALOG_START_BLOCK_ID=10
DIALOG_CAMPAIGNS=7001
DIALOG_COLUMNS=id=call_id,time=call_time,duration=call_duration,result=call_result
SETTINGS
chmod 600 "$folder/callsync.env"
export CALLSYNC_ENV_FILE="$folder/callsync.env"

show() {
    printf '\n$ %s\n' "$*"
    "$@"
}

show callsync import users examples/users.csv
show callsync import leads examples/leads.csv
show callsync check
show callsync sync
show callsync sync
show callsync lead 1
show callsync lead 1 --phases
show callsync lead 7
show callsync refresh-lead 2
show callsync unmatched
show callsync unmatched --by number
show callsync explain 601200308
show callsync campaign report 7001
show callsync campaign create examples/callees.csv --name Ankieta --start-block 10 \
    --phone-id 5 --date 2030-01-15 --from 09:00 --to 17:00 --attempts 2 --interval 30
show callsync recordings fetch "$folder/recordings"
show callsync forget --number 601200301
show callsync purge --before "$(date -u +%F)"
show callsync retry-unmatched
# The calls were made yesterday and in the two days before it.
show callsync stats --team bik --from "$(date -d '4 days ago' +%F)" --to "$(date +%F)"
# Exit code 1: a record came into quarantine today, at which a person should look.
show callsync status || [ $? -eq 1 ]
show callsync forget --number 601200308 --yes
printf '\n'
ls -l "$folder/callsync.db"
echo "Look at it with: sqlite3 $(quoted "$folder/callsync.db") 'SELECT * FROM sync_runs'"
echo "Ask it more with: CALLSYNC_ENV_FILE=$(quoted "$folder/callsync.env") $(quoted "$built/callsync") lead 2"
