/* SPDX-License-Identifier: MIT */
typedef int kf_consumer_placeholder;
