/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_MARKUP_H
#define GP_MARKUP_H

/* Markup that is looked at by a parser, for tests; after cmocka.h. */

#include <libxml/parser.h>
#include <string.h>

static inline void is_well_formed(const char *markup)
{
	xmlDoc *doc = xmlReadMemory(markup, (int)strlen(markup), "chain", NULL, XML_PARSE_NONET);

	assert_non_null(doc);
	xmlFreeDoc(doc);
}

#endif
