/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_CKSUM_H
#define GP_CKSUM_H

#include <stddef.h>
#include <stdint.h>

/* The number that POSIX cksum(1) prints: CRC-32 of the bytes and of their count. */
uint32_t gp_cksum(const void *data, size_t size);

#endif
