#!/bin/bash
# Starts a streaming replica of postgres-primary, copying it first where the data folder is empty. REPLICA names its slot.
set -euo pipefail
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  mkdir -p "$PGDATA"
  chown postgres:postgres "$PGDATA"
  chmod 700 "$PGDATA"
  # The password goes into the replica's own configuration (-R), which only Postgres reads.
  until gosu postgres env PGPASSWORD="$POSTGRES_PASSWORD" pg_basebackup --host postgres-primary --username replicator \
    --pgdata "$PGDATA" --write-recovery-conf --wal-method stream --checkpoint fast --slot "$REPLICA"; do
    echo "the primary cannot be copied yet"
    find "$PGDATA" -mindepth 1 -delete
    sleep 2
  done
fi
exec docker-entrypoint.sh "$@"
