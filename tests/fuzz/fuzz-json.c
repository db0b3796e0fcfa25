/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON of a cluster and of Docker: what is left when it is cut down has to come out as itself when
 * it is cut down again, and nothing of it may stop the checks' facts.
 */
#include <stdlib.h>
#include <string.h>

#include "container/kubernetes-objects.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct memory {
	struct gp_stream stream;
	const uint8_t *data;
	size_t size;
};

static ssize_t read_memory(struct gp_stream *stream, void *buffer, size_t size)
{
	struct memory *memory = (struct memory *)stream;
	size_t n = size < memory->size ? size : memory->size;

	if (n)
		memcpy(buffer, memory->data, n);
	memory->data += n;
	memory->size -= n;
	return (ssize_t)n;
}

static struct gp_bytes cut(struct gp_arena *arena, const uint8_t *data, size_t size)
{
	struct memory memory = {{read_memory}, data, size};
	struct gp_bytes bytes = {0};

	if (gp_json_cut_down(arena, &memory.stream, 1u << 20, gp_k8s_keep, &bytes) < 0)
		abort();
	return bytes;
}

static void take_all(struct gp_arena *arena, const json_t *documents)
{
	struct gp_kubernetes cluster = {0};
	const json_t *document, *object;
	size_t i, k;

	json_array_foreach (documents, i, document) {
		gp_k8s_take(arena, document, &cluster);
		json_array_foreach (gp_json_at(document, "items"), k, object)
			gp_k8s_take(arena, object, &cluster);
	}
	gp_each (set, &cluster.daemonsets)
		if (!set->vendor || !set->name || set->shared < 1)
			abort();
	gp_each (pod, &cluster.pods)
		if (!pod->requests.n || !pod->name)
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gp_arena *arena = gp_arena_new();
	struct gp_bytes once = cut(arena, data, size), twice = cut(arena, once.data, once.size);
	json_t *documents = json_loadb((const char *)once.data, once.size, 0, NULL);

	if (!json_is_array(documents) || once.size != twice.size ||
		memcmp(once.data, twice.data, once.size) != 0)
		abort();
	take_all(arena, documents);
	json_decref(documents);
	gp_arena_free(arena);
	return 0;
}
