/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "machine/child.h"

#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

const char *gp_child_directory(struct gp_arena *arena)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path));
	const char *slash = n > 0 ? memrchr(path, '/', (size_t)n) : NULL;

	return slash ? gp_strndup(arena, path, (size_t)(slash - path)) : NULL;
}

const char *gp_child_program(struct gp_arena *arena, const char *directory, const char *name)
{
	const char *program = gp_printf(arena, "%s/%s", directory, name);

	if (access(program, X_OK) == 0)
		return program;
	program = gp_printf(arena, "%s/../libexec/gpupass/%s", directory, name);
	return access(program, X_OK) == 0 ? program : NULL;
}

/* Where drivers keep what they compiled, and what makes them open windows. */
static const char *const homes[] = {"HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME",
	"XDG_RUNTIME_DIR", "TMPDIR", "MESA_SHADER_CACHE_DIR", "POCL_CACHE_DIR", "NEO_CACHE_DIR",
	"CUDA_CACHE_PATH", "cl_cache_dir", NULL};
static const char *const dropped[] = {"WAYLAND_DISPLAY", "LD_PRELOAD", NULL};
static const char *const of_x11[] = {"DISPLAY", "XAUTHORITY", NULL};

static bool is_variable(const char *entry, const char *name)
{
	size_t length = strcspn(entry, "=");

	return strlen(name) == length && strncmp(entry, name, length) == 0;
}

static bool is_among(const char *entry, const char *const *names)
{
	for (; *names; names++)
		if (is_variable(entry, *names))
			return true;
	return false;
}

static bool is_added(const char *entry, const struct gp_strings *added)
{
	if (added)
		gp_each (other, added)
			if (strcspn(entry, "=") == strcspn(*other, "=") &&
				strncmp(entry, *other, strcspn(entry, "=")) == 0)
				return true;
	return false;
}

/* Where the key to the X server is looked for unless XAUTHORITY says so. */
static void keep_x11(struct gp_arena *arena, struct gp_strings *list)
{
	const char *display = getenv("DISPLAY"), *key = getenv("XAUTHORITY"),
		   *home = getenv("HOME");

	if (display)
		gp_strings_add(arena, list, gp_printf(arena, "DISPLAY=%s", display));
	if (key)
		gp_strings_add(arena, list, gp_printf(arena, "XAUTHORITY=%s", key));
	else if (home)
		gp_strings_add(arena, list, gp_printf(arena, "XAUTHORITY=%s/.Xauthority", home));
}

char *const *gp_child_environment(
	struct gp_arena *arena, const char *home, bool with_x11, const struct gp_strings *added)
{
	struct gp_strings own = {0}, list = {0};

	for (char **entry = environ; *entry; entry++)
		if (!is_among(*entry, homes) && !is_among(*entry, dropped) &&
			!is_among(*entry, of_x11))
			gp_strings_add(arena, &own, *entry);
	for (size_t i = 0; homes[i]; i++)
		gp_strings_add(arena, &own, gp_printf(arena, "%s=%s", homes[i], home));
	if (with_x11)
		keep_x11(arena, &own);
	gp_each (entry, &own)
		if (!is_added(*entry, added))
			gp_strings_add(arena, &list, *entry);
	if (added)
		gp_each (entry, added)
			gp_strings_add(arena, &list, *entry);
	gp_strings_add(arena, &list, NULL);
	return (char *const *)(uintptr_t)list.items;
}

bool gp_child_begin(int parent)
{
	struct rlimit no_core = {0};
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		return false;
	setpgid(0, 0);
	setrlimit(RLIMIT_CORE, &no_core);
	/* No program that a driver starts gets rights that this one does not have. */
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	signal(SIGPIPE, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	return true;
}
