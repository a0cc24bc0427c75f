/* SPDX-License-Identifier: MIT */
#include "client_settings.h"

#include "credentials.h"
#include "options.h"
#include "problems.h"
#include "property_aliases.h"

/* What every client's options go through, once imported. */
static void check(const struct kf_option_table *table, void *options, struct kf_problems *problems)
{
    kf_property_aliases_apply(table, options, problems);
    kf_options_check(table, options, problems);
}

/* --- a consumer's ------------------------------------------------------------------------- */

static bool read_consumer(struct kf_consumer_settings *settings, struct kf_credentials *lent,
                          struct kf_problems *problems)
{
    kaffe_consumer_options *ours = &settings->options;
    check(&kf_consumer_option_table, ours, problems);
    if (!kf_credentials_read(lent, &kf_consumer_option_table, ours, ours->sasl_oauthbearer_token,
                             ours->sasl_oauthbearer_token_ctx, &settings->security, problems))
        return false;
    return kf_consumer_settings_read(settings, problems);
}

kaffe_status kf_consumer_settings_init(struct kf_consumer_settings *settings,
                                       const kaffe_consumer_options *options, size_t options_size,
                                       kaffe_report_fn report, void *ctx, kaffe_error *err)
{
    bool memory = true;
    struct kf_credentials lent = { 0 };
    struct kf_problems problems = { .report = report, .ctx = ctx };
    *settings = (struct kf_consumer_settings){ 0 };
    if (kf_options_import(&kf_consumer_option_table, &settings->options, options, options_size,
                          &problems))
        memory = read_consumer(settings, &lent, &problems);
    kaffe_status status = kf_consumer_settings_settle(settings, memory, &problems, err);
    kf_credentials_fini(&lent);
    return status;
}

/* --- a producer's ------------------------------------------------------------------------- */

static bool read_producer(struct kf_producer_settings *settings, struct kf_credentials *lent,
                          struct kf_problems *problems)
{
    kaffe_producer_options *ours = &settings->options;
    check(&kf_producer_option_table, ours, problems);
    return kf_credentials_read(lent, &kf_producer_option_table, ours, ours->sasl_oauthbearer_token,
                               ours->sasl_oauthbearer_token_ctx, &settings->security, problems) &&
           kf_producer_settings_read(settings, problems);
}

kaffe_status kf_producer_settings_init(struct kf_producer_settings *settings,
                                       const kaffe_producer_options *options, size_t options_size,
                                       kaffe_report_fn report, void *ctx, kaffe_error *err)
{
    bool memory = true;
    struct kf_credentials lent = { 0 };
    struct kf_problems problems = { .report = report, .ctx = ctx };
    *settings = (struct kf_producer_settings){ 0 };
    if (kf_options_import(&kf_producer_option_table, &settings->options, options, options_size,
                          &problems))
        memory = read_producer(settings, &lent, &problems);
    kaffe_status status = kf_producer_settings_settle(settings, memory, &problems, err);
    kf_credentials_fini(&lent);
    return status;
}

kaffe_status kf_producer_settings_init_secured(struct kf_producer_settings *settings,
                                               const kaffe_producer_options *options,
                                               const struct kf_security_settings *security,
                                               kaffe_error *err)
{
    struct kf_problems problems = { 0 };
    *settings = (struct kf_producer_settings){ .options = *options };
    kf_options_check(&kf_producer_option_table, options, &problems);
    bool memory = kf_security_settings_copy(&settings->security, security) &&
                  kf_producer_settings_read(settings, &problems);
    return kf_producer_settings_settle(settings, memory, &problems, err);
}

/* --- a reader's --------------------------------------------------------------------------- */

static bool read_reader(struct kf_reader_settings *reader, struct kf_consumer_settings *settings,
                        kaffe_reader_options *ours, struct kf_credentials *lent,
                        struct kf_problems *problems)
{
    kf_reader_settings_carry_over(ours, &settings->options); /* problems are told to its log */
    check(&kf_reader_option_table, ours, problems);
    if (!kf_credentials_read(lent, &kf_reader_option_table, ours, ours->sasl_oauthbearer_token,
                             ours->sasl_oauthbearer_token_ctx, &settings->security, problems))
        return false;
    kf_reader_settings_carry_over(ours, &settings->options); /* with what came from elsewhere */
    return kf_reader_settings_read(reader, ours, problems) &&
           kf_consumer_settings_read(settings, problems);
}

kaffe_status kf_reader_settings_init(struct kf_reader_settings *reader,
                                     struct kf_consumer_settings *settings,
                                     const kaffe_reader_options *options, size_t options_size,
                                     kaffe_report_fn report, void *ctx, kaffe_error *err)
{
    bool memory = true;
    kaffe_reader_options ours;
    struct kf_credentials lent = { 0 };
    struct kf_problems problems = { .report = report, .ctx = ctx };
    *reader = (struct kf_reader_settings){ 0 };
    *settings = (struct kf_consumer_settings){ 0 };
    if (kf_options_import(&kf_reader_option_table, &ours, options, options_size, &problems))
        memory = read_reader(reader, settings, &ours, &lent, &problems);
    kaffe_status status = kf_consumer_settings_settle(settings, memory, &problems, err);
    kf_credentials_fini(&lent);
    if (status != KAFFE_OK) {
        kf_reader_settings_fini(reader);
        return status;
    }
    /* A reader's partitions are given up when it stops, and only then. */
    settings->options.rebalance_delay_ms = settings->options.shutdown_timeout_ms;
    return KAFFE_OK;
}

/* --- checks alone ------------------------------------------------------------------------- */

kaffe_status kaffe_consumer_options_check_sized(const kaffe_consumer_options *options,
                                                size_t options_size, kaffe_report_fn report,
                                                void *ctx)
{
    struct kf_consumer_settings settings;
    kaffe_status status =
        kf_consumer_settings_init(&settings, options, options_size, report, ctx, NULL);
    if (status == KAFFE_OK)
        kf_consumer_settings_fini(&settings);
    return status;
}

kaffe_status kaffe_producer_options_check_sized(const kaffe_producer_options *options,
                                                size_t options_size, kaffe_report_fn report,
                                                void *ctx)
{
    struct kf_producer_settings settings;
    kaffe_status status =
        kf_producer_settings_init(&settings, options, options_size, report, ctx, NULL);
    if (status == KAFFE_OK)
        kf_producer_settings_fini(&settings);
    return status;
}

kaffe_status kaffe_reader_options_check_sized(const kaffe_reader_options *options,
                                              size_t options_size, kaffe_report_fn report,
                                              void *ctx)
{
    struct kf_reader_settings reader;
    struct kf_consumer_settings settings;
    kaffe_status status =
        kf_reader_settings_init(&reader, &settings, options, options_size, report, ctx, NULL);
    if (status == KAFFE_OK) {
        kf_reader_settings_fini(&reader);
        kf_consumer_settings_fini(&settings);
    }
    return status;
}
