/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The XML of a domain of libvirt: as it is read, and as it is redacted for a capture. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "machine/redact.h"
#include "vm/domain.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look_at(const struct gp_domain *domain)
{
	if (!domain->name)
		__builtin_trap();
	gp_each (passed, &domain->passed)
		if (!passed->text || passed->addresses.n != passed->expected.n ||
			(!passed->addresses.n && !passed->uuid))
			__builtin_trap();
}

/* What is left of it once is left of it again. */
static void redact(struct gp_arena *arena, const uint8_t *data, size_t size)
{
	struct gp_redactor *redactor = gp_redactor_for(arena, "host", NULL);
	struct gp_bytes once = {.data = data, .size = size}, twice;

	if (!gp_redact_content(redactor, "/etc/libvirt/qemu/a.xml", &once))
		return;
	twice = once;
	if (!gp_redact_content(redactor, "/etc/libvirt/qemu/a.xml", &twice) ||
		twice.size != once.size)
		__builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gp_arena *arena = gp_arena_new();
	const char *text = gp_strndup(arena, (const char *)data, size), *problem;
	struct gp_domain domain;

	if (gp_domain_parse(arena, "domain.xml", text, strlen(text), &domain, &problem))
		look_at(&domain);
	redact(arena, (const uint8_t *)text, strlen(text));
	gp_arena_free(arena);
	return 0;
}
