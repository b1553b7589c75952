#include "watchdog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "proto/alert_event.h"
#include "proto/log.h"

enum { TELL_AGAIN_S = 5 }; /* after a trouble that could not be stored */

/* One thing that is, or was a moment ago, amiss. */
typedef struct standing {
    char *subject;
    uint32_t area;
    uint64_t alert;     /* 0: none is open */
    alert_level told;   /* as stored last */
    alert_level logged; /* what could not be stored, and was logged instead */
    int64_t opened_s;
    bool seen;          /* in this look */
} standing;

struct watchdog {
    engine *engine;
    disk_limits limits;
    disk_state disk;
    char *folder;
    int64_t started_s;
    int64_t again_s;       /* no try to store before; 0: at once */
    char *noted_folder;    /* of backups, as the store has it for tocsin status */
    int64_t noted_good_s;
    standing *each;
    size_t count, capacity;
    trouble *changed;      /* in this look */
    size_t changed_count, changed_capacity;
    arena *memory;         /* for the length of a look */
    int64_t now_s;
};

/* --- what is open ------------------------------------------------------------------------------------ */

static standing *standing_of(watchdog *self, text subject, uint32_t area_id)
{
    for (size_t i = 0; i < self->count; i++)
        if (text_is(subject, self->each[i].subject) && self->each[i].area == area_id)
            return &self->each[i];
    return NULL;
}

static standing *standing_made(watchdog *self, text subject, uint32_t area_id)
{
    char *kept = memory_new(subject.size + 1, 1);
    text_copy(subject, kept, subject.size + 1);
    self->each = memory_room(self->each, self->count, &self->capacity, sizeof *self->each);
    standing *made = &self->each[self->count++];
    *made = (standing){.subject = kept, .area = area_id};
    return made;
}

static void take_open(void *context, const stored_alert *found)
{
    if (found->subject.size == 0)
        return;
    standing *made = standing_made(context, found->subject, found->area);
    made->alert = found->id;
    made->told = made->logged = (alert_level)found->level;
    made->opened_s = found->opened_s;
}

/* What tocsin status shows of backups, whether an aggregator runs or not. */
static void read_noted(watchdog *self)
{
    text folder = {"", 0}, last, number;
    uint64_t good_s;
    if (store_setting(engine_store(self->engine), "backup_folder", self->memory, &folder) != STATUS_OK)
        folder = (text){"", 0};
    self->noted_folder = memory_new(folder.size + 1, 1);
    text_copy(folder, self->noted_folder, folder.size + 1);
    if (store_setting(engine_store(self->engine), "backup_last", self->memory, &last) == STATUS_OK &&
        text_split(&last, ' ', &number) && text_to_u64(number, &good_s))
        self->noted_good_s = (int64_t)good_s;
    arena_reset(self->memory);
}

status watchdog_create(engine *of, const char *folder, const disk_limits *limits, int64_t now_s, watchdog **out)
{
    watchdog *self = memory_new(1, sizeof *self);
    self->engine = of;
    self->limits = *limits;
    self->folder = memory_copy(folder);
    self->disk.folder = self->folder;
    self->started_s = now_s;
    self->memory = arena_create();
    read_noted(self);
    status st = store_alerts(engine_store(of), false, take_open, self);
    if (st != STATUS_OK)
        watchdog_destroy(&self);
    *out = self;
    return st;
}

void watchdog_destroy(watchdog **of)
{
    watchdog *self = *of;
    if (self == NULL)
        return;
    for (size_t i = 0; i < self->count; i++)
        free(self->each[i].subject);
    free(self->each);
    free(self->changed);
    free(self->folder);
    free(self->noted_folder);
    arena_destroy(&self->memory);
    free(self);
    *of = NULL;
}

/* What is over, and stored as such, is forgotten. */
static void forget_ended(watchdog *self)
{
    size_t kept = 0;
    for (size_t i = 0; i < self->count; i++)
        if (self->each[i].alert == 0 && !self->each[i].seen)
            free(self->each[i].subject);
        else
            self->each[kept++] = self->each[i];
    self->count = kept;
}

/* --- looking ----------------------------------------------------------------------------------------- */

void watchdog_heard_commit(watchdog *self, status st, int64_t now_s)
{
    if (st != STATUS_FULL && st != STATUS_IO && st != STATUS_CORRUPT)
        return;
    self->disk.failed_s = now_s;
    (void)snprintf(self->disk.failure, sizeof self->disk.failure, "%s", engine_trouble(self->engine));
}

static alert_level told_of(watchdog *self, text subject, uint32_t area_id)
{
    standing *of = standing_of(self, subject, area_id);
    return of != NULL ? of->told : LEVEL_NORMAL;
}

/* Notes how a thing stands now. Returns where to say what has changed; NULL: nothing has. */
static trouble *note(watchdog *self, text subject, uint32_t area_id, alert_level level)
{
    standing *of = standing_of(self, subject, area_id);
    if (of == NULL && level == LEVEL_NORMAL)
        return NULL;
    if (of == NULL)
        of = standing_made(self, subject, area_id);
    of->seen = level != LEVEL_NORMAL;
    if (of->told == level)
        return NULL;
    self->changed = memory_room(self->changed, self->changed_count, &self->changed_capacity, sizeof *self->changed);
    trouble *made = &self->changed[self->changed_count++];
    *made = (trouble){.subject = arena_text(self->memory, subject), .area = area_id, .before = of->told, .level = level};
    return made;
}

static void look_at_promise(void *context, const promised *one)
{
    watchdog *self = context;
    text subject = arena_print(self->memory, "source %.*s", TEXT_ARGS(one->origin));
    alert_level before = told_of(self, subject, one->area);
    alert_level level = trouble_of_promise(one, self->started_s, before, self->now_s);
    trouble *changed = note(self, subject, one->area, level);
    if (changed != NULL)
        trouble_say_promise(changed, one, self->now_s, self->memory);
}

static void look_at_disk(watchdog *self)
{
    static const text subject = {"disk", 4};
    struct statvfs found;
    bool known = statvfs(self->folder, &found) == 0;
    self->disk.size = known ? (uint64_t)found.f_blocks * found.f_frsize : 0;
    self->disk.free = known ? (uint64_t)found.f_bavail * found.f_frsize : 0;
    alert_level level = trouble_of_disk(&self->limits, &self->disk, told_of(self, subject, 0), self->now_s);
    trouble *changed = note(self, subject, 0, level);
    if (changed != NULL)
        trouble_say_disk(changed, &self->limits, &self->disk, self->now_s, self->memory);
}

static void look_at_backup(watchdog *self, const backup_state *backup)
{
    static const text subject = {"backup", 6};
    const standing *open = standing_of(self, subject, 0);
    int64_t since_s = open != NULL && open->alert != 0 ? open->opened_s : self->started_s;
    alert_level level = trouble_of_backup(backup, since_s, open != NULL ? open->told : LEVEL_NORMAL, self->now_s);
    trouble *changed = note(self, subject, 0, level);
    if (changed != NULL)
        trouble_say_backup(changed, backup, self->memory);
}

/* What is open and no longer there to be looked at has ended. */
static void look_at_rest(watchdog *self)
{
    for (size_t i = 0; i < self->count; i++) {
        bool changes = false;
        for (size_t k = 0; k < self->changed_count; k++)
            changes = changes || (text_is(self->changed[k].subject, self->each[i].subject) &&
                                  self->changed[k].area == self->each[i].area);
        trouble *changed = self->each[i].seen || changes || self->each[i].alert == 0
                               ? NULL
                               : note(self, text_of(self->each[i].subject), self->each[i].area, LEVEL_NORMAL);
        if (changed != NULL)
            trouble_say_unwatched(changed, self->memory);
    }
}

/* --- telling ----------------------------------------------------------------------------------------- */

static event_kind kind_of(const trouble *one)
{
    if (one->level == LEVEL_NORMAL)
        return EVENT_CLEARED;
    if (one->before == LEVEL_NORMAL)
        return EVENT_RAISED;
    return one->level > one->before ? EVENT_ESCALATED : EVENT_LOWERED;
}

static stored_event event_of(watchdog *self, const trouble *one)
{
    standing *of = standing_of(self, one->subject, one->area);
    return (stored_event){
        .kind = text_of(event_kind_text(kind_of(one))),
        .alert = of->alert != 0 ? of->alert : EVENT_OPENS,
        .batch = EVENT_OPENS,
        .subject = one->subject,
        .area = one->area,
        .as_of = DAY_NONE,
        .level_before = (uint8_t)one->before,
        .level = (uint8_t)one->level,
        .figures = one->figures,
        .words = one->words,
        .caveats = one->caveats,
    };
}

static void settle(watchdog *self, const trouble *one, const stored_event *stored)
{
    standing *of = standing_of(self, one->subject, one->area);
    if (of->alert == 0)
        of->opened_s = stored->at_s;
    of->alert = one->level != LEVEL_NORMAL ? stored->alert : 0;
    of->told = of->logged = one->level;
    log_line(one->level != LEVEL_NORMAL ? LOG_WARN : LOG_INFO, one->level != LEVEL_NORMAL ? "trouble" : "trouble-over",
             "event=%llu level=%s: %.*s", (unsigned long long)stored->id, alert_level_text(one->level), TEXT_ARGS(one->words));
}

/* Nobody is told by the list now: the log must do, once. */
static void log_unstored(watchdog *self, const trouble *one)
{
    standing *of = standing_of(self, one->subject, one->area);
    if (of->logged != one->level)
        log_line(LOG_ERROR, "trouble-not-stored", "%s: %.*s", engine_trouble(self->engine), TEXT_ARGS(one->words));
    of->logged = one->level;
}

/* All that has changed of one subject goes into one message. */
static status tell_group(watchdog *self, const trouble *first, size_t count)
{
    stored_event *events = arena_take(self->memory, count * sizeof *events);
    for (size_t i = 0; i < count; i++)
        events[i] = event_of(self, &first[i]);
    status st = engine_tell(self->engine, events, count, NULL, 0, self->now_s);
    for (size_t i = 0; i < count; i++)
        if (st == STATUS_OK)
            settle(self, &first[i], &events[i]);
        else
            log_unstored(self, &first[i]);
    return st;
}

static void tell(watchdog *self)
{
    status st = STATUS_OK;
    bool waits = self->now_s < self->again_s && self->again_s - self->now_s <= TELL_AGAIN_S;
    for (size_t i = 0, count; i < self->changed_count && !waits && st == STATUS_OK; i += count) {
        for (count = 1; i + count < self->changed_count; count++)
            if (!text_equal(self->changed[i + count].subject, self->changed[i].subject))
                break;
        st = tell_group(self, &self->changed[i], count);
        watchdog_heard_commit(self, st, self->now_s);
    }
    self->again_s = st != STATUS_OK ? self->now_s + TELL_AGAIN_S : waits ? self->again_s : 0;
}

/* --- the last backup ---------------------------------------------------------------------------------- */

static void note_backup(watchdog *self, const backup_state *backup)
{
    bool good = backup->good_s != 0 && backup->good_s != self->noted_good_s;
    if (!good && strcmp(backup->folder, self->noted_folder) == 0)
        return;
    setting told[] = {
        {text_of("backup_folder"), text_of(backup->folder)},
        {text_of("backup_last"), arena_print(self->memory, "%lld %s", (long long)backup->good_s, backup->file)},
    };
    store_group out = {.settings = told, .setting_count = good ? 2 : 1, .now_s = self->now_s};
    status st = store_commit(engine_store(self->engine), &out);
    watchdog_heard_commit(self, st, self->now_s);
    if (st != STATUS_OK)
        return;
    free(self->noted_folder);
    self->noted_folder = memory_copy(backup->folder);
    if (good) {
        self->noted_good_s = backup->good_s;
        log_line(LOG_INFO, "backup", "good=%s", backup->file);
    }
}

void watchdog_look(watchdog *self, const backup_state *backup, int64_t now_s)
{
    self->now_s = now_s;
    self->changed_count = 0;
    arena_reset(self->memory);
    for (size_t i = 0; i < self->count; i++)
        self->each[i].seen = false;
    status st = engine_promises(self->engine, look_at_promise, self);
    if (st != STATUS_OK) { /* a reading that breaks off says nothing of the sources behind it */
        log_line(LOG_ERROR, "not-watched", "%s", engine_trouble(self->engine));
        return;
    }
    look_at_disk(self);
    look_at_backup(self, backup);
    look_at_rest(self);
    if (self->changed_count > 0)
        tell(self);
    note_backup(self, backup);
    forget_ended(self);
}
