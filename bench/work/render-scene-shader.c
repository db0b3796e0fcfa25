/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "work/render.h"

#include <math.h>

#define STEPS 64

/* Steps shrink differences, so that rounding does not grow; the turn keeps them from resting. */
static const char fragment_source[] =
	"#version 300 es\n"
	"precision highp float;\n"
	"uniform vec4 start;\n"
	"uniform vec2 scale;\n"
	"out vec4 pixel;\n"
	"void main()\n"
	"{\n"
	"	vec4 v = vec4(gl_FragCoord.xy * scale, 0.5, 0.25);\n"
	"	vec4 k = 0.1 + 0.1 * v.xyyx;\n"
	"	vec2 turn = start.xy;\n"
	"	for (int i = 0; i < 64; i++) {\n"
	"		turn = vec2(turn.x * 0.8 - turn.y * 0.6, turn.x * 0.6 + turn.y * 0.8);\n"
	"		v = 0.5 * v.yzwx + (0.2 * v * v + (0.1 * turn.xyxy + k));\n"
	"	}\n"
	"	pixel = vec4(v.xyz, 1.0);\n"
	"}\n";

static bool make(struct gp_drawing *drawing)
{
	drawing->program = gp_scene_program(drawing->gl, gp_scene_everywhere, fragment_source);
	if (!drawing->program)
		return false;
	drawing->uniform = glGetUniformLocation(drawing->program, "start");
	glUniform2f(glGetUniformLocation(drawing->program, "scale"), 1 / (float)drawing->width,
		1 / (float)drawing->height);
	return true;
}

static void draw(struct gp_drawing *drawing, uint32_t frame)
{
	double angle = 2 * M_PI * gp_scene_phase(frame);

	glUniform4f(drawing->uniform, (float)cos(angle), (float)sin(angle), 0, 0);
	glDrawArrays(GL_TRIANGLES, 0, 3);
}

static void expect(const struct gp_drawing *drawing, uint32_t frame, unsigned int x, unsigned int y,
	double ret[3])
{
	double angle = 2 * M_PI * gp_scene_phase(frame);
	double turn[2] = {cos(angle), sin(angle)};
	double v[4] = {(x + 0.5) / drawing->width, (y + 0.5) / drawing->height, 0.5, 0.25};
	const double k[2] = {0.1 + 0.1 * v[0], 0.1 + 0.1 * v[1]};

	for (unsigned int i = 0; i < STEPS; i++) {
		const double old[4] = {v[0], v[1], v[2], v[3]};
		const double cosine = turn[0], sine = turn[1];

		turn[0] = cosine * 0.8 - sine * 0.6;
		turn[1] = cosine * 0.6 + sine * 0.8;
		for (unsigned int c = 0; c < 4; c++)
			v[c] = 0.5 * old[(c + 1) % 4] + 0.2 * old[c] * old[c] + 0.1 * turn[c % 2] +
			       k[c == 1 || c == 2];
	}
	for (unsigned int c = 0; c < 3; c++)
		ret[c] = 255 * fmin(fmax(v[c], 0), 1);
}

const struct gp_scene gp_scene_shader = {
	.name = "shader",
	.draws = "64 steps of arithmetic for each pixel",
	.tolerance = 1.5,
	.make = make,
	.draw = draw,
	.expect = expect,
};
