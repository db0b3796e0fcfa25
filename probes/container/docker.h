/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_CONTAINER_DOCKER_H
#define GP_CONTAINER_DOCKER_H

#include "machine/read.h"

/*
 * Docker's containers and its settings, from /var/lib/docker/containers/ID/hostconfig.json and
 * config.v2.json and /etc/docker/daemon.json. These hold passwords as environment variables: no
 * more than what is here is read, or kept in a capture.
 */
struct gp_docker_container {
	const char *name;   /* ct/jellyfin */
	const char *source; /* its hostconfig.json */
	struct gp_origin from;
	struct gp_strings devices; /* paths on the host below /dev: devices and bind mounts */
	struct gp_strings groups;  /* of --group-add */
	const char *runtime;       /* "nvidia", or NULL */
	const char *gpu_driver;    /* of --gpus: "", "nvidia", "cdi"; NULL: none is asked for */
	bool is_running;
	bool is_to_run; /* it runs, or its restart policy has Docker start it */
};

struct gp_docker {
	struct gp_origin from; /* /var/lib/docker/containers */
	struct gp_docker_container *items;
	size_t n;
	struct gp_origin daemon_from;  /* /etc/docker/daemon.json */
	struct gp_strings runtimes;    /* that it adds */
	bool is_cgroupfs;              /* native.cgroupdriver=cgroupfs */
	struct gp_origin nvidia_hook;  /* nvidia-container-runtime-hook, which --gpus needs */
	struct gp_origin newer_helper; /* what serves it in newer versions of Docker, too */
};

void gp_docker_collect(struct gp_machine *machine, struct gp_docker *ret);

#endif
