/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which modules this kernel takes: Secure Boot, lockdown, keys. */
#include <string.h>

#include "driver/modules.h"

#define EFI         "/sys/firmware/efi"
#define SECURE_BOOT EFI "/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"

/* An EFI variable file is four bytes of attributes and the value, here one byte. */
static void collect_secure_boot(struct gp_machine *machine, struct gp_modules *ret)
{
	struct gp_bytes_value variable = gp_read_bytes(machine, SECURE_BOOT, 64);
	struct gp_origin efi = gp_read_presence(machine, EFI);

	ret->secure_boot = -1;
	ret->secure_boot_from = variable.from;
	if (gp_is_present(&variable.from)) {
		if (variable.value.size == 5 && variable.value.data[4] <= 1) {
			ret->secure_boot = variable.value.data[4];
			return;
		}
		ret->secure_boot_from.presence = GP_MALFORMED;
		ret->secure_boot_from.problem = "is not five bytes that end in 0 or 1";
	} else if (gp_is_absent(&efi)) {
		ret->secure_boot = 0;
		ret->secure_boot_from = efi;
	}
}

/* "none [integrity] confidentiality": the word in brackets. */
static void collect_lockdown(struct gp_machine *machine, struct gp_modules *ret)
{
	const char *open, *close;

	ret->lockdown = gp_read_line(machine, "/sys/kernel/security/lockdown");
	if (!gp_is_present(&ret->lockdown.from))
		return;
	open = strchr(ret->lockdown.value, '[');
	close = open ? strchr(open, ']') : NULL;
	if (close) {
		ret->lockdown.value =
			gp_strndup(gp_machine_arena(machine), open + 1, (size_t)(close - open - 1));
		return;
	}
	ret->lockdown.value = "";
	ret->lockdown.from.presence = GP_MALFORMED;
	ret->lockdown.from.problem = "has no word in brackets";
}

/* Where DKMS, Ubuntu's shim and Fedora's akmods keep the key that they sign with. */
static void collect_mok(struct gp_machine *machine, struct gp_modules *ret)
{
	static const char *const keys[] = {"/var/lib/dkms/mok.pub",
		"/var/lib/shim-signed/mok/MOK.der", "/etc/pki/akmods/certs/public_key.der"};

	for (size_t i = 0; i < GP_ARRAY_SIZE(keys) && !gp_is_present(&ret->mok); i++)
		ret->mok = gp_read_presence(machine, keys[i]);
}

void gp_signing_collect(struct gp_machine *machine, struct gp_modules *ret)
{
	collect_secure_boot(machine, ret);
	collect_lockdown(machine, ret);
	collect_mok(machine, ret);
	ret->sig_enforce = gp_read_line(machine, "/sys/module/module/parameters/sig_enforce");
	ret->tainted = gp_read_number(machine, "/proc/sys/kernel/tainted", 10);
}

int gp_modules_must_be_signed(const struct gp_modules *modules)
{
	const char *enforce = modules->sig_enforce.value;
	bool knows_lockdown =
		!gp_is_absent(&modules->lockdown.from) || gp_is_present(&modules->sig_enforce.from);

	if (*enforce == 'Y' || *enforce == '1')
		return 1;
	if (gp_is_present(&modules->lockdown.from))
		return strcmp(modules->lockdown.value, "none") != 0;
	if (modules->secure_boot == 0)
		return 0;
	return knows_lockdown && gp_is_absent(&modules->lockdown.from) ? 0 : -1;
}
