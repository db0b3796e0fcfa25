/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_PROFILES_H
#define GP_PROFILES_H

/* FFmpeg 6.1 gave the profiles new names, and 5.1 has the old ones alone. */
#include <libavcodec/avcodec.h>

#ifndef AV_PROFILE_H264_HIGH
#define AV_PROFILE_H264_CONSTRAINED_BASELINE FF_PROFILE_H264_CONSTRAINED_BASELINE
#define AV_PROFILE_H264_MAIN                 FF_PROFILE_H264_MAIN
#define AV_PROFILE_H264_HIGH                 FF_PROFILE_H264_HIGH
#define AV_PROFILE_HEVC_MAIN                 FF_PROFILE_HEVC_MAIN
#define AV_PROFILE_HEVC_MAIN_10              FF_PROFILE_HEVC_MAIN_10
#define AV_PROFILE_VP9_0                     FF_PROFILE_VP9_0
#define AV_PROFILE_AV1_MAIN                  FF_PROFILE_AV1_MAIN
#endif

#endif
