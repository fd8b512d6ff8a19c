// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The crew that operators share: threads that start when they are first needed and sleep when they
 * are not. Who asks while it is at work for somebody else (another thread, or an operator inside an
 * operator) does all items itself: results never depend on who did what.
 */
#ifndef ENGINE_WORKERS_H
#define ENGINE_WORKERS_H

#include "base/error.h"
#include "engine/crew.h"

// From now on so many threads, 0: as many as the machine has; ERR_RANGE beyond batch.h's limit.
int workers_set_threads(int threads, struct diag *diag) WARN_UNUSED;
int workers_threads(void); // at most so many numbers are given to `work` as its thread
// As crew_each, on the shared crew.
void workers_each(size_t count, crew_fn *work, void *arg);
// The same where `worth` waking them up, else by the caller alone.
void workers_each_if(bool worth, size_t count, crew_fn *work, void *arg);

#endif
