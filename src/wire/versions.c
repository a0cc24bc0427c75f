/* SPDX-License-Identifier: MIT
 * ApiVersions v0, and the highest version of each request that both sides speak. */
#include "versions.h"

#include "error.h"
#include "error_code.h"
#include "reader.h"

/* None of these is a flexible version, and every Kafka from 2.1 to 4.x serves some of each.
 * ListOffsets 4 and 5 add a leader epoch, which nothing here uses yet, and which librdkafka's mock
 * cluster writes with 8 bytes instead of 4. */
static const struct {
    enum kf_api api;
    const char *name;
    int16_t least;
    int16_t most;
    const char *since; /* the first Kafka that serves `least`; NULL: done without */
} ours[] = {
    { KF_API_FETCH, "Fetch", 4, 11, "0.11" },
    { KF_API_LIST_OFFSETS, "ListOffsets", 1, 3, "0.10.1" },
    { KF_API_METADATA, "Metadata", 1, 7, "0.10" },
    { KF_API_SASL_HANDSHAKE, "SaslHandshake", 1, 1, NULL },
    { KF_API_SASL_AUTHENTICATE, "SaslAuthenticate", 0, 1, NULL },
};

#define OURS_COUNT (sizeof ours / sizeof ours[0])

struct version_range {
    bool offered;
    int16_t least;
    int16_t most;
};

void kf_versions_request(struct kf_request *request, int32_t correlation_id, const char *client_id)
{
    kf_request_begin(request, KF_API_API_VERSIONS, 0, correlation_id, client_id);
}

static void read_offers(struct kf_reader *r, struct version_range offers[OURS_COUNT])
{
    int32_t count = kf_read_count(r, 6);
    for (int32_t i = 0; i < count; i++) {
        int16_t api = kf_read_int16(r);
        struct version_range offer = { .offered = true };
        offer.least = kf_read_int16(r);
        offer.most = kf_read_int16(r);
        for (size_t j = 0; j < OURS_COUNT; j++)
            if ((int16_t)ours[j].api == api)
                offers[j] = offer;
    }
}

static int16_t highest_common(const struct version_range *offer, size_t index)
{
    int16_t most = offer->most < ours[index].most ? offer->most : ours[index].most;
    if (!offer->offered || most < ours[index].least || most < offer->least)
        return -1;
    return most;
}

static kaffe_status refuse(const struct version_range *offer, size_t index, kaffe_error *err)
{
    if (!offer->offered)
        return kf_error_set(err, KAFFE_UNSUPPORTED,
                            "the broker does not serve %s: Kafka %s or later is needed",
                            ours[index].name, ours[index].since);
    if (offer->least > ours[index].most)
        return kf_error_set(err, KAFFE_UNSUPPORTED,
                            "the broker serves %s versions %d to %d only: this Kafka is too new, "
                            "versions up to %d are known here",
                            ours[index].name, offer->least, offer->most, ours[index].most);
    return kf_error_set(err, KAFFE_UNSUPPORTED,
                        "the broker serves %s versions %d to %d only: Kafka %s or later is needed",
                        ours[index].name, offer->least, offer->most, ours[index].since);
}

kaffe_status kf_versions_decode(kaffe_bytes body, struct kf_versions *versions, kaffe_error *err)
{
    struct kf_reader r = kf_reader_of(body.data, body.size);
    struct version_range offers[OURS_COUNT] = { 0 };
    int16_t code = kf_read_int16(&r);
    if (!r.failed && code != 0)
        return kf_error_set_kafka(err, KAFFE_KAFKA, code, 0, "ApiVersions response: %s (%d)",
                                  kf_error_code_name(code), code);
    read_offers(&r, offers);
    if (r.failed || kf_reader_left(&r) > 0)
        return kf_error_set(err, KAFFE_KAFKA, "ApiVersions response: malformed");

    int16_t common[OURS_COUNT];
    for (size_t i = 0; i < OURS_COUNT; i++) {
        common[i] = highest_common(&offers[i], i);
        if (common[i] < 0 && ours[i].since)
            return refuse(&offers[i], i, err);
    }
    versions->fetch = common[0];
    versions->list_offsets = common[1];
    versions->metadata = common[2];
    versions->sasl_handshake = common[3];
    versions->sasl_authenticate = common[4];
    return kf_error_ok(err);
}
