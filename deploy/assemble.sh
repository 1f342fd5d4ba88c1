#!/bin/sh
# Copies into a folder what the built program needs beside its packages: `npm run build` compiles TypeScript alone, and SQL,
# Lua and the schema are read from where they lie. Usage, from the project's folder: sh deploy/assemble.sh FOLDER
set -eu
out=$1
mkdir -p "$out"
find src datasources schema -type f \( -name '*.sql' -o -name '*.lua' -o -name '*.graphql' \) \
  -not -path 'schema/releases/*' -not -path 'schema/clients/*' -print0 |
  tar --create --null --files-from=- --file=- | tar --extract --file=- --directory="$out"
cp -R package.json dist "$out"
