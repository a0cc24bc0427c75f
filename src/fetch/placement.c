/* SPDX-License-Identifier: MIT */
#include "placement.h"

#include "admission.h"
#include "backoff.h"
#include "broker.h"
#include "cluster.h"
#include "error_code.h"
#include "follower.h"
#include "io.h"
#include "log.h"
#include "random.h"
#include "stream.h"
#include "topic.h"

#define PAUSE_MAX_MS 5000 /* between attempts for a stream that only meets errors */
#define SOON_MAX 8 /* times that a follower may ask for patience */
#define TICK_MS 16 /* those who wait are called back together */

static int64_t pause_after(const struct kf_cluster *cluster, uint32_t failures)
{
    return kf_backoff_ms(cluster->io->settings.connection.reconnect_backoff_ms, PAUSE_MAX_MS,
                         failures, kf_random_below(UINT32_MAX));
}

/* Metadata is asked for at once the first time: leaders move. When what it says proves wrong again,
 * with patience. */
static void place_homeless(struct kf_cluster *cluster, struct kf_stream *stream)
{
    uint32_t failures = stream->course.failures;
    kf_stream_queue_push(&cluster->homeless, stream);
    kf_cluster_refresh(cluster, failures > 1 ? pause_after(cluster, failures - 1) : 0);
}

static void place_later(struct kf_io *io, struct kf_broker *broker, struct kf_stream *stream)
{
    int64_t due_ms = stream->course.due_ms;
    kf_stream_queue_push(&broker->later, stream);
    if (due_ms < broker->later_due_ms)
        broker->later_due_ms = due_ms;
    kf_io_wake_at(io, due_ms);
}

static void place_fetch(struct kf_broker *broker, struct kf_stream *stream, enum kf_place place)
{
    if (stream->course.capacity == 0)
        return; /* a release brings it back */
    if (place == KF_PLACE_FRONT)
        kf_stream_queue_push_front(&broker->fetchable, stream);
    else if (place == KF_PLACE_DRAINED)
        kf_stream_queue_push(&broker->drained, stream);
    else
        kf_stream_queue_push(&broker->fetchable, stream);
}

void kf_place(struct kf_cluster *cluster, struct kf_stream *stream, enum kf_place place)
{
    struct kf_stream_course *course = &stream->course;
    struct kf_broker *leader = course->leader;
    course->asked_by = NULL;
    kf_stream_queue_leave(stream);
    kf_admission_forget(cluster, stream);
    if (course->wish.kind == KF_WISH_REST)
        return;
    if (!leader) {
        place_homeless(cluster, stream);
    } else if (course->due_ms > cluster->io->now_ms) {
        place_later(cluster->io, leader, stream);
    } else if (course->wish.kind == KF_WISH_LOCATE) {
        kf_stream_queue_push(&leader->locating, stream);
    } else {
        place_fetch(kf_follower_source(cluster, stream), stream, place);
    }
}

void kf_place_aside(struct kf_cluster *cluster, struct kf_stream *stream, int64_t pause_ms)
{
    int64_t due_ms = cluster->io->now_ms + pause_ms;
    stream->course.due_ms = (due_ms / TICK_MS + 1) * TICK_MS;
    kf_place(cluster, stream, KF_PLACE_BACK);
}

void kf_place_later(struct kf_cluster *cluster, struct kf_stream *stream)
{
    stream->course.failures++;
    kf_place_aside(cluster, stream, pause_after(cluster, stream->course.failures));
}

void kf_place_complain(const struct kf_cluster *cluster, struct kf_stream *stream, int16_t code)
{
    if (stream->course.complained == code)
        return;
    stream->course.complained = code;
    kf_log(&cluster->io->log, KAFFE_LOG_WARN, "fetch.failed",
           "topic=%s partition=%d error=%s code=%d", stream->topic, stream->partition,
           kf_error_code_name(code), code);
}

static void leave_leader(struct kf_stream *stream)
{
    kf_follower_leave(stream);
    if (stream->course.leader)
        stream->course.leader->stream_count--;
    stream->course.leader = NULL;
}

static void look_for_leader(struct kf_cluster *cluster, struct kf_stream *stream)
{
    stream->course.failures++;
    leave_leader(stream);
    kf_place(cluster, stream, KF_PLACE_BACK);
}

static void report_out_of_range(struct kf_cluster *cluster, struct kf_stream *stream)
{
    if (stream->course.wish.kind != KF_WISH_FETCH) { /* not an answer to ListOffsets */
        kf_place_later(cluster, stream);
        return;
    }
    stream->course.wish.kind = KF_WISH_REST;
    kf_place(cluster, stream, KF_PLACE_BACK);
    kf_stream_tell_out_of_range(stream);
}

/* Whatever a follower can not do, its leader is asked for before anything is made of it. */
static bool refused_by_follower(struct kf_cluster *cluster, struct kf_stream *stream, int16_t code)
{
    if (!stream->course.follower || stream->course.wish.kind != KF_WISH_FETCH ||
        (kf_error_code_action(code) == KF_ACTION_SOON && stream->course.failures < SOON_MAX))
        return false;
    kf_follower_give_up(cluster, stream);
    kf_place(cluster, stream, KF_PLACE_FRONT);
    return true;
}

void kf_place_refused(struct kf_cluster *cluster, struct kf_stream *stream, int16_t code)
{
    if (refused_by_follower(cluster, stream, code))
        return;
    switch (kf_error_code_action(code)) {
    case KF_ACTION_NONE:
    case KF_ACTION_SOON:
        kf_place_later(cluster, stream);
        return;
    case KF_ACTION_REFRESH_METADATA:
        look_for_leader(cluster, stream);
        return;
    case KF_ACTION_OUT_OF_RANGE:
        report_out_of_range(cluster, stream);
        return;
    case KF_ACTION_NOT_AUTHORISED:
    case KF_ACTION_UNSUPPORTED_CODEC:
        kf_place_complain(cluster, stream, code);
        kf_place_aside(cluster, stream, PAUSE_MAX_MS);
        return;
    case KF_ACTION_CORRUPT:
    case KF_ACTION_UNKNOWN:
        kf_place_complain(cluster, stream, code);
        kf_place_later(cluster, stream);
    }
}

void kf_place_mailed(struct kf_cluster *cluster, struct kf_stream *stream)
{
    struct kf_stream_course *course = &stream->course;
    bool new_wish;
    if (!kf_stream_look(stream, &new_wish)) {
        kf_cluster_detach(cluster, stream);
        return;
    }
    kf_cluster_attach(cluster, stream);
    if (new_wish) {
        course->due_ms = 0;
        course->failures = 0;
        course->complained = 0;
        course->too_large = false;
    } else if (course->queue || course->asked_by) {
        return; /* on its way already */
    }
    kf_place(cluster, stream, KF_PLACE_BACK);
}

static void log_move(const struct kf_cluster *cluster, const struct kf_stream *stream)
{
    kf_log(&cluster->io->log, KAFFE_LOG_DEBUG, "partition.leader_changed",
           "topic=%s partition=%d broker=%d", stream->topic, stream->partition,
           stream->course.leader->id);
}

void kf_place_leader(struct kf_cluster *cluster, struct kf_stream *stream, struct kf_broker *leader)
{
    struct kf_stream_course *course = &stream->course;
    bool asked = course->queue || course->asked_by;
    if (course->leader == leader)
        return;
    leave_leader(stream);
    course->leader = leader;
    if (leader) {
        leader->stream_count++;
        if (course->leader_id != leader->id && course->leader_id >= 0)
            log_move(cluster, stream);
        course->leader_id = leader->id;
    }
    if (asked)
        kf_place(cluster, stream, KF_PLACE_BACK);
}
