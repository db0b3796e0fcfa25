/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "work/render.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

/* A mesh of so many squares, drawn for each of so many tiles: more than is seen, at the edges. */
#define SQUARES 96
#define TILES   4
#define REACH   1.2 /* of the screen's 1 */

/* Two shears, which can be undone: what is seen at a place is known. */
static const char vertex_source[] =
	"#version 300 es\n"
	"layout(location = 0) in highp vec2 corner;\n"
	"uniform highp vec4 phase;\n"
	"out highp vec3 color;\n"
	"void main()\n"
	"{\n"
	"	vec2 tile = vec2(gl_InstanceID % 4, gl_InstanceID / 4);\n"
	"	vec2 at = (tile + corner) * 0.6 - 1.2;\n"
	"	float x = at.x + 0.05 * sin(5.0 * at.y + phase.x);\n"
	"	float y = at.y + 0.05 * sin(4.0 * x + phase.x);\n"
	"	color = 0.5 + 0.5 * sin(vec3(4.0 * at.x, 5.0 * at.y, 3.0 * (at.x + at.y)));\n"
	"	gl_Position = vec4(x, y, 0.0, 1.0);\n"
	"}\n";

static const char fragment_source[] = "#version 300 es\n"
				      "in highp vec3 color;\n"
				      "out highp vec4 pixel;\n"
				      "void main() { pixel = vec4(color, 1.0); }\n";

static void fill_vertices(float (*vertices)[2])
{
	for (unsigned int y = 0; y <= SQUARES; y++)
		for (unsigned int x = 0; x <= SQUARES; x++, vertices++) {
			(*vertices)[0] = (float)x / SQUARES;
			(*vertices)[1] = (float)y / SQUARES;
		}
}

static void fill_indices(uint16_t (*indices)[6])
{
	for (unsigned int y = 0; y < SQUARES; y++)
		for (unsigned int x = 0; x < SQUARES; x++, indices++) {
			uint16_t at = (uint16_t)(y * (SQUARES + 1) + x);
			uint16_t above = (uint16_t)(at + SQUARES + 1);
			const uint16_t corners[6] = {at, (uint16_t)(at + 1), above, above,
				(uint16_t)(at + 1), (uint16_t)(above + 1)};

			for (unsigned int i = 0; i < 6; i++)
				(*indices)[i] = corners[i];
		}
}

static bool make_mesh(struct gp_drawing *drawing)
{
	const size_t n_vertices = (SQUARES + 1) * (SQUARES + 1), n_squares = SQUARES * SQUARES;
	float(*vertices)[2] = calloc(n_vertices, sizeof(*vertices));
	uint16_t(*indices)[6] = calloc(n_squares, sizeof(*indices));
	GLuint buffers[2];

	if (vertices && indices) {
		fill_vertices(vertices);
		fill_indices(indices);
		glGenBuffers(2, buffers);
		glBindBuffer(GL_ARRAY_BUFFER, buffers[0]);
		glBufferData(GL_ARRAY_BUFFER, (GLsizeiptr)(n_vertices * sizeof(*vertices)),
			vertices, GL_STATIC_DRAW);
		glBindBuffer(GL_ELEMENT_ARRAY_BUFFER, buffers[1]);
		glBufferData(GL_ELEMENT_ARRAY_BUFFER, (GLsizeiptr)(n_squares * sizeof(*indices)),
			indices, GL_STATIC_DRAW);
		glVertexAttribPointer(0, 2, GL_FLOAT, GL_FALSE, 0, NULL);
		glEnableVertexAttribArray(0);
		drawing->n_elements = (GLint)(n_squares * 6);
	}
	free(vertices);
	free(indices);
	return drawing->n_elements || gp_gl_fail(drawing->gl, "out of memory");
}

static bool make(struct gp_drawing *drawing)
{
	drawing->program = gp_scene_program(drawing->gl, vertex_source, fragment_source);
	if (!drawing->program)
		return false;
	drawing->uniform = glGetUniformLocation(drawing->program, "phase");
	return make_mesh(drawing);
}

static void draw(struct gp_drawing *drawing, uint32_t frame)
{
	glUniform4f(drawing->uniform, (float)(2 * M_PI * gp_scene_phase(frame)), 0, 0, 0);
	glDrawElementsInstanced(
		GL_TRIANGLES, drawing->n_elements, GL_UNSIGNED_SHORT, NULL, TILES * TILES);
}

static void expect(const struct gp_drawing *drawing, uint32_t frame, unsigned int x, unsigned int y,
	double ret[3])
{
	double phase = 2 * M_PI * gp_scene_phase(frame);
	double across = 2 * (x + 0.5) / drawing->width - 1,
	       up = 2 * (y + 0.5) / drawing->height - 1;

	up -= 0.05 * sin(4 * across + phase);
	across -= 0.05 * sin(5 * up + phase);
	ret[0] = 255 * (0.5 + 0.5 * sin(4 * across));
	ret[1] = 255 * (0.5 + 0.5 * sin(5 * up));
	ret[2] = 255 * (0.5 + 0.5 * sin(3 * (across + up)));
}

const struct gp_scene gp_scene_geometry = {
	.name = "geometry",
	.draws = "294,912 triangles in 16 instances of an indexed mesh",
	.tolerance = 3,
	.make = make,
	.draw = draw,
	.expect = expect,
};
