/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An implementation of OpenCL that is of no use: FAULTY_ICD says how, "crash", "hang", "chatter",
 * or "empty".
 */
#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Looked up by loaders by its name. */
void *clGetExtensionFunctionAddress(const char *name);

static cl_int fail(void)
{
	const char *how = getenv("FAULTY_ICD");

	if (how && strcmp(how, "crash") == 0)
		abort();
	while (how && strcmp(how, "hang") == 0)
		pause();
	if (how && strcmp(how, "chatter") == 0)
		printf("platforms 7\nend exit 0\n");
	fflush(stdout);
	return -1001;
}

static cl_int CL_API_CALL platforms(cl_uint most, cl_platform_id *list, cl_uint *n)
{
	(void)most;
	(void)list;
	if (n)
		*n = 0;
	return fail();
}

static cl_int CL_API_CALL platform_info(
	cl_platform_id platform, cl_platform_info what, size_t size, void *value, size_t *used)
{
	(void)platform;
	(void)what;
	(void)size;
	(void)value;
	(void)used;
	return CL_INVALID_PLATFORM;
}

void *clGetExtensionFunctionAddress(const char *name)
{
	void *address = NULL;

	if (strcmp(name, "clIcdGetPlatformIDsKHR") == 0)
		*(cl_int(CL_API_CALL **)(cl_uint, cl_platform_id *, cl_uint *)) & address =
			platforms;
	else if (strcmp(name, "clGetPlatformInfo") == 0)
		*(cl_int(CL_API_CALL **)(
			cl_platform_id, cl_platform_info, size_t, void *, size_t *)) &
			address = platform_info;
	return address;
}
