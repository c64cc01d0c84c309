#!/bin/sh
# Measures handlers inside of the service beside remote workers, on a PostgreSQL of its own: see README.md. workers.sh --help lists the options.
set -e
cd "$(dirname "$0")/../.."
mkdir -p target/bench
javac -nowarn -d target/bench src/bench/*.java
javac -nowarn -d target/bench -cp 'target/quarkus-app/lib/main/*' src/clients/java/io/zart/client/*.java src/bench/worker/*.java
exec java -XX:+UseSerialGC -Xmx512m -cp target/bench WorkerBench "$@"
