/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "machine/resolve.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_LINKS 40

struct walk {
	const struct gp_resolver *resolver;
	char *done; /* PATH_MAX; "" is the top */
	size_t n_done;
	char todo[PATH_MAX];
	size_t at;
	unsigned int links;
	bool in_directory;
};

static size_t component(struct walk *walk)
{
	walk->at += strspn(walk->todo + walk->at, "/");
	return strcspn(walk->todo + walk->at, "/");
}

static bool is_last(const struct walk *walk)
{
	const char *rest = walk->todo + walk->at;

	return rest[strspn(rest, "/")] == '\0';
}

static void pop(struct walk *walk)
{
	while (walk->n_done && walk->done[--walk->n_done] != '/')
		;
	walk->done[walk->n_done] = '\0';
	walk->in_directory = true;
}

static int push(struct walk *walk, size_t length)
{
	if (length > NAME_MAX || walk->n_done + 1 + length >= PATH_MAX)
		return -ENAMETOOLONG;
	walk->done[walk->n_done] = '/';
	memcpy(walk->done + walk->n_done + 1, walk->todo + walk->at, length);
	walk->n_done += 1 + length;
	walk->done[walk->n_done] = '\0';
	walk->at += length;
	return 0;
}

static int follow_link(struct walk *walk)
{
	char target[PATH_MAX];
	size_t length, rest = strlen(walk->todo + walk->at);
	int r;

	if (++walk->links > MAX_LINKS)
		return -ELOOP;
	r = walk->resolver->readlink(walk->resolver->context, walk->done, target, sizeof(target));
	if (r < 0)
		return r;
	length = strlen(target);
	if (!length)
		return -ENOENT;
	if (length + 1 + rest >= sizeof(walk->todo))
		return -ENAMETOOLONG;
	memmove(walk->todo + length + 1, walk->todo + walk->at, rest + 1);
	memcpy(walk->todo, target, length);
	walk->todo[length] = '/';
	walk->at = 0;
	pop(walk);
	if (target[0] == '/')
		walk->done[walk->n_done = 0] = '\0';
	return 0;
}

static int step(struct walk *walk, size_t length, bool follow)
{
	mode_t mode;
	int r;

	if (!walk->in_directory)
		return -ENOENT;
	if (length <= 2 && !strncmp(walk->todo + walk->at, "..", length)) {
		walk->at += length;
		if (length == 2)
			pop(walk);
		return 0;
	}
	r = push(walk, length);
	if (r < 0)
		return r;
	r = walk->resolver->type(walk->resolver->context, walk->done, &mode);
	if (r < 0)
		return r;
	if (S_ISLNK(mode) && (follow || !is_last(walk)))
		return follow_link(walk);
	walk->in_directory = S_ISDIR(mode);
	return 0;
}

int gp_resolve(const struct gp_resolver *resolver, const char *path, bool follow,
	char done[static PATH_MAX])
{
	struct walk walk = {.resolver = resolver, .done = done, .in_directory = true};
	size_t length = strlen(path);
	int r;

	done[0] = '\0';
	if (length >= sizeof(walk.todo))
		return -ENAMETOOLONG;
	memcpy(walk.todo, path, length + 1);
	while ((length = component(&walk)) > 0) {
		r = step(&walk, length, follow);
		if (r < 0)
			return r;
	}
	if (!walk.n_done)
		memcpy(done, "/", 2);
	return 0;
}
