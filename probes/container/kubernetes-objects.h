/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_CONTAINER_KUBERNETES_OBJECTS_H
#define GP_CONTAINER_KUBERNETES_OBJECTS_H

#include "container/kubernetes.h"
#include "machine/json.h"

/* The fields of a document that are looked at: of a list, or of a single object. */
extern const struct gp_json_keep gp_k8s_keep[];
/* One object, of whatever kind. */
void gp_k8s_take(struct gp_arena *arena, const json_t *object, struct gp_kubernetes *ret);

#endif
