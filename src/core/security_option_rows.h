/* SPDX-License-Identifier: MIT
 * How connections are protected, and who logs in: the same options for every client. */
#ifndef KF_SECURITY_OPTION_ROWS_H
#define KF_SECURITY_OPTION_ROWS_H

#include "option_table.h"

#define KF_SHARED_SECURITY(section)                                                                \
    {                                                                                              \
        .name = "security_protocol",                                                               \
        .type = KF_OPTION_CHOICE,                                                                  \
        .default_text = "plaintext",                                                               \
        .choices = "plaintext, ssl, sasl_plaintext, sasl_ssl",                                     \
        .any_case = true,                                                                          \
        .unless = "heroku_kafka_env",                                                              \
        .field = offsetof(section, security_protocol),                                             \
        .help = "How connections are protected: TLS with ssl, a login with sasl_plaintext, both "  \
                "with sasl_ssl",                                                                   \
    },                                                                                             \
        {                                                                                          \
            .name = "ssl_ca_location",                                                             \
            .type = KF_OPTION_TEXT,                                                                \
            .is_path = true,                                                                       \
            .unless = "heroku_kafka_env",                                                          \
            .field = offsetof(section, ssl_ca_location),                                           \
            .help = "PEM file with the certificates of those who are trusted; without it, whom "   \
                    "the system trusts",                                                           \
        },                                                                                         \
        {                                                                                          \
            .name = "ssl_ca_pem",                                                                  \
            .type = KF_OPTION_TEXT,                                                                \
            .unless = "heroku_kafka_env",                                                          \
            .field = offsetof(section, ssl_ca_pem),                                                \
            .help = "The same as a text",                                                          \
        },                                                                                         \
        {                                                                                          \
            .name = "ssl_certificate_location",                                                    \
            .type = KF_OPTION_TEXT,                                                                \
            .is_path = true,                                                                       \
            .unless = "heroku_kafka_env",                                                          \
            .field = offsetof(section, ssl_certificate_location),                                  \
            .help = "PEM file with the certificate that this client shows, its chain behind it",   \
        },                                                                                         \
        {                                                                                          \
            .name = "ssl_certificate_pem",                                                         \
            .type = KF_OPTION_TEXT,                                                                \
            .unless = "heroku_kafka_env",                                                          \
            .field = offsetof(section, ssl_certificate_pem),                                       \
            .help = "The same as a text",                                                          \
        },                                                                                         \
        {                                                                                          \
            .name = "ssl_key_location",                                                            \
            .type = KF_OPTION_TEXT,                                                                \
            .is_path = true,                                                                       \
            .unless = "heroku_kafka_env",                                                          \
            .field = offsetof(section, ssl_key_location),                                          \
            .help = "PEM file with the key of that certificate",                                   \
        },                                                                                         \
        {                                                                                          \
            .name = "ssl_key_pem",                                                                 \
            .type = KF_OPTION_TEXT,                                                                \
            .secret = true,                                                                        \
            .unless = "heroku_kafka_env",                                                          \
            .field = offsetof(section, ssl_key_pem),                                               \
            .help = "The same as a text",                                                          \
        },                                                                                         \
        {                                                                                          \
            .name = "ssl_key_password",                                                            \
            .type = KF_OPTION_TEXT,                                                                \
            .secret = true,                                                                        \
            .field = offsetof(section, ssl_key_password),                                          \
            .help = "What decrypts that key",                                                      \
        },                                                                                         \
        {                                                                                          \
            .name = "sasl_mechanism",                                                              \
            .type = KF_OPTION_CHOICE,                                                              \
            .choices = "PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER",                         \
            .any_case = true,                                                                      \
            .refused = "GSSAPI",                                                                   \
            .refused_why = "fetching speaks no Kerberos",                                          \
            .field = offsetof(section, sasl_mechanism),                                            \
            .help = "How a login is done, with sasl_plaintext and sasl_ssl",                       \
        },                                                                                         \
        {                                                                                          \
            .name = "sasl_username",                                                               \
            .type = KF_OPTION_TEXT,                                                                \
            .field = offsetof(section, sasl_username),                                             \
            .help = "Who logs in, with PLAIN and SCRAM",                                           \
        },                                                                                         \
        {                                                                                          \
            .name = "sasl_password",                                                               \
            .type = KF_OPTION_TEXT,                                                                \
            .secret = true,                                                                        \
            .field = offsetof(section, sasl_password),                                             \
            .help = "The password that belongs to it",                                             \
        },                                                                                         \
        {                                                                                          \
            .name = "heroku_kafka_env",                                                            \
            .type = KF_OPTION_FLAG,                                                                \
            .field = offsetof(section, heroku_kafka_env),                                          \
            .help = "Endpoints, certificates and key come from the variables KAFKA_URL, "          \
                    "KAFKA_TRUSTED_CERT, KAFKA_CLIENT_CERT and KAFKA_CLIENT_CERT_KEY; "            \
                    "KAFKA_PREFIX is put before topics and group",                                 \
        },                                                                                         \
    {                                                                                              \
        .name = "sasl_oauthbearer_token_command", .type = KF_OPTION_TEXT,                          \
        .field = offsetof(section, sasl_oauthbearer_token_command),                                \
        .help = "Run by /bin/sh whenever a token is needed, which it prints: alone, or as the "    \
                "JSON of an OAuth server's answer",                                                \
    }

#endif
