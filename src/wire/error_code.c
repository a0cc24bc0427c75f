/* SPDX-License-Identifier: MIT
 * The codes that ApiVersions, Metadata, ListOffsets and Fetch may answer with. */
#include "error_code.h"

#include <stddef.h>

struct error_code {
    int16_t code;
    enum kf_error_action action;
    const char *name;
};

static const struct error_code codes[] = {
    { -1, KF_ACTION_UNKNOWN, "UNKNOWN_SERVER_ERROR" },
    { 0, KF_ACTION_NONE, "NONE" },
    { 1, KF_ACTION_OUT_OF_RANGE, "OFFSET_OUT_OF_RANGE" },
    { 2, KF_ACTION_CORRUPT, "CORRUPT_MESSAGE" },
    { 3, KF_ACTION_REFRESH_METADATA, "UNKNOWN_TOPIC_OR_PARTITION" },
    { 4, KF_ACTION_UNKNOWN, "INVALID_FETCH_SIZE" },
    { 5, KF_ACTION_REFRESH_METADATA, "LEADER_NOT_AVAILABLE" },
    { 6, KF_ACTION_REFRESH_METADATA, "NOT_LEADER_OR_FOLLOWER" },
    { 7, KF_ACTION_SOON, "REQUEST_TIMED_OUT" },
    { 8, KF_ACTION_REFRESH_METADATA, "BROKER_NOT_AVAILABLE" },
    { 9, KF_ACTION_REFRESH_METADATA, "REPLICA_NOT_AVAILABLE" },
    { 10, KF_ACTION_UNKNOWN, "MESSAGE_TOO_LARGE" },
    { 13, KF_ACTION_REFRESH_METADATA, "NETWORK_EXCEPTION" },
    { 17, KF_ACTION_UNKNOWN, "INVALID_TOPIC_EXCEPTION" },
    { 29, KF_ACTION_NOT_AUTHORISED, "TOPIC_AUTHORIZATION_FAILED" },
    { 30, KF_ACTION_NOT_AUTHORISED, "GROUP_AUTHORIZATION_FAILED" },
    { 31, KF_ACTION_NOT_AUTHORISED, "CLUSTER_AUTHORIZATION_FAILED" },
    { 33, KF_ACTION_UNKNOWN, "UNSUPPORTED_SASL_MECHANISM" },
    { 34, KF_ACTION_UNKNOWN, "ILLEGAL_SASL_STATE" },
    { 35, KF_ACTION_UNKNOWN, "UNSUPPORTED_VERSION" },
    { 42, KF_ACTION_UNKNOWN, "INVALID_REQUEST" },
    { 43, KF_ACTION_UNKNOWN, "UNSUPPORTED_FOR_MESSAGE_FORMAT" },
    { 56, KF_ACTION_REFRESH_METADATA, "KAFKA_STORAGE_ERROR" },
    { 58, KF_ACTION_UNKNOWN, "SASL_AUTHENTICATION_FAILED" },
    { 70, KF_ACTION_UNKNOWN, "FETCH_SESSION_ID_NOT_FOUND" },
    { 71, KF_ACTION_UNKNOWN, "INVALID_FETCH_SESSION_EPOCH" },
    { 72, KF_ACTION_REFRESH_METADATA, "LISTENER_NOT_FOUND" },
    { 74, KF_ACTION_REFRESH_METADATA, "FENCED_LEADER_EPOCH" },
    { 75, KF_ACTION_REFRESH_METADATA, "UNKNOWN_LEADER_EPOCH" },
    { 76, KF_ACTION_UNSUPPORTED_CODEC, "UNSUPPORTED_COMPRESSION_TYPE" },
    { 78, KF_ACTION_SOON, "OFFSET_NOT_AVAILABLE" },
    { 89, KF_ACTION_SOON, "THROTTLING_QUOTA_EXCEEDED" },
    { 100, KF_ACTION_REFRESH_METADATA, "UNKNOWN_TOPIC_ID" },
    { 103, KF_ACTION_REFRESH_METADATA, "INCONSISTENT_TOPIC_ID" },
};

static const struct error_code *find(int16_t code)
{
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (codes[i].code == code)
            return &codes[i];
    return NULL;
}

enum kf_error_action kf_error_code_action(int16_t code)
{
    const struct error_code *known = find(code);
    return known ? known->action : KF_ACTION_UNKNOWN;
}

const char *kf_error_code_name(int16_t code)
{
    const struct error_code *known = find(code);
    return known ? known->name : "UNKNOWN";
}
