/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/process.h"

#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"

bool gp_fill_standard_streams(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 &&
			open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
			return false;
	return true;
}

const char *gp_time_stamp(struct gp_arena *arena)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	uint64_t seconds;
	time_t now = time(NULL);
	char text[sizeof("2026-01-01T00:00:00Z") + 16];
	struct tm utc;

	if (epoch && gp_parse_u64(epoch, 10, &seconds) == 0 && seconds < INT32_MAX)
		now = (time_t)seconds;
	if (!gmtime_r(&now, &utc) || !strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &utc))
		return "";
	return gp_strdup(arena, text);
}
