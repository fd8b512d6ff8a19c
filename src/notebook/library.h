// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The part of the library that is written in the notebook's own language: the files of library/,
 * which are part of the program. Each is a module with globals of its own; tracebacks do not show it.
 */
#ifndef NOTEBOOK_LIBRARY_H
#define NOTEBOOK_LIBRARY_H

struct vm;

/* One file: a module's name and its text. The table ends with a NULL name. */
struct library_file {
	const char *name, *text;
};

extern const struct library_file library_files[]; // made from library/*.py by make

int library_install(struct vm *vm);
// Runs the files of a module (and of those within it) that wait until a program imports it.
int library_load(struct vm *vm, const char *module);

#endif
