/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stats/stats.h"

#include <math.h>

double gp_normal(double z)
{
	return erfc(-z / M_SQRT2) / 2;
}

/* Abramowitz and Stegun, 26.7.3 and 26.7.4: a finite series in the angle. */
double gp_student(double t, unsigned int freedom)
{
	double angle = atan(t / sqrt(freedom)), cosine = cos(angle), sine = sin(angle);
	bool is_odd = freedom % 2;
	double term = is_odd ? cosine : 1, sum = freedom == 1 ? 0 : term;

	for (unsigned int i = is_odd ? 3 : 2; i + 2 <= freedom; i += 2) {
		term *= (i - 1.0) / i * cosine * cosine;
		sum += term;
	}
	return is_odd ? M_2_PI * (angle + sine * sum) : sine * sum;
}

struct cumulative {
	unsigned int freedom; /* 0: the normal distribution */
	double probability;
};

static bool is_below(const struct cumulative *wanted, double x)
{
	double reached = wanted->freedom ? gp_student(x, wanted->freedom) : gp_normal(x);

	return reached < wanted->probability;
}

/* By halving, to the last bit of x. */
static double invert(const struct cumulative *wanted, double low, double high)
{
	while (is_below(wanted, high) && high < 1e300)
		high *= 2;
	for (;;) {
		double middle = low + (high - low) / 2;

		if (middle <= low || middle >= high)
			return high;
		if (is_below(wanted, middle))
			low = middle;
		else
			high = middle;
	}
}

double gp_student_quantile(double probability, unsigned int freedom)
{
	if (!(probability >= 0 && probability < 1) || !freedom)
		return NAN;
	return invert(&(struct cumulative){freedom, probability}, 0, 1);
}

double gp_normal_quantile(double probability)
{
	if (!(probability > 0 && probability < 1))
		return NAN;
	return invert(&(struct cumulative){0, probability}, -40, 1);
}
