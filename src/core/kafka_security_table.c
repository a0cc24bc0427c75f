/* SPDX-License-Identifier: MIT
 * librdkafka's properties for TLS and SASL. They are a producer's, which is librdkafka alone, as
 * long as the data plane speaks neither; nothing turns verification off. */
#include "kafka_properties.h"

/* The rule comes last: a row takes what it expands to. */
#define TEXT KF_VALUE_TEXT, 0, 0, NULL
#define FLAG KF_VALUE_WORD, 0, 0, "true, false"
#define NUMBER(min, max) KF_VALUE_NUMBER, min, max, NULL
#define WORDS(words) KF_VALUE_WORD, 0, 0, words

#define ROW(name, way, why, harmless, since, ...)                                                  \
    {                                                                                              \
        name, KF_DOMAIN_SECURITY, KF_PROPERTY_##way, why, NULL, harmless, since,                   \
        {                                                                                          \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }
#define PASSED(name, ...) ROW(name, PASSED, NULL, NULL, NULL, __VA_ARGS__)
#define NEWER(since, name, ...) ROW(name, PASSED, NULL, NULL, since, __VA_ARGS__)
#define REFUSED(name, why) ROW(name, REFUSED, why, NULL, NULL, TEXT)
#define ONLY(harmless, name, why) ROW(name, REFUSED, why, harmless, NULL, TEXT)

#define CALLBACK "callbacks and pointers are its own"
#define VERIFIED "who a broker is, is always verified"

static const struct kf_known_property properties[] = {
    ROW("security.protocol", PASSED, NULL, "plaintext", NULL,
        WORDS("plaintext, ssl, sasl_plaintext, sasl_ssl")),
    ONLY("true", "enable.ssl.certificate.verification", VERIFIED),
    ONLY("https", "ssl.endpoint.identification.algorithm", VERIFIED),
    PASSED("ssl.cipher.suites", TEXT),
    PASSED("ssl.curves.list", TEXT),
    PASSED("ssl.sigalgs.list", TEXT),
    PASSED("ssl.key.location", TEXT),
    PASSED("ssl.key.password", TEXT),
    PASSED("ssl.key.pem", TEXT),
    REFUSED("ssl_key", CALLBACK),
    PASSED("ssl.certificate.location", TEXT),
    PASSED("ssl.certificate.pem", TEXT),
    REFUSED("ssl_certificate", CALLBACK),
    PASSED("ssl.ca.location", TEXT),
    PASSED("ssl.ca.pem", TEXT),
    REFUSED("ssl_ca", CALLBACK),
    PASSED("ssl.ca.certificate.stores", TEXT),
    PASSED("ssl.crl.location", TEXT),
    PASSED("ssl.keystore.location", TEXT),
    PASSED("ssl.keystore.password", TEXT),
    PASSED("ssl.providers", TEXT),
    PASSED("ssl.engine.location", TEXT),
    PASSED("ssl.engine.id", TEXT),
    REFUSED("ssl_engine_callback_data", CALLBACK),
    REFUSED("ssl.certificate.verify_cb", CALLBACK),
    NEWER("2.11.0", "https.ca.location", TEXT),
    NEWER("2.11.0", "https.ca.pem", TEXT),
    PASSED("sasl.mechanisms", TEXT),
    PASSED("sasl.mechanism", TEXT),
    PASSED("sasl.kerberos.service.name", TEXT),
    PASSED("sasl.kerberos.principal", TEXT),
    PASSED("sasl.kerberos.kinit.cmd", TEXT),
    PASSED("sasl.kerberos.keytab", TEXT),
    PASSED("sasl.kerberos.min.time.before.relogin", NUMBER(0, 86400000)),
    PASSED("sasl.username", TEXT),
    PASSED("sasl.password", TEXT),
    PASSED("sasl.oauthbearer.config", TEXT),
    PASSED("enable.sasl.oauthbearer.unsecure.jwt", FLAG),
    REFUSED("oauthbearer_token_refresh_cb", CALLBACK),
    REFUSED("enable_sasl_queue", CALLBACK),
    PASSED("sasl.oauthbearer.method", WORDS("default, oidc")),
    PASSED("sasl.oauthbearer.client.id", TEXT),
    NEWER("2.11.0", "sasl.oauthbearer.client.credentials.client.id", TEXT),
    NEWER("2.11.0", "sasl.oauthbearer.client.credentials.client.secret", TEXT),
    PASSED("sasl.oauthbearer.client.secret", TEXT),
    PASSED("sasl.oauthbearer.scope", TEXT),
    PASSED("sasl.oauthbearer.extensions", TEXT),
    PASSED("sasl.oauthbearer.token.endpoint.url", TEXT),
    NEWER("2.14.0", "sasl.oauthbearer.sub.claim.name", TEXT),
    NEWER("2.11.0", "sasl.oauthbearer.grant.type",
          WORDS("client_credentials, urn:ietf:params:oauth:grant-type:jwt-bearer")),
    NEWER("2.11.0", "sasl.oauthbearer.assertion.algorithm", WORDS("RS256, ES256")),
    NEWER("2.11.0", "sasl.oauthbearer.assertion.private.key.file", TEXT),
    NEWER("2.11.0", "sasl.oauthbearer.assertion.private.key.passphrase", TEXT),
    NEWER("2.11.0", "sasl.oauthbearer.assertion.private.key.pem", TEXT),
    NEWER("2.11.0", "sasl.oauthbearer.assertion.file", TEXT),
    NEWER("2.11.0", "sasl.oauthbearer.assertion.claim.aud", TEXT),
    NEWER("2.11.0", "sasl.oauthbearer.assertion.claim.exp.seconds", NUMBER(1, 2147483647)),
    NEWER("2.11.0", "sasl.oauthbearer.assertion.claim.iss", TEXT),
    NEWER("2.11.0", "sasl.oauthbearer.assertion.claim.jti.include", FLAG),
    NEWER("2.11.0", "sasl.oauthbearer.assertion.claim.nbf.seconds", NUMBER(0, 2147483647)),
    NEWER("2.11.0", "sasl.oauthbearer.assertion.claim.sub", TEXT),
    NEWER("2.11.0", "sasl.oauthbearer.assertion.jwt.template.file", TEXT),
    NEWER("2.12.0", "sasl.oauthbearer.metadata.authentication.type", TEXT),
};

const struct kf_property_table kf_security_property_table = {
    .properties = properties,
    .count = sizeof properties / sizeof *properties,
};
