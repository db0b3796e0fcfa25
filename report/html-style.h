/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_HTML_STYLE_H
#define GP_HTML_STYLE_H

/*
 * The style sheet of the HTML face, in pieces, NULL after the last. Text on its ground keeps a
 * contrast of 4.5 in both schemes.
 */
extern const char *const gp_html_style[];

#endif
