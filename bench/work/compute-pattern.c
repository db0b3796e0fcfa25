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

int gp_compute_fill(struct gp_compute *c, cl_mem buffer, uint32_t seed)
{
	cl_kernel kernel = NULL;
	int error = gp_compute_kernel(c, "fill", &kernel);

	if (!error)
		error = gp_compute_argument(c, kernel, 0, sizeof(buffer), &buffer);
	if (!error)
		error = gp_compute_argument(c, kernel, 1, sizeof(seed), &seed);
	if (!error)
		error = gp_compute_run(c, kernel, c->size / sizeof(uint32_t), NULL);
	if (!error)
		error = gp_compute_finish(c);
	if (kernel)
		clReleaseKernel(kernel);
	return error;
}

static int look_up(struct gp_compute *c, cl_kernel kernel, cl_mem from, cl_mem to, uint32_t *ret)
{
	const uint32_t words = (uint32_t)(c->size / sizeof(uint32_t));
	int error = gp_compute_argument(c, kernel, 0, sizeof(from), &from);

	if (!error)
		error = gp_compute_argument(c, kernel, 1, sizeof(to), &to);
	if (!error)
		error = gp_compute_argument(c, kernel, 2, sizeof(words), &words);
	if (!error)
		error = gp_compute_run(c, kernel, GP_COMPUTE_SAMPLES, NULL);
	if (error)
		return error;
	return gp_compute_tried(c, "clEnqueueReadBuffer",
		clEnqueueReadBuffer(c->queue, to, CL_TRUE, 0, GP_COMPUTE_SAMPLES * sizeof(*ret),
			ret, 0, NULL, NULL));
}

int gp_compute_gather(struct gp_compute *c, cl_mem buffer, uint32_t ret[GP_COMPUTE_SAMPLES])
{
	cl_int status;
	cl_mem out = clCreateBuffer(
		c->context, CL_MEM_READ_WRITE, GP_COMPUTE_SAMPLES * sizeof(*ret), NULL, &status);
	int error = gp_compute_tried(c, "clCreateBuffer", status);
	cl_kernel kernel = NULL;

	if (!error)
		error = gp_compute_kernel(c, "gather", &kernel);
	if (!error)
		error = look_up(c, kernel, buffer, out, ret);
	if (kernel)
		clReleaseKernel(kernel);
	if (out)
		clReleaseMemObject(out);
	return error;
}

void gp_compute_compare(struct gp_compute *c, const uint32_t found[GP_COMPUTE_SAMPLES],
	uint32_t (*expected)(const struct gp_compute *c, uint32_t at), const char *what)
{
	const uint32_t words = (uint32_t)(c->size / sizeof(uint32_t));
	uint32_t wrong = 0, first = 0;

	for (uint32_t i = 0; i < GP_COMPUTE_SAMPLES; i++)
		if (found[i] != expected(c, gp_compute_place(i, words)) && !wrong++)
			first = i;
	if (wrong)
		gp_say("invalid", "%u of %u %s are wrong, the first at %u: %08x instead of %08x",
			wrong, GP_COMPUTE_SAMPLES, what, gp_compute_place(first, words),
			found[first], expected(c, gp_compute_place(first, words)));
	else
		gp_say("check", "%u %s of %u looked at are right", GP_COMPUTE_SAMPLES, what, words);
}
