/* SPDX-License-Identifier: MIT
 * TLS over a pair of sockets, to a server of OpenSSL's own on a thread: who is trusted, and how
 * each refusal reads. */
#include "certificates.h"
#include "fake_tls.h"
#include "tls.h"
#include "tls_echo.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define ECHO_BYTES 100000
#define WHY_BYTES 400

struct pki {
    struct made_certificate ca;
    struct made_certificate server; /* localhost, 127.0.0.1 */
    struct made_certificate client;
};

static int set_up(void **state)
{
    struct pki *pki = calloc(1, sizeof *pki);
    pki->ca = certificate_of("Test CA", NULL, NULL);
    pki->server = certificate_of("server", "DNS:localhost,IP:127.0.0.1", &pki->ca);
    pki->client = certificate_of("client", NULL, &pki->ca);
    *state = pki;
    return 0;
}

static int tear_down(void **state)
{
    struct pki *pki = *state;
    certificate_free(&pki->ca);
    certificate_free(&pki->server);
    certificate_free(&pki->client);
    free(pki);
    return 0;
}

static void wait_for(const struct kf_tls *tls)
{
    struct pollfd fd = { .fd = tls->socket.fd,
                         .events = kf_tls_wants_write(tls) ? POLLOUT : POLLIN };
    assert_int_equal(poll(&fd, 1, 10000), 1);
}

static bool shakes_hands(struct kf_tls *tls)
{
    int done;
    while ((done = kf_tls_handshake(tls)) < 0 && errno == EAGAIN)
        wait_for(tls);
    return done == 1;
}

static bool reads(struct kf_tls *tls, char *bytes, size_t size)
{
    for (size_t have = 0; have < size;) {
        ssize_t got = kf_tls_read(tls, bytes + have, size - have);
        if (got > 0)
            have += (size_t)got;
        else if (got < 0 && errno == EAGAIN)
            wait_for(tls);
        else
            return false;
    }
    return true;
}

static bool writes(struct kf_tls *tls, const char *bytes, size_t size)
{
    for (size_t sent = 0; sent < size;) {
        ssize_t took = kf_tls_write(tls, bytes + sent, size - sent);
        if (took > 0)
            sent += (size_t)took;
        else if (took < 0 && errno == EAGAIN)
            wait_for(tls);
        else
            return false;
    }
    return true;
}

/* What a client with these settings comes to at a server: "" is all well, else why not. */
static void tries(const struct kf_security_settings *settings, SSL_CTX *ssl, const char *host,
                  struct kf_tls_memory *memory, char *why)
{
    kaffe_error err;
    struct tls_echo server;
    struct kf_tls_memory none = { 0 };
    char byte = 'x';
    struct kf_tls_context *context = kf_tls_context_new(settings, &err);
    if (!context)
        fail_msg("%s", err.message);
    int fd = tls_echo_start(&server, ssl);
    struct kf_tls *tls = kf_tls_open(context, fd, host, memory ? memory : &none);
    assert_non_null(tls);
    bool good = shakes_hands(tls) && writes(tls, &byte, 1) && reads(tls, &byte, 1);
    snprintf(why, WHY_BYTES, "%s", good ? "" : tls->why);
    assert_true(good || tls->failed);
    kf_tls_close(tls);
    close(fd);
    tls_echo_end(&server);
    kf_tls_memory_fini(&none);
    kf_tls_context_free(context);
    SSL_CTX_free(ssl);
}

static struct kf_security_settings trusting(const struct made_certificate *ca)
{
    return (struct kf_security_settings){ .tls = true, .verify_host = true, .ca_pem = ca->pem };
}

static void expect(const char *why, const char *part)
{
    if (part[0] ? strstr(why, part) == NULL : why[0] != 0)
        fail_msg("\"%s\" does not say \"%s\"", why, part);
    if (strchr(why, '\n'))
        fail_msg("\"%s\" is more than one line", why);
}

static void accepts(const struct pki *pki, const struct made_certificate *certificate,
                    const char *host, const char *part)
{
    char why[WHY_BYTES];
    struct kf_security_settings settings = trusting(&pki->ca);
    tries(&settings, fake_tls_context(certificate, NULL), host, NULL, why);
    expect(why, part);
}

static void a_certificate_for_the_host_or_its_address_is_accepted(void **state)
{
    const struct pki *pki = *state;
    accepts(pki, &pki->server, "localhost", "");
    accepts(pki, &pki->server, "127.0.0.1", "");
}

static void another_host_is_named_with_those_of_the_certificate(void **state)
{
    const struct pki *pki = *state;
    accepts(pki, &pki->server, "kafka.test",
            "wrong host: the broker's certificate is for localhost, 127.0.0.1, not for kafka.test");
    accepts(pki, &pki->server, "127.0.0.2", "not for 127.0.0.2");
}

static void the_host_is_not_looked_at_if_it_is_not_to_be(void **state)
{
    const struct pki *pki = *state;
    char why[WHY_BYTES];
    struct kf_security_settings settings = trusting(&pki->ca);
    settings.verify_host = false;
    tries(&settings, fake_tls_context(&pki->server, NULL), "kafka.test", NULL, why);
    expect(why, "");
    struct made_certificate other = certificate_of("Other CA", NULL, NULL);
    settings.ca_pem = other.pem; /* the chain is, always */
    tries(&settings, fake_tls_context(&pki->server, NULL), "kafka.test", NULL, why);
    expect(why, "unknown CA: the broker's certificate comes from \"Test CA\"");
    certificate_free(&other);
}

static void a_certificate_out_of_its_time_is_refused(void **state)
{
    const struct pki *pki = *state;
    struct wanted_certificate wanted = { .name = "server",
                                         .alternatives = "DNS:localhost",
                                         .from_s = -7200,
                                         .until_s = -3600,
                                         .issuer = &pki->ca };
    struct made_certificate expired = certificate_make(&wanted);
    accepts(pki, &expired, "localhost", "certificate expired: the broker's certificate was valid");
    certificate_free(&expired);
    wanted.from_s = 3600;
    wanted.until_s = 7200;
    struct made_certificate early = certificate_make(&wanted);
    accepts(pki, &early, "localhost", "certificate not valid yet");
    certificate_free(&early);
}

static void a_self_signed_certificate_is_refused_unless_it_is_trusted(void **state)
{
    const struct pki *pki = *state;
    char why[WHY_BYTES];
    struct made_certificate own = certificate_of("alone", "DNS:localhost", NULL);
    accepts(pki, &own, "localhost", "self-signed");
    struct kf_security_settings settings = trusting(&own);
    tries(&settings, fake_tls_context(&own, NULL), "localhost", NULL, why);
    expect(why, "");
    certificate_free(&own);
}

static void the_systems_store_does_not_know_our_ca(void **state)
{
    const struct pki *pki = *state;
    char why[WHY_BYTES];
    struct kf_security_settings settings = { .tls = true, .verify_host = true };
    tries(&settings, fake_tls_context(&pki->server, NULL), "localhost", NULL, why);
    expect(why, "unknown CA");
}

static void mutual_tls(const struct pki *pki, const char *certificate, const char *part,
                       int version)
{
    char why[WHY_BYTES];
    struct kf_security_settings settings = trusting(&pki->ca);
    SSL_CTX *ssl = fake_tls_context(&pki->server, &pki->ca);
    SSL_CTX_set_max_proto_version(ssl, version);
    if (certificate) {
        settings.certificate_pem = strdup(certificate);
        settings.key_pem = pki->client.key_pem;
    }
    tries(&settings, ssl, "localhost", NULL, why);
    expect(why, part);
    free(settings.certificate_pem);
}

static void a_server_that_wants_a_client_certificate_says_so(void **state)
{
    const struct pki *pki = *state;
    mutual_tls(pki, pki->client.pem, "", TLS1_3_VERSION);
    mutual_tls(pki, pki->client.pem, "", TLS1_2_VERSION);
    mutual_tls(pki, NULL, "client certificate missing", TLS1_3_VERSION);
    mutual_tls(pki, NULL, "wants a client certificate", TLS1_2_VERSION);
}

static void a_client_certificate_that_is_not_known_there_is_refused(void **state)
{
    const struct pki *pki = *state;
    struct made_certificate other = certificate_of("Other CA", NULL, NULL);
    struct made_certificate client = certificate_of("client", NULL, &other);
    struct pki mixed = { pki->ca, pki->server, client };
    mutual_tls(&mixed, client.pem, "the broker refuses the client's certificate", TLS1_3_VERSION);
    certificate_free(&client);
    certificate_free(&other);
}

static void a_chain_goes_along_with_the_clients_certificate(void **state)
{
    const struct pki *pki = *state;
    const struct wanted_certificate wanted = {
        .name = "between", .until_s = 3600, .issuer = &pki->ca, .authority = 1
    };
    struct made_certificate between = certificate_make(&wanted);
    struct made_certificate client = certificate_of("client", NULL, &between);
    struct pki with_between = { pki->ca, pki->server, client };
    char chain[8000];
    mutual_tls(&with_between, client.pem, "the broker refuses", TLS1_3_VERSION);
    snprintf(chain, sizeof chain, "%s%s", client.pem, between.pem);
    mutual_tls(&with_between, chain, "", TLS1_3_VERSION);
    certificate_free(&client);
    certificate_free(&between);
}

static void nothing_older_than_tls_1_2_is_spoken(void **state)
{
    const struct pki *pki = *state;
    char why[WHY_BYTES];
    struct kf_security_settings settings = trusting(&pki->ca);
    SSL_CTX *ssl = fake_tls_context(&pki->server, NULL);
    SSL_CTX_set_min_proto_version(ssl, TLS1_VERSION);
    SSL_CTX_set_max_proto_version(ssl, TLS1_1_VERSION);
    SSL_CTX_set_cipher_list(ssl, "DEFAULT:@SECLEVEL=0");
    tries(&settings, ssl, "localhost", NULL, why);
    expect(why, "no TLS version in common");
}

static void the_second_connection_has_a_short_handshake(void **state)
{
    const struct pki *pki = *state;
    char why[WHY_BYTES];
    kaffe_error err;
    struct tls_echo server;
    struct kf_tls_memory memory = { 0 };
    char byte = 'x';
    struct kf_security_settings settings = trusting(&pki->ca);
    struct kf_tls_context *context = kf_tls_context_new(&settings, &err);
    SSL_CTX *ssl = fake_tls_context(&pki->server, NULL);
    SSL_CTX_up_ref(ssl);
    tries(&settings, ssl, "localhost", &memory, why);
    expect(why, "");
    assert_non_null(memory.session);
    int fd = tls_echo_start(&server, ssl);
    struct kf_tls *tls = kf_tls_open(context, fd, "localhost", &memory);
    assert_true(shakes_hands(tls));
    assert_true(writes(tls, &byte, 1) && reads(tls, &byte, 1));
    assert_int_equal(SSL_session_reused(tls->ssl), 1);
    kf_tls_close(tls);
    close(fd);
    tls_echo_end(&server);
    kf_tls_memory_fini(&memory);
    kf_tls_context_free(context);
    SSL_CTX_free(ssl);
}

/* Whoever answers with these bytes; NULL: hangs up. */
static void meets(const struct pki *pki, const char *answer, const char *part)
{
    kaffe_error err;
    int ends[2];
    struct kf_tls_memory memory = { 0 };
    char hello[2000];
    struct kf_security_settings settings = trusting(&pki->ca);
    struct kf_tls_context *context = kf_tls_context_new(&settings, &err);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    struct kf_tls *tls = kf_tls_open(context, ends[0], "localhost", &memory);
    assert_int_equal(kf_tls_handshake(tls), -1);
    assert_int_equal(errno, EAGAIN);
    assert_true(read(ends[1], hello, sizeof hello) > 0);
    if (answer)
        assert_int_equal(write(ends[1], answer, strlen(answer)), (ssize_t)strlen(answer));
    close(ends[1]);
    assert_false(shakes_hands(tls));
    expect(tls->why, part);
    kf_tls_close(tls);
    close(ends[0]);
    kf_tls_context_free(context);
}

static void somebody_who_does_not_speak_tls_is_recognised(void **state)
{
    const struct pki *pki = *state;
    meets(pki, "HTTP/1.1 400 Bad Request\r\n\r\n", "speaks plaintext here");
    meets(pki, NULL, "does it speak plaintext here?");
    meets(pki, "\x16\x03\x03", "hung up during the TLS handshake");
}

static void much_goes_both_ways_in_pieces(void **state)
{
    const struct pki *pki = *state;
    kaffe_error err;
    struct tls_echo server;
    struct kf_tls_memory memory = { 0 };
    static char sent[ECHO_BYTES];
    static char back[ECHO_BYTES];
    struct kf_security_settings settings = trusting(&pki->ca);
    struct kf_tls_context *context = kf_tls_context_new(&settings, &err);
    SSL_CTX *ssl = fake_tls_context(&pki->server, NULL);
    int fd = tls_echo_start(&server, ssl);
    struct kf_tls *tls = kf_tls_open(context, fd, "localhost", &memory);
    assert_true(shakes_hands(tls));
    for (size_t i = 0; i < sizeof sent; i++)
        sent[i] = (char)(i * 7 / 3);
    assert_true(writes(tls, sent, sizeof sent));
    assert_true(reads(tls, back, sizeof back));
    assert_memory_equal(sent, back, sizeof sent);
    tls_echo_hang_up(&server);
    ssize_t got;
    while ((got = kf_tls_read(tls, back, 1)) < 0 && errno == EAGAIN)
        wait_for(tls);
    assert_int_equal(got, 0);
    assert_int_equal(kf_tls_read(tls, back, 1), 0);
    kf_tls_close(tls);
    close(fd);
    tls_echo_end(&server);
    kf_tls_memory_fini(&memory);
    kf_tls_context_free(context);
    SSL_CTX_free(ssl);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_certificate_for_the_host_or_its_address_is_accepted),
        cmocka_unit_test(another_host_is_named_with_those_of_the_certificate),
        cmocka_unit_test(the_host_is_not_looked_at_if_it_is_not_to_be),
        cmocka_unit_test(a_certificate_out_of_its_time_is_refused),
        cmocka_unit_test(a_self_signed_certificate_is_refused_unless_it_is_trusted),
        cmocka_unit_test(the_systems_store_does_not_know_our_ca),
        cmocka_unit_test(a_server_that_wants_a_client_certificate_says_so),
        cmocka_unit_test(a_client_certificate_that_is_not_known_there_is_refused),
        cmocka_unit_test(a_chain_goes_along_with_the_clients_certificate),
        cmocka_unit_test(nothing_older_than_tls_1_2_is_spoken),
        cmocka_unit_test(the_second_connection_has_a_short_handshake),
        cmocka_unit_test(somebody_who_does_not_speak_tls_is_recognised),
        cmocka_unit_test(much_goes_both_ways_in_pieces),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
