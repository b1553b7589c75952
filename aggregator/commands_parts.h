/* commands_parts.h - a command at work, for the files that answer commands. For them only. */
#ifndef TOCSIN_COMMANDS_PARTS_H
#define TOCSIN_COMMANDS_PARTS_H

#include "commands.h"
#include "proto/jsondoc.h"

struct asked {
    engine *engine;
    const char *reference_folder;
    const jsondoc *in;
    jsondoc *out;
    faults *found; /* of the reference data; NULL: they were not read */
    int64_t now_s;
    arena *memory;
    char why[NOTE_SIZE_MAX]; /* of a refusal: what is wrong and what to do */
};

/* --- what people do about alerts: one event each, told in the answer by number and words ------------- */

enum { WHO_SIZE_MAX = 100, SAID_SIZE_MAX = 1000 }; /* characters */

status people_acknowledge(struct asked *self);
status people_comment(struct asked *self);
status people_reopen(struct asked *self);
status people_silence(struct asked *self);
status people_unsilence(struct asked *self);

/* Puts words to a refusal; returns STATUS_REFUSED. */
__attribute__((format(printf, 2, 3))) status people_refuse(struct asked *self, const char *format, ...);

/* Who asks, and what they say: plain text of bounded length.
 *   key      of the question's member
 *   needed   what to ask for when it is absent; NULL: it may be */
status people_who(struct asked *self, text *out);
status people_said(struct asked *self, const char *key, const char *needed, text *out);

/* The alert that is asked about, which must be open unless `closed_too`. */
status people_alert(struct asked *self, bool closed_too, stored_alert *out);

/* Is a member of the question given? */
bool people_given(const struct asked *self, const char *key);

/* Stores the event, and the silence that it begins or ends, and puts it into the answer. */
status people_tell(struct asked *self, stored_event *made, stored_silence *quiet);

#endif
