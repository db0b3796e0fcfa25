/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "try/say.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SAID_TO   100 /* descriptor: no driver guesses it */
#define MOST_LINE 4096

int gp_say_begin(void)
{
	int copy = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, SAID_TO);

	if (copy < 0)
		return -errno;
	if (copy != SAID_TO)
		return -EBUSY;
	return dup2(STDERR_FILENO, STDOUT_FILENO) < 0 ? -errno : 0;
}

static void write_all(const char *text, size_t n)
{
	while (n) {
		ssize_t written = write(SAID_TO, text, n);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return;
		text += written;
		n -= (size_t)written;
	}
}

void gp_say(const char *key, const char *format, ...)
{
	char line[MOST_LINE];
	int n = snprintf(line, sizeof(line) / 2, "%s ", key);
	size_t size;
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(line + n, sizeof(line) - (size_t)n - 1, format, arguments);
	va_end(arguments);
	size = strlen(line);
	while (size && (line[size - 1] == '\n' || line[size - 1] == ' '))
		size--;
	for (size_t i = 0; i < size; i++)
		if ((unsigned char)line[i] < ' ' || line[i] == 0x7f)
			line[i] = ' ';
	line[size++] = '\n';
	write_all(line, size);
}

const char *gp_say_errno(int number)
{
	const char *name = strerrorname_np(number);

	return name ? name : "EUNKNOWN";
}
