#define INTEL_ONE_IDS(MACRO__, ...) \
	MACRO__(0x0102, ## __VA_ARGS__)
#define INTEL_OTHER_IDS(MACRO__, ...) \
	MACRO__(0x0102, ## __VA_ARGS__)
