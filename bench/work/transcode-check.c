/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "transcode-check.h"

#include <libavutil/pixdesc.h>
#include <math.h>

#include "try/say.h"
#include "work/pixels.h"

/* dB. Scalers differ in detail, so that is compared roughly; what lies below it has to agree. */
#define LEAST_PIXELS 25.0
#define LEAST_MEANS  33.0
/* dB of means, between one sampled picture and the next one. */
#define MOVES 40.0
#define STILL 50.0

struct likeness {
	double pixels, means; /* the lowest of luma and chroma, dB */
};

static struct gp_plane plane_of(const AVFrame *frame, int plane)
{
	const AVPixFmtDescriptor *is = av_pix_fmt_desc_get((enum AVPixelFormat)frame->format);
	int x = plane ? is->log2_chroma_w : 0, y = plane ? is->log2_chroma_h : 0;

	return (struct gp_plane){.data = frame->data[plane],
		.stride = frame->linesize[plane],
		.width = (unsigned int)AV_CEIL_RSHIFT(frame->width, x),
		.height = (unsigned int)AV_CEIL_RSHIFT(frame->height, y),
		.bits = (unsigned int)is->comp[0].depth};
}

static struct likeness compare(const AVFrame *a, const AVFrame *b)
{
	double pixels[3], means[3];
	unsigned int bits = plane_of(a, 0).bits;

	for (int i = 0; i < 3; i++) {
		struct gp_plane one = plane_of(a, i), other = plane_of(b, i);

		pixels[i] = gp_plane_error(&one, &other);
		means[i] = gp_plane_error_of_means(&one, &other);
	}
	return (struct likeness){gp_psnr(fmax(pixels[0], (pixels[1] + pixels[2]) / 2), bits),
		gp_psnr(fmax(means[0], (means[1] + means[2]) / 2), bits)};
}

/* One loop of the output, as it is looked at. */
struct looking {
	const struct gp_chain *chain;
	const struct gp_reference *reference;
	struct likeness lowest;
	AVFrame *last;
	unsigned int n;
	bool is_other_format, is_moving, moved;
};

static bool look_at(struct looking *looking, unsigned int i, AVFrame *frame)
{
	const AVFrame *expected = looking->reference->frames[i];
	struct likeness is;

	if (frame->width != expected->width || frame->height != expected->height ||
		frame->format != expected->format) {
		looking->is_other_format = true;
		return false;
	}
	is = compare(frame, expected);
	looking->lowest.pixels = fmin(looking->lowest.pixels, is.pixels);
	looking->lowest.means = fmin(looking->lowest.means, is.means);
	if (i) {
		looking->is_moving |=
			compare(expected, looking->reference->frames[i - 1]).means < MOVES;
		looking->moved |= compare(frame, looking->last).means < STILL;
	}
	looking->n++;
	av_frame_unref(looking->last);
	return av_frame_ref(looking->last, frame) >= 0;
}

static bool take(void *context, AVFrame *frame)
{
	struct looking *looking = context;
	const struct gp_reference *reference = looking->reference;

	for (unsigned int i = looking->n; i < reference->n; i++)
		if (reference->places[i] == frame->pts % looking->chain->clip->n)
			return look_at(looking, i, frame);
	return true;
}

static bool judge(const struct looking *looking, const struct gp_kept_loop *loop, unsigned int n)
{
	const struct gp_reference *reference = looking->reference;

	if (looking->is_other_format)
		gp_say("invalid", "what was encoded is of another size or format");
	else if (n != loop->n_kept || looking->n != reference->n)
		gp_say("invalid", "of %u encoded pictures, %u can be decoded", loop->n_kept, n);
	else if (looking->is_moving && !looking->moved)
		gp_say("invalid", "all pictures are the same, where those of the clip are not");
	else if (looking->lowest.pixels < LEAST_PIXELS || looking->lowest.means < LEAST_MEANS)
		gp_say("invalid",
			"the pictures are not those of the clip: %.1f dB (%.0f is the least), "
			"means %.1f dB (%.0f)",
			looking->lowest.pixels, LEAST_PIXELS, looking->lowest.means, LEAST_MEANS);
	else
		return true;
	return false;
}

/* The lowest likeness of both loops goes into *lowest. */
static bool check_loop(const struct gp_chain *chain, const struct gp_reference *reference,
	const struct gp_kept_loop *loop, struct likeness *lowest)
{
	const struct gp_packets packets = {loop->packets, loop->n_kept};
	struct looking looking = {.chain = chain,
		.reference = reference,
		.lowest = *lowest,
		.last = av_frame_alloc()};
	AVCodecParameters *parameters = avcodec_parameters_alloc();
	unsigned int n = 0;
	bool done = false;

	if (looking.last && parameters &&
		avcodec_parameters_from_context(parameters, chain->encoder) >= 0) {
		parameters->format = -1;
		gp_decode_all(parameters, chain->options->threads, &packets,
			(struct gp_frame_taker){take, &looking}, &n);
		done = judge(&looking, loop, n);
	}
	*lowest = looking.lowest;
	avcodec_parameters_free(&parameters);
	av_frame_free(&looking.last);
	return done;
}

/* Evenly from the first to the last of what came out. */
static void choose(
	struct gp_reference *ret, const struct gp_chain *chain, const struct gp_kept_loop *loop)
{
	unsigned int n = loop->n_kept;

	ret->n = n < GP_SAMPLED ? n : GP_SAMPLED;
	for (unsigned int i = 0; i < ret->n; i++) {
		unsigned int at = ret->n > 1 ? i * (n - 1) / (ret->n - 1) : 0;

		ret->places[i] = loop->packets[at]->pts % chain->clip->n;
	}
}

static bool check(const struct gp_chain *chain, const struct gp_kept_loop *first,
	const struct gp_kept_loop *last, bool is_whole, struct gp_reference *reference)
{
	struct likeness lowest = {GP_PSNR_MOST, GP_PSNR_MOST};
	bool is_right;

	choose(reference, chain, first);
	if (!gp_reference_make(reference, chain)) {
		gp_say("invalid", "the processor cannot decode this clip, to compare");
		return false;
	}
	if (is_whole && reference->n_clip && first->n != reference->n_clip) {
		gp_say("invalid", "%u pictures came out of a clip of %u", first->n,
			reference->n_clip);
		return false;
	}
	is_right = check_loop(chain, reference, first, &lowest) &&
		   (last == first || check_loop(chain, reference, last, &lowest));
	gp_say("metric", "psnr %.4g dB", lowest.pixels);
	if (is_right)
		gp_say("check", "pixels %.1f dB, means %.1f dB over %u frames", lowest.pixels,
			lowest.means, reference->n * (last == first ? 1 : 2));
	return is_right;
}

bool gp_check_output(const struct gp_chain *chain, const struct gp_kept *kept)
{
	const struct gp_kept_loop *first = gp_kept_loop(kept, 0);
	const struct gp_kept_loop *last = kept->last > 0 ? gp_kept_loop(kept, kept->last) : first;
	struct gp_reference reference = {0};
	bool done;

	if (!first || !first->n || !last) {
		gp_say("invalid", "nothing came out");
		return false;
	}
	done = check(chain, first, last, kept->last >= 0, &reference);
	gp_reference_free(&reference);
	return done;
}
