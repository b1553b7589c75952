/* event_list_parts.h - what the files of the event list share. For them only. */
#ifndef TOCSIN_EVENT_LIST_PARTS_H
#define TOCSIN_EVENT_LIST_PARTS_H

#include <stdio.h>

#include "event_list.h"

struct event_list {
    store *folder_store;   /* its own; NULL: on somebody's figures */
    figures *own;          /* of folder_store */
    const figures *read;   /* what names and trees are taken from */
    char digest[128];      /* of the reference data that `own` was opened with */
    silences *silent;
    arena *memory;         /* for the length of one reading */
    arena *each;           /* for the length of one event */
};

/* One consistent picture, with the reference data as they are now. What was told before is gone. */
status event_list_begin(event_list *self);
void event_list_end(event_list *self);
status event_list_read_silences(event_list *self);

store *event_list_store(const event_list *self);

/* In codes and names, which live until `each` is reset; texts of the event itself as long as that. */
void event_list_tell(const event_list *self, const stored_event *e, alert_event *out);

#endif
