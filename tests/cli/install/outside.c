/* SPDX-License-Identifier: MIT
 * A program of somebody else: it uses the public header and whatever libkaffe its build found. */
#include <kaffe.h>
#include <stdio.h>

int main(void)
{
    printf("%s %s\n", kaffe_version(), kaffe_status_text(KAFFE_OK));
    return strcmp(kaffe_version(), KAFFE_VERSION) != 0;
}
