/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_MODPROBE_H
#define GP_MODPROBE_H

#include "machine/read.h"

/*
 * What modprobe and the early loaders were told: modprobe.d (modprobe.d(5)), /etc/modules and
 * modules-load.d (modules-load.d(5)).
 */
struct gp_directive {
	const char *command; /* options, blacklist, softdep, install, alias, ... */
	const char *module;
	const char *rest; /* what follows the module: "" if nothing */
	const char *file;
	size_t line;      /* of its first line, from 1 */
	const char *text; /* the whole directive as it stands, continuation lines joined */
};

struct gp_modprobe {
	struct gp_directive *items;
	size_t n;
};

/* Adds the directives of one modprobe.d file. */
void gp_modprobe_parse(
	struct gp_arena *arena, const char *file, const char *text, struct gp_modprobe *out);

/*
 * What the last options line that counts says of a parameter: its value, which a blank or the end
 * of the text ends; NULL where none does. *ret: the line.
 */
const char *gp_modprobe_value(const struct gp_modprobe *modprobe, const char *module,
	const char *name, const struct gp_directive **ret);

/* A module that a list of modules to load names. */
struct gp_listed_module {
	const char *module;
	const char *file;
	size_t line;
	const char *text; /* the line that names it */
};

struct gp_listed_modules {
	struct gp_listed_module *items;
	size_t n;
};

void gp_modules_parse(
	struct gp_arena *arena, const char *file, const char *text, struct gp_listed_modules *out);
/*
 * The same of what makes an initrd and loads modules in it: force_drivers+=" a b " of dracut
 * (dracut.conf(5)), MODULES=(a b) of mkinitcpio (mkinitcpio.conf(5)).
 */
void gp_initrd_modules_parse(
	struct gp_arena *arena, const char *file, const char *text, struct gp_listed_modules *out);
/* The line without this module: "" where it says nothing else. */
const char *gp_listed_without(struct gp_arena *arena, const struct gp_listed_module *listed);

/* A configuration file as it was read, for the plan to edit. */
struct gp_config_file {
	struct gp_text_value text;
	int64_t mtime; /* seconds since the epoch; 0: not known */
};

struct gp_config_files {
	struct gp_config_file *items;
	size_t n;
};

/* The file of that path, or NULL. */
const struct gp_config_file *gp_config_file(const struct gp_config_files *files, const char *path);

/* Reads every modprobe.d directory; a file hides those of the same name further down the list. */
void gp_modprobe_collect(
	struct gp_machine *machine, struct gp_config_files *files, struct gp_modprobe *out);
/*
 * Reads /etc/modules, the modules-load.d directories, and what initramfs-tools, dracut and
 * mkinitcpio are told to load.
 */
void gp_modules_collect(
	struct gp_machine *machine, struct gp_config_files *files, struct gp_listed_modules *out);

#endif
