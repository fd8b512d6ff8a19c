// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Which dtype a result has when operands differ. PyTorch and NumPy answer differently, so whoever
 * computes says in which world:
 *
 *	int64 / int64		float32 in PyTorch, float64 in NumPy
 *	float32 + int64		float32 in PyTorch, float64 in NumPy
 *	float32 + 1.5		float32 in both: a Python number never widens a float tensor
 *	int64 + 1.5		float32 in PyTorch, float64 in NumPy
 *	uint8 + 1		uint8 in both; uint8 + int8 is int16
 *	int8 or int16 + float32	float32 in both; int32 as int64 above
 */
#ifndef ENGINE_PROMOTE_H
#define ENGINE_PROMOTE_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/tensor.h"

enum world { WORLD_TORCH, WORLD_NUMPY };

struct promote_operand {
	enum dtype dtype;
	bool scalar; // has no dimensions
	bool weak;   // is a Python number: only its kind (bool, int, float) counts
	bool known;  // `value` is that of an integer scalar
	int64_t value; // NumPy widens what it does not fit: uint8 + 300
};

struct promote_operand promote_operand_of(const struct tensor *tensor, bool weak);

enum dtype promote_operands(enum world world, const struct promote_operand *operands, size_t count);
enum dtype promote_float(enum world world, enum dtype dtype); // what exp and / compute in
enum dtype promote_default_float(enum world world);
bool dtype_is_float(enum dtype dtype);

#endif
