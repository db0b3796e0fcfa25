/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_TRY_NODE_H
#define GP_TRY_NODE_H

/*
 * Opens a render node by what it is, not by its name: a container may have been given a card under
 * that name, and opening one may take the display. A descriptor, or a negative errno.
 */
int gp_open_render(const char *path);

#endif
