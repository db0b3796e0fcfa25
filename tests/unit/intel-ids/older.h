/* Up to Linux 6.10 the last argument is the driver's, and the id is named by INTEL_VGA_DEVICE. */
#define INTEL_OLD_IDS(info) \
	INTEL_VGA_DEVICE(0x0102, info), \
	INTEL_VGA_DEVICE(0x46D1, info)
