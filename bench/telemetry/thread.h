/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_THREAD_H
#define GP_THREAD_H

#include <pthread.h>

/* Starts a thread that signals do not go to: they are for those that were there before. -errno. */
int gp_thread_start(pthread_t *ret, void *(*run)(void *), void *context);

#endif
