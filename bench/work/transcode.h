/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_TRANSCODE_H
#define GP_TRANSCODE_H

#include <libavcodec/avcodec.h>
#include <libavfilter/avfilter.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "clip.h"

/*
 * decode -> scale -> encode, all on one device or all on the processor. What fails here has said
 * so (failure.h) before false comes back.
 */

enum gp_transcode_experiment { GP_THROUGHPUT, GP_LATENCY, GP_STREAM };

struct gp_transcode_options {
	const char *device; /* node, "x11" or "cpu" */
	const char *clip, *make_clip;
	const char *codec;  /* of the output, or of the clip that is made */
	const char *preset; /* of the processor's encoder */
	enum gp_transcode_experiment experiment;
	unsigned int width, height; /* of the output, or of the clip that is made */
	unsigned int frames;        /* of the clip that is made */
	unsigned int threads, depth, qp;
	double seconds, warmup, rate; /* rate 0: as the clip has it */
	bool check, offers;
};

bool gp_transcode_options(int argc, char **argv, struct gp_transcode_options *ret);
bool gp_on_cpu(const struct gp_transcode_options *options);

/* ---- transcode-codecs.c: what there is of each codec. */
struct gp_codec_kind {
	const char *name;  /* "hevc10" */
	const char *title; /* "HEVC 10 bit" */
	enum AVCodecID id;
	enum AVPixelFormat in_memory, on_device;
	const char *vaapi;        /* the device's encoder */
	const char *software[3];  /* the processor's, the first that there is */
	const char *checker[2];   /* software decoders */
	const int (*profiles)[2]; /* libavcodec's and libva's, the best first; ends with -1 */
};

const struct gp_codec_kind *gp_codec_kind(const char *name); /* NULL: no such codec */
const struct gp_codec_kind *gp_codec_kind_of(const AVCodecParameters *parameters);
const char *gp_codec_title(enum AVCodecID id); /* "H.264" */
extern const struct gp_codec_kind gp_codec_kinds[];
extern const size_t gp_n_codec_kinds;

const AVCodec *gp_software_encoder(const struct gp_codec_kind *kind);
const AVCodec *gp_software_decoder(enum AVCodecID id);
const AVCodec *gp_vaapi_decoder(enum AVCodecID id);

/* ---- transcode-device.c */
struct gp_device {
	AVBufferRef *va;       /* NULL: the processor */
	bool is_decoding_only; /* NVIDIA's */
};

bool gp_device_open(const struct gp_transcode_options *options, struct gp_device *ret);
void gp_device_close(struct gp_device *device);
/* "about offers h264 decode;encode", a line for each codec. */
void gp_device_say_offers(const struct gp_device *device);
/* Refuses what libva does not list. */
bool gp_device_decodes(const struct gp_device *device, const AVCodecParameters *parameters);
/* libavcodec's profile of the output, and whether it is EncSliceLP that there is. */
bool gp_device_encodes(const struct gp_device *device, const struct gp_codec_kind *kind,
	int *ret_profile, bool *ret_low_power);

/* ---- transcode-decode.c: *is_refused becomes true where only the processor would decode it. */
AVCodecContext *gp_decoder_open(const AVCodecParameters *parameters, const struct gp_device *device,
	const struct gp_transcode_options *options, bool *is_refused);

/* ---- transcode-scale.c: a graph that takes frames like `like`. */
struct gp_scaler {
	AVFilterGraph *graph;
	AVFilterContext *source, *sink;
};

bool gp_scaler_open(struct gp_scaler *ret, const AVFrame *like, AVRational time_base,
	const char *filters, unsigned int threads, unsigned int extra_frames);
void gp_scaler_close(struct gp_scaler *scaler);

/* ---- transcode-encode.c */
struct gp_encoder_how {
	const struct gp_codec_kind *kind;
	const struct gp_device *device;
	const struct gp_transcode_options *options;
	AVRational rate;
	int group; /* frames from one keyframe to the next */
};

/* For what comes out of the scaler. */
AVCodecContext *gp_encoder_open(const struct gp_encoder_how *how, const struct gp_scaler *scaler);

/* ---- transcode-chain.c */
struct gp_chain {
	const struct gp_transcode_options *options;
	const struct gp_device *device;
	const struct gp_clip *clip;
	const struct gp_codec_kind *kind; /* of the output */
	AVRational rate;
	AVCodecContext *decoder, *encoder;
	struct gp_scaler scaler;
	AVFrame *frame;
	AVPacket *input, *output;
	struct gp_behind *behind; /* NULL: the encoder is in the same thread */
	int64_t n_fed;            /* packets */
	int64_t last;             /* number of the last frame that was decoded; -1: none */
	atomic_bool is_stopped;
	bool is_refused; /* by the driver: decoding */
	/* Takes a packet that came out; its pts is the number of the frame. It may stop the chain,
	   and may take the packet's contents. Called by the thread of the encoder. */
	void (*take)(void *context, struct gp_chain *chain, AVPacket *packet);
	void *context;
};

bool gp_chain_open(struct gp_chain *chain);
/* The next packet of the clip, which goes round and round. */
bool gp_chain_feed(struct gp_chain *chain);
/* What the encoder has done meanwhile. */
bool gp_chain_poll(struct gp_chain *chain);
/* What is still inside comes out. */
bool gp_chain_drain(struct gp_chain *chain);
void gp_chain_close(struct gp_chain *chain);
/* One scaled frame; its contents are taken. */
bool gp_chain_encode(struct gp_chain *chain, AVFrame *frame);
/* "about" lines: what it is made of, once a frame went through. */
void gp_chain_say(const struct gp_chain *chain);

/* ---- transcode-behind.c */
bool gp_behind_begin(struct gp_chain *chain);
/* Waits for a place, and takes the frame's contents. False: encoding has failed, and said so. */
bool gp_behind_give(struct gp_behind *behind, AVFrame *frame);
/* When all that was given is encoded, or the chain is stopped. False: that failed. */
bool gp_behind_end(struct gp_chain *chain);

/* ---- transcode-keep.c: the output of the first whole loop and of the last one. */
#define GP_KEPT_MOST 600 /* packets of each */
struct gp_kept {
	struct gp_kept_loop {
		int64_t loop; /* -1: none */
		AVPacket **packets;
		unsigned int n, n_kept;
	} loops[3];        /* the first; even ones; odd ones */
	unsigned int size; /* of a loop */
	unsigned int most; /* that are kept */
	int64_t last;      /* the last loop that is whole; -1: none is */
};

bool gp_kept_init(struct gp_kept *kept, unsigned int size);
void gp_kept_free(struct gp_kept *kept);
/* Takes the contents of the packet. */
void gp_keep(struct gp_kept *kept, AVPacket *packet);
const struct gp_kept_loop *gp_kept_loop(const struct gp_kept *kept, int64_t loop);

/* ---- the experiments */
bool gp_throughput(struct gp_chain *chain, struct gp_kept *kept);
/* queued: packets that went in before the first one came out. */
bool gp_paced(struct gp_chain *chain, struct gp_kept *kept, int64_t queued);

/* ---- transcode-check.c: says "check" or "invalid". */
bool gp_check_output(const struct gp_chain *chain, const struct gp_kept *kept);

#endif
