#!/bin/sh
# Measures what millions of executions change: see README.md. scale.sh --help lists the options.
set -e
cd "$(dirname "$0")/../.."
mkdir -p target/bench
javac -nowarn -d target/bench src/bench/*.java
exec java -XX:+UseSerialGC -Xmx768m -cp target/bench Scale "$@"
