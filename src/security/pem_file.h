/* SPDX-License-Identifier: MIT
 * A file with a PEM text, read whole. */
#ifndef KF_PEM_FILE_H
#define KF_PEM_FILE_H

#include "kaffe.h"

/** @param text  on KAFFE_OK ended by a zero, to be freed by kf_secret_free
 *  @return KAFFE_OK; KAFFE_FAILED: err says what is wrong with the file; KAFFE_NO_MEMORY */
kaffe_status kf_pem_file_read(const char *path, char **text, kaffe_error *err);

#endif
