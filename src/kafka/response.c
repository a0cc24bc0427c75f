/* SPDX-License-Identifier: MIT */
#include "response.h"

#include <librdkafka/rdkafka.h>
#include <stddef.h>

_Static_assert(KF_CODE_NO_ANSWER == RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, "the same, by another name");

static const struct {
    rd_kafka_resp_err_t code;
    kaffe_status status;
} statuses[] = {
    { RD_KAFKA_RESP_ERR_NO_ERROR, KAFFE_OK },
    { RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, KAFFE_DENIED },
    { RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, KAFFE_DENIED },
    { RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, KAFFE_DENIED },
    { RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED, KAFFE_DENIED },
    { RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED, KAFFE_DENIED },
    { RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM, KAFFE_DENIED },
    { RD_KAFKA_RESP_ERR__AUTHENTICATION, KAFFE_DENIED },
    { RD_KAFKA_RESP_ERR__SSL, KAFFE_TIMED_OUT },
    { RD_KAFKA_RESP_ERR__TIMED_OUT, KAFFE_TIMED_OUT },
    { RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE, KAFFE_TIMED_OUT },
    { RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, KAFFE_TIMED_OUT },
    { RD_KAFKA_RESP_ERR__TRANSPORT, KAFFE_TIMED_OUT },
    { RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, KAFFE_TIMED_OUT },
    { RD_KAFKA_RESP_ERR__RESOLVE, KAFFE_TIMED_OUT },
    { RD_KAFKA_RESP_ERR__WAIT_COORD, KAFFE_TIMED_OUT },
    { RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, KAFFE_TIMED_OUT },
    { RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION, KAFFE_UNSUPPORTED },
    { RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE, KAFFE_UNSUPPORTED },
};

kaffe_status kf_response_status(int32_t code)
{
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        if ((int32_t)statuses[i].code == code)
            return statuses[i].status;
    }
    return KAFFE_KAFKA;
}

/* Codes after which nothing changes by itself. All others are worth another try. */
uint32_t kf_response_flags(int32_t code)
{
    static const rd_kafka_resp_err_t final[] = {
        RD_KAFKA_RESP_ERR_NO_ERROR,
        RD_KAFKA_RESP_ERR_OFFSET_METADATA_TOO_LARGE,
        RD_KAFKA_RESP_ERR_INVALID_GROUP_ID,
        RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION,
        RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID,
        RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID,
        RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE,
        RD_KAFKA_RESP_ERR_INVALID_MSG,
        RD_KAFKA_RESP_ERR_INVALID_RECORD,
        RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION,
        RD_KAFKA_RESP_ERR__FATAL,
        RD_KAFKA_RESP_ERR__INVALID_ARG,
    };
    kaffe_status status = kf_response_status(code);
    if (status == KAFFE_DENIED || status == KAFFE_UNSUPPORTED)
        return 0;
    for (size_t i = 0; i < sizeof final / sizeof final[0]; i++) {
        if ((int32_t) final[i] == code)
            return 0;
    }
    return KAFFE_ERROR_RETRIABLE;
}

const char *kf_response_text(int32_t code)
{
    return rd_kafka_err2str((rd_kafka_resp_err_t)code);
}

bool kf_response_topic_unknown(int32_t code)
{
    return code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
           code == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC;
}

bool kf_response_is_login(int32_t code)
{
    return code == RD_KAFKA_RESP_ERR__AUTHENTICATION || code == RD_KAFKA_RESP_ERR__SSL ||
           code == RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED ||
           code == RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM;
}
