/* The shape of the kernel's header: groups, groups of groups, comments, odd spelling. */
#ifndef __PCIIDS_H__
#define __PCIIDS_H__

#ifdef __KERNEL__
#define INTEL_VGA_DEVICE(_id, _info) { \
	.class = PCI_BASE_CLASS_DISPLAY << 16, .class_mask = 0xff << 16, \
}
#define INTEL_QUANTA_VGA_DEVICE(_info) { \
	.vendor = PCI_VENDOR_ID_INTEL, .device = 0x16a, \
}
#endif

#define INTEL_NEW_GT2_IDS(MACRO__, ...) \
	MACRO__(0XBEEF, ## __VA_ARGS__), /* not MACRO__(0x1234, */ \
	MACRO__(0x00A2, ## __VA_ARGS__)  /* desktop */

#define INTEL_NEW_GT1_IDS(MACRO__, ...) \
	MACRO__(0x46d1, ## __VA_ARGS__) \

#define INTEL_NEW_IDS(MACRO__, ...) \
	INTEL_NEW_GT1_IDS(MACRO__, ## __VA_ARGS__), \
	INTEL_NEW_GT2_IDS(MACRO__, ## __VA_ARGS__)

#define INTEL_NEW_Q_IDS(MACRO__, ...) \
	INTEL_QUANTA_VGA_DEVICE(__VA_ARGS__)

#endif
