// SPDX-License-Identifier: GPL-3.0-or-later
/* The state of the machine that reads pickles, shared by its operations and by what makes tensors.
 */
#ifndef MODEL_PICKLE_INTERNAL_H
#define MODEL_PICKLE_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/pth_internal.h"

#define MACHINE_STACK (1 << 14)
#define MACHINE_MEMO (1 << 14)

/* What a value of PTH_KIND_READER stands for, in its `token`. */
enum token {
	TOKEN_MARK,
	TOKEN_ORDERED_DICT,
	TOKEN_REBUILD_TENSOR,
	TOKEN_REBUILD_PARAMETER,
	TOKEN_STORAGE_CLASS, // `integer`: which of pth__storage_classes
	TOKEN_STORAGE,	     // `integer`: position of its record
};

/* A storage that the pickle has asked for; by the position of its record. */
struct machine_storage {
	struct tensor *elements; // one dimension; NULL: not asked for yet
	int64_t storage_class;
};

struct machine {
	const uint8_t *code;
	size_t len, at, op_at; // op_at: where the operation under way began
	bool stopped;
	size_t depth;
	struct pth_value *stack[MACHINE_STACK];
	struct pth_value *memo[MACHINE_MEMO];
	struct machine_storage storages[PTH_RECORDS_MAX];
	struct container *container;
	struct pth_tree *tree;
	struct diag *diag;
};

static inline bool pickle__is_token(const struct pth_value *value, enum token token)
{
	return value->kind == PTH_KIND_READER && value->token == (int)token;
}

// Reports what is wrong at the operation under way.
int pickle__bad(struct machine *m, const char *what);
int pickle__no_memory(struct machine *m);
int pickle__push(struct machine *m, struct pth_value *value); // NULL: memory ran out
// The storage of a persistent id ('storage', class, key, place, elements).
int pickle__load_storage(struct machine *m, const struct pth_value *id, size_t *ret_position);
// Values from the arguments of torch._utils._rebuild_tensor_v2 and _rebuild_parameter.
int pickle__make_tensor(struct machine *m, const struct pth_value *args, struct pth_value **ret);
int pickle__make_parameter(struct machine *m, const struct pth_value *args, struct pth_value **ret);
void pickle__release_storages(struct machine *m);

/* Operations of pickle_items.c. */
int pickle__op_tuple(struct machine *m);
int pickle__op_tuple0(struct machine *m);
int pickle__op_tuple1(struct machine *m);
int pickle__op_tuple2(struct machine *m);
int pickle__op_tuple3(struct machine *m);
int pickle__op_setitem(struct machine *m);
int pickle__op_setitems(struct machine *m);
int pickle__op_append(struct machine *m);
int pickle__op_appends(struct machine *m);

#endif
