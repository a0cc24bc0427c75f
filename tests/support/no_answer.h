/* SPDX-License-Identifier: MIT
 * Where nothing answers: an address that takes connections and never says a word, and a host name
 * whose lookup hangs. A test that calls no_answer_name_hangs has its own getaddrinfo. */
#ifndef NO_ANSWER_H
#define NO_ANSWER_H

/* Takes connections. */
struct no_answer {
    int fd;
    char endpoint[32]; /* "127.0.0.1:port" */
};

void no_answer_listen(struct no_answer *silent);
void no_answer_close(struct no_answer *silent);

#define NO_ANSWER_HOST "hangs.invalid"
/** A lookup of NO_ANSWER_HOST hangs until no_answer_names_fail, then it fails. */
void no_answer_names_hang(void);
void no_answer_names_fail(void);

#endif
