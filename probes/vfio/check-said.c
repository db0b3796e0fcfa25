/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vfio/check-said.h"

#include <ctype.h>
#include <string.h>

#include "kernel/check-help.h"

#define MOST_SAID 64

static bool is_hex(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isxdigit((unsigned char)text[i]))
			return false;
	return true;
}

/* The first PCI address in a text, with its domain; NULL: there is none. */
static const char *address_in(struct gp_arena *arena, const char *text)
{
	for (const char *at = text; (at = gp_log_address(at, strlen(at))); at += GP_LOG_ADDRESS) {
		char *address;

		if (at == text || at[-1] != ':')
			address = gp_printf(arena, "0000:%.7s", at);
		else if (at - text >= 5 && is_hex(at - 5, 4))
			address = gp_strndup(arena, at - 5, 12);
		else
			continue;
		for (char *c = address; *c; c++)
			*c = (char)tolower((unsigned char)*c);
		return address;
	}
	return NULL;
}

/* The GPU of the case that an address is of: itself, or another function of its card. */
static const struct gp_function *gpu_at(
	const struct gp_case *c, const char *address, const struct gp_function *function)
{
	for (size_t i = 0; i < c->n_gpus; i++)
		if (strcmp(c->gpus[i]->address, address) == 0)
			return c->gpus[i];
	for (size_t i = 0; function && i < c->n_gpus; i++)
		if (gp_pci_same_slot(c->gpus[i], function) && !gp_pci_is_vf(c->gpus[i]) &&
			!gp_pci_is_vf(function))
			return c->gpus[i];
	return NULL;
}

static void keep_last(struct gp_arena *arena, const struct gp_said *said, struct gp_said_list *list)
{
	gp_each (old, list)
		if (strcmp(old->address, said->address) == 0) {
			*old = *said;
			return;
		}
	if (list->n < MOST_SAID)
		*gp_push(arena, list) = *said;
}

static void listen(const struct gp_case *c, struct gp_arena *arena, const struct gp_log *log,
	enum gp_log_id id, struct gp_said_list *list)
{
	const struct gp_log_hit *hit = NULL;

	while ((hit = gp_log_next(log, id, hit))) {
		const char *address = address_in(arena, hit->text);
		const struct gp_function *function =
			address ? gp_pci_find(&c->facts->pci, address) : NULL;
		struct gp_said said = {.hit = hit, .address = address ? address : ""};

		said.gpu = gpu_at(c, said.address, function);
		if (said.gpu)
			said.address = said.gpu->address;
		if (said.gpu || !function)
			keep_last(arena, &said, list);
	}
}

/* A line that names no address goes with one that does: QEMU speaks in two lines. */
static void drop_nameless(struct gp_said_list *list)
{
	size_t kept = 0;

	if (list->n < 2)
		return;
	gp_each (said, list)
		if (*said->address)
			list->items[kept++] = *said;
	list->n = kept;
}

struct gp_said_list gp_said_of(const struct gp_case *c, struct gp_arena *arena, enum gp_log_id id)
{
	struct gp_said_list list = {0};

	listen(c, arena, &c->facts->kernel.klog, id, &list);
	listen(c, arena, &c->facts->vms.log, id, &list);
	drop_nameless(&list);
	return list;
}

struct gp_finding *gp_find_said(struct gp_findings *out, enum gp_verdict verdict,
	const struct gp_said *said, const char *format, ...)
{
	const char *evidence = gp_evidence(out, said->hit->source, said->hit->text), *text;
	struct gp_finding *finding;
	va_list args;

	va_start(args, format);
	text = gp_vprintf(out->arena, format, args);
	va_end(args);
	if (said->gpu)
		return gp_find_gpu(out, verdict, said->gpu, evidence, "%s", text);
	finding = gp_find(out, verdict, evidence, "%s", text);
	finding->subject = said->address;
	return finding;
}

void gp_find_silence(const struct gp_case *c, struct gp_findings *out, bool by_kernel)
{
	if (!c->n_gpus)
		gp_find(out, GP_SKIP, "", "there is no GPU to give away");
	else if (by_kernel && !c->facts->kernel.klog.whole)
		gp_find_log_unknown(c, out);
	else
		gp_find(out, GP_PASS, by_kernel ? "kernel log" : "", "no log says so");
}
