/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "work/render.h"

#include <math.h>

#define LAYERS 16

static const char vertex_source[] =
	"#version 300 es\n"
	"uniform highp vec4 layers[16];\n"
	"out highp vec4 color;\n"
	"void main()\n"
	"{\n"
	"	vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);\n"
	"	vec4 layer = layers[gl_InstanceID];\n"
	"	color = layer + vec4(0.5 * corner, 0.25 * (corner.x + corner.y), 0.0);\n"
	"	gl_Position = vec4(2.0 * corner - 1.0, 0.0, 1.0);\n"
	"}\n";

static const char fragment_source[] = "#version 300 es\n"
				      "in highp vec4 color;\n"
				      "out highp vec4 pixel;\n"
				      "void main() { pixel = color; }\n";

/* What a layer adds to its corners, and how much of it is seen; the first hides what was there. */
static void layers_of(uint32_t frame, unsigned int n, float ret[][4])
{
	double phase = gp_scene_phase(frame);

	for (unsigned int layer = 0; layer < n; layer++) {
		for (unsigned int c = 0; c < 3; c++)
			ret[layer][c] =
				(float)(0.25 +
					0.25 * sin(2 * M_PI * (phase + 0.37 * layer + 0.21 * c)));
		ret[layer][3] = layer ? 0.25f + 0.25f * (float)(layer % 2) : 1;
	}
}

static bool make(struct gp_drawing *drawing)
{
	drawing->program = gp_scene_program(drawing->gl, vertex_source, fragment_source);
	if (!drawing->program)
		return false;
	drawing->uniform = glGetUniformLocation(drawing->program, "layers");
	glBlendFunc(GL_SRC_ALPHA, GL_ONE_MINUS_SRC_ALPHA);
	glEnable(GL_BLEND);
	return true;
}

static void draw_layers(struct gp_drawing *drawing, uint32_t frame, unsigned int n)
{
	float layers[LAYERS][4];

	layers_of(frame, n, layers);
	glUniform4fv(drawing->uniform, (GLsizei)n, layers[0]);
	glDrawArraysInstanced(GL_TRIANGLE_STRIP, 0, 4, (GLsizei)n);
}

/* Each layer is rounded to what the framebuffer holds. */
static void expect_layers(uint32_t frame, unsigned int n, const double at[2], double ret[3])
{
	float layers[LAYERS][4];

	layers_of(frame, n, layers);
	for (unsigned int c = 0; c < 3; c++) {
		double slope = c < 2 ? 0.5 * at[c] : 0.25 * (at[0] + at[1]);

		ret[c] = 0;
		for (unsigned int layer = 0; layer < n; layer++) {
			double alpha = (double)layers[layer][3];
			double color = 255 * ((double)layers[layer][c] + slope);

			ret[c] = round(color * alpha + ret[c] * (1 - alpha));
		}
	}
}

static void draw(struct gp_drawing *drawing, uint32_t frame)
{
	draw_layers(drawing, frame, LAYERS);
}

static void expect(const struct gp_drawing *drawing, uint32_t frame, unsigned int x, unsigned int y,
	double ret[3])
{
	const double at[2] = {(x + 0.5) / drawing->width, (y + 0.5) / drawing->height};

	expect_layers(frame, LAYERS, at, ret);
}

static void draw_once(struct gp_drawing *drawing, uint32_t frame)
{
	draw_layers(drawing, frame, 1);
}

static void expect_once(const struct gp_drawing *drawing, uint32_t frame, unsigned int x,
	unsigned int y, double ret[3])
{
	const double at[2] = {(x + 0.5) / drawing->width, (y + 0.5) / drawing->height};

	expect_layers(frame, 1, at, ret);
}

/* Rounding is up to the device, and each layer adds to what the last ones had of it. */
const struct gp_scene gp_scene_fill = {
	.name = "fill",
	.draws = "16 blended layers of all pixels",
	.tolerance = 4,
	.make = make,
	.draw = draw,
	.expect = expect,
};

const struct gp_scene gp_scene_readback = {
	.name = "readback",
	.draws = "all pixels once, and reads them",
	.is_read_back = true,
	.tolerance = 1.5,
	.make = make,
	.draw = draw_once,
	.expect = expect_once,
};
