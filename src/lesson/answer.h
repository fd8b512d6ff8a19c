// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Reading what a learner typed. Nothing here runs code: a small reader of numbers, shapes and
 * matrices, forgiving about how they are written (.5, 0.50, 1/2, 1e-3, a Unicode minus, full-width
 * digits; 6x7, 6 7, (6, 7), [6, 7]), strict about what they are.
 */
#ifndef LESSON_ANSWER_H
#define LESSON_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"

#define ANSWER_VALUES_MAX 256

struct answer_values {
	size_t rows, cols; // a shape or a plain list: one row
	size_t count;
	double values[ANSWER_VALUES_MAX];
};

// A number, or arithmetic of numbers: + - * / ( ) and floor, ceil, sqrt, ln, log, exp, abs.
bool answer_number(const char *text, double *ret);
// Whole numbers separated by x, *, comma or blanks, in brackets or not.
bool answer_shape(const char *text, struct answer_values *ret);
// Rows separated by ; or by brackets, numbers in a row by commas or blanks; every row the same size.
bool answer_matrix(const char *text, struct answer_values *ret);
// A choice by its number from 1, its letter, or the beginning of its text that no other one shares.
bool answer_choice(const char *text, char *const *choices, size_t count, size_t *ret);
// Equal but for case, blanks and what surrounds them (quotes, a full stop).
bool answer_same_text(const char *a, const char *b);

#endif
