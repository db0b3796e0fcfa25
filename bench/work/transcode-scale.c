/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavutil/mem.h>

#include "failure.h"
#include "transcode.h"

/* A hardware format has to come with its pool before the source is initialised (FFmpeg 7). */
static int open_source(struct gp_scaler *scaler, const AVFrame *like, AVRational time_base)
{
	AVBufferSrcParameters *of = av_buffersrc_parameters_alloc();
	int error = AVERROR(ENOMEM);

	scaler->source =
		avfilter_graph_alloc_filter(scaler->graph, avfilter_get_by_name("buffer"), "in");
	if (of && scaler->source) {
		of->format = like->format;
		of->width = like->width;
		of->height = like->height;
		of->time_base = time_base;
		of->sample_aspect_ratio = (AVRational){1, 1};
		of->hw_frames_ctx = like->hw_frames_ctx;
#if LIBAVFILTER_VERSION_INT >= AV_VERSION_INT(9, 16, 100)
		of->color_space = like->colorspace;
		of->color_range = like->color_range;
#endif
		error = av_buffersrc_parameters_set(scaler->source, of);
	}
	av_free(of);
	return error < 0 ? error : avfilter_init_str(scaler->source, NULL);
}

static int link_up(struct gp_scaler *scaler, const char *filters)
{
	AVFilterInOut *from = avfilter_inout_alloc(), *to = avfilter_inout_alloc();
	int error = AVERROR(ENOMEM);

	if (from && to) {
		*from = (AVFilterInOut){.name = av_strdup("in"), .filter_ctx = scaler->source};
		*to = (AVFilterInOut){.name = av_strdup("out"), .filter_ctx = scaler->sink};
		error = avfilter_graph_parse_ptr(scaler->graph, filters, &to, &from, NULL);
	}
	avfilter_inout_free(&from);
	avfilter_inout_free(&to);
	return error;
}

static int open_graph(struct gp_scaler *scaler, const AVFrame *like, AVRational time_base,
	const char *filters, unsigned int extra_frames)
{
	int error = open_source(scaler, like, time_base);

	if (error >= 0)
		error = avfilter_graph_create_filter(&scaler->sink,
			avfilter_get_by_name("buffersink"), "out", NULL, NULL, scaler->graph);
	if (error >= 0)
		error = link_up(scaler, filters);
	for (unsigned int i = 0; error >= 0 && i < scaler->graph->nb_filters; i++)
		if (scaler->graph->filters[i]->nb_inputs && scaler->graph->filters[i]->nb_outputs)
			scaler->graph->filters[i]->extra_hw_frames = (int)extra_frames;
	return error < 0 ? error : avfilter_graph_config(scaler->graph, NULL);
}

bool gp_scaler_open(struct gp_scaler *ret, const AVFrame *like, AVRational time_base,
	const char *filters, unsigned int threads, unsigned int extra_frames)
{
	int error = AVERROR(ENOMEM);

	*ret = (struct gp_scaler){.graph = avfilter_graph_alloc()};
	if (ret->graph) {
		ret->graph->nb_threads = (int)threads;
		error = open_graph(ret, like, time_base, filters, extra_frames);
	}
	if (error < 0) {
		gp_scaler_close(ret);
		return gp_failed_with(error, "scaling cannot be set up");
	}
	return true;
}

void gp_scaler_close(struct gp_scaler *scaler)
{
	avfilter_graph_free(&scaler->graph);
}
