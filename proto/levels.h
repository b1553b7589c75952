/* levels.h - where a series stands against its thresholds: the words, once. Proved by tests/test_levels.c. */
#ifndef TOCSIN_LEVELS_H
#define TOCSIN_LEVELS_H

#include "text.h"

typedef enum alert_level {
    LEVEL_NORMAL,
    LEVEL_WATCH,    /* screen and digest only */
    LEVEL_ELEVATED,
    LEVEL_PRIORITY,
    LEVELS
} alert_level;

typedef enum trend_direction {
    TREND_NONE,
    TREND_RISING,
    TREND_FALLING, /* "improving": shown, never paged */
    TRENDS
} trend_direction;

/* "normal", "watch", "elevated", "priority". */
const char *alert_level_text(alert_level level_named);
bool alert_level_read(text from, alert_level *out);

/* "", "rising", "falling". */
const char *trend_text(trend_direction direction);
bool trend_read(text from, trend_direction *out);

#endif
