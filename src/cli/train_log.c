// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "cli/train_log.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"

#define CSV_HEAD "epoch,train_loss,train_acc,test_loss,test_acc,seconds,images_per_second\n"

struct train_log {
	FILE *file;
	char *path;
	bool csv;
};

void epoch_line(const struct epoch_figures *figures, struct strbuf *out)
{
	strbuf_addf(out, "epoch %zu, loss %.4f, train acc %.3f, test acc %.3f, time %.1f sec\n",
	    figures->epoch, figures->train_loss, figures->train_acc, figures->test_acc,
	    figures->seconds);
}

void epoch_json(const struct epoch_figures *figures, struct strbuf *out)
{
	const struct {
		const char *name;
		double value;
	} fields[] = {{"train_loss", figures->train_loss}, {"train_acc", figures->train_acc},
	    {"test_loss", figures->test_loss}, {"test_acc", figures->test_acc},
	    {"seconds", figures->seconds}, {"images_per_second", figures->images_per_second}};

	strbuf_addf(out, "{\"epoch\": %zu", figures->epoch);
	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		if (isfinite(fields[i].value))
			strbuf_addf(out, ", \"%s\": %.9g", fields[i].name, fields[i].value);
		else // JSON has no word for it
			strbuf_addf(out, ", \"%s\": null", fields[i].name);
	}
	strbuf_add(out, "}\n");
}

static void epoch_csv(const struct epoch_figures *figures, struct strbuf *out)
{
	strbuf_addf(out, "%zu,%.9g,%.9g,%.9g,%.9g,%.9g,%.9g\n", figures->epoch, figures->train_loss,
	    figures->train_acc, figures->test_loss, figures->test_acc, figures->seconds,
	    figures->images_per_second);
}

static bool ends_with(const char *path, const char *ending)
{
	size_t n = strlen(path), m = strlen(ending);

	return n > m && strcmp(path + n - m, ending) == 0;
}

static int write_text(struct train_log *log, const char *text, struct diag *diag)
{
	if (fputs(text, log->file) >= 0 && fflush(log->file) == 0)
		return 0;
	return diag_set(diag, ERR_IO, "cannot write '%s': %s", log->path, strerror(errno));
}

int train_log_open(const char *path, bool append, struct train_log **ret, struct diag *diag)
{
	struct train_log *log;
	int r = 0;

	if (!ends_with(path, ".jsonl") && !ends_with(path, ".csv")) {
		diag_set(diag, ERR_USAGE, "--log cannot be '%s': its ending names no form", path);
		diag_hint(diag, "end it with .jsonl or .csv");
		return ERR_USAGE;
	}
	log = xzalloc(1, sizeof(*log));
	log->path = xstrdup(path);
	log->csv = ends_with(path, ".csv");
	log->file = fopen(path, append ? "ae" : "we");
	if (!log->file)
		r = diag_set(diag, ERR_IO, "cannot write '%s': %s", path, strerror(errno));
	else if (log->csv && (fseek(log->file, 0, SEEK_END) < 0 || ftell(log->file) <= 0))
		r = write_text(log, CSV_HEAD, diag);
	if (r < 0)
		train_log_close(log);
	else
		*ret = log;
	return r;
}

int train_log_add(struct train_log *log, const struct epoch_figures *figures, struct diag *diag)
{
	struct strbuf line = STRBUF_INIT;
	int r;

	(log->csv ? epoch_csv : epoch_json)(figures, &line);
	r = write_text(log, line.data, diag);
	strbuf_release(&line);
	return r;
}

void train_log_close(struct train_log *log)
{
	if (!log)
		return;
	if (log->file)
		fclose(log->file);
	mem_free(log->path);
	mem_free(log);
}
