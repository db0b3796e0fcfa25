/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diagnosis/cksum.h"

#define POLYNOMIAL 0x04c11db7u

static uint32_t take_byte(uint32_t crc, uint8_t byte)
{
	crc ^= (uint32_t)byte << 24;
	for (int bit = 0; bit < 8; bit++)
		crc = crc & 0x80000000u ? crc << 1 ^ POLYNOMIAL : crc << 1;
	return crc;
}

uint32_t gp_cksum(const void *data, size_t size)
{
	const uint8_t *bytes = data;
	uint32_t crc = 0;

	for (size_t i = 0; i < size; i++)
		crc = take_byte(crc, bytes[i]);
	for (size_t left = size; left; left >>= 8)
		crc = take_byte(crc, (uint8_t)left);
	return ~crc;
}
