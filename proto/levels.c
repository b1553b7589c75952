#include "levels.h"

#include <stddef.h>

static const char *const levels_in_words[LEVELS] = {"normal", "watch", "elevated", "priority"};
static const char *const trends_in_words[TRENDS] = {"", "rising", "falling"};

const char *alert_level_text(alert_level level_named)
{
    return levels_in_words[level_named];
}

bool alert_level_read(text from, alert_level *out)
{
    for (size_t i = 0; i < LEVELS; i++)
        if (text_is(from, levels_in_words[i])) {
            *out = (alert_level)i;
            return true;
        }
    return false;
}

const char *trend_text(trend_direction direction)
{
    return trends_in_words[direction];
}

bool trend_read(text from, trend_direction *out)
{
    for (size_t i = 0; i < TRENDS; i++)
        if (text_is(from, trends_in_words[i])) {
            *out = (trend_direction)i;
            return true;
        }
    return false;
}
