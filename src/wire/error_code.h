/* SPDX-License-Identifier: MIT
 * Kafka's error codes as the data plane meets them: their names, and what to do about each. */
#ifndef KF_ERROR_CODE_H
#define KF_ERROR_CODE_H

#include <stdint.h>

enum kf_error_action {
    KF_ACTION_NONE, /* 0: no error */
    KF_ACTION_SOON, /* ask again in a moment: 7, 78, 89 */
    KF_ACTION_REFRESH_METADATA, /* 3 5 6 8 9 ...: the leader is elsewhere, or unknown yet */
    KF_ACTION_OUT_OF_RANGE, /* 1 */
    KF_ACTION_NOT_AUTHORISED, /* 29 30 31: say so once, retry slowly */
    KF_ACTION_CORRUPT, /* 2 */
    KF_ACTION_UNSUPPORTED_CODEC, /* 76 */
    KF_ACTION_UNKNOWN /* all others: back off, say so once */
};

enum kf_error_action kf_error_code_action(int16_t code);
/** "NOT_LEADER_OR_FOLLOWER"; "UNKNOWN" for a code that we do not know. Static. */
const char *kf_error_code_name(int16_t code);

#endif
