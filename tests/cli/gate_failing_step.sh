# SPDX-License-Identifier: MIT
# ./dev test goes on after a suite that failed, and fails in the end: also where the build before the
# suite failed and what ran after it did not.
set -euo pipefail
cd "$KAFFE_SOURCE"
root=$PWD
source tools/dev/packages.sh
source tools/dev/build.sh
source tools/dev/test.sh

built_badly() {
    false
    true
}

failed=()
step "one that passes" true
step "a suite" false
step "a build" built_badly
step "another that passes" true
[ "${failed[*]}" = "[a suite] [a build]" ] || { echo "seen to fail: ${failed[*]}"; exit 1; }
