#!/bin/sh
# Runs the packaged service of an earlier commit beside the present one, on one database and under load:
#
#   src/breaking/upgrade.sh [COMMIT]      the commit before the present one if none is given
#
# The earlier one is built in a working tree of its own, which goes away at the end. MVN names another Maven than ./mvnw.
set -e
cd "$(dirname "$0")/../.."
commit=$(git rev-parse --verify "${1:-HEAD~1}^{commit}")
maven=${MVN:-./mvnw}
older=$(mktemp -d)
remove() {
  git worktree remove --force "$older/source" || true
  rm -rf "$older"
}
trap remove EXIT
trap 'exit 1' HUP INT TERM
git worktree add --quiet --detach "$older/source" "$commit"
echo "building $(git log -1 --format='%h %s' "$commit")"
(cd "$older/source" && "$maven" --quiet package -Dmaven.test.skip=true)
"$maven" verify -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false -Dit.test=UpgradeIT \
  -Dfailsafe.failIfNoSpecifiedTests=false -Dzart.upgrade.from="$older/source/target/quarkus-app"
