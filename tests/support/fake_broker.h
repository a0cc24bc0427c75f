/* SPDX-License-Identifier: MIT
 * A broker made of lies: a TCP server on a thread that speaks the few requests of the data plane.
 * By itself it answers as Kafka does, from a log of made-up batches in memory; a test may take the
 * answers to a kind of request over, see every request, and break everything.
 * Calls end the test when what they wait for has not come after 30 s. */
#ifndef FAKE_BROKER_H
#define FAKE_BROKER_H

#include "certificates.h"
#include "request.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fake_broker;

struct fake_part {
    char topic[64];
    int32_t partition;
    int64_t offset; /* ListOffsets: the timestamp */
    int32_t max_bytes;
};

struct fake_request {
    int connection; /* 0, 1, ... as they came */
    enum kf_api api;
    int16_t version;
    int32_t correlation_id;
    int32_t max_wait_ms;
    int32_t min_bytes;
    char rack[16];
    char mechanism[32]; /* SaslHandshake */
    uint8_t message[1024]; /* SaslAuthenticate, ended by a zero */
    int message_size;
    int part_count;
    struct fake_part parts[1100];
};

/* Whom it lets in. */
struct fake_login {
    const char *mechanism;
    const char *username;
    const char *password; /* OAUTHBEARER: the token */
    int64_t lifetime_ms; /* of a session; 0: it does not end */
    bool lies; /* SCRAM: it does not know the password itself */
};

/** Listens on a free port. @param host  "127.0.0.1" or "::1" */
struct fake_broker *fake_broker_start(int32_t id, const char *host);
void fake_broker_stop(struct fake_broker *broker);
const char *fake_broker_endpoint(const struct fake_broker *broker); /* "127.0.0.1:port" */
uint16_t fake_broker_port(const struct fake_broker *broker);

/* --- what it answers by itself ------------------------------------------------------------ */

/** Its one topic; it leads all partitions. The message at offset n has the time n.
 *  @param partition_count  0: the topic does not exist */
void fake_broker_topic(struct fake_broker *broker, const char *topic, int partition_count);
/** Metadata names this other broker, as leader of `partition`. */
void fake_broker_leader(struct fake_broker *broker, int partition, int32_t id, const char *host,
                        uint16_t port);
/** Appends batches: `records` offsets each, `bytes` in all each (at least 61). */
void fake_broker_append(struct fake_broker *broker, int partition, int batches, int records,
                        size_t bytes);
int64_t fake_broker_end(struct fake_broker *broker, int partition);
/** The log begins at `offset` now. */
void fake_broker_trim(struct fake_broker *broker, int partition, int64_t offset);
/** The log's end moves on by so many offsets, where compaction has left nothing. */
void fake_broker_skip(struct fake_broker *broker, int partition, int64_t offsets);
/** The next `times` answers for that partition, in Fetch and ListOffsets, are this error. */
void fake_broker_fail(struct fake_broker *broker, int partition, int16_t code, int times);
/** Answers to Fetch cut the records at the limit even inside the first batch, as Kafka once did. */
void fake_broker_cut_batches(struct fake_broker *broker, bool cut);
/** It leads, but names this broker to consumers that say their rack, and gives them no records. */
void fake_broker_prefer(struct fake_broker *broker, int partition, int32_t id);
/** It does not lead, but answers a Fetch as a replica does. */
void fake_broker_replicate(struct fake_broker *broker, int partition, bool replicates);
/** The throttle time in the next answer to a Fetch. */
void fake_broker_throttle(struct fake_broker *broker, int32_t throttle_ms);
/** The highest Fetch version that it offers; 11 at first. */
void fake_broker_fetch_version(struct fake_broker *broker, int16_t version);

/** From the next connection on it speaks TLS. @param client_ca  NULL: clients need no certificate
 */
void fake_broker_secure(struct fake_broker *broker, const struct made_certificate *certificate,
                        const struct made_certificate *client_ca);
/** It wants a login, copied but for its texts; sessions that stand go on. Whoever asks something
 *  else first, or after his session's end, is hung up on. */
void fake_broker_guard(struct fake_broker *broker, const struct fake_login *login);
/** How many have logged in, again or for the first time; and how often it hung up on somebody. */
int fake_broker_logins(struct fake_broker *broker);
int fake_broker_intruders(struct fake_broker *broker);
/** Every byte goes over the wire by itself. */
void fake_broker_dribble(struct fake_broker *broker, bool dribbles);
/** Resets connections when their first bytes come. */
void fake_broker_slam(struct fake_broker *broker, bool slams);

/* --- what the test does itself ------------------------------------------------------------ */

/** Requests of that kind are left to the test. */
void fake_broker_take_over(struct fake_broker *broker, enum kf_api api, bool taken);
/** It is still there and accepts, but answers nothing at all. */
void fake_broker_silence(struct fake_broker *broker, bool silent);
/** The n-th request of that kind, n from 0, as soon as it has come; valid until stop. */
const struct fake_request *fake_broker_await(struct fake_broker *broker, enum kf_api api, int n);
/** How many have come so far. */
int fake_broker_count(struct fake_broker *broker, enum kf_api api);
int fake_broker_connections(struct fake_broker *broker);
/** Sends a frame: the size, the correlation id, and this body. */
void fake_broker_answer(struct fake_broker *broker, const struct fake_request *request,
                        const struct kf_request *body);
/** Sends these bytes and nothing else. */
void fake_broker_send(struct fake_broker *broker, const struct fake_request *request,
                      const void *data, size_t size);
/** Closes that connection; reset: rudely. */
void fake_broker_hang_up(struct fake_broker *broker, int connection, bool reset);

#endif
