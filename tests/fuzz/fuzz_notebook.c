// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Programs of the notebook: any bytes end in output or in one error, within the limits, and leave
 * every reference count right.
 *
 * An input is a program's text. A first byte below 8 is a mode: bit 0, the bytes after it choose a
 * program from a grammar (program.h); bit 1, the byte after it says how little memory is left, so
 * that allocations on the notebook's heap fail wherever the program then is.
 *
 * Making a notebook takes longer than most programs: one serves many inputs, without the variables
 * of those before. With NOTEBOOK_FRESH=1 in the environment each input gets its own; so a finding
 * that comes from an earlier input is told apart. NOTEBOOK_PRINT=1 prints the program.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/strbuf.h"
#include "fuzz/fuzz.h"
#include "fuzz/program.h"
#include "notebook/notebook_internal.h"

#define MODE_MAX 8
#define MODE_GENERATED 1
#define MODE_TIGHT 2

#define MEMORY ((size_t)8 << 20)
#define SECONDS 0.5
#define SECONDS_OVER 2 // a program that goes on for so long after its limit hangs
#define KEPT_MAX 200   // programs in one notebook
#define KEPT_SYMBOLS 5000

/*
 * Memory that nobody refers to is looked for when a notebook ends. libFuzzer would look after every
 * input that leaves something allocated, which takes longer than the input: use -detect_leaks=0.
 */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#include <sanitizer/lsan_interface.h>
#define FIND_LEAKS() __lsan_do_recoverable_leak_check()
#endif
#endif
#ifndef FIND_LEAKS
#define FIND_LEAKS() 0
#endif

static struct notebook *kept;
static size_t kept_programs, kept_used;
static struct strbuf kept_sources = STRBUF_INIT; // NUL-separated

static void drop_word(void *self, const char *word)
{
	(void)self;
	(void)word;
}

// One of the notebook's programs is to blame: all of them are written to a file.
static void blame(const char *what)
{
	FILE *file = fopen("lost-by.txt", "wb");

	if (!file || fwrite(kept_sources.data, 1, kept_sources.len, file) != kept_sources.len || fclose(file))
		perror("lost-by.txt");
	BUG("%s: see lost-by.txt", what);
}

static void end_notebook(void)
{
	size_t referenced = notebook__free(kept);

	kept = NULL;
	if (referenced)
		blame("a reference count is wrong");
	if (FIND_LEAKS() || autograd_live_nodes())
		blame("memory has been lost");
	strbuf_clear(&kept_sources);
}

static struct vm *begin_notebook(void)
{
	struct nb_limits limits = {
	    .memory_bytes = MEMORY, .seconds = SECONDS, .recursion = 50, .output_bytes = 1 << 16};

	if (kept)
		return notebook__vm(kept);
	kept_programs = 0;
	if (notebook_new(NULL, &limits, &kept, NULL) < 0)
		abort();
	kept_used = notebook__vm(kept)->heap.used;
	return notebook__vm(kept);
}

// Forget the program's variables; the library's have a colon in their names.
static void forget(struct vm *vm)
{
	size_t grown;

	vm->heap.limit = vm->limits.memory_bytes = MEMORY;
	for (size_t i = 0; i < vm->symbol_count; i++)
		if (vm->globals[i].kind != VALUE_UNSET && !strchr(vm->symbols[i]->text, ':'))
			value_set(&vm->globals[i], value_unset());
	grown = vm->heap.used > kept_used ? vm->heap.used - kept_used : 0;
	if (++kept_programs > KEPT_MAX || grown > MEMORY / 8 || vm->symbol_count > KEPT_SYMBOLS ||
	    getenv("NOTEBOOK_FRESH"))
		end_notebook();
}

// What the prompt asks about any text.
static void ask(const char *text)
{
	size_t at;

	begin_notebook();
	(void)notebook_is_incomplete(text);
	notebook_complete(kept, text, &at, drop_word, NULL);
}

static void run(const char *source, size_t memory_left)
{
	struct vm *vm = begin_notebook();
	struct strbuf traceback = STRBUF_INIT;
	struct diag diag = {.code = 0};
	clock_t start = clock(); // of this process: others may keep the machine busy
	double seconds;

	strbuf_addn(&kept_sources, source, strlen(source) + 1);
	if (memory_left)
		vm->heap.limit = vm->limits.memory_bytes = vm->heap.used + memory_left;
	if (notebook_run(kept, "fuzz", source, true, &traceback, &diag) < 0 && (!diag.msg[0] || !diag.code))
		BUG("an error without a message");
	if (vm->sp || vm->frame || vm->depth || vm->running || vm->error.type)
		BUG("the machine is not as it was before");
	seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
	if (seconds > SECONDS + SECONDS_OVER)
		BUG("ran for %.1f seconds", seconds);
	strbuf_release(&traceback);
	forget(vm);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct strbuf source = STRBUF_INIT;
	size_t memory_left = 0;
	int mode = size && data[0] < MODE_MAX ? *data++ : -1;

	size -= mode >= 0;
	if (mode >= 0 && mode & MODE_TIGHT && size) {
		memory_left = (size_t)data[0] * data[0] * 4 + 1; // a prelude's 50 KiB, or next to nothing
		data++;
		size--;
	}
	if (mode >= 0 && mode & MODE_GENERATED) {
		program_generate(data, size, &source);
	} else {
		strbuf_addn(&source, data, size);
		ask(source.data);
	}
	if (getenv("NOTEBOOK_PRINT"))
		fwrite(source.data, 1, source.len, stdout);
	// Datasets are files, and take long to draw.
	if (!strstr(source.data, "MNIST") && !strstr(source.data, "mnist") && !strstr(source.data, "_dataset"))
		run(source.data, memory_left);
	strbuf_release(&source);
	return 0;
}
