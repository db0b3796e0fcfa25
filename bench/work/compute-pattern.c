/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "try/say.h"
#include "work/compute.h"

#define MIB (UINT64_C(1) << 20)

/* Beyond what caches hold, within half of what there is. */
size_t gp_compute_size(bool is_cpu, unsigned int mib, unsigned int n, uint64_t memory,
	uint64_t most, uint64_t cache)
{
	uint64_t size = (is_cpu ? 64 : 256) * MIB;

	if (cache < memory && size < 4 * (cache / n))
		size = 4 * (cache / n);
	if (mib)
		size = mib * MIB;
	if (size > GP_COMPUTE_MOST)
		size = GP_COMPUTE_MOST;
	if (size > most)
		size = most;
	if (size > memory / 2 / n)
		size = memory / 2 / n;
	return (size_t)(size / MIB * MIB);
}

uint32_t gp_compute_word(uint32_t seed, uint32_t i)
{
	uint32_t x = i * 2654435761u ^ seed;

	x ^= x >> 15;
	x *= 0x2c1b3c6du;
	return x ^ x >> 12;
}

uint32_t gp_compute_place(uint32_t i, uint32_t words)
{
	uint32_t stride = words / GP_COMPUTE_SAMPLES;

	return i == GP_COMPUTE_SAMPLES - 1 ? words - 1 : i * stride + i * 97u % stride;
}

const char gp_compute_source[] =
	"kernel void fill(global uint *out, uint seed)\n"
	"{\n"
	"	uint i = (uint)get_global_id(0), x = i * 2654435761u ^ seed;\n"
	"	x ^= x >> 15;\n"
	"	x *= 0x2c1b3c6du;\n"
	"	out[i] = x ^ x >> 12;\n"
	"}\n"
	"kernel void gather(global const uint *in, global uint *out, uint words)\n"
	"{\n"
	"	uint i = (uint)get_global_id(0), n = (uint)get_global_size(0), stride = words / n;\n"
	"	out[i] = in[i == n - 1 ? words - 1 : i * stride + i * 97u % stride];\n"
	"}\n"
	"kernel void sum(global uint4 *out, global const uint4 *a, global const uint4 *b,\n"
	"	uint round)\n"
	"{\n"
	"	size_t i = get_global_id(0);\n"
	"	out[i] = a[i] ^ (b[i] + round);\n"
	"}\n"
	"kernel void count(global uint *n)\n"
	"{\n"
	"	n[0]++;\n"
	"}\n"
	"#ifdef REAL\n"
	"#ifdef DOUBLE\n"
	"#pragma OPENCL EXTENSION cl_khr_fp64 : enable\n"
	"#endif\n"
	"#ifdef FP_FAST_FMAF\n"
	"#define MAD fma\n"
	"#else\n"
	"#define MAD mad\n"
	"#endif\n"
	"#define EACH(x) x(0) x(1) x(2) x(3) x(4) x(5) x(6) x(7) x(8) x(9)\n"
	"#define START(k) REAL c##k = start + (REAL)(k);\n"
	"#define STEP(k) c##k = MAD(c##k, by, plus);\n"
	"#define ADD(k) + c##k\n"
	"kernel void chains(global REAL *out, ONE factor, ONE step, uint rounds)\n"
	"{\n"
	"	size_t i = get_global_id(0);\n"
	"	REAL by = (REAL)(factor), plus = (REAL)(step);\n"
	"	REAL start = (REAL)((ONE)(i & 255)) + LANES;\n"
	"	EACH(START)\n"
	"	for (uint r = 0; r < rounds; r++) {\n"
	"		EACH(STEP)\n"
	"	}\n"
	"	out[i] = (REAL)(0) EACH(ADD);\n"
	"}\n"
	"#endif\n";

void gp_compute_look(struct gp_compute *c)
{
	cl_int status;

	c->fill = gp_compute_kernel(c, "fill");
	c->gather = gp_compute_kernel(c, "gather");
	if (gp_compute_failed(c))
		return;
	c->samples = clCreateBuffer(c->context, CL_MEM_READ_WRITE,
		GP_COMPUTE_SAMPLES * sizeof(uint32_t), NULL, &status);
	gp_compute_tried(c, "clCreateBuffer", status);
}

static uint32_t words_of(const struct gp_compute *c)
{
	return (uint32_t)(c->size / sizeof(uint32_t));
}

void gp_compute_fill(struct gp_compute *c, cl_mem buffer, uint32_t seed)
{
	gp_compute_argument(c, c->fill, 0, sizeof(buffer), &buffer);
	gp_compute_argument(c, c->fill, 1, sizeof(seed), &seed);
	gp_compute_run(c, c->fill, words_of(c), NULL);
	gp_compute_finish(c);
}

void gp_compute_gather(struct gp_compute *c, cl_mem buffer, uint32_t n)
{
	const uint32_t words = words_of(c);

	gp_compute_argument(c, c->gather, 0, sizeof(buffer), &buffer);
	gp_compute_argument(c, c->gather, 1, sizeof(c->samples), &c->samples);
	gp_compute_argument(c, c->gather, 2, sizeof(words), &words);
	gp_compute_run(c, c->gather, n, NULL);
}

static void take_samples(
	struct gp_compute *c, cl_mem buffer, uint32_t ret[static GP_COMPUTE_SAMPLES])
{
	if (buffer) {
		gp_compute_gather(c, buffer, GP_COMPUTE_SAMPLES);
		gp_compute_read(c, c->samples, ret, GP_COMPUTE_SAMPLES * sizeof(*ret), NULL);
		gp_compute_finish(c);
		return;
	}
	for (uint32_t i = 0; c->host && i < GP_COMPUTE_SAMPLES; i++)
		ret[i] = c->host[gp_compute_place(i, words_of(c))];
}

void gp_compute_compare(struct gp_compute *c, cl_mem buffer,
	uint32_t (*expected)(const struct gp_compute *c, uint32_t at), const char *what)
{
	uint32_t found[GP_COMPUTE_SAMPLES] = {0}, wrong = 0, first = 0;

	take_samples(c, buffer, found);
	if (gp_compute_failed(c))
		return;
	for (uint32_t i = 0; i < GP_COMPUTE_SAMPLES; i++)
		if (found[i] != expected(c, gp_compute_place(i, words_of(c))) && !wrong++)
			first = i;
	if (wrong)
		gp_say("invalid", "%u of %u %s are wrong, the first at %u: %08x instead of %08x",
			wrong, GP_COMPUTE_SAMPLES, what, gp_compute_place(first, words_of(c)),
			found[first], expected(c, gp_compute_place(first, words_of(c))));
	else
		gp_say("check", "%u %s of %u looked at are right", GP_COMPUTE_SAMPLES, what,
			words_of(c));
}
