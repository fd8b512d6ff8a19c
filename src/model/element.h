// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The element types that files know and how they become ours: the 16-bit
 * floats float32, the others stay what they are. Bytes in files are little-endian, at any
 * alignment.
 */
#ifndef MODEL_ELEMENT_H
#define MODEL_ELEMENT_H

#include <stddef.h>

#include "engine/tensor.h"

enum element {
	ELEMENT_F32,
	ELEMENT_F64,
	ELEMENT_F16,
	ELEMENT_BF16,
	ELEMENT_I64,
	ELEMENT_I32,
	ELEMENT_I16,
	ELEMENT_I8,
	ELEMENT_U8,
	ELEMENT_BOOL,
};

size_t element_size(enum element element);	    // bytes in the file
enum dtype element_dtype(enum element element);	    // what it becomes
enum element element_of_dtype(enum dtype dtype);    // what that is written as, without any change
// `count` elements of a file into memory of type element_dtype.
void element_decode(enum element element, const void *src, size_t count, void *dst);

#endif
