#include "status_own.h"

#include <stdio.h>
#include <stdlib.h>

/* --- reading ----------------------------------------------------------------------------------------- */

static bool take_alert(void *context, const told_alert *one)
{
    own_state *self = context;
    self->alerts = memory_room(self->alerts, self->count, &self->capacity, sizeof *self->alerts);
    self->alerts[self->count++] = (own_alert){
        .number = one->id, .level = one->level, .since_s = one->opened_s,
        .subject = arena_text(self->memory, one->decided.subject),
        .area = arena_text(self->memory, one->decided.area),
        .words = arena_text(self->memory, one->decided.words),
        .acknowledged_by = arena_text(self->memory, one->acknowledged ? one->acknowledged_by : (text){"", 0}),
    };
    return true;
}

static status read_setting(store *from, const char *name, arena *memory, text *out)
{
    status st = store_setting(from, name, memory, out);
    if (st == STATUS_NOT_FOUND)
        *out = (text){"", 0};
    return st == STATUS_NOT_FOUND ? STATUS_OK : st;
}

static status read_backup(store *from, own_state *self)
{
    text number;
    uint64_t made_s;
    status st = read_setting(from, "backup_folder", self->memory, &self->backup_folder);
    if (st == STATUS_OK)
        st = read_setting(from, "backup_last", self->memory, &self->backup_file);
    if (st == STATUS_OK && text_split(&self->backup_file, ' ', &number) && text_to_u64(number, &made_s))
        self->backup_s = (int64_t)made_s;
    return st;
}

status own_state_read(const figures *from, day_number today, own_state *out)
{
    static const event_filter own = {.about = ABOUT_TOCSIN};
    event_list *list;
    *out = (own_state){.memory = arena_create()};
    status st = event_list_on(from, &list);
    if (st == STATUS_OK)
        st = event_list_alerts(list, false, &own, today, take_alert, out);
    event_list_close(&list);
    if (st == STATUS_OK)
        st = read_backup(figures_store(from), out);
    if (st != STATUS_OK)
        own_state_free(out);
    return st;
}

void own_state_free(own_state *self)
{
    free(self->alerts);
    arena_destroy(&self->memory);
    *self = (own_state){0};
}

/* --- showing ----------------------------------------------------------------------------------------- */

static void print_backup(const own_state *self)
{
    char at[MOMENT_TEXT];
    if (self->backup_folder.size == 0)
        printf("No backup is planned (backup: in the aggregator's --config file)");
    else
        printf("Backed up each day into %.*s", TEXT_ARGS(self->backup_folder));
    if (self->backup_s != 0)
        printf("; the last good one is of %s: %.*s\n", moment_words(self->backup_s, at), TEXT_ARGS(self->backup_file));
    else
        puts(self->backup_folder.size == 0 ? "" : "; there is no good one yet");
}

void own_state_print(const own_state *self)
{
    print_backup(self);
    if (self->count > 0)
        puts("\nTocsin's own alerts");
    for (size_t i = 0; i < self->count; i++) {
        const own_alert *a = &self->alerts[i];
        char since[MOMENT_TEXT];
        printf("  %s since %s (alert %llu", alert_level_text(a->level), moment_words(a->since_s, since),
               (unsigned long long)a->number);
        if (a->acknowledged_by.size > 0)
            printf(", acknowledged by %.*s", TEXT_ARGS(a->acknowledged_by));
        printf(")\n    %.*s\n", TEXT_ARGS(a->words));
    }
}

static void put_moment(jsondoc *to, const char *key, int64_t utc_s)
{
    char at[MOMENT_TEXT];
    if (utc_s != 0)
        jsondoc_put_text(to, key, text_of(moment_text(utc_s, at)));
    else
        jsondoc_put_null(to, key);
}

static void put_text_or_null(jsondoc *to, const char *key, text value)
{
    if (value.size > 0)
        jsondoc_put_text(to, key, value);
    else
        jsondoc_put_null(to, key);
}

void own_state_put(const own_state *self, jsondoc *to)
{
    jsondoc *backup = jsondoc_put_object(to, "backup");
    put_text_or_null(backup, "folder", self->backup_folder);
    put_moment(backup, "last_good", self->backup_s);
    put_text_or_null(backup, "file", self->backup_file);
    jsondoc *list = jsondoc_put_array(to, "alerts");
    for (size_t i = 0; i < self->count; i++) {
        const own_alert *a = &self->alerts[i];
        jsondoc *one = jsondoc_add_object(list);
        jsondoc_put_integer(one, "alert", (int64_t)a->number);
        jsondoc_put_text(one, "subject", a->subject);
        put_text_or_null(one, "area", a->area);
        jsondoc_put_text(one, "level", text_of(alert_level_text(a->level)));
        put_moment(one, "since", a->since_s);
        jsondoc_put_text(one, "words", a->words);
        put_text_or_null(one, "acknowledged_by", a->acknowledged_by);
    }
}
