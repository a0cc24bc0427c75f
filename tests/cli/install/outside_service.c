/* SPDX-License-Identifier: MIT
 * A program of somebody else that is configured: by libkaffe-service, with libkaffe behind it. */
#include <kaffe_service.h>
#include <stdio.h>

int main(void)
{
    kaffe_error err;
    const kaffe_setting settings[] = { { "producer.endpoints", "localhost:9092", NULL } };
    kaffe_config_sources sources = { .settings = settings, .setting_count = 1 };
    kaffe_config *config = kaffe_config_load(&sources, NULL, NULL, &err);
    printf("%s %s\n", kaffe_version(), config ? "configured" : err.message);
    kaffe_config_free(config);
    return config == NULL;
}
