// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What training reports after each epoch: the printed line, and the log file as JSON lines or CSV.
 * The log is complete up to the last epoch at any moment.
 */
#ifndef CLI_TRAIN_LOG_H
#define CLI_TRAIN_LOG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/strbuf.h"

struct epoch_figures {
	size_t epoch; // from 1
	double train_loss, train_acc; // means over the epoch's images, before each update
	double test_loss, test_acc;
	double seconds; // of training, without the evaluation
	double images_per_second;
};

// "epoch 1, loss 2.2881, train acc 0.101, test acc 0.277, time 0.6 sec"
void epoch_line(const struct epoch_figures *figures, struct strbuf *out);
void epoch_json(const struct epoch_figures *figures, struct strbuf *out);

struct train_log;

// ERR_USAGE for an ending other than .jsonl and .csv. With `append` an existing log goes on.
int train_log_open(const char *path, bool append, struct train_log **ret,
    struct diag *diag) WARN_UNUSED;
int train_log_add(struct train_log *log, const struct epoch_figures *figures,
    struct diag *diag) WARN_UNUSED;
void train_log_close(struct train_log *log); // NULL is a no-op

#endif
