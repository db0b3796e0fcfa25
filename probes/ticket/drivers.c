/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <string.h>

#include "log/log.h"
#include "ticket/formats.h"

/*
 * What is known of a device's driver: the kernel puts its name before each message about the
 * device (dev_printk()), so the last one tells, unless starting it failed.
 */
struct guess {
	const char *address, *driver;
	bool has_failed;
};

struct guesses {
	struct guess *items;
	size_t n;
};

#define MOST_GUESSES 64

static struct guess *guess_of(
	struct gp_ticket *ticket, struct guesses *guesses, const char *address)
{
	struct guess *guess;

	gp_each (old, guesses)
		if (strcmp(old->address, address) == 0)
			return old;
	if (guesses->n >= MOST_GUESSES)
		return NULL;
	guess = gp_push(ticket->arena, guesses);
	guess->address = address;
	return guess;
}

/* "i915: probe of 0000:00:02.0 failed with error -5"; newer: "probe with driver i915 failed" */
static bool says_failed(const char *line)
{
	if (strstr(line, "Fatal error during GPU init"))
		return true;
	return (strstr(line, ": probe of ") || strstr(line, ": probe with driver ") ||
		       strstr(line, "Device initialization failed")) &&
	       strstr(line, "failed");
}

/* i915 and xe say of a GPU that they know and do not take: so nothing is bound by that. */
static bool says_refused(const char *line)
{
	return strstr(line, " is not properly supported by ") ||
	       strstr(line, " is not officially supported");
}

/* The word before "0000:01:00.0: ", where it is a driver. */
static const char *driver_before(struct gp_ticket *ticket, const char *line, const char *at)
{
	const char *end = at - 6, *start = end;
	const char *name;

	if (at - line < 7 || at[-1] != ':' || *end != ' ' || at[GP_LOG_ADDRESS] != ':')
		return NULL;
	while (start > line && (isalnum((unsigned char)start[-1]) || strchr("-_", start[-1])))
		start--;
	name = gp_strndup(ticket->arena, start, (size_t)(end - start));
	return gp_ticket_is_gpu_driver(name) || !strcmp(name, "vfio-pci") ? name : NULL;
}

static void guess_driver(struct gp_ticket *ticket, struct guesses *guesses, const char *line)
{
	const char *at = gp_log_address(line, strnlen(line, 300)), *driver, *address;
	struct guess *guess;

	if (!at || at - line < 5)
		return;
	driver = driver_before(ticket, line, at);
	address = driver || says_failed(line) ? gp_ticket_address(ticket->arena, at - 5) : NULL;
	guess = address ? guess_of(ticket, guesses, address) : NULL;
	if (!guess)
		return;
	if (says_refused(line)) {
		/* xe says so of what is i915's, too, and then i915 has it. */
		guess->has_failed |= strstr(line, "properly") && !guess->driver;
		return;
	} else if (says_failed(line))
		guess->has_failed = true;
	else if (driver)
		guess->driver = driver;
}

static void put_guesses(struct gp_ticket *ticket, const struct guesses *guesses)
{
	gp_each (guess, guesses) {
		const char *path = gp_ticket_pci_path(ticket->arena, guess->address, "driver");

		if (gp_sheet_has(ticket->sheet, path) ||
			!gp_ticket_has_function(ticket, guess->address))
			continue;
		if (guess->has_failed)
			gp_sheet_error(ticket->sheet, path, "ENOENT");
		else if (guess->driver)
			gp_ticket_driver(ticket, guess->address, guess->driver);
	}
}

void gp_ticket_drivers(struct gp_ticket *ticket)
{
	struct guesses guesses = {0};

	gp_each (line, &ticket->lines)
		if (!line->is_command)
			guess_driver(ticket, &guesses, line->text);
	put_guesses(ticket, &guesses);
}
