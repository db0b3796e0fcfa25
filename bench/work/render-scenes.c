/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "work/render.h"

#include <string.h>

const char gp_scene_everywhere[] = "#version 300 es\n"
				   "void main()\n"
				   "{\n"
				   "	vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);\n"
				   "	gl_Position = vec4(4.0 * corner - 1.0, 0.0, 1.0);\n"
				   "}\n";

const struct gp_scene *gp_scene_find(const char *name)
{
	static const struct gp_scene *const scenes[] = {&gp_scene_fill, &gp_scene_texture,
		&gp_scene_geometry, &gp_scene_shader, &gp_scene_readback};

	for (size_t i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++)
		if (strcmp(scenes[i]->name, name) == 0)
			return scenes[i];
	return NULL;
}

/* A golden section further with each frame, and the same again after 233. */
double gp_scene_phase(uint32_t frame)
{
	return (double)((uint64_t)frame * 89 % 233) / 233;
}

static GLuint compile(struct gp_gl *gl, GLenum kind, const char *source)
{
	GLuint shader = glCreateShader(kind);
	GLint is_compiled = 0;
	char log[256] = "";

	glShaderSource(shader, 1, &source, NULL);
	glCompileShader(shader);
	glGetShaderiv(shader, GL_COMPILE_STATUS, &is_compiled);
	if (is_compiled)
		return shader;
	glGetShaderInfoLog(shader, sizeof(log), NULL, log);
	gp_gl_fail(gl, "a shader was not compiled: %s", log);
	glDeleteShader(shader);
	return 0;
}

GLuint gp_scene_program(struct gp_gl *gl, const char *vertex, const char *fragment)
{
	GLuint shaders[2] = {
		compile(gl, GL_VERTEX_SHADER, vertex), compile(gl, GL_FRAGMENT_SHADER, fragment)};
	GLuint program = glCreateProgram();
	GLint is_linked = 0;
	char log[256] = "";

	if (!shaders[0] || !shaders[1])
		return 0;
	for (size_t i = 0; i < 2; i++) {
		glAttachShader(program, shaders[i]);
		glDeleteShader(shaders[i]);
	}
	glLinkProgram(program);
	glGetProgramiv(program, GL_LINK_STATUS, &is_linked);
	if (is_linked) {
		glUseProgram(program);
		return program;
	}
	glGetProgramInfoLog(program, sizeof(log), NULL, log);
	gp_gl_fail(gl, "shaders were not linked: %s", log);
	return 0;
}
