#!/bin/sh
# Writes callsync's status where node_exporter's textfile collector reads it. For cron, as
# the account that runs callsync, which must be able to write the folder:
#
#   */5 * * * * sh /usr/local/share/callsync/node_exporter.sh /var/lib/node_exporter/textfile
#
# The file is replaced as a whole. If callsync cannot tell its status, the old one stays:
# let an alert look at the age of node_textfile_mtime_seconds{file=~".*callsync.prom"}.
set -eu
PATH=$PATH:/usr/local/bin

folder=${1:-/var/lib/node_exporter/textfile}
# In the same folder, so that mv only renames; node_exporter reads nothing but *.prom.
new=$(mktemp -- "$folder/callsync.prom.XXXXXX")
trap 'rm -f -- "$new"' EXIT

# Exit code 1 says that something needs a person, and the file says what.
code=0
callsync status --format prometheus > "$new" || code=$?
if [ "$code" -gt 1 ] || [ ! -s "$new" ]; then
    exit "$code"
fi
chmod 644 "$new"
mv -- "$new" "$folder/callsync.prom"
