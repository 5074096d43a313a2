#!/bin/sh
# Builds the Debian package, then installs, uses, upgrades, removes and purges it in a new
# Debian in a chroot. Run it as root; it needs debootstrap and cargo-deb, and takes minutes.
#
#   sh tests/package/run.sh [PACKAGE]      (PACKAGE: tries this one and builds none)
#
# The last line names the package. The chroot is removed.
set -eu
unset CDPATH SUDO_UID
fail() {
    echo "run.sh: $*" >&2
    exit 1
}

[ "$(id -u)" = 0 ] || fail "only root can make a chroot"
command -v debootstrap > /dev/null || fail "no debootstrap: apt-get install debootstrap"
if [ $# -gt 0 ]; then
    package=$(cd -- "$(dirname -- "$1")" && pwd)/$(basename -- "$1")
fi
cd -- "$(dirname -- "$0")/../.."
target=${CARGO_TARGET_DIR:-target}
if [ $# = 0 ]; then
    cargo deb --version > /dev/null || fail "no cargo-deb: cargo install cargo-deb"
    package=$(cargo deb --locked --quiet)
fi
cargo build --locked --quiet --example pretend_callyzer

work=$(mktemp -d "${TMPDIR:-/tmp}/callsync-package.XXXXXX")
root=$work/root
server=
finish() {
    if [ -n "$server" ]; then kill "$server" 2> /dev/null || true; fi
    if mountpoint -q "$root/proc"; then umount "$root/proc"; fi
    rm -rf --one-file-system "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM

step() { echo "== $*"; }
within() { chroot "$root" /usr/bin/env -i PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 "$@"; }
as_account() { within runuser -u callsync -- "$@"; }
# Fails unless a command prints this, and nothing else.
prints() { # prints EXPECTED COMMAND…
    expected=$1
    shift
    found=$("$@" 2>&1) || fail "$*: exit code $?: $found"
    [ "$found" = "$expected" ] || fail "$*: '$found', not '$expected'"
}
# Fails unless a command prints this among other things.
mentions() { # mentions EXPECTED COMMAND…
    expected=$1
    shift
    found=$("$@" 2>&1) || fail "$*: exit code $?: $found"
    case $found in
    *"$expected"*) ;;
    *) fail "$*: no '$expected' in '$found'" ;;
    esac
}
has() { prints "$1" within stat -c '%U:%G %a' "$2"; } # has OWNER:GROUP MODE, FILE
lacks() { if [ -e "$root$1" ]; then fail "$1 is still there"; fi; }
database_sum() { within sha256sum /var/lib/callsync/callsync.db; }
dpkg_quietly() { within dpkg "$@" > "$work/dpkg.log" 2>&1 < /dev/null || fail "dpkg $*: $(cat "$work/dpkg.log")"; }

prepare() {
    # shellcheck disable=SC1091 # the machine's own: the binary needs a libc as new as this one's
    suite=$(. /etc/os-release && echo "${VERSION_CODENAME:-bookworm}")
    debootstrap --variant=minbase \
        --include=adduser,bash-completion,ca-certificates,cron,logrotate,man-db,sudo,systemd \
        "$suite" "$root" > "$work/log" 2>&1 || fail "debootstrap: $(tail -n 3 "$work/log")"
    mount -t proc proc "$root/proc"
    cp "$package" "$root/callsync.deb"
    cp examples/users.csv "$root/root/"
    "$target/debug/examples/pretend_callyzer" --url-file "$work/url" > "$work/server.log" &
    server=$!
    tries=0
    until [ -s "$work/url" ]; do
        tries=$((tries + 1))
        [ "$tries" -le 100 ] || fail "the pretend Callyzer did not start"
        sleep 0.1
    done
}

check_files() {
    has 'root:root 755' /usr/bin/callsync
    has 'root:callsync 750' /etc/callsync
    has 'root:callsync 640' /etc/callsync/callsync.env
    has 'root:root 440' /etc/sudoers.d/callsync
    has 'root:root 644' /etc/logrotate.d/callsync
    has 'callsync:callsync 750' /var/lib/callsync
    has 'callsync:callsync 750' /var/log/callsync
    for unit in callsync.service callsync.timer callsync-status.service callsync-status.timer \
        callsync-failure.service; do
        has 'root:root 644' "/usr/lib/systemd/system/$unit"
    done
    for file in crontab.example schema.sql; do
        has 'root:root 644' "/usr/share/callsync/$file"
    done
    for program in mail-report.sh node_exporter.sh; do
        has 'root:root 755' "/usr/share/callsync/$program"
    done
}

check_account() {
    mentions ':/nonexistent:/usr/sbin/nologin' within getent passwd callsync
    mentions 'callsync-users:' within getent group callsync-users
    lacks /nonexistent
}

check_program() {
    mentions "callsync $(within dpkg-query -W -f '${Version}' callsync | sed 's/-[^-]*$//')" \
        within callsync --version
    mentions 'callsync-explain(1)' within man callsync
    mentions '_callsync' within bash -c \
        '. /usr/share/bash-completion/bash_completion; _completion_loader callsync; complete -p callsync'
    mentions '#compdef callsync' within cat /usr/share/zsh/vendor-completions/_callsync
    mentions 'callsync completions fish' within cat /usr/share/fish/vendor_completions.d/callsync.fish
    mentions '/etc/sudoers.d/callsync: parsed OK' within visudo -c
    prints '' within systemd-analyze verify /usr/lib/systemd/system/callsync.timer \
        /usr/lib/systemd/system/callsync-status.timer /usr/lib/systemd/system/callsync-failure.service
    for unit in callsync.service callsync-status.service; do
        within systemd-analyze security --offline=true --threshold=20 "/usr/lib/systemd/system/$unit" \
            > "$work/log" 2>&1 || fail "$unit: $(tail -n 2 "$work/log")"
        tail -n 1 "$work/log"
    done
}

# As the README says it.
use() {
    printf 'CALLYZER_BASE_URL=%s\nCALLYZER_INTERVAL_MS=0\nCALLSYNC_INITIAL_DAYS=4\n' "$(cat "$work/url")" \
        >> "$root/etc/callsync/callsync.env"
    echo pretend-token-0123456789abcdef |
        within install -o root -g callsync -m 0640 /dev/stdin /etc/callsync/token
    mentions 'nowi 7' within callsync import users /root/users.csv
    mentions 'nowe 9' as_account callsync import leads - < examples/leads.csv
    has 'callsync:callsync 600' /var/lib/callsync/callsync.db
    as_account callsync check > "$work/log" 2>&1 || fail "check: $(cat "$work/log")"
    # The line of the crontab, which has the log's name.
    within crontab -u callsync /usr/share/callsync/crontab.example
    line=$(within crontab -u callsync -l | sed -n 's/^\*\/15 \* \* \* \* //p')
    as_account sh -c "$line" || fail "sync: $(tail -n 2 "$root/var/log/callsync/callsync.log")"
    mentions 'sync ends: run' cat "$root/var/log/callsync/callsync.log"
    mentions 'liczba połączeń: 3' as_account callsync lead 1
    # A manager asks through sudo, a stranger may not.
    within useradd --groups callsync-users karolina.maj
    mentions 'Zespół bik' within runuser -u karolina.maj -- sudo -n -u callsync callsync stats
    within useradd stranger
    if within runuser -u stranger -- sudo -n -u callsync callsync stats > "$work/log" 2>&1; then
        fail "sudo lets a stranger in"
    fi
    within logrotate -f /etc/logrotate.d/callsync
    has 'callsync:callsync 640' /var/log/callsync/callsync.log
    mentions 'sync begins' cat "$root/var/log/callsync/callsync.log.1"
}

# Also what an administrator has changed stays.
upgrade() {
    within chmod 0700 /var/lib/callsync
    sum=$(database_sum)
    env_file=$(cat "$root/etc/callsync/callsync.env")
    dpkg_quietly -i /callsync.deb
    prints "$env_file" cat "$root/etc/callsync/callsync.env"
    prints "$sum" database_sum
    has 'callsync:callsync 700' /var/lib/callsync
    within chmod 0750 /var/lib/callsync
    check_files
}

remove() {
    dpkg_quietly -r callsync
    lacks /usr/bin/callsync
    lacks /usr/lib/systemd/system/callsync.service
    mentions 'crontab -u callsync -r' cat "$work/dpkg.log"
    has 'root:callsync 640' /etc/callsync/callsync.env
    prints "$sum" database_sum
    check_account
    dpkg_quietly -i /callsync.deb
    check_files
    mentions 'Jan Kowalski' as_account callsync lead 1
}

purge() {
    dpkg_quietly -P callsync
    for gone in /etc/callsync /var/log/callsync /etc/sudoers.d/callsync /etc/logrotate.d/callsync; do
        lacks "$gone"
    done
    mentions 'the database stays in /var/lib/callsync' cat "$work/dpkg.log"
    prints "$sum" database_sum
    has 'callsync:callsync 600' /var/lib/callsync/callsync.db
    check_account
}

if command -v lintian > /dev/null; then
    step "lintian"
    lintian --allow-root "$package" || true
fi
step "a new Debian"
prepare
step "install"
dpkg_quietly -i /callsync.deb
check_files
check_account
check_program
step "use"
use
step "upgrade"
upgrade
step "remove, install again"
remove
step "purge"
purge
echo "The package: $package"
