/* SPDX-License-Identifier: MIT */
typedef int kf_kafka_placeholder;
