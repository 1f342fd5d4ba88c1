#!/bin/sh
# Makes a cluster of the servers that are named, three masters with a replica each; does nothing where it was made before.
set -eu
first=${1%:*}
for server in "$@"; do
  until redis-cli -h "${server%:*}" ping | grep -q PONG; do sleep 0.5; done
done
if redis-cli -h "$first" cluster info | grep -q cluster_state:ok; then exit 0; fi
redis-cli --cluster create "$@" --cluster-replicas 1 --cluster-yes
until redis-cli -h "$first" cluster info | grep -q cluster_state:ok; do sleep 0.5; done
