/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "try/opencl-api.h"
#include "try/say.h"

#define ITEMS    4096
#define ROUNDS   64 /* of each item */
#define MOST_LOG 4096

/* Integers, so that every device has the same answer. */
static const char source[] = "kernel void gpupass(global uint *out, uint rounds)\n"
			     "{\n"
			     "	uint at = (uint)get_global_id(0), sum = at;\n"
			     "	for (uint i = 0; i < rounds; i++)\n"
			     "		sum = sum * 1664525u + 1013904223u;\n"
			     "	out[at] = sum ^ at;\n"
			     "}\n";

static cl_uint right_answer(cl_uint at)
{
	cl_uint sum = at;

	for (cl_uint i = 0; i < ROUNDS; i++)
		sum = sum * 1664525u + 1013904223u;
	return sum ^ at;
}

/* What is made for one run. */
struct work {
	const struct gp_cl_subject *subject;
	const struct gp_cl *cl;
	cl_context context;
	cl_command_queue queue;
	cl_mem buffer;
	cl_program program;
	cl_kernel kernel;
	const char *at; /* the call that failed */
};

static cl_int failed(struct work *w, const char *call, cl_int status)
{
	w->at = call;
	return status;
}

static cl_int make(struct work *w)
{
	const cl_context_properties properties[] = {
		CL_CONTEXT_PLATFORM, (cl_context_properties)w->subject->platform, 0};
	const char *text = source;
	cl_int status;

	w->context = w->cl->context(properties, 1, &w->subject->device, NULL, NULL, &status);
	if (!w->context)
		return failed(w, "clCreateContext", status);
	w->queue = w->cl->queue(w->context, w->subject->device, 0, &status);
	if (!w->queue)
		return failed(w, "clCreateCommandQueue", status);
	w->buffer = w->cl->buffer(
		w->context, CL_MEM_WRITE_ONLY, ITEMS * sizeof(cl_uint), NULL, &status);
	if (!w->buffer)
		return failed(w, "clCreateBuffer", status);
	w->program = w->cl->program(w->context, 1, &text, NULL, &status);
	if (!w->program)
		return failed(w, "clCreateProgramWithSource", status);
	return CL_SUCCESS;
}

static void say_build_log(const struct work *w)
{
	char log[MOST_LOG] = "", *rest = NULL;

	if (w->cl->build_info(w->program, w->subject->device, CL_PROGRAM_BUILD_LOG, sizeof(log) - 1,
		    log, NULL))
		return;
	for (char *line = strtok_r(log, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
		gp_say("build-log", "%s %s", w->subject->number, line);
}

static cl_int build(struct work *w)
{
	cl_int status = w->cl->build(w->program, 1, &w->subject->device, "", NULL, NULL);

	if (status) {
		say_build_log(w);
		return failed(w, "clBuildProgram", status);
	}
	w->kernel = w->cl->kernel(w->program, "gpupass", &status);
	return w->kernel ? CL_SUCCESS : failed(w, "clCreateKernel", status);
}

static cl_int run(struct work *w, cl_uint ret[ITEMS])
{
	const size_t items = ITEMS;
	const cl_uint rounds = ROUNDS;
	cl_int status = w->cl->argument(w->kernel, 0, sizeof(w->buffer), &w->buffer);

	if (!status)
		status = w->cl->argument(w->kernel, 1, sizeof(rounds), &rounds);
	if (status)
		return failed(w, "clSetKernelArg", status);
	status = w->cl->run(w->queue, w->kernel, 1, NULL, &items, NULL, 0, NULL, NULL);
	if (status)
		return failed(w, "clEnqueueNDRangeKernel", status);
	status = w->cl->read(
		w->queue, w->buffer, CL_TRUE, 0, ITEMS * sizeof(*ret), ret, 0, NULL, NULL);
	return status ? failed(w, "clEnqueueReadBuffer", status) : CL_SUCCESS;
}

static void end(struct work *w)
{
	if (w->kernel)
		w->cl->release_kernel(w->kernel);
	if (w->program)
		w->cl->release_program(w->program);
	if (w->buffer)
		w->cl->release_buffer(w->buffer);
	if (w->queue)
		w->cl->release_queue(w->queue);
	if (w->context)
		w->cl->release_context(w->context);
}

static void say_answers(const struct work *w, const cl_uint answers[ITEMS])
{
	cl_uint wrong = 0, first = 0;

	for (cl_uint i = 0; i < ITEMS; i++)
		if (answers[i] != right_answer(i) && !wrong++)
			first = i;
	if (wrong)
		gp_say("kernel", "%s wrong %u of %u, first at %u: %08x instead of %08x",
			w->subject->number, wrong, ITEMS, first, answers[first],
			right_answer(first));
	else
		gp_say("kernel", "%s ok", w->subject->number);
}

void gp_cl_say_kernel(const struct gp_cl_subject *subject)
{
	struct work w = {.subject = subject, .cl = subject->cl};
	cl_uint *answers = calloc(ITEMS, sizeof(*answers));
	cl_int status;

	if (!answers)
		return;
	status = make(&w);
	if (!status)
		status = build(&w);
	if (!status)
		status = run(&w, answers);
	if (status)
		gp_say("kernel", "%s %d %s", subject->number, status, w.at);
	else
		say_answers(&w, answers);
	end(&w);
	free(answers);
}
