#!/bin/sh
# Measures the packaged service beside pgbench, on a PostgreSQL of its own: see README.md. run.sh --help lists the options.
set -e
cd "$(dirname "$0")/../.."
mkdir -p target/bench
javac -nowarn -d target/bench src/bench/*.java
exec java -XX:+UseSerialGC -Xmx1400m -Xmn700m -cp target/bench Bench "$@"
