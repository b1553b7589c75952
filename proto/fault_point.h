/* fault_point.h - named places at which a test has a process die, to see that nothing is lost or counted twice there.
 *
 * TOCSIN_FAULT_POINT=NAME:COUNT in the environment: when the process comes to the place for the COUNT-th time it is killed,
 * as by a machine that stops. Only in builds with the CMake option TOCSIN_FAULT_POINTS (presets dev, clang, threads); in
 * any other a place is nothing at all. Proved by tests/integration/test_fault_points.py, which dies at each one listed here.
 *
 * In the aggregator, on the path of a message; one commit begins with commit-begin:
 *   message-taken     what a message brought is gathered, and nothing of it is stored
 *   commit-begin      nothing is written yet
 *   commit-open       the transaction is open
 *   commit-codes      behind each part of it
 *   commit-versions
 *   commit-marks
 *   commit-months
 *   commit-rejects
 *   commit-resolved
 *   commit-issues
 *   commit-coverage
 *   commit-promises
 *   commit-adoption
 *   commit-covered
 *   commit-settings
 *   commit-levels
 *   commit-events
 *   commit-unjudged
 *   commit-streams    everything is written, and not yet committed
 *   commit-stored     it is committed, and nobody knows
 *   ack-begin         the engine has settled what it remembers
 *   ack-sent          one collector's acknowledgement was handed to the socket
 *   ack-end           and all others'
 * while the list of events is announced:
 *   announce-read     one that is stored was read, and nobody has heard of it
 *   announce-sent     it was handed to the socket
 * in an idle moment:
 *   log-begin         before the write-ahead log is moved into the main file
 *   log-moved
 * at its end:
 *   index-begin       before the finder's checkpoint is written
 *   index-written     the new file stands beside the old one
 *   index-renamed
 * In the collector:
 *   welcome-taken     a stream is open and its feed went to the position held
 *   message-read      a message was read from the source
 *   message-sent      and handed to the socket
 *   ack-heard         before an acknowledgement is taken in
 *   ack-taken
 * and on the way of what can't be read again into its spool:
 *   spool-read        octets were read from the pipe, and nothing of them is on disk
 *   spool-written     a frame is on disk, and nobody knows
 *   spool-made        a segment is on disk, and has no name yet
 *   spool-named
 *   spool-dropped     a segment is gone
 */
#ifndef TOCSIN_FAULT_POINT_H
#define TOCSIN_FAULT_POINT_H

#include <stdint.h>

#ifdef TOCSIN_FAULT_POINTS

void fault_point(const char *name);

/* Seconds between heartbeats: TOCSIN_HEARTBEAT_S of the environment, so that no test waits half a minute for a dead peer. */
uint32_t fault_heartbeat_s(uint32_t otherwise);

/* Seconds that a command waits for the aggregator's answer: TOCSIN_PATIENCE_S of the environment. */
uint32_t fault_patience_s(uint32_t otherwise);

/* What the clock shows to whoever sends at times of day: the number in the file that TOCSIN_CLOCK of the environment names,
 * so that no test waits for the morning. */
int64_t fault_clock_s(int64_t otherwise);

#else

static inline void fault_point(const char *name)
{
    (void)name;
}

static inline uint32_t fault_heartbeat_s(uint32_t otherwise)
{
    return otherwise;
}

static inline uint32_t fault_patience_s(uint32_t otherwise)
{
    return otherwise;
}

static inline int64_t fault_clock_s(int64_t otherwise)
{
    return otherwise;
}

#endif

#endif
