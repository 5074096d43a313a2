#!/bin/sh
# Mails the statistics of teams as a page. Where callsync fails, no mail goes out, and the
# exit code is that of callsync.
#
#   mail-report.sh LOGIN ADDRESS [OPTION OF callsync stats]…
#
# LOGIN says whose teams may be shown. The month that is over, to a team's manager, at seven
# on the 1st, as a line more in the crontab of callsync's own user (crontab.example), whose
# MAILTO says to whom cron mails what goes wrong:
#
#   0 7 1 * * /usr/local/bin/mail-report.sh karolina.maj karolina.maj@example.org --team bik --month last
#
# MAIL_FROM sets the sender; else it is sendmail's own.
set -eu
PATH=$PATH:/usr/local/bin:/usr/sbin:/usr/lib

fail() {
    echo "mail-report: $2" >&2
    exit "$1"
}
[ $# -ge 2 ] || fail 64 "usage: mail-report.sh LOGIN ADDRESS [OPTION OF callsync stats]..."
login=$1
address=$2
shift 2
[ -n "$address" ] || fail 64 "no address"
# A header is one line, and an option is no address.
for one in "$address" "${MAIL_FROM-}"; do
    case $one in
    -* | *[!A-Za-z0-9.@_+-]*) fail 64 "'$one' is no address" ;;
    esac
done

# A header's words, each on a line of its own, none cut within a letter.
encoded() {
    set -f
    fold=
    for word in $1; do
        printf '%s=?UTF-8?B?%s?=' "$fold" "$(printf '%s ' "$word" | base64 | tr -d '\n')"
        fold='
 '
    done
}

folder=$(mktemp -d "${TMPDIR:-/tmp}/callsync-mail.XXXXXX")
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM
callsync stats "$@" --as "$login" --format html > "$folder/page.html"
[ -s "$folder/page.html" ] || fail 70 "callsync has written no page"
# Lines of a mail are short, and a page's are not.
base64 < "$folder/page.html" > "$folder/page"

# The page stands in the mail, and beside it as a file: a browser shows also the charts,
# which many mail programs leave out.
# The first title is the page's; charts have one too.
title=$(tr '\n' ' ' < "$folder/page.html" | sed 's/<\/title>.*//; s/.*<title>//' |
    sed 's/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g; s/&amp;/\&/g')
today=$(date +%Y-%m-%d)
boundary=callsync-report-$(date +%s)-$$
{
    if [ -n "${MAIL_FROM-}" ]; then echo "From: $MAIL_FROM"; fi
    cat << MAIL
To: $address
Subject: $(encoded "$title")
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="$boundary"
Auto-Submitted: auto-generated

--$boundary
Content-Type: text/html; charset=UTF-8
Content-Transfer-Encoding: base64

MAIL
    cat "$folder/page"
    cat << MAIL

--$boundary
Content-Type: text/html; charset=UTF-8; name="statystyki-$today.html"
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename="statystyki-$today.html"

MAIL
    cat "$folder/page"
    printf '\n--%s--\n' "$boundary"
} > "$folder/mail"
sendmail -t -oi < "$folder/mail"
