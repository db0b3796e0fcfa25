/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_REMOTE_H
#define GP_REMOTE_H

#include <stdbool.h>

#include "base/text.h"

/*
 * A command on another machine, by OpenSSH's client: its keys, agents, aliases and passwords are
 * the user's own (ssh_config(5)); where there is no terminal to ask at, nothing is asked. Lines go
 * both ways. What comes back is another machine's: lines that are too long are cut off from the
 * rest.
 */
#define GP_REMOTE_LINE 65536

struct gp_remote;

/* "[USER@]HOST" as ssh(1) takes it, or an alias: no option, no space, nothing that is not shown. */
bool gp_remote_is_host(const char *text);

/*
 * Runs argv (NULL behind its last) there; each is one word to the remote shell, whatever is in it.
 * host NULL: on this machine, without ssh.
 * It is in the arena, and must be ended before that is freed. 0, or -EINVAL: no such host name;
 * -ENOENT: there is no ssh here; other errors. One line in *ret_error.
 */
int gp_remote_start(struct gp_arena *arena, const char *host, const char *const *argv,
	struct gp_remote **ret, const char **ret_error);

/*
 * Its next line, at most so many seconds; valid until the next call. -ETIMEDOUT; -EMSGSIZE: a line
 * that was longer than GP_REMOTE_LINE, and is lost; -EPIPE: it has ended, and there are no more.
 */
int gp_remote_line(struct gp_remote *remote, double seconds, const char **ret);
/* Writes a line, the newline added. -ETIMEDOUT, -EPIPE. */
int gp_remote_say(struct gp_remote *remote, double seconds, const char *line);

/* Becomes readable when gp_remote_line() has more to read. */
int gp_remote_fd(const struct gp_remote *remote);

/* Why it ended or does not answer: what it said last on standard error, else how it ended. */
const char *gp_remote_why(struct gp_arena *arena, struct gp_remote *remote);

/* Closes its input, waits for it so long, then kills it. NULL is fine. */
void gp_remote_end(struct gp_remote *remote, double seconds);

#endif
