/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_JOURNAL_H
#define GP_JOURNAL_H

#include "machine/source.h"

/* Of the journal: at most so many messages, and so long. */
#define GP_JOURNAL_MOST    100000
#define GP_JOURNAL_SECONDS 3

/*
 * What the kernel said in this boot before a time (microseconds since boot), from systemd's
 * journal: there where the kernel's own buffer has lost its start. *ret_whole: it begins with the
 * kernel's first message. directory: NULL for the machine's own journals; boot: NULL for this
 * boot. 0 or -errno; -ENOSYS where gpupass was built without libsystemd.
 */
int gp_journal_read(const char *directory, const char *boot, int64_t before, gp_klog_each *each,
	void *context, bool *ret_whole);

#endif
