// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What the flat kernels' files of one instruction set share.
 */
#ifndef ENGINE_KERNEL_FLAT_H
#define ENGINE_KERNEL_FLAT_H

#include "engine/flat.h"
#include "engine/kernel_vec.h"

void KERNEL(flat_corr2d)(const float *src, int64_t w, const float *kernel, int64_t kh, int64_t kw,
    int64_t from, int64_t to, float *dst);

#endif
