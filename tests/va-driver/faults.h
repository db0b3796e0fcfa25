/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_FAULTS_H
#define GP_FAULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <va/va.h>

enum gp_stroke { GP_STROKE_ERROR, GP_STROKE_CRASH, GP_STROKE_HANG };

/* What happens at the start of a call. */
struct gp_struck {
	const char *call;
	enum gp_stroke stroke;
	VAStatus status; /* of GP_STROKE_ERROR */
};

/* The switches of GPUPASS_TEST_VA; README.md says what each does. */
struct gp_faults {
	bool no_profiles, no_encode, lp_only;
	bool wrong_pixels, constant_frames, constant_cost;
	unsigned int slow;  /* thousandths of a percent */
	unsigned int takes; /* microseconds; 0: as long as the work does */
	struct gp_struck struck[8];
	size_t n_struck;
};

/* Commas between the switches; NULL and "" are none. Where it returns false, complaint says why. */
bool gp_faults_parse(
	const char *text, struct gp_faults *ret_faults, char *complaint, size_t complaint_size);

/* VA_STATUS_SUCCESS, or the error that this call is to return; may never return. */
VAStatus gp_faults_strike(const struct gp_faults *faults, const char *call);

int64_t gp_now(void); /* monotonic, nanoseconds */

/*
 * Waits as long as work that took so many nanoseconds is to take longer. What was waited too long
 * or too short, or was too much work, is kept in *owed for the next time.
 */
void gp_faults_slow(const struct gp_faults *faults, int64_t work, int64_t *owed);

#endif
