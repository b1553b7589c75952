/* kept.h - copies of what the event list tells, which lives only until it is read again. */
#ifndef TOCSIN_KEPT_H
#define TOCSIN_KEPT_H

#include "alerting/event_list.h"

alert_event kept_event(arena *memory, const alert_event *from);
told_alert kept_alert(arena *memory, const told_alert *from);

#endif
