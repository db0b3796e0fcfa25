/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands that run in a container: docker exec and its kin, and shells that they start. */
#include <ctype.h>
#include <string.h>

#include "ticket/formats.h"

/* The words of a command, from the next one on. */
struct words {
	struct gp_arena *arena;
	const char *at;
};

static const char *next(struct words *w)
{
	const char *word = gp_ticket_word(w->arena, w->at, 0);

	if (word) {
		w->at += strspn(w->at, " \t");
		w->at += strlen(word);
	}
	return word;
}

static const char *peek(const struct words *w)
{
	const char *word = gp_ticket_word(w->arena, w->at, 0);

	return word ? word : "";
}

/* Options up to the next plain word; those of one letter that want a value take the word behind. */
static void skip_options(struct words *w, const char *with_value)
{
	while (*peek(w) == '-' && strcmp(peek(w), "--") != 0) {
		const char *word = next(w);
		bool is_short = strlen(word) == 2 && strchr(with_value, word[1]);
		bool is_long = !strcmp(word, "--user") || !strcmp(word, "--env") ||
			       !strcmp(word, "--workdir") || !strcmp(word, "--namespace") ||
			       !strcmp(word, "--container") || !strcmp(word, "--name");

		if (is_short || is_long)
			next(w);
	}
	if (!strcmp(peek(w), "--"))
		next(w);
}

/* docker exec -it NAME COMMAND; docker compose exec NAME COMMAND */
static bool is_exec(struct words *w)
{
	const char *word = next(w);

	if (word && !strcmp(word, "compose"))
		word = next(w);
	if (!word || strcmp(word, "exec") != 0)
		return false;
	skip_options(w, "uew");
	return next(w);
}

/* kubectl -n NAMESPACE exec -it POD -c CONTAINER -- COMMAND */
static bool is_pod_exec(struct words *w)
{
	const char *word;

	skip_options(w, "ncf");
	word = next(w);
	if (!word || (strcmp(word, "exec") != 0 && strcmp(word, "rsh") != 0))
		return false;
	skip_options(w, "ncf");
	if (!next(w))
		return false;
	skip_options(w, "ncf");
	return true;
}

/* docker run --rm ... IMAGE ls -l /dev/dri: the words behind the image. */
static bool is_run(struct words *w)
{
	static const char *const programs[] = {
		"ls", "vainfo", "clinfo", "nvidia-smi", "id", "stat", "sh", "bash", NULL};
	const char *word = next(w), *before = "-";

	if (!word || strcmp(word, "run") != 0)
		return false;
	for (;;) {
		word = peek(w);
		if (!*word)
			return false;
		if (*before != '-' && gp_is_one_of(word, programs))
			return true;
		before = next(w);
	}
}

/* pct exec 101 -- COMMAND, pct enter 101, lxc exec NAME -- COMMAND */
static bool is_lxc(struct words *w)
{
	const char *word = next(w);

	if (!word || (strcmp(word, "exec") != 0 && strcmp(word, "enter") != 0))
		return false;
	if (!next(w))
		return false;
	skip_options(w, "u");
	return true;
}

static enum gp_ticket_place place_of(struct words *w)
{
	static const char *const docker[] = {"docker", "podman", "nerdctl", "docker-compose", NULL};
	static const char *const kubernetes[] = {"kubectl", "oc", "k3s", "k", "microk8s", NULL};
	static const char *const lxc[] = {"pct", "lxc", "incus", NULL};
	const char *word = next(w);
	struct words again;

	if (word && (!strcmp(word, "sudo") || !strcmp(word, "doas")))
		word = next(w);
	if (!word)
		return GP_TICKET_HERE;
	again = *w;
	if (gp_is_one_of(word, docker)) {
		if (is_exec(w))
			return GP_TICKET_DOCKER;
		*w = again;
		return is_run(w) ? GP_TICKET_DOCKER : GP_TICKET_HERE;
	}
	if (gp_is_one_of(word, kubernetes)) {
		if (!strcmp(peek(w), "kubectl"))
			next(w);
		return is_pod_exec(w) ? GP_TICKET_POD : GP_TICKET_HERE;
	}
	if (!strcmp(word, "lxc-attach")) {
		skip_options(w, "n");
		if (*peek(w) && !strchr(w->at, '-'))
			next(w);
		return GP_TICKET_LXC;
	}
	return gp_is_one_of(word, lxc) && is_lxc(w) ? GP_TICKET_LXC : GP_TICKET_HERE;
}

/* sh -c 'COMMAND': what stands between the quotes; NULL: a shell to type into. */
static const char *of_shell(struct words *w)
{
	static const char *const shells[] = {"sh", "bash", "ash", "/bin/sh", "/bin/bash", NULL};
	const char *command;
	size_t length;

	if (!*peek(w))
		return NULL;
	if (!gp_is_one_of(peek(w), shells))
		return w->at + strspn(w->at, " \t");
	next(w);
	if (*peek(w) != '-' || !strchr(peek(w), 'c'))
		return NULL;
	next(w);
	command = w->at + strspn(w->at, " \t'\"");
	length = strlen(command);
	while (length && strchr(" '\"", command[length - 1]))
		length--;
	return gp_strndup(w->arena, command, length);
}

enum gp_ticket_place gp_ticket_unwrap(
	struct gp_arena *arena, const char *command, const char **ret_inner)
{
	struct words w = {arena, command};
	enum gp_ticket_place place = place_of(&w);

	*ret_inner = place == GP_TICKET_HERE ? command : of_shell(&w);
	return place;
}

/* "root@0123456789ab:/#": Docker names a container's host by the first digits of its id. */
bool gp_ticket_is_docker_prompt(const char *prompt)
{
	const char *at = strchr(prompt, '@');

	return at && strspn(at + 1, "0123456789abcdef") == 12 && strchr(":# ", at[13]);
}

/* ---- which of the two places the ticket is about */

static bool is_of_files(const struct gp_ticket_line *line)
{
	static const char *const programs[] = {"ls", "stat", "id", "groups", "getent", "whoami"};

	for (size_t i = 0; i < GP_ARRAY_SIZE(programs); i++)
		if (gp_ticket_runs(line->command, programs[i]))
			return true;
	return false;
}

static bool is_about_nodes(const struct gp_ticket_line *line)
{
	return is_of_files(line) && strstr(line->command, "/dev/");
}

static const char *mark_of(enum gp_ticket_place place)
{
	return place == GP_TICKET_DOCKER ? "/.dockerenv"
	       : place == GP_TICKET_POD  ? "/run/secrets/kubernetes.io"
					 : "/run/systemd/container";
}

/*
 * A container's files and users are not the host's: of the two only one is kept. Where somebody
 * looked at the nodes inside, it is the container's.
 */
void gp_ticket_inside(struct gp_ticket *ticket)
{
	bool may_be_inside = !ticket->roles || ticket->roles & GP_ROLE_CONTAINER;
	enum gp_ticket_place place = GP_TICKET_HERE;

	gp_each (line, &ticket->lines) {
		if (line->place == GP_TICKET_HERE)
			continue;
		if (place == GP_TICKET_HERE || is_about_nodes(line))
			place = line->place;
		ticket->has_nodes_inside |= is_about_nodes(line);
	}
	ticket->is_inside = may_be_inside && place != GP_TICKET_HERE &&
			    (ticket->has_nodes_inside || (ticket->roles & GP_ROLE_CONTAINER) != 0);
	if (ticket->is_inside)
		gp_sheet_file(ticket->sheet, mark_of(place), "");
	gp_each (line, &ticket->lines)
		if (line->place != GP_TICKET_HERE)
			line->is_elsewhere = !ticket->is_inside;
		else
			line->is_elsewhere =
				ticket->is_inside && ticket->has_nodes_inside && is_of_files(line);
}
