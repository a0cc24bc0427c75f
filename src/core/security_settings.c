/* SPDX-License-Identifier: MIT */
#include "security_settings.h"

#include "secret.h"
#include "text.h"

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

bool kf_security_settings_copy(struct kf_security_settings *to,
                               const struct kf_security_settings *from)
{
    bool failed = false;
    *to = *from;
    to->ca_pem = kf_text_copy(from->ca_pem, &failed);
    to->certificate_pem = kf_text_copy(from->certificate_pem, &failed);
    to->key_pem = kf_text_copy(from->key_pem, &failed);
    to->key_password = kf_text_copy(from->key_password, &failed);
    to->username = kf_text_copy(from->username, &failed);
    to->password = kf_text_copy(from->password, &failed);
    to->token_command = kf_text_copy(from->token_command, &failed);
    to->name_prefix = kf_text_copy(from->name_prefix, &failed);
    if (failed)
        kf_security_settings_fini(to);
    return !failed;
}

void kf_security_settings_fini(struct kf_security_settings *settings)
{
    kf_secret_free(settings->ca_pem);
    kf_secret_free(settings->certificate_pem);
    kf_secret_free(settings->key_pem);
    kf_secret_free(settings->key_password);
    kf_secret_free(settings->username);
    kf_secret_free(settings->password);
    kf_secret_free(settings->token_command);
    kf_secret_free(settings->name_prefix);
    *settings = (struct kf_security_settings){ 0 };
}
