/* trouble.h - when something of Tocsin's own is amiss: a source that is late, a disk that fills, no backup.
 *
 * Judgement alone: states and the time come in, a level and its words come out. What was told last comes in as well, so
 * that nothing flaps: trouble ends at another line than the one at which it begins. Proved by tests/test_trouble.c.
 */
#ifndef TOCSIN_TROUBLE_H
#define TOCSIN_TROUBLE_H

#include "backups.h"
#include "disk_limits.h"
#include "engine.h"
#include "proto/levels.h"

enum {
    SETTLE_S = 300,            /* so long after a start, sources that could not reach us meanwhile have time to come */
    LATE_INTERVALS = 3,        /* late by so many of its intervals is priority */
    WRITE_FAILED_S = 60,       /* so long after a commit that failed the store is not trusted yet */
    BACKUP_OVERDUE_S = 26 * 3600,
    BACKUP_LONG_S = 3 * 86400, /* without a good backup for so long is priority */
    BACKUP_PATIENCE_S = 6 * 3600, /* one that runs is waited for */
};

typedef struct disk_state {
    const char *folder;
    uint64_t size, free; /* octets; free for others than root; size 0: not known */
    int64_t failed_s;    /* when the store last failed to write; 0: it has not */
    char failure[256];   /* what it said */
} disk_state;

/* What is told of one thing. */
typedef struct trouble {
    text subject;       /* of the event: "source ORIGIN", "disk", "backup" */
    uint32_t area;      /* 0: none */
    alert_level before; /* as told last */
    alert_level level;
    text words, figures, caveats;
} trouble;

/*   started_s   when the aggregator began to listen
 *   before      the level told last, or normal */
alert_level trouble_of_promise(const promised *one, int64_t started_s, alert_level before, int64_t now_s);
alert_level trouble_of_disk(const disk_limits *limits, const disk_state *disk, alert_level before, int64_t now_s);

/*   since_s   since when one has been waited for, where there is none */
alert_level trouble_of_backup(const backup_state *backup, int64_t since_s, alert_level before, int64_t now_s);

/* Fills in the words, figures and caveats of a trouble whose levels are known; they live in the arena. */
void trouble_say_promise(trouble *self, const promised *one, int64_t now_s, arena *memory);
void trouble_say_disk(trouble *self, const disk_limits *limits, const disk_state *disk, int64_t now_s, arena *memory);
void trouble_say_backup(trouble *self, const backup_state *backup, arena *memory);

/* Nothing of the kind is watched any more. */
void trouble_say_unwatched(trouble *self, arena *memory);

#endif
