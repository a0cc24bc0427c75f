/* SPDX-License-Identifier: MIT
 * librdkafka's properties for TLS and SASL. Those that fetching can do too are other names of
 * options of ours, and so for both planes; the rest is a producer's, which is librdkafka alone.
 * Nothing turns verification off. */
#include "kafka_properties.h"

/* The rule comes last: a row takes what it expands to. */
#define TEXT KF_VALUE_TEXT, 0, 0, NULL
#define FLAG KF_VALUE_WORD, 0, 0, "true, false"
#define NUMBER(min, max) KF_VALUE_NUMBER, min, max, NULL
#define WORDS(words) KF_VALUE_WORD, 0, 0, words

#define ROW(name, way, why, instead, not_fetching, harmless, since, ...)                           \
    {                                                                                              \
        name, KF_DOMAIN_SECURITY, KF_PROPERTY_##way, why, instead, not_fetching, harmless, since,  \
        {                                                                                          \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }
#define ALIAS(name, option) ROW(name, ALIAS, NULL, option, NULL, NULL, NULL, TEXT)
#define PASSED(name, not_fetching, ...)                                                            \
    ROW(name, PASSED, NULL, NULL, not_fetching, NULL, NULL, __VA_ARGS__)
#define OIDC(since, name, ...) ROW(name, PASSED, NULL, NULL, NO_OIDC, NULL, since, __VA_ARGS__)
#define REFUSED(name, why) ROW(name, REFUSED, why, NULL, NULL, NULL, NULL, TEXT)
#define ONLY(harmless, name, why) ROW(name, REFUSED, why, NULL, NULL, harmless, NULL, TEXT)

#define CALLBACK "callbacks and pointers are its own"
#define VERIFIED "who a broker is, is always verified"
#define NO_KERBEROS "fetching speaks no Kerberos, so that nothing does"
#define NO_CHOICE "fetching leaves this to OpenSSL's configuration"
#define NO_PKCS12 "fetching reads PEM files: use ssl_certificate_location and ssl_key_location"
#define NO_STORES "certificate stores are Windows'"
#define NO_CRL "fetching looks at no revocation lists"
#define NO_OIDC "fetching asks no identity provider: use sasl_oauthbearer_token_command"

static const struct kf_known_property properties[] = {
    ALIAS("security.protocol", "security_protocol"),
    ONLY("true", "enable.ssl.certificate.verification", VERIFIED),
    ONLY("https", "ssl.endpoint.identification.algorithm", VERIFIED),
    PASSED("ssl.cipher.suites", NO_CHOICE, TEXT),
    PASSED("ssl.curves.list", NO_CHOICE, TEXT),
    PASSED("ssl.sigalgs.list", NO_CHOICE, TEXT),
    ALIAS("ssl.key.location", "ssl_key_location"),
    ALIAS("ssl.key.password", "ssl_key_password"),
    ALIAS("ssl.key.pem", "ssl_key_pem"),
    REFUSED("ssl_key", CALLBACK),
    ALIAS("ssl.certificate.location", "ssl_certificate_location"),
    ALIAS("ssl.certificate.pem", "ssl_certificate_pem"),
    REFUSED("ssl_certificate", CALLBACK),
    ALIAS("ssl.ca.location", "ssl_ca_location"),
    ALIAS("ssl.ca.pem", "ssl_ca_pem"),
    REFUSED("ssl_ca", CALLBACK),
    PASSED("ssl.ca.certificate.stores", NO_STORES, TEXT),
    PASSED("ssl.crl.location", NO_CRL, TEXT),
    PASSED("ssl.keystore.location", NO_PKCS12, TEXT),
    PASSED("ssl.keystore.password", NO_PKCS12, TEXT),
    PASSED("ssl.providers", NO_CHOICE, TEXT),
    PASSED("ssl.engine.location", NO_CHOICE, TEXT),
    PASSED("ssl.engine.id", NO_CHOICE, TEXT),
    REFUSED("ssl_engine_callback_data", CALLBACK),
    REFUSED("ssl.certificate.verify_cb", CALLBACK),
    OIDC("2.11.0", "https.ca.location", TEXT),
    OIDC("2.11.0", "https.ca.pem", TEXT),
    ALIAS("sasl.mechanisms", "sasl_mechanism"),
    ALIAS("sasl.mechanism", "sasl_mechanism"),
    REFUSED("sasl.kerberos.service.name", NO_KERBEROS),
    REFUSED("sasl.kerberos.principal", NO_KERBEROS),
    REFUSED("sasl.kerberos.kinit.cmd", NO_KERBEROS),
    REFUSED("sasl.kerberos.keytab", NO_KERBEROS),
    REFUSED("sasl.kerberos.min.time.before.relogin", NO_KERBEROS),
    ALIAS("sasl.username", "sasl_username"),
    ALIAS("sasl.password", "sasl_password"),
    OIDC(NULL, "sasl.oauthbearer.config", TEXT),
    OIDC(NULL, "enable.sasl.oauthbearer.unsecure.jwt", FLAG),
    REFUSED("oauthbearer_token_refresh_cb", CALLBACK),
    REFUSED("enable_sasl_queue", CALLBACK),
    OIDC(NULL, "sasl.oauthbearer.method", WORDS("default, oidc")),
    OIDC(NULL, "sasl.oauthbearer.client.id", TEXT),
    OIDC("2.11.0", "sasl.oauthbearer.client.credentials.client.id", TEXT),
    OIDC("2.11.0", "sasl.oauthbearer.client.credentials.client.secret", TEXT),
    OIDC(NULL, "sasl.oauthbearer.client.secret", TEXT),
    OIDC(NULL, "sasl.oauthbearer.scope", TEXT),
    OIDC(NULL, "sasl.oauthbearer.extensions", TEXT),
    OIDC(NULL, "sasl.oauthbearer.token.endpoint.url", TEXT),
    OIDC("2.14.0", "sasl.oauthbearer.sub.claim.name", TEXT),
    OIDC("2.11.0", "sasl.oauthbearer.grant.type",
         WORDS("client_credentials, urn:ietf:params:oauth:grant-type:jwt-bearer")),
    OIDC("2.11.0", "sasl.oauthbearer.assertion.algorithm", WORDS("RS256, ES256")),
    OIDC("2.11.0", "sasl.oauthbearer.assertion.private.key.file", TEXT),
    OIDC("2.11.0", "sasl.oauthbearer.assertion.private.key.passphrase", TEXT),
    OIDC("2.11.0", "sasl.oauthbearer.assertion.private.key.pem", TEXT),
    OIDC("2.11.0", "sasl.oauthbearer.assertion.file", TEXT),
    OIDC("2.11.0", "sasl.oauthbearer.assertion.claim.aud", TEXT),
    OIDC("2.11.0", "sasl.oauthbearer.assertion.claim.exp.seconds", NUMBER(1, 2147483647)),
    OIDC("2.11.0", "sasl.oauthbearer.assertion.claim.iss", TEXT),
    OIDC("2.11.0", "sasl.oauthbearer.assertion.claim.jti.include", FLAG),
    OIDC("2.11.0", "sasl.oauthbearer.assertion.claim.nbf.seconds", NUMBER(0, 2147483647)),
    OIDC("2.11.0", "sasl.oauthbearer.assertion.claim.sub", TEXT),
    OIDC("2.11.0", "sasl.oauthbearer.assertion.jwt.template.file", TEXT),
    OIDC("2.12.0", "sasl.oauthbearer.metadata.authentication.type", TEXT),
};

const struct kf_property_table kf_security_property_table = {
    .properties = properties,
    .count = sizeof properties / sizeof *properties,
};
