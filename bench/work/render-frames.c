/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "work/render.h"

#include <stdlib.h>
#include <string.h>

#include "work/work.h"

#define MOST_WAIT 20000000000 /* nanoseconds for one frame */

static size_t picture_size(const struct gp_frames *frames)
{
	return (size_t)4 * frames->drawing->width * frames->drawing->height;
}

static bool make_frame(struct gp_frames *frames, struct gp_frame *frame)
{
	GLenum status;

	glGenRenderbuffers(1, &frame->renderbuffer);
	glBindRenderbuffer(GL_RENDERBUFFER, frame->renderbuffer);
	glRenderbufferStorage(GL_RENDERBUFFER, GL_RGBA8, (GLsizei)frames->drawing->width,
		(GLsizei)frames->drawing->height);
	glGenFramebuffers(1, &frame->framebuffer);
	glBindFramebuffer(GL_FRAMEBUFFER, frame->framebuffer);
	glFramebufferRenderbuffer(
		GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_RENDERBUFFER, frame->renderbuffer);
	status = glCheckFramebufferStatus(GL_FRAMEBUFFER);
	if (status != GL_FRAMEBUFFER_COMPLETE)
		return gp_gl_fail(frames->gl, "no framebuffer of %ux%u can be made (0x%04x)",
			frames->drawing->width, frames->drawing->height, status);
	if (frames->scene->is_read_back) {
		glGenBuffers(1, &frame->pixels);
		glBindBuffer(GL_PIXEL_PACK_BUFFER, frame->pixels);
		glBufferData(GL_PIXEL_PACK_BUFFER, (GLsizeiptr)picture_size(frames), NULL,
			GL_STREAM_READ);
		glBindBuffer(GL_PIXEL_PACK_BUFFER, 0);
	}
	return gp_gl_is_well(frames->gl, "when framebuffers were made");
}

bool gp_frames_begin(struct gp_frames *frames)
{
	frames->client = malloc(picture_size(frames));
	if (!frames->client)
		return gp_gl_fail(frames->gl, "out of memory");
	for (size_t i = 0; i < GP_IN_FLIGHT; i++)
		if (!make_frame(frames, &frames->ring[i]))
			return false;
	glViewport(0, 0, (GLsizei)frames->drawing->width, (GLsizei)frames->drawing->height);
	glDisable(GL_DITHER);
	return frames->scene->make(frames->drawing) &&
	       gp_gl_is_well(frames->gl, "when the scene was made");
}

/* Pixels in the middle of what has come: whether they are of the frame that was drawn. */
static bool is_fresh(const struct gp_frames *frames, uint32_t number)
{
	const struct gp_drawing *drawing = frames->drawing;
	unsigned int x = drawing->width / 2, y = drawing->height / 2;
	const uint8_t *pixel = frames->client + 4 * ((size_t)y * drawing->width + x);
	double right[3];

	frames->scene->expect(drawing, number, x, y, right);
	for (unsigned int c = 0; c < 3; c++)
		if (right[c] - pixel[c] > 2 || pixel[c] - right[c] > 2)
			return false;
	return true;
}

/* From the buffer it was read into, to memory of this process. */
static bool fetch(struct gp_frames *frames, const struct gp_frame *frame)
{
	const void *pixels;

	glBindBuffer(GL_PIXEL_PACK_BUFFER, frame->pixels);
	pixels = glMapBufferRange(
		GL_PIXEL_PACK_BUFFER, 0, (GLsizeiptr)picture_size(frames), GL_MAP_READ_BIT);
	if (!pixels)
		return gp_gl_fail(frames->gl, "what was read cannot be mapped");
	memcpy(frames->client, pixels, picture_size(frames));
	glUnmapBuffer(GL_PIXEL_PACK_BUFFER);
	glBindBuffer(GL_PIXEL_PACK_BUFFER, 0);
	frames->stale += !is_fresh(frames, frame->number);
	return true;
}

static bool wait_for(struct gp_frames *frames, struct gp_frame *frame)
{
	GLenum status = glClientWaitSync(frame->done, GL_SYNC_FLUSH_COMMANDS_BIT, MOST_WAIT);

	frames->early += status == GL_ALREADY_SIGNALED;
	glDeleteSync(frame->done);
	frame->done = NULL;
	if (status == GL_TIMEOUT_EXPIRED)
		return gp_gl_fail(frames->gl, "frame %u was not done in %.0f s: a hang?",
			frame->number, MOST_WAIT / 1e9);
	if (status == GL_WAIT_FAILED)
		return gp_gl_is_well(frames->gl, "when a frame was waited for") &&
		       gp_gl_fail(frames->gl, "frame %u could not be waited for", frame->number);
	return !frames->scene->is_read_back || fetch(frames, frame);
}

static void draw(struct gp_frames *frames, struct gp_frame *frame, uint32_t number)
{
	glBindFramebuffer(GL_FRAMEBUFFER, frame->framebuffer);
	glClear(GL_COLOR_BUFFER_BIT);
	frames->scene->draw(frames->drawing, number);
	frame->number = number;
}

static void read_pixels(const struct gp_frames *frames, void *to)
{
	glReadPixels(0, 0, (GLsizei)frames->drawing->width, (GLsizei)frames->drawing->height,
		GL_RGBA, GL_UNSIGNED_BYTE, to);
}

bool gp_frames_draw(struct gp_frames *frames, int64_t *ret_done)
{
	struct gp_frame *frame = &frames->ring[frames->next % GP_IN_FLIGHT];

	*ret_done = 0;
	if (frame->done) {
		if (!wait_for(frames, frame))
			return false;
		*ret_done = gp_work_now();
	}
	draw(frames, frame, frames->next++);
	if (frames->scene->is_read_back) {
		glBindBuffer(GL_PIXEL_PACK_BUFFER, frame->pixels);
		read_pixels(frames, NULL);
		glBindBuffer(GL_PIXEL_PACK_BUFFER, 0);
	}
	frame->done = glFenceSync(GL_SYNC_GPU_COMMANDS_COMPLETE, 0);
	glFlush();
	return frame->done || gp_gl_fail(frames->gl, "glFenceSync failed");
}

bool gp_frames_finish(struct gp_frames *frames)
{
	for (uint32_t i = 0; i < GP_IN_FLIGHT; i++) {
		struct gp_frame *frame = &frames->ring[(frames->next + i) % GP_IN_FLIGHT];

		if (frame->done && !wait_for(frames, frame))
			return false;
	}
	return gp_gl_is_well(frames->gl, "when frames were drawn");
}

bool gp_frames_picture(struct gp_frames *frames, uint32_t number)
{
	draw(frames, &frames->ring[0], number);
	memset(frames->client, 0, picture_size(frames));
	read_pixels(frames, frames->client);
	return gp_gl_is_well(frames->gl, "when a frame was read");
}

bool gp_frames_last(struct gp_frames *frames, uint32_t *ret_number)
{
	const struct gp_frame *frame = &frames->ring[(frames->next - 1) % GP_IN_FLIGHT];

	*ret_number = frame->number;
	glBindFramebuffer(GL_FRAMEBUFFER, frame->framebuffer);
	memset(frames->client, 0, picture_size(frames));
	read_pixels(frames, frames->client);
	return gp_gl_is_well(frames->gl, "when the last frame was read");
}
