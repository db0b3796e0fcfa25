/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_RENDER_H
#define GP_RENDER_H

#include <EGL/egl.h>
#include <GLES3/gl3.h>
#include <stdbool.h>
#include <stdint.h>

/* gpupass-work-render: scenes drawn with OpenGL ES 3 where nobody sees them. */

#define GP_WHY_SIZE 512

/* ---- render-display.c: EGL on a render node, or on the processor */
struct gp_gl {
	const char *device; /* "/dev/dri/renderD128", or "cpu" */
	bool is_cpu;        /* asked for */
	bool has_no_driver; /* nothing draws on the processor */
	bool is_software;   /* what it is */
	int node;           /* descriptor; -1: none */
	struct gbm_device *gbm;
	EGLDisplay display;
	EGLContext context;
	GLenum (*reset_status)(void); /* NULL: it does not tell */
	char why[GP_WHY_SIZE];        /* why it failed */
};

bool gp_gl_open(struct gp_gl *gl, const char *device);
/* What it is: lines for people, and "invalid" where it is not what was asked for. */
void gp_gl_say(const struct gp_gl *gl);
/* False: an error was raised, or the context is lost: gl->why. */
bool gp_gl_is_well(struct gp_gl *gl, const char *when);
/* False, with the reason. */
bool gp_gl_fail(struct gp_gl *gl, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* ---- render-device.c: which device stands behind a display */

/* The display of the device that has this node, where GBM has none: NVIDIA's; NULL: of the one that
   is the processor. */
EGLDisplay gp_gl_device_display(const char *node);
/* "about node", "pci", "pci-vendor"; "invalid" where it is another than asked for. */
void gp_gl_say_device(const struct gp_gl *gl);

/* ---- render-pattern.c: what is in the textures */
#define GP_PATTERN_SIDE   2048
#define GP_PATTERN_LEVELS 12

/* Each level has half of the sides of the one before; RGBA, rows from the bottom. */
struct gp_pattern {
	uint8_t *levels[GP_PATTERN_LEVELS];
};

int gp_pattern_make(struct gp_pattern *pattern);
void gp_pattern_free(struct gp_pattern *pattern);
/* As GL samples it: repeated, linear in the level and between levels. From 0 to 255. */
void gp_pattern_sample(
	const struct gp_pattern *pattern, double s, double t, double level, double ret[3]);

/* ---- the scenes: render-scenes.c has the table, render-scene-NAME.c the others */
struct gp_drawing {
	struct gp_gl *gl;
	unsigned int width, height;
	GLuint program;
	GLint uniform;    /* what changes with the frame */
	GLint n_elements; /* indices of one mesh */
	struct gp_pattern pattern;
};

/* The same work on every machine; what moves follows from the frame's number alone. */
struct gp_scene {
	const char *name;
	const char *draws; /* in a frame, for people */
	bool is_read_back; /* each frame comes to the processor */
	double tolerance;  /* of the mean of a block; of 255 */
	bool (*make)(struct gp_drawing *drawing);
	void (*draw)(struct gp_drawing *drawing, uint32_t frame);
	/* What a pixel has to be, from 0 to 255: red, green, blue; y from the bottom. */
	void (*expect)(const struct gp_drawing *drawing, uint32_t frame, unsigned int x,
		unsigned int y, double ret[3]);
};

extern const struct gp_scene gp_scene_fill, gp_scene_texture, gp_scene_geometry, gp_scene_shader,
	gp_scene_readback;

const struct gp_scene *gp_scene_find(const char *name);
/* From 0 up to 1: where the frame is in the animation; far from the frames beside it. */
double gp_scene_phase(uint32_t frame);
/* A triangle that covers all pixels. */
extern const char gp_scene_everywhere[];
/* 0: it failed, gl->why says how. */
GLuint gp_scene_program(struct gp_gl *gl, const char *vertex, const char *fragment);

/* ---- render-compare.c: pure */
struct gp_difference {
	unsigned int blocks, wrong;
	double worst, mean;       /* of 255 */
	unsigned int x, y;        /* of the worst block */
	double seen[3], right[3]; /* there */
	bool is_flat;             /* all blocks are alike */
	bool is_black;
};

/* Of blocks all over the picture: rgba, rows from the bottom, against what the scene expects. */
struct gp_difference gp_compare_picture(const struct gp_scene *scene,
	const struct gp_drawing *drawing, uint32_t frame, const uint8_t *rgba);
/* True: the picture is right. Else what is wrong with it. */
bool gp_difference_say(const struct gp_difference *difference, char ret_text[GP_WHY_SIZE]);

/* ---- render-frames.c: frames in flight */
#define GP_IN_FLIGHT 3

struct gp_frame {
	GLuint framebuffer, renderbuffer, pixels; /* pixels: where the frame is read into */
	GLsync done;                              /* NULL: nothing is under way */
	uint32_t number;
};

struct gp_frames {
	struct gp_gl *gl;
	const struct gp_scene *scene;
	struct gp_drawing *drawing;
	struct gp_frame ring[GP_IN_FLIGHT];
	uint8_t *client; /* where frames that are read end: width * height * 4 bytes */
	uint32_t next;   /* number of the frame that is drawn next */
	uint64_t early;  /* frames that were done before they were waited for */
	uint64_t stale;  /* frames that were read and are not what was drawn */
};

bool gp_frames_begin(struct gp_frames *frames);
/* Draws the next frame; before, waits for the one that was in its place. *ret_done: when that was
   done, nanoseconds; 0: none was there. */
bool gp_frames_draw(struct gp_frames *frames, int64_t *ret_done);
/* Waits for all. */
bool gp_frames_finish(struct gp_frames *frames);
/* A frame by itself, into client, outside of any clock. */
bool gp_frames_picture(struct gp_frames *frames, uint32_t number);
/* The frame that was drawn last, as it lies there, into client. */
bool gp_frames_last(struct gp_frames *frames, uint32_t *ret_number);

#endif
