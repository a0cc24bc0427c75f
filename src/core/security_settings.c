/* SPDX-License-Identifier: MIT */
#include "security_settings.h"

#include <stdlib.h>
#include <string.h>

const char *kf_sasl_mechanism_text(enum kf_sasl_mechanism mechanism)
{
    static const char *const texts[] = {
        [KF_SASL_NONE] = "",
        [KF_SASL_PLAIN] = "PLAIN",
        [KF_SASL_SCRAM_SHA_256] = "SCRAM-SHA-256",
        [KF_SASL_SCRAM_SHA_512] = "SCRAM-SHA-512",
        [KF_SASL_OAUTHBEARER] = "OAUTHBEARER",
    };
    return texts[mechanism];
}

static void wipe(char *text)
{
    if (text)
        explicit_bzero(text, strlen(text));
    free(text);
}

void kf_security_settings_fini(struct kf_security_settings *settings)
{
    wipe(settings->ca_pem);
    wipe(settings->certificate_pem);
    wipe(settings->key_pem);
    wipe(settings->key_password);
    wipe(settings->username);
    wipe(settings->password);
    *settings = (struct kf_security_settings){ 0 };
}
