/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vaapi/judge.h"

#include <string.h>

/* libva, va/drm/va_drm_utils.c: VA_DRM_GetDriverNames() */
static const struct {
	const char *kmd;
	const char *drivers[3];
} chosen[] = {
	{"i915", {"iHD", "i965"}},
	{"xe", {"iHD"}},
	{"amdgpu", {"radeonsi"}},
	{"radeon", {"r600", "radeonsi"}},
	{"nvidia-drm", {"nvidia"}},
	{"nouveau", {"nouveau"}},
};

static const char *const without_video[] = {"virtio_gpu", "vgem", "vkms", "bochs-drm", "qxl",
	"cirrus", "vmwgfx", "hyperv_drm", "vboxvideo", "ast", "mgag200", "simpledrm", "udl", NULL};

const char *const *gp_va_drivers_of(const char *kmd)
{
	for (size_t i = 0; kmd && i < GP_ARRAY_SIZE(chosen); i++)
		if (strcmp(chosen[i].kmd, kmd) == 0)
			return chosen[i].drivers;
	return NULL;
}

bool gp_va_is_no_gpu(const char *kmd)
{
	return gp_is_one_of(kmd, without_video);
}

/* The only GPU of the vendor whose driver it is, where a user did not say which node it was. */
static const struct gp_function *gpu_by_driver(
	const struct gp_case *c, const struct gp_va_session *session)
{
	static const struct {
		const char *driver;
		uint16_t vendor;
	} vendors[] = {{"iHD", GP_INTEL}, {"i965", GP_INTEL}, {"radeonsi", GP_AMD},
		{"r600", GP_AMD}, {"nvidia", GP_NVIDIA}};
	const struct gp_function *found = NULL;
	uint16_t vendor = 0;

	for (size_t i = 0; i < GP_ARRAY_SIZE(vendors); i++)
		if (gp_va_last_open(session, vendors[i].driver))
			vendor = vendors[i].vendor;
	for (size_t i = 0; i < c->n_gpus; i++) {
		if (vendor && c->gpus[i]->vendor_id != vendor)
			continue;
		if (found)
			return NULL;
		found = c->gpus[i];
	}
	return found;
}

static const struct gp_function *gpu_of(
	const struct gp_case *c, const struct gp_va_session *session)
{
	if (!session->node)
		return gpu_by_driver(c, session);
	gp_each (node, &c->facts->nodes)
		if (strcmp(node->name, session->node) == 0 && node->address)
			return gp_pci_find(&c->facts->pci, node->address);
	return NULL;
}

static const char *kmd_of(const struct gp_va_session *session, const struct gp_function *gpu)
{
	if (session->kmd || !gpu || !gpu->driver)
		return session->kmd;
	if (strcmp(gpu->driver, "nvidia") == 0)
		return "nvidia-drm";
	return gp_pci_is_vfio_driver(gpu->driver) ? NULL : gpu->driver;
}

struct gp_va_case gp_va_case_of(const struct gp_case *c, const struct gp_va_session *session)
{
	struct gp_va_case v = {.c = c, .session = session, .gpu = gpu_of(c, session)};

	v.kmd = kmd_of(session, v.gpu);
	if (v.gpu)
		v.model = gp_gpu_model(v.gpu->vendor_id, v.gpu->device_id);
	v.media = gp_media_of(v.model);
	return v;
}

bool gp_va_may_know(const struct gp_va_case *v, const char *driver)
{
	if (!v->media)
		return true;
	if (strcmp(driver, "iHD") == 0)
		return v->media->by_ihd;
	return strcmp(driver, "i965") != 0 || v->media->by_i965;
}

const char *gp_va_right_driver(const struct gp_va_case *v)
{
	return v->media && !v->media->by_ihd ? "i965" : "iHD";
}

/* The environment asks for what libva would not take for this kernel driver. */
static bool is_overridden(const struct gp_va_case *v)
{
	const char *const *drivers = gp_va_drivers_of(v->kmd);
	const struct gp_va_session *s = v->session;
	bool all_missing = s->opens.n > 0;

	gp_each (open, &s->opens)
		all_missing &= open->outcome == GP_VA_NO_FILE;
	if (s->path && all_missing)
		return true;
	return s->requested && drivers && !gp_is_one_of(s->requested, drivers);
}

/* The first file of a driver for this GPU that came to this, or NULL. */
static const struct gp_va_open *first_of(const struct gp_va_case *v, enum gp_va_outcome outcome)
{
	gp_each (open, &v->session->opens)
		if (open->outcome == outcome && gp_va_may_know(v, open->driver))
			return open;
	return NULL;
}

static const struct gp_va_open *first_for_others(const struct gp_va_case *v)
{
	gp_each (open, &v->session->opens)
		if (open->outcome == GP_VA_INIT_FAILED && !gp_va_may_know(v, open->driver))
			return open;
	return NULL;
}

/* Another libva of this machine, of a container say, opened the same driver. */
static bool works_elsewhere(const struct gp_va_case *v, const struct gp_va_open *failed)
{
	gp_each (other, &v->c->facts->vaapi.sessions) {
		const struct gp_va_open *open = gp_va_last_open(other, failed->driver);

		if (other != v->session && open && open->outcome == GP_VA_OPENED &&
			!gp_equal(other->libva, v->session->libva))
			return true;
	}
	return false;
}

/* iHD is there, was started, and does not say that the kernel keeps anything from it. */
static bool is_too_old(const struct gp_va_case *v, const struct gp_va_open *failed)
{
	bool in_container = v->c->roles & GP_ROLE_CONTAINER;

	if (strcmp(failed->driver, "iHD") != 0 || v->session->complaint)
		return false;
	if (works_elsewhere(v, failed))
		return true;
	if (v->media)
		return v->model->graphics >= 110 && (v->session->kmd || in_container);
	return !v->gpu && in_container && !gp_va_last_open(v->session, "i965");
}

static struct gp_va_verdict of_open(enum gp_va_fault fault, const struct gp_va_open *open)
{
	return (struct gp_va_verdict){fault, open, open ? open->said : NULL};
}

/* A driver that does not know this GPU, and the one that does is missing. */
static struct gp_va_verdict judge_absence(const struct gp_va_case *v)
{
	const struct gp_va_open *others = first_for_others(v);
	const struct gp_va_open *absent = first_of(v, GP_VA_NO_FILE);

	if (others)
		return of_open(GP_VA_OTHER_CHIPS, others);
	/* It got no further than to a driver that is of no use here either. */
	gp_each (open, &v->session->opens) {
		if (!absent && open->outcome == GP_VA_NO_INIT)
			return of_open(GP_VA_OTHER_ABI, open);
		if (!absent && open->outcome == GP_VA_NOT_LOADED)
			return of_open(GP_VA_UNLOADABLE, open);
	}
	return of_open(GP_VA_MISSING, absent);
}

static struct gp_va_verdict judge_opens(const struct gp_va_case *v)
{
	const struct gp_va_open *unloadable = first_of(v, GP_VA_NOT_LOADED);
	const struct gp_va_open *other_abi = first_of(v, GP_VA_NO_INIT);
	const struct gp_va_open *failed = first_of(v, GP_VA_INIT_FAILED);
	const struct gp_va_open *absent = first_of(v, GP_VA_NO_FILE);

	if (unloadable)
		return of_open(GP_VA_UNLOADABLE, unloadable);
	if (other_abi)
		return of_open(GP_VA_OTHER_ABI, other_abi);
	if (!failed)
		return judge_absence(v);
	/* i965 knows no new GPUs; which one this is, is not known. */
	if (!v->media && absent && strcmp(failed->driver, "i965") == 0)
		return of_open(GP_VA_MISSING, absent);
	if (is_too_old(v, failed))
		return of_open(GP_VA_TOO_OLD, failed);
	return of_open(GP_VA_CANNOT_START, failed);
}

static bool has_ended_well(const struct gp_va_session *s)
{
	return !s->is_ours || s->tried.end == GP_TRIED_EXITED;
}

static struct gp_va_verdict judge_end(const struct gp_va_session *s)
{
	static const enum gp_va_fault ends[] = {
		[GP_TRIED_CUT] = GP_VA_CUT,
		[GP_TRIED_EXITED] = GP_VA_NO_FAULT,
		[GP_TRIED_CRASHED] = GP_VA_CRASHED,
		[GP_TRIED_HUNG] = GP_VA_HUNG,
	};

	return (struct gp_va_verdict){ends[s->tried.end], NULL, s->doing};
}

struct gp_va_verdict gp_va_judge(const struct gp_va_case *v)
{
	const struct gp_va_session *s = v->session;

	if (!has_ended_well(s))
		return judge_end(s);
	if (s->open && strcmp(s->open, "ok") != 0)
		return (struct gp_va_verdict){GP_VA_CLOSED, NULL, s->open};
	if (s->left_alone)
		return (struct gp_va_verdict){GP_VA_LEFT_ALONE, NULL, NULL};
	if (gp_va_is_open(s))
		return (struct gp_va_verdict){GP_VA_NO_FAULT, NULL, s->vendor};
	if (gp_va_is_no_gpu(v->kmd))
		return (struct gp_va_verdict){
			GP_VA_NOT_A_GPU, s->opens.items, s->complaint ? s->complaint : s->no_name};
	if (is_overridden(v))
		return of_open(GP_VA_OVERRIDDEN, s->opens.items);
	if (gp_equal(v->kmd, "nvidia-drm") || gp_va_last_open(s, "nvidia"))
		return of_open(GP_VA_FOR_NVIDIA, gp_va_last_open(s, "nvidia"));
	if (s->no_name)
		return (struct gp_va_verdict){GP_VA_NO_NAME, NULL, s->no_name};
	if (gp_va_last_open(s, "xe"))
		return of_open(GP_VA_XE_UNKNOWN, gp_va_last_open(s, "xe"));
	if (s->opens.n)
		return judge_opens(v);
	if (!s->has_status)
		return (struct gp_va_verdict){GP_VA_CUT, NULL, NULL};
	return (struct gp_va_verdict){
		s->status == -1 ? GP_VA_MISSING : GP_VA_CANNOT_START, NULL, NULL};
}
