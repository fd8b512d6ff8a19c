// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "cli/interrupt.h"

#include <signal.h>
#include <string.h>

#include "base/alloc.h"

static volatile sig_atomic_t asked;

static void ask(int signal_number)
{
	(void)signal_number;
	asked = 1;
}

void interrupt_watch(void)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction action, before;

	memset(&action, 0, sizeof(action));
	action.sa_handler = ask;
	action.sa_flags = (int)(SA_RESETHAND | SA_RESTART);
	for (size_t i = 0; i < ARRAY_LEN(signals); i++) {
		// What nohup ignores stays ignored. A shell ignores SIGINT for what it starts in
		// the background; there it must save all the same.
		if (signals[i] == SIGHUP && sigaction(SIGHUP, NULL, &before) == 0 &&
		    before.sa_handler == SIG_IGN)
			continue;
		sigaction(signals[i], &action, NULL);
	}
}

bool interrupt_asked(void)
{
	return asked != 0;
}
