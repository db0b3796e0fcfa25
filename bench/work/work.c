/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "work/work.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "try/say.h"

const char *gp_work_word(char **arguments, const char *key)
{
	size_t n = strlen(key);

	for (char **at = arguments + 1; arguments[0] && *at; at++)
		if (strncmp(*at, key, n) == 0 && (*at)[n] == '=')
			return *at + n + 1;
	return NULL;
}

bool gp_work_number(char **arguments, const char *key, double most, double *ret)
{
	const char *text = gp_work_word(arguments, key);
	double number;
	char *end;

	if (!text)
		return true;
	number = strtod(text, &end);
	if (end == text || *end || !(number >= 0 && number <= most))
		return false;
	*ret = number;
	return true;
}

bool gp_work_size(char **arguments, const char *key, unsigned int most, unsigned int *width,
	unsigned int *height)
{
	const char *text = gp_work_word(arguments, key);
	unsigned long sides[2];
	char *end;

	if (!text)
		return true;
	if (!isdigit((unsigned char)*text))
		return false;
	sides[0] = strtoul(text, &end, 10);
	if (*end != 'x' || !isdigit((unsigned char)end[1]))
		return false;
	sides[1] = strtoul(end + 1, &end, 10);
	if (*end || !sides[0] || sides[0] > most || !sides[1] || sides[1] > most)
		return false;
	*width = (unsigned int)sides[0];
	*height = (unsigned int)sides[1];
	return true;
}

int64_t gp_work_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static double seconds(struct timeval time)
{
	return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

double gp_work_cpu(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

bool gp_work_ready(int64_t nanoseconds)
{
	char byte = 0;
	ssize_t n;

	gp_say("ready", "%" PRId64, nanoseconds);
	do
		n = read(STDIN_FILENO, &byte, 1);
	while ((n < 0 && errno == EINTR) || (n == 1 && byte != '\n'));
	return n == 1;
}
