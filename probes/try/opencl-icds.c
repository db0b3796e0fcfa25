/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "try/nvidia.h"
#include "try/opencl-api.h"
#include "try/say.h"

#define VENDORS   "/etc/OpenCL/vendors"
#define MOST_ICDS 64

static const char *const variables[] = {"OCL_ICD_VENDORS", "OCL_ICD_FILENAMES",
	"OPENCL_VENDOR_PATH", "RUSTICL_ENABLE", "LIBGL_DRIVERS_PATH", "POCL_DEVICES"};

static void say_environment(void)
{
	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++)
		if (getenv(variables[i]))
			gp_say("environment", "%s %s", variables[i], getenv(variables[i]));
}

bool gp_cl_are_icds_chosen(void)
{
	return getenv("OCL_ICD_VENDORS") || getenv("OPENCL_VENDOR_PATH") ||
	       getenv("OCL_ICD_FILENAMES");
}

static const char *set_variable(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

static bool ends_with_icd(const char *name)
{
	size_t n = strlen(name);

	return n > 4 && strcmp(name + n - 4, ".icd") == 0;
}

/* The library that the first line of an .icd file names: "" where that is none. */
static int read_icd(const char *path, char library[static PATH_MAX])
{
	FILE *file = fopen(path, "re");
	struct stat st;
	int error = 0;

	*library = '\0';
	if (!file)
		return -errno;
	if (fstat(fileno(file), &st) < 0 || !S_ISREG(st.st_mode))
		error = -EISDIR;
	else if (!fgets(library, PATH_MAX, file) && ferror(file))
		error = -errno;
	fclose(file);
	library[strcspn(library, "\n")] = '\0';
	return error;
}

static bool is_left_alone(const char *library)
{
	return strcasestr(library, "nvidia") && gp_nvidia_would_load();
}

static int make_directory(struct gp_cl_view *view)
{
	const char *temporary = set_variable("TMPDIR");

	if (*view->directory)
		return 0;
	snprintf(view->directory, sizeof(view->directory), "%s/opencl-XXXXXX",
		temporary ? temporary : "/tmp");
	if (mkdtemp(view->directory))
		return 0;
	*view->directory = '\0';
	return -errno;
}

static int show(struct gp_cl_view *view, const char *path)
{
	char link[PATH_MAX + NAME_MAX + 2];
	int error = make_directory(view);

	if (error)
		return error;
	snprintf(link, sizeof(link), "%s/%s", view->directory, basename(path));
	return symlink(path, link) < 0 ? -errno : 0;
}

/* ocl-icd takes this variable for a directory, a file or a library; Khronos' loader for the first.
 */
static int show_only_ours(const struct gp_cl_view *view)
{
	unsetenv("OCL_ICD_FILENAMES");
	unsetenv("OPENCL_VENDOR_PATH");
	return setenv("OCL_ICD_VENDORS", view->directory, 1) < 0 ? -errno : 0;
}

void gp_cl_forget_icds(const struct gp_cl_view *view)
{
	DIR *dir = *view->directory ? opendir(view->directory) : NULL;
	const struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (ends_with_icd(entry->d_name))
			unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir)
		closedir(dir);
	if (*view->directory)
		rmdir(view->directory);
}

static int choose_one(struct gp_cl_view *view, const char *path)
{
	char library[PATH_MAX];
	int error = read_icd(path, library);

	if (error) {
		gp_say("icd", "%s unreadable %s", path, gp_say_errno(-error));
		return error;
	}
	if (!*library) {
		gp_say("icd", "%s malformed", path);
		return -EBADMSG;
	}
	if (is_left_alone(library)) {
		gp_say("icd", "%s left-alone", path);
		return -EPERM;
	}
	if (!dlopen(library, RTLD_LAZY | RTLD_LOCAL)) {
		gp_say("icd", "%s missing %s", path, library);
		gp_say("load-error", "%s", dlerror());
		return -ENOENT;
	}
	gp_say("icd", "%s ok %s", path, library);
	error = show(view, path);
	return error ? error : show_only_ours(view);
}

/* Where the loader looks by itself: a directory; NULL where it is told of one file or library. */
static const char *vendors(void)
{
	const char *set = set_variable("OCL_ICD_VENDORS");
	struct stat st;

	if (set)
		return stat(set, &st) == 0 && S_ISDIR(st.st_mode) ? set : NULL;
	set = set_variable("OPENCL_VENDOR_PATH");
	return set ? set : VENDORS;
}

/*
 * Calls look(), where there is one, with each .icd file of the directory, and whether it is to be
 * left alone; how many are not.
 */
static int each_icd(struct gp_cl_view *view, const char *directory,
	void (*look)(struct gp_cl_view *view, const char *path, bool is_left))
{
	DIR *dir = opendir(directory);
	char path[PATH_MAX + NAME_MAX + 2], library[PATH_MAX];
	const struct dirent *entry;
	int taken = 0;

	for (int n = 0; dir && n < MOST_ICDS && (entry = readdir(dir));) {
		bool is_left;

		if (!ends_with_icd(entry->d_name))
			continue;
		n++;
		snprintf(path, sizeof(path), "%s/%s", directory, entry->d_name);
		is_left = read_icd(path, library) == 0 && is_left_alone(library);
		taken += !is_left;
		if (look)
			look(view, path, is_left);
	}
	if (dir)
		closedir(dir);
	return taken;
}

int gp_cl_count_icds(void)
{
	return each_icd(NULL, VENDORS, NULL);
}

static void note_left(struct gp_cl_view *view, const char *path, bool is_left)
{
	if (!is_left)
		return;
	if (!view->is_quiet)
		gp_say("icd", "%s left-alone", path);
	make_directory(view);
}

static void show_unless_left(struct gp_cl_view *view, const char *path, bool is_left)
{
	if (!is_left)
		show(view, path);
}

/* Where none is left alone, the loader looks by itself. */
static int choose_some(struct gp_cl_view *view, const char *directory)
{
	each_icd(view, directory, note_left);
	if (!*view->directory)
		return 0;
	each_icd(view, directory, show_unless_left);
	return show_only_ours(view);
}

static int choose_all(struct gp_cl_view *view)
{
	const char *directory = vendors(), *set = set_variable("OCL_ICD_VENDORS");
	const char *files = set_variable("OCL_ICD_FILENAMES");
	char library[PATH_MAX];

	if (files && is_left_alone(files))
		unsetenv("OCL_ICD_FILENAMES");
	if (directory)
		return choose_some(view, directory);
	if (set && ends_with_icd(set) && read_icd(set, library) == 0 && is_left_alone(library))
		return -EPERM;
	return set && is_left_alone(set) ? -EPERM : 0;
}

int gp_cl_choose_icds(const char *subject, struct gp_cl_view *ret)
{
	*ret = (struct gp_cl_view){0};
	say_environment();
	return *subject ? choose_one(ret, subject) : choose_all(ret);
}

int gp_cl_hide_icds(struct gp_cl_view *ret)
{
	*ret = (struct gp_cl_view){.is_quiet = true};
	return choose_all(ret);
}
