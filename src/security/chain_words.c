/* SPDX-License-Identifier: MIT */
#include "chain_words.h"

#include <openssl/x509_vfy.h>

const char *kf_chain_words(int x509_error)
{
    switch (x509_error) {
    case X509_V_OK:
        return "the broker's certificate can not be verified: ssl_ca_location";
    case X509_V_ERR_CERT_HAS_EXPIRED:
        return "certificate expired: the broker's, or its CA's";
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return "certificate not valid yet: the broker's, or its CA's (is this machine's clock "
               "right?)";
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        return "wrong host: the broker's certificate is for another name than the one in endpoints";
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        return "self-signed: the broker's certificate is its own issuer, and not trusted here: "
               "ssl_ca_location";
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        return "unknown CA: who issued the broker's certificate is not trusted here: "
               "ssl_ca_location";
    default:
        return X509_verify_cert_error_string(x509_error);
    }
}
