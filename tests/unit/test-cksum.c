/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "diagnosis/cksum.h"

/* What cksum(1) prints for these bytes. */
static uint32_t by_coreutils(const uint8_t *data, size_t size)
{
	char path[] = "/tmp/gpupass-cksum-XXXXXX", command[80];
	int fd = mkstemp(path);
	unsigned long number;
	FILE *out;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, size), (ssize_t)size);
	close(fd);
	snprintf(command, sizeof(command), "cksum <%s", path);
	out = popen(command, "r");
	assert_non_null(out);
	assert_int_equal(fscanf(out, "%lu", &number), 1);
	pclose(out);
	unlink(path);
	return (uint32_t)number;
}

static void agrees_with_cksum(void **state)
{
	static const size_t sizes[] = {0, 1, 5, 255, 256, 257, 70000};
	static uint8_t data[70000];

	(void)state;
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * i >> 3 ^ i);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		assert_int_equal(gp_cksum(data, sizes[i]), by_coreutils(data, sizes[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(agrees_with_cksum)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
