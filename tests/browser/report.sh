#!/bin/sh
# Looks at the HTML report in a real browser: prints it, takes pictures of it on a phone
# and on a desktop, on light and dark ground, and fails if the browser says anything, asks
# for anything, or scrolls the page sideways. It needs sqlite3, and Chromium or Chrome.
#
#   sh tests/browser/report.sh [FOLDER]      (default: a new folder under /tmp)
#
# The pictures stay in FOLDER: look at them.
set -eu
unset CDPATH
fail() {
    echo "report.sh: $*" >&2
    exit 1
}

browser=$(command -v chromium || command -v google-chrome) ||
    fail "no browser: install chromium or google-chrome, or put it on PATH"
command -v sqlite3 > /dev/null || fail "no sqlite3: install it, or put it on PATH"
if [ $# -gt 0 ]; then
    mkdir -p -- "$1"
    folder=$(cd -- "$1" && pwd)
else
    folder=$(mktemp -d "${TMPDIR:-/tmp}/callsync-report.XXXXXX")
fi
cd -- "$(dirname -- "$0")/../.."
cargo build --locked --quiet --bin callsync
callsync=$(cd -- "${CARGO_TARGET_DIR:-target}/debug" && pwd)/callsync
work=$(mktemp -d "${TMPDIR:-/tmp}/callsync-browser.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# A quarter of an office: two teams, sixty advisors, names of up to 80 characters, and the
# quarter before it. The same figures each time.
prepare() {
    awk 'BEGIN {
        print "login,name,role,team,numbers,active"
        print "kierownik,Karolina Maj,manager,bik,,1"
        split("Anna Bartosz Celina Dawid Elżbieta Grażyna Łukasz Michał Żaneta Wojciech", first, " ")
        split("Wójcik Zieliński Dąbrowska Łukaszewicz Nowak-Kowalska Świątek Brzęczyszczykiewicz", last, " ")
        for (n = 1; n <= 60; n++) {
            name = first[n % 10 + 1] " " last[n % 7 + 1]
            if (n == 7) name = "Maria Magdalena Aleksandra Konstantynopolitańczykiewiczówna-Brzęczyszczykiewicz"
            if (n == 8) name = "<b>Ewa & \"Syn\"</b>"
            team = n % 3 ? "bik" : "cesje"
            printf "a%d,\"%s\",advisor-%s,%s,6001%05d,1\n", n, csv(name), team, team, n
        }
    }
    function csv(text) { gsub(/"/, "\"\"", text); return text }' > "$work/users.csv"
    "$callsync" -q import users "$work/users.csv"
    sqlite3 "$CALLSYNC_DATABASE" << 'SQL'
INSERT INTO sync_dates SELECT 'callyzer', number, strftime('%Y-%m-%dT%H:%M:%SZ', 'now', iif(user_id = 4, '-3 days', '0 days'))
FROM advisor_numbers;
WITH RECURSIVE days (day) AS (
    SELECT '2026-04-01' UNION ALL SELECT date(day, '+1 day') FROM days WHERE day < '2026-09-30'),
figures AS (
    SELECT u.id, day, strftime('%w', day) IN ('0', '6') AS is_weekend,
           abs(u.id * 7919 + julianday(day) * 104729) % 97 AS dice
    FROM days, users u WHERE u.role LIKE 'advisor-%')
INSERT INTO daily_stats (provider, user_id, day, incoming, outgoing, missed, rejected,
                         connected, talk_time_s, incoming_time_s, outgoing_time_s, fetched_at)
SELECT 'callyzer', id, day, dice % 7, dice % 19 + id % 11, dice % 4, dice % 3, 0,
       dice * (90 + id % 5 * 20), 0, 0, day || 'T21:30:00Z'
FROM figures WHERE NOT is_weekend OR dice < 6;
INSERT INTO phones SELECT 'callyzer', number, '2026-09-20T08:00:00Z', 'no_contact', '2026-09-30T21:30:00Z'
FROM advisor_numbers WHERE number LIKE '%007';
INSERT INTO stats_due (provider, user_id, day) SELECT 'callyzer', min(user_id), '2026-09-30' FROM advisor_numbers;
SQL
}

# Runs the browser; fails if the page writes to its console or asks for anything.
browse() { # browse PAGE OPTION…
    seen=$1
    shift
    rm -rf "$work/profile" "$work/net.json"
    "$browser" --headless=new --no-sandbox --disable-gpu --hide-scrollbars \
        --user-data-dir="$work/profile" --no-first-run --disable-background-networking \
        --disable-component-update --disable-sync --enable-logging=stderr --v=0 \
        --log-net-log="$work/net.json" "$@" "file://$seen" > "$work/out" 2> "$work/log" ||
        fail "the browser failed: $(tail -n 3 "$work/log")"
    test -s "$work/net.json" || fail "the browser has written no log of the network"
    if messages || requests; then
        fail "$seen: the browser's console is not empty, or the page made a request: see above"
    fi
}
messages() { grep ':CONSOLE' "$work/log"; }
# Requests of a page come from an origin, those of the browser itself from none.
requests() { grep '"initiator"' "$work/net.json" | grep -v '"initiator":"not an origin"'; }

# Fails if a page that does both, or one that is too wide, would pass.
test_the_test() {
    cat > "$work/bad.html" << 'BAD'
<!DOCTYPE html><title>bad</title><img src="http://127.0.0.1:9/"><script>console.log("bad")</script>
BAD
    (browse "$work/bad.html" --dump-dom) > "$work/bad.log" 2>&1 && fail "it sees no bad page"
    if ! messages > /dev/null || ! requests > /dev/null; then
        fail "it sees no message or no request of a bad page"
    fi
    echo '<!DOCTYPE html><title>wide</title><body><p style="width: 410px">wide</p></body>' > "$work/wide.html"
    (measure "$work/wide.html" 400) > "$work/bad.log" 2>&1 && fail "it sees no wide page"
    grep -q 'in a window of 400' "$work/bad.log" || fail "it does not measure: $(cat "$work/bad.log")"
}

# Fails if the page is wider than a window of so many pixels. A frame is as narrow as that
# window, which the browser's own would not be; a script added to a copy tells the widths.
measure() { # measure PAGE WIDTH
    tell='<script>parent.postMessage(document.documentElement.scrollWidth, "*")</script>'
    sed -e 's/<meta http-equiv[^>]*>//' -e "s|</body>|$tell</body>|" "$1" > "$work/copy.html"
    cat > "$work/frame.html" << FRAME
<!DOCTYPE html><title>frame</title><script>
addEventListener("message", event => { document.title = "width " + event.data; });
</script><iframe src="copy.html" width="$2" height="800" style="border: 0"></iframe>
FRAME
    browse "$work/frame.html" --dump-dom --virtual-time-budget=5000
    found=$(sed -n 's/.*<title>width \([0-9]*\)<.*/\1/p' "$work/out")
    test -n "$found" || fail "$1: its width is not known"
    test "$found" -le "$2" || fail "$1 is $found pixels wide in a window of $2"
}

picture() { # picture PAGE WIDTH HEIGHT light|dark
    preferred=1
    if [ "$4" = dark ]; then preferred=0; fi
    browse "$1" --window-size="$2,$3" --blink-settings=preferredColorScheme=$preferred \
        --screenshot="${1%.html}-$2-$4.png"
    test -s "${1%.html}-$2-$4.png" || fail "no picture of $1"
}

export CALLSYNC_DATABASE="$work/callsync.db" CALLSYNC_ENV_FILE="$work/callsync.env"
: > "$CALLSYNC_ENV_FILE"
prepare
test_the_test
"$callsync" stats --quarter 2026-Q3 --format html > "$folder/quarter.html"
"$callsync" stats --team bik --month 2026-09 --format html > "$folder/month.html"
"$callsync" stats --team cesje --from 2026-09-14 --to 2026-09-18 --by day --format html > "$folder/week.html"
"$callsync" stats --team bik --month 2027-01 --format html > "$folder/empty.html"
for name in quarter month week empty; do
    page=$folder/$name.html
    for scheme in light dark; do
        picture "$page" 400 2400 $scheme
        picture "$page" 1200 2400 $scheme
    done
    browse "$page" --no-pdf-header-footer --print-to-pdf="${page%.html}.pdf"
    test -s "${page%.html}.pdf" || fail "$page was not printed"
    for width in 320 400 1200; do
        measure "$page" $width
    done
done
echo "The pages and their pictures: $folder"
