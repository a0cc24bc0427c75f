/* SPDX-License-Identifier: MIT
 * What the programs that write documentation have in common. */
#ifndef DOCUMENT_H
#define DOCUMENT_H

#include <stdio.h>

/** Prints the document, or with --check FILE tells whether FILE is it. @return the exit status */
int document_main(int argc, char **argv, void (*print)(FILE *out));

#endif
