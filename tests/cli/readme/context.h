/* SPDX-License-Identifier: MIT
 * What the README's and the guides' snippets take for granted. */
#include <kaffe_service.h>
#include <stdatomic.h>
#include <stdio.h>

struct tally {
    atomic_int written;
    atomic_int failed;
};

kaffe_status handle_order(const kaffe_message *m, void *ctx);
int store(void *ctx, kaffe_bytes value);
int charge_card(void *ctx, kaffe_bytes value);
void *connect_to_database(void *ctx);
void disconnect_from_database(void *connection);
bool work_is_left(void *ctx, const kaffe_message *m);
void do_some_work(void *ctx, const kaffe_message *m);
void submit(void *pool, const kaffe_message *m, kaffe_ack_token token);
int forward(kaffe_producer *producer, kaffe_bytes value);
