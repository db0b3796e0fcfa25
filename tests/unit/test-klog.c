/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <setjmp.h>
#include <cmocka.h>

#include "machine/klog.h"

/* What was handed out, one "usec text\n" each. */
struct heard {
	char text[4096];
	size_t n, longest, bytes;
};

static void hear(void *context, const struct gp_klog_line *line)
{
	struct heard *heard = context;
	size_t length;

	if (line->is_boot)
		*heard = (struct heard){0};
	length = strlen(heard->text);
	heard->n++;
	heard->bytes += line->size;
	if (line->size > heard->longest)
		heard->longest = line->size;
	snprintf(heard->text + length, sizeof(heard->text) - length, "%lld %.*s\n",
		(long long)line->usec, (int)line->size, line->text);
}

static int make_file(const void *data, size_t size)
{
	int fd = memfd_create("log", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, size), size);
	return fd;
}

static struct heard read_text(const char *text, bool *ret_whole)
{
	struct heard heard = {0};
	int fd = make_file(text, strlen(text));
	int r = gp_klog_read_text(fd, hear, &heard, ret_whole);

	assert_int_equal(r, heard.n > 0);
	close(fd);
	return heard;
}

static void test_line(const char *line, int64_t usec, const char *text)
{
	struct gp_klog_line parsed;

	if (!text) {
		assert_false(gp_klog_parse_line(line, strlen(line), &parsed));
		return;
	}
	assert_true(gp_klog_parse_line(line, strlen(line), &parsed));
	assert_int_equal(parsed.usec, usec);
	assert_int_equal(parsed.size, strlen(text));
	assert_memory_equal(parsed.text, text, parsed.size);
}

static void test_lines_of_dmesg(void **state)
{
	(void)state;
	test_line("[    1.234567] DMAR: x", 1234567, "DMAR: x");
	test_line("<6>[    1.234567] DMAR: x", 1234567, "DMAR: x");
	test_line("<30>[    1.234567] systemd[1]: x", 0, NULL);
	test_line("[    1.234567] [    T1] DMAR: x", 1234567, "DMAR: x");
	test_line("[    1.234567][    T1] DMAR: x", 1234567, "DMAR: x");
	test_line("[    1.234567] [   C12] DMAR: x", 1234567, "DMAR: x");
	test_line("[    1.234567] [drm] x", 1234567, "[drm] x");
	test_line("[    1.234567] [Firmware Bug]: x", 1234567, "[Firmware Bug]: x");
	test_line("[12345.000001] x\r", 12345000001, "x");
	test_line("[    0.000000]", 0, "");
	test_line("[    0.5] x", 500000, "x");
	test_line("[Tue Nov 21 10:00:00 2026] x", -1, "x");
	test_line("[Nov21 10:00] x", -1, "x");
	test_line("[  +0.000012] x", -1, "x");
	test_line("kern  :info  : [    1.000000] x", 1000000, "x");
	test_line("daemon:info  : [    1.000000] x", 0, NULL);
	test_line("2026-11-21T10:00:00,123456+01:00 x y z", -1, "x y z");
	test_line("[99999999999999999999.000000] x", -1, "[99999999999999999999.000000] x");
	test_line("[drm] without a stamp", -1, "[drm] without a stamp");
	test_line("plain text", -1, "plain text");
	test_line("", 0, NULL);
	test_line("[", -1, "[");
}

static void test_lines_of_syslog(void **state)
{
	(void)state;
	test_line("Nov 21 10:00:00 host kernel: [    1.234567] x", 1234567, "x");
	test_line("Nov  1 10:00:00 host kernel: x", -1, "x");
	test_line("Nov 21 10:00:00.123456 host kernel: x", -1, "x");
	test_line("2026-11-21T10:00:00.123456+01:00 host kernel: [    1.234567] x", 1234567, "x");
	test_line("2026-11-21T10:00:00+0100 host kernel: x", -1, "x");
	test_line("2026-11-21 10:00:00 host kernel: x", -1, "x");
	test_line("Tue 2026-11-21 10:00:00 CET host kernel: x", -1, "x");
	test_line("[    1.234567] host kernel: x", 1234567, "x");
	test_line("Nov 21 10:00:00 host systemd[1]: x", 0, NULL);
	test_line("Nov 21 10:00:00 host sudo: kernel: x", 0, NULL);
	test_line("Nov 21 10:00:00 host", 0, NULL);
	test_line("-- Boot 0123 --", 0, NULL);
}

static void test_whole_log(void **state)
{
	struct heard heard;
	bool whole;

	(void)state;
	heard = read_text("[    0.000000] microcode: early\n"
			  "[    0.000000] Linux version 6.1.0\n"
			  "[    1.000000] end, without a newline",
		&whole);
	assert_true(whole);
	assert_string_equal(heard.text,
		"0 microcode: early\n0 Linux version 6.1.0\n1000000 end, without a newline\n");
	heard = read_text("[  100.000000] late\n[  101.000000] later\n", &whole);
	assert_false(whole);
	assert_int_equal(heard.n, 2);
	heard = read_text("", &whole);
	assert_false(whole);
	assert_int_equal(heard.n, 0);
}

static void test_last_boot_only(void **state)
{
	struct heard heard;
	bool whole;

	(void)state;
	heard = read_text("Nov 20 10:00:00 h kernel: [ 0.000000] Linux version 6.1.0\n"
			  "Nov 20 10:00:00 h kernel: [ 1.000000] first boot\n"
			  "Nov 20 10:00:00 h cron[1]: Linux version of cron\n"
			  "Nov 20 10:00:00 h kernel: [ 1.000000] a\n"
			  "Nov 20 10:00:00 h kernel: [ 1.000000] b\n"
			  "Nov 21 10:00:00 h kernel: [ 0.000000] Linux version 6.1.1\n"
			  "Nov 21 10:00:00 h cron[1]: job\n"
			  "Nov 21 10:00:00 h kernel: [ 2.000000] says Linux version again\n",
		&whole);
	assert_true(whole);
	assert_string_equal(
		heard.text, "0 Linux version 6.1.1\n2000000 says Linux version again\n");
}

/* What this process has read() so far; 0 where the kernel does not say. */
static uint64_t bytes_read(void)
{
	FILE *file = fopen("/proc/self/io", "re");
	unsigned long long n = 0;

	if (!file)
		return 0;
	if (fscanf(file, "rchar: %llu", &n) != 1)
		n = 0;
	fclose(file);
	return n;
}

static void test_hostile_logs_are_read_once(void **state)
{
	size_t size = 24u << 20;
	char *data = malloc(size);
	struct heard *heard = calloc(1, sizeof(*heard));
	uint64_t before;
	bool whole;
	int fd;

	(void)state;
	assert_non_null(data);
	assert_non_null(heard);
	memset(data, 'x', size);
	memset(data + 100, 0, 1000);
	for (size_t i = 1u << 20; i < 4u << 20; i += 1u << 20)
		data[i] = '\n';
	for (size_t i = 20u << 20; i < size; i += 2)
		data[i] = '\n';
	data[size - 1] = (char)0xff;
	fd = make_file(data, size);
	before = bytes_read();
	assert_int_equal(gp_klog_read_text(fd, hear, heard, &whole), 1);
	/* A little more, for the file that counts. */
	assert_in_range(bytes_read() - before, before ? size : 0, size + 4096);
	assert_false(whole);
	/* Three lines of 1 MiB, one cut at 4 MiB, two million of one byte. */
	assert_int_equal(heard->n, 3 + 1 + (2u << 20));
	assert_in_range(heard->longest, 4u << 20, (4u << 20) + (64u << 10));
	close(fd);
	free(heard);
	free(data);
}

static void test_end_of_large_file(void **state)
{
	static const char tail[] = "\n[    5.000000] the end\n";
	int fd = memfd_create("log", MFD_CLOEXEC);
	struct heard heard = {0};
	bool whole;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, tail, sizeof(tail) - 1, 1l << 30), sizeof(tail) - 1);
	assert_int_equal(gp_klog_read_text(fd, hear, &heard, &whole), 1);
	assert_string_equal(heard.text, "5000000 the end\n");
	close(fd);
}

static bool parse(const char *text, uint64_t *sequence, struct gp_klog_line *line)
{
	static char record[256];

	snprintf(record, sizeof(record), "%s", text);
	return gp_klog_parse_record(record, strlen(record), sequence, line);
}

static void test_records(void **state)
{
	struct gp_klog_line line;
	uint64_t sequence = 0;

	(void)state;
	assert_true(
		parse("6,339,5140900,-;NET: x\n SUBSYSTEM=pci\n DEVICE=+pci\n", &sequence, &line));
	assert_int_equal(sequence, 339);
	assert_int_equal(line.usec, 5140900);
	assert_int_equal(line.size, 6);
	assert_memory_equal(line.text, "NET: x", 6);
	assert_true(parse("4,1,2,-,caller=T1;a\\x0ab\\x5c\\xzz", &sequence, &line));
	assert_int_equal(line.size, 8);
	assert_memory_equal(line.text, "a\nb\\\\xzz", 8);
	assert_false(parse("30,7,2,-;systemd[1]: x\n", &sequence, &line));
	assert_int_equal(sequence, 7);
	assert_false(parse("6,1,2,-", &sequence, &line));
	assert_false(parse(";x", &sequence, &line));
	assert_false(parse("99999999999999999999,1,2,-;x", &sequence, &line));
	assert_true(parse("6,1,2,-;", &sequence, &line));
	assert_int_equal(line.size, 0);
}

/* A socket of packets behaves as /dev/kmsg: one record a read, then EAGAIN. */
static struct heard read_records(const char *const *records, size_t n, bool *ret_whole)
{
	struct heard heard = {0};
	int fds[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, fds), 0);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(write(fds[1], records[i], strlen(records[i])), strlen(records[i]));
	assert_int_equal(gp_klog_read_kmsg(fds[0], false, hear, &heard, ret_whole), 0);
	close(fds[0]);
	close(fds[1]);
	return heard;
}

static void test_kmsg(void **state)
{
	static const char *const boot[] = {
		"5,0,0,-;Linux version 6.1\n",
		"30,1,10,-;systemd[1]: up\n",
		"no record",
		"6,2,20,-;two\\x0alines\n DEVICE=x\n",
	};
	struct heard heard;
	bool whole;

	(void)state;
	heard = read_records(boot, 4, &whole);
	assert_true(whole);
	assert_string_equal(heard.text, "0 Linux version 6.1\n20 two\n20 lines\n");
	heard = read_records(boot + 1, 3, &whole);
	assert_false(whole);
	heard = read_records(boot, 0, &whole);
	assert_false(whole);
	assert_int_equal(heard.n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines_of_dmesg),
		cmocka_unit_test(test_lines_of_syslog),
		cmocka_unit_test(test_whole_log),
		cmocka_unit_test(test_last_boot_only),
		cmocka_unit_test(test_hostile_logs_are_read_once),
		cmocka_unit_test(test_end_of_large_file),
		cmocka_unit_test(test_records),
		cmocka_unit_test(test_kmsg),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
