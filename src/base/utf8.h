// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * UTF-8 and the width of characters in cells, independent of the locale: screens are laid out and
 * tested the same way in LANG=C. (libc's wcwidth answers -1 there for all that is not ASCII.)
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UTF8_MAX 4	    // bytes of one character at the most
#define UTF8_REPLACEMENT 0xfffd

// Decode one character of at most `len` bytes; returns the bytes used, 0 at the end of the text.
// An ill-formed byte counts as one UTF8_REPLACEMENT.
size_t utf8_decode(const char *text, size_t len, uint32_t *ret_cp);
// Encode into at most UTF8_MAX bytes, not terminated; returns their number.
size_t utf8_encode(uint32_t cp, char *bytes);
// True for well-formed UTF-8; otherwise *ret_offset (may be NULL) is the first bad byte.
bool utf8_valid(const char *text, size_t len, size_t *ret_offset);
// Cells: 0 for combining and control characters, 2 for East Asian wide and emoji, else 1.
int utf8_width(uint32_t cp);
int utf8_text_width(const char *text);		    // of a NUL-terminated text
size_t utf8_prefix(const char *text, int max_cells); // bytes of the longest prefix that fits

#endif
