/* backtest_parts.h - what the files of tocsin backtest share. For them only. */
#ifndef TOCSIN_BACKTEST_PARTS_H
#define TOCSIN_BACKTEST_PARTS_H

#include "command.h"
#include "judging/stored_areas.h"

/* From its raising to its clearance. */
typedef struct episode {
    int area, category;
    trend_direction direction;
    alert_level highest;
    day_number raised, ended; /* DAY_NONE: it stands still */
    text rule, words;         /* of the highest level */
} episode;

/* One file of rules over the history. */
typedef struct replay {
    const char *shown;     /* its file, or "the rules in force" */
    rules *by;
    episode *each;
    size_t count, capacity;
    size_t pages[RULES_MAX][LEVELS]; /* by rule and level: how often one was taken that somebody is told of at once */
    day_number said_from[RULES_MAX]; /* the first date of which the rule could say anything; INT32_MAX: none */
    period looked;         /* from the first date of which anything could be said to the last look */
} replay;

struct backtesting {
    command base;
    const char *files[2];
    const char *area;
    alert_level lowest;
    bool falling;
    bool sums;             /* nothing but how many */
    period days;           /* DAY_NONE: open */
    const figures *from;
    const reference *data;
    stored_areas *areas;
    subject within;
    arena *memory;
    replay replays[2];
    size_t replay_count;
};

/* How many days it stood, until now where it stands still. */
int days_stood(const replay *of, const episode *e);

/* Alerts and pages of each rule and level: a table below the alerts, or in the format that was asked for. */
void backtest_print_sums(const struct backtesting *self, const replay *of);
void backtest_print_only_sums(const struct backtesting *self);

/* In the format that was asked for. */
void backtest_print(const struct backtesting *self);

#endif
