/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "work/compute.h"

#define DISPLAY 0x03 /* base class: PCI Code and ID Assignment Specification, 1.4 */

/* A number of a function's; 0 where it has none. */
static unsigned long read_number(const char *root, const char *function, const char *name)
{
	char path[1024], text[32] = "";
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s/%s", root, function, name);
	file = fopen(path, "re");
	if (!file)
		return 0;
	if (!fgets(text, sizeof(text), file))
		*text = '\0';
	fclose(file);
	return strtoul(text, NULL, 16);
}

unsigned int gp_compute_lone(const char *root, const char *address)
{
	DIR *dir = opendir(root);
	unsigned long vendors[256], wanted = 0;
	unsigned int n = 0, same = 0;
	const struct dirent *entry;

	while (dir && n < sizeof(vendors) / sizeof(vendors[0]) && (entry = readdir(dir))) {
		if (*entry->d_name == '.' ||
			read_number(root, entry->d_name, "class") >> 16 != DISPLAY)
			continue;
		vendors[n] = read_number(root, entry->d_name, "vendor");
		if (strcasecmp(entry->d_name, address) == 0)
			wanted = vendors[n];
		n++;
	}
	if (dir)
		closedir(dir);
	for (unsigned int i = 0; i < n; i++)
		same += vendors[i] == wanted;
	return wanted && same == 1 ? (unsigned int)wanted : 0;
}

bool gp_compute_is_lone(unsigned int lone, const char *pci, cl_ulong type, cl_ulong vendor)
{
	return lone && !*pci && type & CL_DEVICE_TYPE_GPU && vendor == lone;
}
