/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "telemetry/thread.h"

#include <signal.h>

int gp_thread_start(pthread_t *ret, void *(*run)(void *), void *context)
{
	sigset_t all, old;
	int r;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	r = pthread_create(ret, NULL, run, context);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return -r;
}
