/* SPDX-License-Identifier: MIT */
typedef int kf_fetch_placeholder;
