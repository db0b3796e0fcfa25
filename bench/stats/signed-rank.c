/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stats/stats.h"

#include <math.h>
#include <string.h>

#define PAIRS(n)   ((n) * ((n) + 1) / 2)
#define EXACT_SUMS (PAIRS(GP_EXACT_MOST) / 2 + 1)

/*
 * The chance of each sum up to half of all: every rank from 1 to n is part of it or not, so the
 * chances for n ranks come from those for n - 1.
 */
static void chances(size_t n, double chance[EXACT_SUMS])
{
	size_t most = PAIRS(n) / 2;

	memset(chance, 0, (most + 1) * sizeof(*chance));
	chance[0] = 1;
	for (size_t rank = 1; rank <= n; rank++) {
		size_t sum = PAIRS(rank) < most ? PAIRS(rank) : most;

		for (; sum >= rank; sum--)
			chance[sum] = (chance[sum] + chance[sum - rank]) / 2;
		for (sum = 0; sum < rank && sum <= most; sum++)
			chance[sum] /= 2;
	}
}

static double normal(double w, size_t n)
{
	double count = (double)n, sd = sqrt(count * (count + 1) * (2 * count + 1) / 24);

	return gp_normal((w + 0.5 - (double)PAIRS(n) / 2) / sd);
}

static double exact(size_t w, size_t n)
{
	double chance[EXACT_SUMS], sum = 0;

	chances(n, chance);
	for (size_t i = 0; i <= w; i++)
		sum += chance[i];
	return sum;
}

double gp_signed_rank(size_t w, size_t n)
{
	if (w >= PAIRS(n))
		return 1;
	if (n > GP_EXACT_MOST)
		return normal((double)w, n);
	return w <= PAIRS(n) / 2 ? exact(w, n) : 1 - exact(PAIRS(n) - w - 1, n);
}

static size_t exact_limit(size_t n, double tail, double *ret_beyond)
{
	double chance[EXACT_SUMS];
	size_t k = 0;

	*ret_beyond = 0;
	chances(n, chance);
	while (k < PAIRS(n) / 2 && *ret_beyond + chance[k] <= tail)
		*ret_beyond += chance[k++];
	return k;
}

static size_t normal_limit(size_t n, double tail, double *ret_beyond)
{
	size_t low = 0, high = PAIRS(n) / 2;

	while (low < high) {
		size_t middle = (low + high + 1) / 2;

		if (normal((double)middle - 1, n) <= tail)
			low = middle;
		else
			high = middle - 1;
	}
	*ret_beyond = normal((double)low - 1, n);
	return low;
}

size_t gp_signed_rank_limit(size_t n, double confidence, double *ret_attained)
{
	double tail = (1 - confidence) / 2, beyond;
	size_t k =
		n > GP_EXACT_MOST ? normal_limit(n, tail, &beyond) : exact_limit(n, tail, &beyond);

	*ret_attained = k ? 1 - 2 * beyond : 0;
	return k;
}

/* Halves are added, as a sum of two large values would not be finite. */
static double mean(double a, double b)
{
	return a * 0.5 + b * 0.5;
}

size_t gp_walsh_count(const double *sorted, size_t n, double most)
{
	size_t count = 0, end = n;

	for (size_t i = 0; i < n; i++) {
		while (end > i && mean(sorted[i], sorted[end - 1]) > most)
			end--;
		if (end == i)
			break;
		count += end - i;
	}
	return count;
}

/* Doubles as integers in the same order, and back. */
static uint64_t order_of(double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof(bits));
	return bits >> 63 ? ~bits : bits | (uint64_t)1 << 63;
}

static double value_at(uint64_t order)
{
	uint64_t bits = order >> 63 ? order & ~((uint64_t)1 << 63) : ~order;
	double value;

	memcpy(&value, &bits, sizeof(value));
	return value;
}

/* The smallest number that k averages do not exceed: none of them has to be kept. */
double gp_walsh_average(const double *sorted, size_t n, size_t k)
{
	uint64_t low = order_of(sorted[0]), high = order_of(sorted[n - 1]);

	while (low < high) {
		uint64_t middle = low + (high - low) / 2;

		if (gp_walsh_count(sorted, n, value_at(middle)) >= k)
			high = middle;
		else
			low = middle + 1;
	}
	return value_at(low) + 0.0; /* not -0 */
}
