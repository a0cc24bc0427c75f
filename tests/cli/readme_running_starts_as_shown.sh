# SPDX-License-Identifier: MIT
# docs/running.md: its file is fine, its unit is one for systemd, if that is here, and its container
# file has what the build needs and ends as it has to.
source "$KAFFE_SOURCE/tests/cli/readme/readme.sh"
ls "$shown/running/kaffe.yaml" "$shown/running/kaffe.service" "$shown/running/Containerfile"
cd "$shown/running"
cat >orders.c <<'C'
#include <kaffe_service.h>
KAFFE_MODULE;
KAFFE_API kaffe_status handle_message(const kaffe_message *m, void *ctx);
kaffe_status handle_message(const kaffe_message *m, void *ctx)
{
    return m && ctx ? KAFFE_OK : KAFFE_FAILED;
}
C
cc -shared -fPIC -I "$KAFFE_SOURCE/include" -o orders.so orders.c
"$kaffe" run kaffe.yaml --check >checked 2>&1 || fail "$(cat checked)"
[ "$(cat checked)" = "kaffe run: kaffe.yaml is fine: consumers orders, refunds; producer" ] || fail "$(cat checked)"

# The unit, with a program that is there.
sed "s|/usr/local/bin/kaffe|$kaffe|" kaffe.service >shown.service
grep -q "^ExecStart=$kaffe run" shown.service || fail "the program is another one"
if command -v systemd-analyze >/dev/null; then
    mkdir run && mv shown.service run/
    said=$(systemd-analyze verify --man=no --recursive-errors=no run/shown.service 2>&1) || fail "$said"
    [ -z "$said" ] || fail "$said"
fi

# What is installed in the container file to build is what ./dev installs.
for package in $(sed -n '/^build_needs=(/,/)$/p' "$KAFFE_SOURCE/tools/dev/build.sh" | grep -oE '[a-z0-9-]+=' | tr -d =); do
    [ "$package" = needs ] || grep -qE "(^|[ ])$package( |\$)" Containerfile || fail "no $package"
done
[ "$(tail -n 4 Containerfile | cut -d' ' -f1 | tr '\n' ' ')" = "USER STOPSIGNAL ENTRYPOINT CMD " ] || fail "another end"
