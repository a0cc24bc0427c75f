/* SPDX-License-Identifier: MIT */
typedef int kf_wire_placeholder;
