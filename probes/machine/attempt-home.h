/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_ATTEMPT_HOME_H
#define GP_ATTEMPT_HOME_H

#include <sys/types.h>

/*
 * A directory for what drivers write while they are tried. A keeper, a process of its own, removes
 * it when this one leaves it or ends, however it ends: Ctrl-C leaves nothing behind.
 */
struct gp_attempt_home {
	char path[sizeof("/tmp/gpupass-XXXXXX")]; /* "": none could be made */
	pid_t keeper;                             /* 0: there is none */
	int fd;                                   /* the keeper waits for its end */
};

struct gp_attempt_home gp_attempt_home_make(void);
/* Comes back when it is gone. */
void gp_attempt_home_leave(struct gp_attempt_home *home);

#endif
