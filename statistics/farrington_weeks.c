#include "farrington_weeks.h"

#include <assert.h>
#include <time.h>

enum { DAY_S = 86400, WEEK = 7, HALF_WEEK = 3 };

int farrington_reference(int32_t first_monday, int at, int years)
{
    time_t now = ((time_t)first_monday + (time_t)at * WEEK) * DAY_S;
    struct tm date;
    gmtime_r(&now, &date);
    date.tm_year -= years;
    /* timegm makes 1 March of a 29 February that doesn't exist. */
    int days = (int)(timegm(&date) / DAY_S) - first_monday + HALF_WEEK;
    return days >= 0 ? days / WEEK : -1 - (-1 - days) / WEEK;
}

/* Where weeks are collected, oldest first. */
typedef struct collection {
    season_weeks *into;
    const double *counts;
    int first; /* the oldest week of the baseline */
    int end;   /* the first that is too recent */
} collection;

static void collect(collection *self, int from, int to, int level)
{
    for (int week = from; week <= to && week < self->end; week++) {
        season_weeks *into = self->into;
        assert(into->count < SEASON_WEEKS_MAX);
        into->counts[into->count] = self->counts[week];
        into->times[into->count] = week - self->first;
        into->levels[into->count] = level;
        into->weights[into->count] = 1;
        into->count++;
    }
}

/* Weeks from `from` to `to` in as many blocks, the first ones longer by one where it doesn't divide. */
static void collect_blocks(collection *self, int from, int to, int blocks)
{
    int weeks = to - from + 1;
    for (int block = 0; block < blocks; block++) {
        int size = weeks / blocks + (block < weeks % blocks);
        collect(self, from, from + size - 1, block);
        from += size;
    }
}

bool farrington_baseline(const double *counts, int32_t first_monday, int at, const farrington_options *options,
                         season_weeks *out)
{
    assert(options->years >= 1 && options->years <= FARRINGTON_YEARS_MAX);
    assert(options->season_levels >= 1 && options->season_levels <= SEASON_LEVELS_MAX);
    int half = options->half_window, window_level = options->season_levels - 1;
    int reference = farrington_reference(first_monday, at, options->years);
    collection to = {out, counts, reference - half, at - options->weeks_left_out};
    out->count = 0;
    if (to.first < 0)
        return false;
    for (int years = options->years; years > 0; years--) {
        int next = farrington_reference(first_monday, at, years - 1);
        collect(&to, reference - half, reference + half, window_level);
        if (options->season_levels > 1)
            collect_blocks(&to, reference + half + 1, next - half - 1, options->season_levels - 1);
        reference = next;
    }
    collect(&to, reference - half, reference + half, window_level);
    return out->count > 0;
}
