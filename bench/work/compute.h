/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_COMPUTE_H
#define GP_COMPUTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "try/opencl-api.h"
#include "work/spread.h"

/* gpupass-work-compute: what one device of OpenCL does in a window. worker/worker.h */

/* ---- compute-order.c: what it is told; pure */

struct gp_compute_test;

struct gp_compute_order {
	const char *device; /* "cpu" or "0000:00:02.0" */
	const struct gp_compute_test *test;
	bool only_offers; /* no test: "about cannot TEXT" where there is no such device */
	double seconds, warmup;
	unsigned int mib; /* of one buffer; 0: as the device has it */
};

/* NULL, or what is wrong with it. The order points into the arguments. */
const char *gp_compute_order_read(char **arguments, struct gp_compute_order *ret);
/* NULL: there is none of that name. */
const struct gp_compute_test *gp_compute_test(const char *name);

/* ---- one run */

#define GP_COMPUTE_SAMPLES 4096 /* words of a buffer that are looked at */
#define GP_COMPUTE_BUFFERS 3

struct gp_compute {
	struct gp_compute_order order;
	const struct gp_compute_test *test;
	char why[1024]; /* it failed: what comes after does nothing */

	cl_platform_id platform;
	cl_device_id device;
	char pci[32]; /* "" where it is not known */
	bool is_cpu;
	bool device_is_missing;
	unsigned int lone; /* compute-lone.c */
	cl_context context;
	cl_command_queue queue;
	cl_program program;

	cl_kernel fill, gather;             /* compute-pattern.c */
	cl_mem samples;                     /* GP_COMPUTE_SAMPLES words */
	cl_kernel kernel;                   /* that is timed */
	cl_mem buffers[GP_COMPUTE_BUFFERS]; /* of size bytes each */
	cl_mem pinned;                      /* memory of the host that the device can reach */
	uint32_t *host;                     /* the same, mapped */
	size_t size;
	uint32_t seed;      /* of the contents: another in each run */
	uint32_t pieces;    /* of work, since the beginning */
	unsigned int batch; /* pieces in the next batch */
	struct gp_chains {
		unsigned int width, items;
		unsigned int rounds, done; /* of a piece, of the last one */
		uint32_t step;
	} chains;
	struct gp_times { /* of single pieces within the window */
		struct gp_spread spread;
		int64_t queued_ns; /* of many at once */
		uint64_t queued;
	} times;
};

/* The first and the last command of a batch, for the device's own clock. */
struct gp_compute_span {
	cl_event first, last;
};

struct gp_compute_window {
	int64_t from, to; /* CLOCK_MONOTONIC, nanoseconds */
	double cpu;       /* processor time of this process, seconds */
	uint64_t pieces;
	double event, batches; /* nanoseconds: by events, and by the clock around the same */
};

struct gp_compute_test {
	const char *name;
	bool has_events;        /* of the device's clock; they cost time themselves */
	const char *real;       /* "float", "double": what is reckoned with; NULL: nothing */
	unsigned int n_buffers; /* large ones; 0: it makes up its own sizes */
	/* Buffers and kernels, and one piece of work, done. */
	void (*make)(struct gp_compute *c);
	/* So many pieces of work, done. */
	void (*batch)(struct gp_compute *c, unsigned int n, struct gp_compute_span *span);
	void (*say)(struct gp_compute *c, const struct gp_compute_window *window);
	/* Says check or invalid. */
	void (*check)(struct gp_compute *c);
};

extern const struct gp_compute_test gp_compute_global, gp_compute_to_device, gp_compute_to_host,
	gp_compute_map, gp_compute_fma, gp_compute_fma_double, gp_compute_launch;

/*
 * ---- compute-cl.c: OpenCL. The first call that fails says why; once one has, none does anything,
 * so that gp_compute_failed() is looked at only where it matters.
 */
bool gp_compute_failed(const struct gp_compute *c);
void gp_compute_fail(struct gp_compute *c, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Fails with the name of the error, where status is one. */
void gp_compute_tried(struct gp_compute *c, const char *call, cl_int status);
/* The first line that says something, cut and put into ret. */
void gp_compute_first_line(const char *text, char *ret, size_t size);

/* Context, queue and program, with these options. */
void gp_compute_begin(struct gp_compute *c, const char *options);
/* c->size bytes. */
cl_mem gp_compute_buffer(struct gp_compute *c, cl_mem_flags flags);
cl_kernel gp_compute_kernel(struct gp_compute *c, const char *name);
void gp_compute_argument(
	struct gp_compute *c, cl_kernel kernel, cl_uint at, size_t size, const void *value);

/* ---- these go into the queue; event: NULL where none is needed */
void gp_compute_run(struct gp_compute *c, cl_kernel kernel, size_t items, cl_event *event);
void gp_compute_write(
	struct gp_compute *c, cl_mem buffer, const void *from, size_t size, cl_event *event);
void gp_compute_read(struct gp_compute *c, cl_mem buffer, void *to, size_t size, cl_event *event);
void gp_compute_unmap(struct gp_compute *c); /* c->pinned */
/* Waits until c->pinned is at c->host. */
void gp_compute_map_all(struct gp_compute *c);
void gp_compute_finish(struct gp_compute *c);

/* ---- compute-device.c */

cl_ulong gp_compute_number(const struct gp_compute *c, cl_device_info what); /* 0: not known */
/* The device that the order names: platform, device, pci, is_cpu. */
void gp_compute_find(struct gp_compute *c);
/* Lines "about". */
void gp_compute_say_device(const struct gp_compute *c);

/*
 * ---- compute-lone.c: the maker of a PCI function, where it is the only GPU of that maker, and may
 * be told by that; else 0. root: /sys/bus/pci/devices
 */
unsigned int gp_compute_lone(const char *root, const char *address);
/*
 * Whether a device is that one: a GPU of that maker that does not say where it is. Makers have
 * other things: the FPGA that Intel's runtime emulates on the processor is an accelerator of vendor
 * 8086.
 */
bool gp_compute_is_lone(unsigned int lone, const char *pci, cl_ulong type, cl_ulong vendor);

/* ---- compute-clock.c */

/* Where the event of command i of n goes; NULL: it needs none. */
cl_event *gp_compute_event(struct gp_compute_span *span, unsigned int i, unsigned int n);
/* How many pieces make a batch of about 70 ms where n took so many nanoseconds; pure. */
unsigned int gp_compute_next(unsigned int n, int64_t took);
/* Batch after batch. */
void gp_compute_pass(struct gp_compute *c, double seconds, struct gp_compute_window *ret);
/* bytes: of one piece */
void gp_compute_say_rate(const struct gp_compute_window *window, const char *metric, double bytes);
void gp_compute_say_events(const struct gp_compute_window *window);

/* ---- compute-pattern.c: what is in the buffers */

/* Bytes of one buffer of n, at most GP_COMPUTE_MOST: words are counted in 32 bits. 0: there is no
   room. Pure. */
#define GP_COMPUTE_MOST (UINT64_C(8) << 30)
size_t gp_compute_size(bool is_cpu, unsigned int mib, unsigned int n, uint64_t memory,
	uint64_t most, uint64_t cache);
/* What word i of a buffer with this seed is; pure. */
uint32_t gp_compute_word(uint32_t seed, uint32_t i);
/* Which word of so many is sample i; pure. */
uint32_t gp_compute_place(uint32_t i, uint32_t words);
/* Kernels and memory for the following. */
void gp_compute_look(struct gp_compute *c);
/* The device fills a buffer. */
void gp_compute_fill(struct gp_compute *c, cl_mem buffer, uint32_t seed);
/* So many samples of a buffer go to c->samples. */
void gp_compute_gather(struct gp_compute *c, cl_mem buffer, uint32_t n);
/* Says how many samples of a buffer, or of c->host where there is none, are as expected. */
void gp_compute_compare(struct gp_compute *c, cl_mem buffer,
	uint32_t (*expected)(const struct gp_compute *c, uint32_t at), const char *what);

extern const char gp_compute_source[];

#endif
