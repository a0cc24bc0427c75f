# SPDX-License-Identifier: MIT
# Programs ask for libkaffe.so.0, by versioned symbols, and nobody may interpose what is inside.
set -euo pipefail
readelf -d "$KAFFE_BUILD/libkaffe.so" | grep -F 'soname: [libkaffe.so.0]'
nm -D "$KAFFE_BUILD/libkaffe.so" | grep ' kaffe_version@@KAFFE_0$'
readelf -d "$KAFFE_BUILD/libkaffe-service.so" | grep -F 'soname: [libkaffe-service.so.0]'
nm -D "$KAFFE_BUILD/libkaffe-service.so" | grep ' kaffe_config_free@@KAFFE_SERVICE_0$'
