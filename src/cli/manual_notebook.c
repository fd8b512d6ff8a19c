// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The manual's section on the notebook language: what it is, and every name that it knows, by module, from
 * the tables that calls and help() use. Functions of the lessons' own have their text, the many of NumPy and
 * PyTorch their names: help(name) tells the rest.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "cli/manual.h"
#include "notebook/notebook.h"

static const char head[] =
    ".Sh NOTEBOOK LANGUAGE\n"
    "The prompt under a lesson and the commands\n"
    ".Cm repl\n"
    "and\n"
    ".Cm run\n"
    "understand a small, closed Python with the names of NumPy, PyTorch and\n"
    "matplotlib that a first course uses.\n"
    "At a prompt a value is printed unless its line ends with a semicolon,\n"
    ".Li _\n"
    "is the last one, Tab completes names, attributes, keyword arguments and files.\n"
    "A name is explained, with its parameters, by\n"
    ".Li help(name) .\n"
    ".Pp\n"
    "Programs read and write files below the current directory only.\n"
    "Pictures are written by\n"
    ".Li show(x, file='x.svg') ,\n"
    ".Li plot(y, file='y.svg')\n"
    "and\n"
    ".Li plt.savefig('x.svg') ;\n"
    "with the ending\n"
    ".Pa .txt\n"
    "they are drawn with letters.\n";

/* The names of the lessons' own, which no other manual explains. */
static const char *const explained[] = {"conv2d", "convolve2d", "corr2d", "load", "plot", "save", "show"};

struct writer {
	struct strbuf *out;
	char *group; // under way; NULL: none
};

static bool is_explained(const struct nb_name *name)
{
	for (size_t i = 0; !*name->group && i < ARRAY_LEN(explained); i++)
		if (!strcmp(name->name, explained[i]))
			return true;
	return false;
}

static void add_explained(void *self, const struct nb_name *name)
{
	struct strbuf *out = self;

	if (is_explained(name))
		strbuf_addf(out, ".It Li %s(%s)\n", name->name, name->signature);
	if (is_explained(name))
		manual_text(out, name->help, strlen(name->help));
}

static void begin_group(struct writer *writer, const char *group)
{
	mem_free(writer->group);
	writer->group = xstrdup(group);
	strbuf_addf(writer->out, ".It %s%s%s\n", *group && !strchr(group, ' ') ? "Li " : "", *group ? group : "everywhere",
	    *group ? "" : " ");
	strbuf_trim(writer->out);
	strbuf_addch(writer->out, '\n');
}

/* A name a line: troff fills them, and a new one changes one line of the file. */
static void add_name(void *self, const struct nb_name *name)
{
	struct writer *writer = self;

	if (strchr(name->group, '.') && name->group[strcspn(name->group, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")])
		return; // the methods of a class
	if (!writer->group || strcmp(writer->group, name->group))
		begin_group(writer, name->group);
	strbuf_addf(writer->out, "%s\n", name->name);
}

void manual_notebook(struct strbuf *out)
{
	struct writer writer = {out, NULL};
	struct notebook *nb;

	strbuf_add(out, head);
	if (notebook_new(NULL, NULL, &nb, NULL) < 0)
		die("no memory for a notebook");
	strbuf_add(out, ".Bl -tag -width Ds\n");
	notebook_each_name(nb, add_explained, out);
	strbuf_add(out, ".El\n.Pp\nThese names are known, by module:\n.Bl -tag -width Ds\n");
	notebook_each_name(nb, add_name, &writer);
	strbuf_add(out, ".El\n");
	mem_free(writer.group);
	notebook_free(nb);
}
