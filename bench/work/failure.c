/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "failure.h"

#include <libavutil/error.h>
#include <libavutil/log.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "try/say.h"

#define MOST 300

/* FFmpeg's callback has no argument of its own, and its threads call it. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char first[MOST];

static void keep(void *of, int level, const char *format, va_list arguments)
{
	char line[MOST];
	int with_prefix = 1;

	if (level > AV_LOG_ERROR)
		return;
	av_log_format_line2(of, level, format, arguments, line, sizeof(line), &with_prefix);
	fputs(line, stderr);
	line[strcspn(line, "\r\n")] = '\0';
	if (!*line)
		return;
	pthread_mutex_lock(&lock);
	if (!*first)
		memcpy(first, line, sizeof(first));
	pthread_mutex_unlock(&lock);
}

void gp_keep_errors(void)
{
	av_log_set_callback(keep);
}

void gp_forget_errors(void)
{
	pthread_mutex_lock(&lock);
	*first = '\0';
	pthread_mutex_unlock(&lock);
}

bool gp_has_errors(void)
{
	bool has;

	pthread_mutex_lock(&lock);
	has = *first;
	pthread_mutex_unlock(&lock);
	return has;
}

/* "[h264 @ 0x55d0] Failed to ..." without the address, which is another one each time. */
static const char *without_address(const char *line)
{
	const char *end = *line == '[' ? strstr(line, "] ") : NULL;

	return end ? end + 2 : line;
}

bool gp_failed(const char *format, ...)
{
	char text[MOST];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	pthread_mutex_lock(&lock);
	if (*first)
		gp_say("failed", "%s (%s)", text, without_address(first));
	else
		gp_say("failed", "%s", text);
	pthread_mutex_unlock(&lock);
	return false;
}

bool gp_failed_with(int error, const char *what)
{
	char meaning[AV_ERROR_MAX_STRING_SIZE] = "";

	av_strerror(error, meaning, sizeof(meaning));
	return gp_failed("%s: %s", what, meaning);
}
