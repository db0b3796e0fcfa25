/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Built without libsystemd. */
#include "machine/journal.h"

#include <errno.h>

int gp_journal_read(const char *directory, const char *boot, int64_t before, gp_klog_each *each,
	void *context, bool *ret_whole)
{
	(void)directory;
	(void)boot;
	(void)before;
	(void)each;
	(void)context;
	*ret_whole = false;
	return -ENOSYS;
}
