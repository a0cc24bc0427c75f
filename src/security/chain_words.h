/* SPDX-License-Identifier: MIT
 * Why a broker's certificate is not taken, in words. */
#ifndef KF_CHAIN_WORDS_H
#define KF_CHAIN_WORDS_H

/** @param x509_error  OpenSSL's X509_V_ERR_...; 0: it is not known. Static. */
const char *kf_chain_words(int x509_error);

#endif
