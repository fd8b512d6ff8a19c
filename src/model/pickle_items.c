// SPDX-License-Identifier: GPL-3.0-or-later
/* The operations that put values from the stack into tuples, lists and dicts. */
#include "config.h"

#include "model/pickle_internal.h"

/* The place of the topmost mark, or -1. */
static long find_mark(struct machine *m)
{
	for (size_t i = m->depth; i-- > 0;) {
		if (pickle__is_token(m->stack[i], TOKEN_MARK))
			return (long)i;
	}
	pickle__bad(m, "a mark is missing");
	return -1;
}

/* A tuple of the values from `from` on, in their place. */
static int push_tuple(struct machine *m, size_t from)
{
	struct pth_value *tuple = pth_tuple(m->tree);

	for (size_t i = from; i < m->depth; i++)
		pth_add(m->tree, tuple, m->stack[i]);
	m->depth = from;
	return m->tree->failed ? pickle__no_memory(m) : pickle__push(m, tuple);
}

int pickle__op_tuple(struct machine *m)
{
	long mark = find_mark(m);
	int err;

	if (mark < 0)
		return ERR_FORMAT;
	err = push_tuple(m, (size_t)mark + 1);
	if (err == 0) {
		m->stack[mark] = m->stack[m->depth - 1];
		m->depth = (size_t)mark + 1;
	}
	return err;
}

static int tuple_of(struct machine *m, size_t count)
{
	if (m->depth < count)
		return pickle__bad(m, "a value is missing");
	for (size_t i = m->depth - count; i < m->depth; i++) {
		if (pickle__is_token(m->stack[i], TOKEN_MARK))
			return pickle__bad(m, "a value is missing");
	}
	return push_tuple(m, m->depth - count);
}

int pickle__op_tuple0(struct machine *m)
{
	return tuple_of(m, 0);
}

int pickle__op_tuple1(struct machine *m)
{
	return tuple_of(m, 1);
}

int pickle__op_tuple2(struct machine *m)
{
	return tuple_of(m, 2);
}

int pickle__op_tuple3(struct machine *m)
{
	return tuple_of(m, 3);
}

/* Appends the values from `from` on to stack[container], and drops them. */
static int take_in(struct machine *m, enum pth_kind kind, size_t container, size_t from)
{
	struct pth_value *to = m->stack[container];
	size_t step = kind == PTH_KIND_DICT ? 2 : 1;

	if (to->kind != kind || (m->depth - from) % step)
		return pickle__bad(m, "values that fit no container");
	for (size_t i = from; i < m->depth; i += step) {
		struct pth_value *key = m->stack[i];

		if (step == 1) {
			pth_add(m->tree, to, key);
			continue;
		}
		if (key->kind != PTH_KIND_TEXT && key->kind != PTH_KIND_INT)
			return pickle__bad(m, "a key that is neither a text nor an integer");
		pth_put(m->tree, to, key, m->stack[i + 1]);
	}
	m->depth = from;
	return m->tree->failed ? pickle__no_memory(m) : 0;
}

/* SETITEM and APPEND: one item, without a mark. */
static int take_in_one(struct machine *m, enum pth_kind kind, size_t values)
{
	if (m->depth < values + 1)
		return pickle__bad(m, "a value is missing");
	return take_in(m, kind, m->depth - values - 1, m->depth - values);
}

static int take_in_marked(struct machine *m, enum pth_kind kind)
{
	long mark = find_mark(m);
	int err;

	if (mark < 0)
		return ERR_FORMAT;
	if (mark == 0)
		return pickle__bad(m, "a value is missing");
	err = take_in(m, kind, (size_t)mark - 1, (size_t)mark + 1);
	if (err == 0)
		m->depth = (size_t)mark;
	return err;
}

int pickle__op_setitem(struct machine *m)
{
	return take_in_one(m, PTH_KIND_DICT, 2);
}

int pickle__op_setitems(struct machine *m)
{
	return take_in_marked(m, PTH_KIND_DICT);
}

int pickle__op_append(struct machine *m)
{
	return take_in_one(m, PTH_KIND_LIST, 1);
}

int pickle__op_appends(struct machine *m)
{
	return take_in_marked(m, PTH_KIND_LIST);
}
