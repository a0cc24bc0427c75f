/* SPDX-License-Identifier: MIT
 * The listeners of the Kafka of the e2e tests that want TLS or a login, and those that show what
 * has to be refused; and the certificates that go with them. */
#ifndef E2E_SECURITY_H
#define E2E_SECURITY_H

#include <stdbool.h>

/* KAFFE_TEST_SECURITY is not set: the Kafka is the user's own, and has no such listeners. */
bool e2e_security_missing(void);

/** host:port of "SSL", "MUTUAL", ... Static until the next call with the same name. */
const char *e2e_listener(const char *name);
/** The path of "ca.pem", ... Valid until the eighth call after it. */
const char *e2e_pem(const char *file);
/** The file's text, to be freed. */
char *e2e_pem_text(const char *file);

#endif
