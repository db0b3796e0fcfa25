/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "work/render.h"

#include <math.h>

#define TAPS 4

/* A tap: which way and how far a step of a pixel goes, and where it starts; its level. */
static const char fragment_source[] =
	"#version 300 es\n"
	"precision highp float;\n"
	"uniform highp sampler2D pattern;\n"
	"uniform vec4 taps[4];\n"
	"out vec4 pixel;\n"
	"void main()\n"
	"{\n"
	"	vec3 sum = vec3(0.0);\n"
	"	for (int i = 0; i < 4; i++) {\n"
	"		vec2 way = taps[i].xy, at = gl_FragCoord.xy;\n"
	"		vec2 st = vec2(way.x * at.x - way.y * at.y, way.y * at.x + way.x * at.y);\n"
	"		float level = 0.25 + 0.5 * float(i);\n"
	"		sum += exp2(-float(i) - 1.0) *\n"
	"			textureLod(pattern, st + taps[i].zw, level).rgb;\n"
	"	}\n"
	"	pixel = vec4(sum, 1.0);\n"
	"}\n";

static double level_of(unsigned int tap)
{
	return 0.25 + 0.5 * tap;
}

static void taps_of(uint32_t frame, float ret[TAPS][4])
{
	double phase = gp_scene_phase(frame);

	for (unsigned int i = 0; i < TAPS; i++) {
		double step = exp2(level_of(i)) / GP_PATTERN_SIDE;

		ret[i][0] = (float)(cos(0.7 * i) * step);
		ret[i][1] = (float)(sin(0.7 * i) * step);
		ret[i][2] = (float)fmod(phase + 0.13 * i, 1);
		ret[i][3] = (float)fmod(2 * phase + 0.29 * i, 1);
	}
}

static bool make(struct gp_drawing *drawing)
{
	GLuint texture;
	GLsizei side = GP_PATTERN_SIDE;

	if (gp_pattern_make(&drawing->pattern) < 0)
		return gp_gl_fail(drawing->gl, "out of memory");
	glGenTextures(1, &texture);
	glBindTexture(GL_TEXTURE_2D, texture);
	glTexStorage2D(GL_TEXTURE_2D, GP_PATTERN_LEVELS, GL_RGBA8, side, side);
	for (GLint i = 0; i < GP_PATTERN_LEVELS; i++, side /= 2)
		glTexSubImage2D(GL_TEXTURE_2D, i, 0, 0, side, side, GL_RGBA, GL_UNSIGNED_BYTE,
			drawing->pattern.levels[i]);
	glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_LINEAR_MIPMAP_LINEAR);
	glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_LINEAR);
	glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, GL_REPEAT);
	glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, GL_REPEAT);
	drawing->program = gp_scene_program(drawing->gl, gp_scene_everywhere, fragment_source);
	if (!drawing->program)
		return false;
	drawing->uniform = glGetUniformLocation(drawing->program, "taps");
	return true;
}

static void draw(struct gp_drawing *drawing, uint32_t frame)
{
	float taps[TAPS][4];

	taps_of(frame, taps);
	glUniform4fv(drawing->uniform, TAPS, taps[0]);
	glDrawArrays(GL_TRIANGLES, 0, 3);
}

static void expect(const struct gp_drawing *drawing, uint32_t frame, unsigned int x, unsigned int y,
	double ret[3])
{
	float taps[TAPS][4];

	taps_of(frame, taps);
	ret[0] = ret[1] = ret[2] = 0;
	for (unsigned int i = 0; i < TAPS; i++) {
		double cosine = (double)taps[i][0], sine = (double)taps[i][1], color[3];
		double s = cosine * (x + 0.5) - sine * (y + 0.5) + (double)taps[i][2];
		double t = sine * (x + 0.5) + cosine * (y + 0.5) + (double)taps[i][3];

		gp_pattern_sample(&drawing->pattern, s, t, level_of(i), color);
		for (unsigned int c = 0; c < 3; c++)
			ret[c] += exp2(-(double)i - 1) * color[c];
	}
}

/* Filters have eight bits for where between texels and levels they are, some less. */
const struct gp_scene gp_scene_texture = {
	.name = "texture",
	.draws = "4 trilinear samples for each pixel, of a texture of 2048x2048",
	.tolerance = 4,
	.make = make,
	.draw = draw,
	.expect = expect,
};
