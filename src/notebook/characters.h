// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What strings need to know about characters: case, letters, digits, what repr() shows as it is.
 * Latin, Greek and Cyrillic letters have two cases here; other scripts are left alone.
 */
#ifndef NOTEBOOK_CHARACTERS_H
#define NOTEBOOK_CHARACTERS_H

#include <stdbool.h>
#include <stdint.h>

uint32_t char_lower(uint32_t cp);
uint32_t char_upper(uint32_t cp); // one character: the sharp s stays
bool char_is_lower(uint32_t cp);
bool char_is_upper(uint32_t cp);
bool char_is_letter(uint32_t cp);
bool char_is_digit(uint32_t cp);
bool char_is_space(uint32_t cp);
bool char_is_printable(uint32_t cp);

#endif
