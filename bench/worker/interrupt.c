/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <signal.h>

#include "worker/worker.h"

static volatile sig_atomic_t interrupts;

/* The second one ends the program: the kernel ends its workers then. */
static void note(int number)
{
	interrupts = 1;
	signal(number, SIG_DFL);
}

void gp_catch_interrupts(void)
{
	static const int caught[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction action = {.sa_handler = note}, before;

	interrupts = 0;
	for (size_t i = 0; i < GP_ARRAY_SIZE(caught); i++)
		/* What nohup has ignored stays so. */
		if (sigaction(caught[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
			sigaction(caught[i], &action, NULL);
}

bool gp_interrupted(void)
{
	return interrupts;
}
