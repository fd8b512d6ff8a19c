// SPDX-License-Identifier: GPL-3.0-or-later
/* What every fuzz target defines: libFuzzer's entry, called by it or by replay.c. Returns 0. */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
