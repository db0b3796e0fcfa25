/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_TO_RECORD_H
#define GP_TO_RECORD_H

#include "diagnosis/diagnosis.h"
#include "diagnosis/plan.h"
#include "record.h"

/* Writes facts and diagnosis down as rows of the record, which every face is drawn from. */

struct gp_run {
	const char *tool, *version;
	const char *time;    /* ISO 8601, UTC */
	const char *machine; /* "live", or the path that was opened */
	const char *cut;     /* why it is not the whole machine, or NULL */
	unsigned layers;     /* set of enum gp_layer to write */
};

void gp_to_record(const struct gp_run *run, const struct gp_diagnosis *diagnosis,
	const struct gp_plan *plan, struct gp_record *record);

/* ---- what any record of a machine has */

/* What rows have as their host; "": not known. */
const char *gp_record_host(const struct gp_platform *platform);
/* A row of kind meta; no row where there is no value. */
void gp_meta(struct gp_record *record, const char *host, const char *id, const char *value);
/* Which machine it is of: host, kernel, distribution, ... */
void gp_machine_meta(struct gp_record *record, const struct gp_platform *platform);

/* ---- the fact rows of a layer: probes/<layer>/rows.c */
struct gp_fact_sink {
	struct gp_record *record;
	const char *host;
	const char *layer;
	unsigned roles; /* set of enum gp_role */
};

/* One fact; subject "" is the machine, source the file that says so. */
void gp_fact(const struct gp_fact_sink *sink, const char *subject, const char *id,
	const char *source, const char *value, const char *unit);
void gp_fact_number(const struct gp_fact_sink *sink, const char *subject, const char *id,
	const char *source, uint64_t value, const char *unit);
/* "present", "absent", "unreadable", "malformed" of something; text says why. */
void gp_fact_presence(
	const struct gp_fact_sink *sink, const char *id, const struct gp_origin *from);

void gp_firmware_rows(const struct gp_facts *facts, const struct gp_fact_sink *sink);
void gp_kernel_rows(const struct gp_facts *facts, const struct gp_fact_sink *sink);
void gp_iommu_rows(const struct gp_facts *facts, const struct gp_fact_sink *sink);
void gp_pci_rows(const struct gp_facts *facts, const struct gp_fact_sink *sink);
void gp_driver_rows(const struct gp_facts *facts, const struct gp_fact_sink *sink);
void gp_gpu_rows(const struct gp_facts *facts, const struct gp_fact_sink *sink);
void gp_vfio_rows(const struct gp_facts *facts, const struct gp_fact_sink *sink);
void gp_vm_rows(const struct gp_facts *facts, const struct gp_fact_sink *sink);
void gp_sriov_rows(const struct gp_facts *facts, const struct gp_fact_sink *sink);
void gp_drm_rows(const struct gp_facts *facts, const struct gp_fact_sink *sink);
void gp_opencl_rows(const struct gp_facts *facts, const struct gp_fact_sink *sink);
void gp_guest_rows(const struct gp_facts *facts, const struct gp_fact_sink *sink);
void gp_container_rows(const struct gp_facts *facts, const struct gp_fact_sink *sink);
void gp_mdev_rows(const struct gp_facts *facts, const struct gp_fact_sink *sink);
void gp_vaapi_rows(const struct gp_facts *facts, const struct gp_fact_sink *sink);

#endif
