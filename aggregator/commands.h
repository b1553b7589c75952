/* commands.h - what can be asked of a running aggregator over its control socket, or once without one.
 *
 * One JSON object in, one out: {"command": "reload", "who": "ann"} is answered {"ok": true, ...} or
 * {"ok": false, "why": "..."}. docs/operation.md lists them. Proved by tests/test_commands.c.
 */
#ifndef TOCSIN_COMMANDS_H
#define TOCSIN_COMMANDS_H

#include "engine.h"

/*   reference_folder   where reload reads; may be NULL
 *   line               one JSON object
 * Returns              the answer; lives in the arena */
text command_run(engine *engine, const char *reference_folder, text line, int64_t now_s, arena *memory);

#endif
