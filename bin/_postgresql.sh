# A PostgreSQL cluster for one run, gone afterwards whatever happens. Sourced after _lib.sh.
#
# Sets POSTGRESQL_URL (the maintenance database, as a superuser) and POSTGRESQL_PID.

CLUSTER=

find_postgresql() {
    POSTGRESQL_BIN=
    newest=14
    for folder in "${LARKPOST_POSTGRESQL_BIN:-}" /usr/lib/postgresql/*/bin /usr/pgsql-*/bin "$(command -v initdb | xargs -r dirname)"; do
        [ -x "$folder/initdb" ] && [ -x "$folder/postgres" ] || continue
        major=$("$folder/initdb" --version | sed 's/.* \([0-9][0-9]*\).*/\1/')
        if [ "$major" -gt "$newest" ]; then
            newest=$major
            POSTGRESQL_BIN=$folder
        fi
    done
    [ -n "$POSTGRESQL_BIN" ]
}

# The server refuses to run as root.
as_postgres() {
    if am_root; then (cd / && runuser -u postgres -- "$@"); else (cd / && "$@"); fi
}

start_postgresql() {
    find_postgresql || fail "PostgreSQL 15 or newer is not installed here."
    CLUSTER=$(mktemp -d /tmp/larkpost-postgresql.XXXXXX)
    at_exit stop_postgresql
    guard
    password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    echo "$password" >"$CLUSTER/password"
    if am_root; then chown -R postgres "$CLUSTER"; fi
    port=$(free_port)
    as_postgres "$POSTGRESQL_BIN/initdb" -D "$CLUSTER/data" --username=larkpost --pwfile="$CLUSTER/password" \
        --auth=scram-sha-256 --encoding=UTF8 --locale=C --no-sync >"$CLUSTER/initdb.log" 2>&1 ||
        fail "initdb failed: $(cat "$CLUSTER/initdb.log")"
    as_postgres "$POSTGRESQL_BIN/pg_ctl" -D "$CLUSTER/data" -l "$CLUSTER/data/log" -w -s \
        -o "-p $port -k $CLUSTER -c listen_addresses=127.0.0.1 ${1:-$FORGETFUL}" start ||
        fail "PostgreSQL did not start: $(tail -n 5 "$CLUSTER/data/log")"
    POSTGRESQL_PID=$(as_postgres head -n 1 "$CLUSTER/data/postmaster.pid")
    POSTGRESQL_URL="postgresql://larkpost:$password@127.0.0.1:$port/postgres"
}

# Nothing here outlives the run, so nothing need reach the disk.
FORGETFUL="-c fsync=off -c synchronous_commit=off -c full_page_writes=off"

free_port() {
    .venv/bin/python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# A script that is killed outright runs no trap: this sees it gone and tidies up in its place.
guard() {
    script=$$
    (
        trap '' HUP INT TERM
        trap - EXIT
        while kill -0 "$script" 2>/dev/null; do sleep 2; done
        eval "$AT_EXIT"
    ) </dev/null >/dev/null 2>&1 &
}

stop_postgresql() {
    [ -d "$CLUSTER" ] || return 0
    as_postgres "$POSTGRESQL_BIN/pg_ctl" -D "$CLUSTER/data" -m immediate -w -s stop >/dev/null 2>&1 || true
    rm -rf "$CLUSTER"
}
