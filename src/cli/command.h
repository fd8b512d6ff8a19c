// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The command line as data. A command is one constant `struct command`: its name, its option table
 * and the function that runs it. Parsing, --help, suggestions for misspelt words, the manual page
 * and the completions all read these tables, so that none of them can disagree.
 *
 * To add a command: write src/cli/cmd_NAME.c with `const struct command cmd_NAME`, and name it in
 * COMMAND_TABLE below.
 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define COMMAND_TABLE(X)                                                                           \
	X(learn)                                                                                   \
	X(list)                                                                                    \
	X(run)                                                                                     \
	X(repl)                                                                                    \
	X(demo)                                                                                    \
	X(train)                                                                                   \
	X(eval)                                                                                    \
	X(predict)                                                                                 \
	X(export)                                                                                  \
	X(data)                                                                                    \
	X(bench)                                                                                   \
	X(lint)                                                                                    \
	X(manual)

/* The exit statuses of the program, all of them. */
enum exit_status {
	EXIT_STATUS_DONE = 0,
	EXIT_STATUS_FAILED = 1,
	EXIT_STATUS_USAGE = 2,
	EXIT_STATUS_DATA = 3,	// a dataset that is missing or broken
	EXIT_STATUS_MODEL = 4,	// a model file that is broken or does not fit
	EXIT_STATUS_INTERRUPTED = 130,
};

enum option_kind {
	OPTION_KIND_FLAG,    // takes no value
	OPTION_KIND_TEXT,
	OPTION_KIND_FILE,    // a text that completion offers file names for
	OPTION_KIND_CHOICE,  // one of the words in `value`, which are separated by |
	OPTION_KIND_INTEGER, // within [min, max]
	OPTION_KIND_NUMBER,  // finite, within [min, max]
};

/* One long option. `value`, `help`, `initial` and `hint` are shown to people. */
struct option_def {
	const char *name;    // without the dashes; NULL ends a table
	enum option_kind kind;
	const char *value;   // what stands for its value: "N", "FILE", "auto|always|never"
	const char *help;    // one line, lower case, no full stop
	const char *initial; // the value when it is not given, as if typed; NULL: none
	double min, max;     // of numbers; both 0: any that is not negative
	const char *hint;    // how to repair a refused value; NULL: the range says it
	char letter;	     // short form, 0: none
};

/*
 *	static const struct option_def options[] = {
 *		OPTION(INTEGER, "batch", "N", "images a step", .initial = "256", .min = 1),
 *		OPTION_FLAG("quiet", "print nothing but errors"),
 *		OPTION_END,
 *	};
 */
#define OPTION(kind_, name_, value_, help_, ...)                                                   \
	{                                                                                          \
		.kind = OPTION_KIND_##kind_, .name = name_, .value = value_, .help = help_,        \
		__VA_ARGS__                                                                        \
	}
#define OPTION_FLAG(name_, help_) {.kind = OPTION_KIND_FLAG, .name = name_, .help = help_}
#define OPTION_END {.name = NULL}
#define OPTION_DEFS_MAX 32

struct arguments;

struct command {
	const char *name;
	const char *operands; // "MODEL OUT", "[ID[:STEP]]", "" where it takes none
	const char *summary;  // one line for the list of commands
	const char *details;  // paragraphs for --help below the summary; NULL: none
	const char *examples; // whole lines, indented by two; NULL: none
	int min_operands, max_operands; // max -1: any number
	bool hidden; // not in the list of commands: for those who build the program
	const struct option_def *options; // ended by an entry without a name; NULL: none
	int (*run)(const struct arguments *args); // returns an exit_status
};

extern const struct command *const commands[]; // ended by NULL
extern const struct option_def global_options[];
const struct command *command_find(const char *name); // or NULL

/* What the command line said. Texts point into argv and live as long as the program. */
struct arguments {
	const struct command *command;
	int count;    // operands
	char **operands;
	bool plain, json, ascii, no_motion; // --plain, --json, --ascii, --no-motion
	const char *lang;  // --lang, or NULL
	const char *color; // "auto", "always" or "never"
	int threads;	   // --threads, 0: as many as the machine has
	struct arg_value {
		bool given; // on the command line
		const char *text;
		double number;
		int64_t integer;
	} values[OPTION_DEFS_MAX]; // as the command's option table
};

// The value of one of the command's own options, by name; BUG for a name or kind not in its table.
bool args_given(const struct arguments *args, const char *name); // on the command line, by the user
bool args_flag(const struct arguments *args, const char *name);
const char *args_text(const struct arguments *args, const char *name); // or NULL
int64_t args_integer(const struct arguments *args, const char *name);
double args_number(const struct arguments *args, const char *name);

/* How a command ends badly: one line on standard error, and the status to return. */
// The status that fits the kind of error: usage 2, interrupted 130, else `otherwise`.
int cli_fail(int otherwise, const struct diag *diag);
// Wrong usage, with where to read more. `args` may be NULL.
int cli_usage(const struct arguments *args, const struct diag *diag);
void cli_note(const char *fmt, ...) PRINTF_LIKE(1, 2); // "convtutor: ..." on standard error
// Flush standard output and close it; a failed write turns `status` into EXIT_STATUS_FAILED.
int cli_finish(int status);

#endif
