// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/event.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/utf8.h"

static const struct {
	const char *name;
	uint32_t key;
} names[] = {
	{"Up", KEY_ARROW_UP},	    {"Down", KEY_ARROW_DOWN},	  {"Left", KEY_ARROW_LEFT},
	{"Right", KEY_ARROW_RIGHT}, {"Home", KEY_FIRST},	  {"End", KEY_LAST},
	{"PgUp", KEY_PAGE_UP},	    {"PgDn", KEY_PAGE_DOWN},	  {"Delete", KEY_DELETE},
	{"Insert", KEY_INSERT},	    {"Tab", KEY_TABULATOR},	  {"BackTab", KEY_BACK_TAB},
	{"Enter", KEY_ENTER_RETURN}, {"Esc", KEY_ESCAPE},	  {"Backspace", KEY_ERASE},
	{"Space", ' '},
};

uint32_t event_key_parse(const char *name)
{
	uint32_t cp;
	size_t len = strlen(name);

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (!strcasecmp(name, names[i].name))
			return names[i].key;
	}
	if (len == 3 && !strncmp(name, "C-", 2) && name[2] >= 'a' && name[2] <= 'z')
		return KEY_CTRL((uint32_t)name[2]);
	if (len && utf8_decode(name, len, &cp) == len && cp > ' ' && cp != UTF8_REPLACEMENT)
		return cp;
	return KEY_NONE;
}

const char *event_key_name(uint32_t key, char *buffer)
{
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (key == names[i].key)
			return names[i].name;
	}
	if (key < ' ')
		snprintf(buffer, 16, "C-%c", (char)(key + 'a' - 1));
	else if (key < KEY_ARROW_UP)
		buffer[utf8_encode(key, buffer)] = '\0';
	else
		snprintf(buffer, 16, "key %x", (unsigned)key);
	return buffer;
}
