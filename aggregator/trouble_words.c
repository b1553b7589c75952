/* What is said of Tocsin's own troubles: what is amiss, since when, and what to do. */
#include "proto/jsondoc.h"
#include "trouble.h"

/* --- pieces ------------------------------------------------------------------------------------------ */

/* "31 Mar 2025 03:00", UK time. */
static text clock_words(int64_t utc_s, arena *memory)
{
    char said[MOMENT_TEXT];
    return arena_text(memory, text_of(moment_words(utc_s, said)));
}

static void put_moment(jsondoc *to, const char *key, int64_t utc_s)
{
    char said[MOMENT_TEXT];
    if (utc_s != 0)
        jsondoc_put_text(to, key, text_of(moment_text(utc_s, said)));
    else
        jsondoc_put_null(to, key);
}

/* "day", "36 hours", "15 minutes". */
static text interval_words(uint32_t interval_s, arena *memory)
{
    static const struct unit { uint32_t s; const char *word; } units[] = {{86400, "day"}, {3600, "hour"}, {60, "minute"}, {1, "second"}};
    const struct unit *with = units;
    while (interval_s % with->s != 0)
        with++;
    uint32_t count = interval_s / with->s;
    return count == 1 ? text_of(with->word) : arena_print(memory, "%u %ss", count, with->word);
}

/* "1.4 GiB". */
static text octets_words(uint64_t octets, arena *memory)
{
    static const char *const units[] = {"KiB", "MiB", "GiB", "TiB"};
    double amount = (double)octets / 1024;
    size_t unit = 0;
    while (amount >= 1024 && unit + 1 < sizeof units / sizeof units[0]) {
        amount /= 1024;
        unit++;
    }
    return arena_print(memory, amount < 10 ? "%.1f %s" : "%.0f %s", amount, units[unit]);
}

/* The outermost value, printed and gone. */
static text printed(jsondoc **value, arena *memory)
{
    text made = jsondoc_print(*value, memory);
    jsondoc_destroy(value);
    return text_trim(made);
}

static text one_caveat(text sentence, arena *memory)
{
    jsondoc *list = jsondoc_array();
    jsondoc_add_text(list, sentence);
    return printed(&list, memory);
}

/* --- sources ----------------------------------------------------------------------------------------- */

static text name_of(const promised *one, arena *memory)
{
    if (text_equal(one->origin, one->title))
        return one->origin;
    return arena_print(memory, "%.*s (%.*s)", TEXT_ARGS(one->origin), TEXT_ARGS(one->title));
}

static text words_of_late(const promised *one, arena *memory)
{
    text since = clock_words(one->declared_s, memory), due = clock_words(one->declared_s + one->interval_s, memory);
    return arena_print(memory,
                       "Source %.*s is late for %.*s: it promises more every %.*s, spoke last on %.*s and was due by %.*s. "
                       "See that its collector runs and reaches the aggregator; tocsin status tells how far it came.",
                       TEXT_ARGS(name_of(one, memory)), TEXT_ARGS(one->area_name),
                       TEXT_ARGS(interval_words(one->interval_s, memory)), TEXT_ARGS(since), TEXT_ARGS(due));
}

static text words_of_not_late(const promised *one, arena *memory)
{
    text name = name_of(one, memory);
    if (one->retired)
        return arena_print(memory, "Source %.*s is retired for %.*s: nothing more is expected of it.", TEXT_ARGS(name),
                           TEXT_ARGS(one->area_name));
    if (one->interval_s == 0)
        return arena_print(memory, "Source %.*s promises nothing for %.*s any more.", TEXT_ARGS(name), TEXT_ARGS(one->area_name));
    return arena_print(memory, "Source %.*s is on time again for %.*s: it spoke on %.*s.", TEXT_ARGS(name),
                       TEXT_ARGS(one->area_name), TEXT_ARGS(clock_words(one->declared_s, memory)));
}

void trouble_say_promise(trouble *self, const promised *one, int64_t now_s, arena *memory)
{
    int64_t due_s = one->declared_s + one->interval_s;
    bool late = self->level != LEVEL_NORMAL;
    jsondoc *all = jsondoc_object();
    jsondoc_put_text(all, "origin", one->origin);
    jsondoc_put_integer(all, "promised_interval_s", one->interval_s);
    jsondoc_put_bool(all, "retired", one->retired);
    put_moment(all, "declared", one->declared_s);
    put_moment(all, "due", due_s);
    jsondoc_put_integer(all, "late_s", late ? now_s - due_s : 0);
    self->figures = printed(&all, memory);
    self->words = late ? words_of_late(one, memory) : words_of_not_late(one, memory);
    if (late)
        self->caveats = one_caveat(arena_print(memory, "Figures of %.*s may lack what this source has not sent yet: a fall may be no fall",
                                               TEXT_ARGS(one->area_name)), memory);
}

/* --- the disk ---------------------------------------------------------------------------------------- */

static text words_of_disk(const trouble *self, const disk_state *disk, bool failing, arena *memory)
{
    text space = arena_print(memory, "%.*s of %.*s are free (%.0f %%)", TEXT_ARGS(octets_words(disk->free, memory)),
                             TEXT_ARGS(octets_words(disk->size, memory)),
                             disk->size > 0 ? 100 * (double)disk->free / (double)disk->size : 0);
    if (self->level == LEVEL_NORMAL)
        return arena_print(memory, "The disk of %s is in order again: %.*s.", disk->folder, TEXT_ARGS(space));
    if (failing)
        return arena_print(memory,
                           "The store in %s could not be written on %.*s: %s. Collectors are told to send again, and nothing "
                           "acknowledged is lost; %.*s. Make room, or mend the disk.",
                           disk->folder, TEXT_ARGS(clock_words(disk->failed_s, memory)), disk->failure, TEXT_ARGS(space));
    if (self->level == LEVEL_PRIORITY)
        return arena_print(memory,
                           "The disk of %s is nearly full: %.*s. Once it is full no record can be taken. Make room now, or move "
                           "the data to a larger disk.",
                           disk->folder, TEXT_ARGS(space));
    return arena_print(memory, "The disk of %s fills: %.*s. Make room, or move the data to a larger disk.", disk->folder,
                       TEXT_ARGS(space));
}

void trouble_say_disk(trouble *self, const disk_limits *limits, const disk_state *disk, int64_t now_s, arena *memory)
{
    bool failing = disk->failed_s != 0 && now_s - disk->failed_s < WRITE_FAILED_S;
    jsondoc *all = jsondoc_object();
    jsondoc_put_text(all, "folder", text_of(disk->folder));
    jsondoc_put_integer(all, "free_octets", (int64_t)disk->free);
    jsondoc_put_integer(all, "size_octets", (int64_t)disk->size);
    jsondoc_put_integer(all, "warn_octets", (int64_t)disk_limit_octets(&limits->warn, disk->size));
    jsondoc_put_integer(all, "full_octets", (int64_t)disk_limit_octets(&limits->full, disk->size));
    put_moment(all, "write_failed", disk->failed_s);
    self->figures = printed(&all, memory);
    self->words = words_of_disk(self, disk, failing, memory);
}

/* --- backups ----------------------------------------------------------------------------------------- */

static text words_of_backup(const trouble *self, const backup_state *backup, arena *memory)
{
    if (self->level == LEVEL_NORMAL && !backup->planned)
        return text_of("No backup is planned any more.");
    text last = backup->good_s != 0
                    ? arena_print(memory, "the newest good one is of %.*s", TEXT_ARGS(clock_words(backup->good_s, memory)))
                    : arena_print(memory, "there is no good one in %s", backup->folder);
    if (self->level == LEVEL_NORMAL)
        return arena_print(memory, "The store is backed up again: %.*s.", TEXT_ARGS(last));
    if (backup->failing)
        return arena_print(memory, "The store could not be backed up; %.*s. %s. Mend that: it is tried again every %d minutes.",
                           TEXT_ARGS(last), backup->why, BACKUP_AGAIN_S / 60);
    return arena_print(memory, "The backup of the store is overdue: %.*s. See what keeps it, or make one with tocsin backup.",
                       TEXT_ARGS(last));
}

void trouble_say_backup(trouble *self, const backup_state *backup, arena *memory)
{
    jsondoc *all = jsondoc_object();
    jsondoc_put_text(all, "folder", text_of(backup->folder));
    put_moment(all, "last_good", backup->good_s);
    if (backup->failing)
        jsondoc_put_text(all, "why", text_of(backup->why));
    else
        jsondoc_put_null(all, "why");
    self->figures = printed(&all, memory);
    self->words = words_of_backup(self, backup, memory);
}

void trouble_say_unwatched(trouble *self, arena *memory)
{
    self->words = arena_print(memory, "Nothing is expected of %.*s any more.", TEXT_ARGS(self->subject));
    self->figures = self->caveats = (text){"", 0};
}
