/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_SERVE_H
#define GP_SERVE_H

/*
 * How `gpupass-bench serve` and the one that drives it talk, in lines:
 *
 *   gpupass-bench serve 1               first
 *   experiment ID SECONDS               what there is to measure, and how long one run takes
 *   cannot ID WHY
 *   CSV lines                           the record as it is before the first run: meta and facts
 *   ready
 *
 *   run ID RUN PAIR                     asked for; answered with
 *   CSV lines                           the rows of that sample, facts among them
 *   done                                or: failed, where it is of no use to ask again; or:
 *   refused                             alone: there is no such experiment
 *
 * It ends with its standard input.
 */
#define GP_SERVE_HELLO  "gpupass-bench serve 1"
#define GP_SERVE_READY  "ready"
#define GP_SERVE_DONE   "done"
#define GP_SERVE_FAILED "failed"
#define GP_SERVE_MOST   1000000 /* runs, pairs */

#endif
