// SPDX-License-Identifier: GPL-3.0-or-later
/* convtutor bench: the engine's speed against this machine's limit, and against an earlier run. */
#include "config.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/strbuf.h"
#include "cli/command.h"
#include "engine/bench.h"

#define COMPARE_MAX_BYTES (1 << 20)

static const struct option_def options[] = {
    OPTION(INTEGER, "rounds", "N", "rounds of each measurement, of which the median counts", .initial = "9",
	.min = 1, .max = 101),
    OPTION_FLAG("epoch-only", "measure training and evaluation, not each operator"),
    OPTION(FILE, "compare", "FILE", "show the change against an earlier run's --json"),
    OPTION_END,
};

/* -- as JSON ---------------------------------------------------------------------------------- */

static void print_text(const char *key, const char *text)
{
	printf("\"%s\": \"%s\", ", key, text); // our own names: nothing to escape
}

static void print_rates(const char *unit, const struct bench_rates *rates)
{
	printf("\"%s\": %.6g, \"best\": %.6g, \"spread\": %.4f, \"share\": %.4f}", unit, rates->median,
	    rates->best, rates->spread, rates->share);
}

static void print_item(const struct bench_item *item, bool last)
{
	printf("    {");
	print_text("name", item->name);
	print_text("form", item->impl);
	printf("\"seconds\": %.6g, \"flop\": %.10g, \"bytes\": %.10g, ", item->seconds, item->flop,
	    item->bytes);
	print_rates("gflops", &item->gflops);
	printf("%s\n", last ? "" : ",");
}

static void print_json(const struct bench_report *report)
{
	printf("{\n  ");
	print_text("isa", report->isa);
	printf("\"lanes\": %d, \"threads\": %d,\n  \"peak\": {", report->lanes, report->threads);
	print_rates("gflops", &report->peak);
	printf(",\n  \"train\": {\"flop_per_image\": %.10g, ", report->train_flop);
	print_rates("images_per_second", &report->train);
	printf(",\n  \"evaluate\": {");
	print_rates("images_per_second", &report->evaluate);
	printf(",\n  \"operators\": [\n");
	for (size_t i = 0; i < report->item_count; i++)
		print_item(&report->items[i], i + 1 == report->item_count);
	printf("  ]\n}\n");
}

/* -- an earlier run --------------------------------------------------------------------------- */

static int earlier_open(const char *path, json_t **ret, struct diag *diag)
{
	json_error_t error;
	char *text;
	size_t len;
	int err = file_read(path, COMPARE_MAX_BYTES, &text, &len, diag);

	if (err < 0)
		return err;
	*ret = json_loadb(text, len, 0, &error);
	mem_free(text);
	if (*ret && json_is_array(json_object_get(*ret, "operators")))
		return 0;
	json_decref(*ret);
	*ret = NULL;
	diag_set(diag, ERR_FORMAT, "this is not what bench --json prints");
	diag_at(diag, path, 0, 0);
	diag_hint(diag, "write one with: convtutor bench --json >%s", path);
	return ERR_FORMAT;
}

static double earlier_number(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_number(value) ? json_number_value(value) : 0;
}

static const json_t *earlier_operator(const json_t *earlier, const char *name)
{
	const json_t *list = json_object_get(earlier, "operators");

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *item = json_array_get(list, i);
		const char *found = json_string_value(json_object_get(item, "name"));

		if (found && strcmp(found, name) == 0)
			return item;
	}
	return NULL;
}

// Ends a line with "+12%": how much faster than `before`; with nothing where that is unknown.
static void print_change(double now, double before)
{
	if (before > 0 && isfinite(before) && now / before < 1e4)
		printf(" %+5.0f%%", 100 * (now / before - 1));
	putchar('\n');
}

/* -- as text ------------------------------------------------------------------------------------ */

// A share of the limit, or nothing for what multiplies nothing.
static void print_share(double share)
{
	if (share > 0)
		printf("%6.0f%%", 100 * share);
	else
		printf("%7s", "");
}

static void print_row(const struct bench_item *item, const json_t *earlier)
{
	double before = earlier_number(earlier_operator(earlier, item->name), "seconds");

	printf("%-33s %10.2f", item->name, 1e6 * item->seconds);
	if (item->flop > 0)
		printf("%9.1f", item->gflops.median);
	else
		printf("%9s", "");
	print_share(item->gflops.share);
	printf("%8.1f %4.0f%%", item->bytes / item->seconds * 1e-9, 100 * item->gflops.spread);
	print_change(1 / item->seconds, before > 0 ? 1 / before : 0);
}

static void print_whole(const char *what, const struct bench_rates *rates, const json_t *earlier)
{
	double before = earlier_number(json_object_get(earlier, what), "images_per_second");

	printf("%-10s %8.0f images/s, %.0f%% of the limit, +-%.0f%%", what, rates->median, 100 * rates->share,
	    100 * rates->spread);
	print_change(rates->median, before);
}

static void print_report(const struct bench_report *report, const json_t *earlier)
{
	printf("%s, %d floats a vector; limit of a core %.1f GFLOP/s, +-%.0f%%\n\n", report->isa,
	    report->lanes, report->peak.median, 100 * report->peak.spread);
	if (report->item_count > 0)
		printf("%-33s %10s%9s%7s%8s %5s%s\n", "one thread", "us", "GFLOP/s", "limit", "GB/s", "+-",
	    earlier ? " change" : "");
	for (size_t i = 0; i < report->item_count; i++)
		print_row(&report->items[i], earlier);
	printf("%sLeNet-5 on %d thread%s:\n", report->item_count > 0 ? "\n" : "", report->threads, report->threads == 1 ? "" : "s");
	print_whole("train", &report->train, earlier);
	print_whole("evaluate", &report->evaluate, earlier);
}

static int cmd_bench_run(const struct arguments *args)
{
	struct bench_options wanted = {.threads = args->threads,
	    .rounds = (int)args_integer(args, "rounds"),
	    .skip_operators = args_flag(args, "epoch-only")};
	struct bench_report *report = xzalloc(1, sizeof(*report));
	json_t *earlier = NULL;
	struct diag diag;
	int status = EXIT_STATUS_DONE;

	if (args_given(args, "compare") && earlier_open(args_text(args, "compare"), &earlier, &diag) < 0)
		status = cli_fail(EXIT_STATUS_DATA, &diag);
	else if (bench_run(&wanted, report, &diag) < 0)
		status = cli_fail(EXIT_STATUS_FAILED, &diag);
	else if (args->json)
		print_json(report);
	else
		print_report(report, earlier);
	json_decref(earlier);
	mem_free(report);
	return status;
}

const struct command cmd_bench = {
    .name = "bench",
    .operands = "",
    .summary = "Measure the engine's speed against this machine's limit",
    .details = "The limit is what a loop of multiply-adds reaches that touches no memory. Operators are\n"
	       "measured on one thread, training and evaluation on --threads, each in turns with the limit.\n"
	       "CONVTUTOR_ISA=avx512, avx2 or baseline forces the instruction set.\n",
    .examples = "  convtutor bench --threads 1\n"
		"  convtutor bench --json >before.json\n"
		"  convtutor bench --compare before.json\n",
    .options = options,
    .run = cmd_bench_run,
};
