/* SPDX-License-Identifier: MIT */
#include "sasl_client.h"

#include "error.h"

#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void kf_sasl_text_fini(struct kf_sasl_text *text)
{
    if (text->data)
        OPENSSL_cleanse(text->data, text->size);
    free(text->data);
    *text = (struct kf_sasl_text){ 0 };
}

void kf_sasl_client_init(struct kf_sasl_client *client, const struct kf_security_settings *settings,
                         const char *token)
{
    *client = (struct kf_sasl_client){ .mechanism = settings->mechanism,
                                       .settings = settings,
                                       .token = token };
    if (client->mechanism == KF_SASL_SCRAM_SHA_256)
        kf_scram_init(&client->scram, KF_SCRAM_SHA_256, settings->username, settings->password,
                      NULL);
    if (client->mechanism == KF_SASL_SCRAM_SHA_512)
        kf_scram_init(&client->scram, KF_SCRAM_SHA_512, settings->username, settings->password,
                      NULL);
}

void kf_sasl_client_fini(struct kf_sasl_client *client)
{
    kf_scram_fini(&client->scram);
    *client = (struct kf_sasl_client){ 0 };
}

static kaffe_status say(struct kf_sasl_text *message, char *text, const kaffe_error *err)
{
    if (!text)
        return err->status; /* who made no text has said why */
    *message = (struct kf_sasl_text){ text, strlen(text) };
    return KAFFE_OK;
}

static kaffe_status plain_step(struct kf_sasl_client *client, struct kf_sasl_text *message,
                               kaffe_error *err)
{
    if (client->step > 0)
        return kf_error_ok(err);
    const struct kf_security_settings *settings = client->settings;
    size_t name = strlen(settings->username);
    size_t size = name + strlen(settings->password) + 2;
    char *text = calloc(1, size + 1);
    if (!text)
        return kf_error_no_memory(err);
    stpcpy(text + 1, settings->username); /* before it: no other identity to act as */
    stpcpy(text + name + 2, settings->password);
    *message = (struct kf_sasl_text){ text, size };
    return kf_error_ok(err);
}

static kaffe_status scram_step(struct kf_sasl_client *client, kaffe_bytes challenge,
                               struct kf_sasl_text *message, kaffe_error *err)
{
    switch (client->step) {
    case 0:
        return say(message, kf_scram_first(&client->scram, err), err);
    case 1:
        return say(message, kf_scram_final(&client->scram, challenge, err), err);
    default:
        return kf_scram_verify(&client->scram, challenge, err);
    }
}

static char *bearer_text(const char *token)
{
    static const char form[] = "n,,\x01"
                               "auth=Bearer %s\x01\x01";
    size_t size = sizeof form + strlen(token);
    char *text = malloc(size);
    if (text)
        snprintf(text, size, form, token);
    return text;
}

/* The server may say why it refuses before it does so; it then waits for a last word. */
static kaffe_status bearer_step(struct kf_sasl_client *client, kaffe_bytes challenge,
                                struct kf_sasl_text *message, kaffe_error *err)
{
    char *text = NULL;
    if (client->step == 0)
        text = bearer_text(client->token);
    else if (client->step == 1 && challenge.size > 0)
        text = strdup("\x01");
    else if (client->step == 1)
        return kf_error_ok(err);
    else
        return kf_error_set(err, KAFFE_DENIED, "login refused: %s", client->refusal);
    if (!text)
        return kf_error_no_memory(err);
    snprintf(client->refusal, sizeof client->refusal, "%.*s", KAFFE_TEXT(challenge));
    kf_error_ok(err);
    return say(message, text, err);
}

kaffe_status kf_sasl_client_step(struct kf_sasl_client *client, kaffe_bytes challenge,
                                 struct kf_sasl_text *message, kaffe_error *err)
{
    kaffe_status status = KAFFE_OK;
    *message = (struct kf_sasl_text){ 0 };
    if (client->mechanism == KF_SASL_PLAIN)
        status = plain_step(client, message, err);
    else if (client->mechanism == KF_SASL_OAUTHBEARER)
        status = bearer_step(client, challenge, message, err);
    else
        status = scram_step(client, challenge, message, err);
    client->step++;
    return status;
}
