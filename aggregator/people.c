/* What people do about an alert: acknowledge it, comment on it, reopen it. */
#include <stdarg.h>
#include <stdio.h>

#include "commands_parts.h"
#include "proto/alert_event.h"

status people_refuse(struct asked *self, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(self->why, sizeof self->why, format, args);
    va_end(args);
    return STATUS_REFUSED;
}

/* --- what is said ------------------------------------------------------------------------------------ */

bool people_given(const struct asked *self, const char *key)
{
    const jsondoc *found = jsondoc_get(self->in, key);
    return found != NULL && jsondoc_kind_of(found) != JSONDOC_NULL;
}

static size_t characters(text said)
{
    size_t count = 0;
    for (size_t i = 0; i < said.size; i++)
        count += ((unsigned char)said.at[i] & 0xc0) != 0x80;
    return count;
}

/* What a terminal would take for a command is no text. */
static bool is_plain(text said)
{
    for (size_t i = 0; i < said.size; i++) {
        unsigned char octet = (unsigned char)said.at[i], next = i + 1 < said.size ? (unsigned char)said.at[i + 1] : 0;
        bool control = octet < 0x20 || octet == 0x7f || (octet == 0xc2 && next >= 0x80 && next < 0xa0);
        if (control && octet != '\n' && octet != '\t')
            return false;
    }
    return true;
}

static status take_text(struct asked *self, const char *key, const char *needed, size_t size_max, text *out)
{
    text said = text_trim(jsondoc_text(jsondoc_get(self->in, key)));
    if (said.size == 0 && needed != NULL)
        return people_refuse(self, "say %s", needed);
    if (!is_plain(said))
        return people_refuse(self, "'%s' has control characters: write it as plain text", key);
    if (characters(said) > size_max)
        return people_refuse(self, "'%s' has %zu characters: at most %zu are kept", key, characters(said), size_max);
    *out = said;
    return STATUS_OK;
}

status people_who(struct asked *self, text *out)
{
    status st = take_text(self, "who", "who does it: --who NAME, or $TOCSIN_WHO", WHO_SIZE_MAX, out);
    bool one_line = true;
    for (size_t i = 0; st == STATUS_OK && i < out->size; i++)
        one_line = one_line && out->at[i] != '\n' && out->at[i] != '\t';
    return one_line ? st : people_refuse(self, "'who' is a name on one line");
}

status people_said(struct asked *self, const char *key, const char *needed, text *out)
{
    return take_text(self, key, needed, SAID_SIZE_MAX, out);
}

/* --- the alert --------------------------------------------------------------------------------------- */

static status no_alert(struct asked *self, uint64_t number)
{
    stored_event happened;
    if (store_event(engine_store(self->engine), number, self->memory, &happened) == STATUS_OK && happened.alert != 0)
        return people_refuse(self, "%llu is the number of something that happened to alert %llu: say %llu",
                             (unsigned long long)number, (unsigned long long)happened.alert, (unsigned long long)happened.alert);
    return people_refuse(self, "there is no alert %llu; open ones: tocsin alerts", (unsigned long long)number);
}

status people_alert(struct asked *self, bool closed_too, stored_alert *out)
{
    int64_t number;
    char date[PERIOD_TEXT];
    if (!jsondoc_integer(jsondoc_get(self->in, "alert"), &number) || number <= 0)
        return people_refuse(self, "say which alert, by its number; open ones: tocsin alerts");
    status st = store_alert(engine_store(self->engine), (uint64_t)number, self->memory, out);
    if (st == STATUS_NOT_FOUND)
        return no_alert(self, (uint64_t)number);
    if (st == STATUS_OK && out->closed_s != 0 && !closed_too)
        return people_refuse(self, "alert %lld was cleared on %s; open ones: tocsin alerts", (long long)number,
                             date_words(london_date(out->closed_s), date));
    return st;
}

static stored_event about_alert(const stored_alert *of, event_kind kind, text who, text note)
{
    return (stored_event){.kind = text_of(event_kind_text(kind)), .alert = of->id, .subject = of->subject, .area = of->area,
                          .category = of->category, .as_of = DAY_NONE, .level_before = of->level, .level = of->level,
                          .direction_before = of->direction, .direction = of->direction, .who = who, .note = note};
}

status people_tell(struct asked *self, stored_event *made, stored_silence *quiet)
{
    status st = engine_tell(self->engine, made, 1, quiet, quiet != NULL, self->now_s);
    if (st != STATUS_OK)
        return st;
    jsondoc_put_integer(self->out, "event", (int64_t)made->id);
    if (made->alert != 0)
        jsondoc_put_integer(self->out, "alert", (int64_t)made->alert);
    if (quiet != NULL)
        jsondoc_put_integer(self->out, "silence", (int64_t)quiet->id);
    jsondoc_put_text(self->out, "words", made->words);
    return STATUS_OK;
}

/* "Acknowledged by J. Smith: on it". */
static text words_of(struct asked *self, const char *what, text who, text note)
{
    return arena_print(self->memory, "%s by %.*s%s%.*s", what, TEXT_ARGS(who), note.size > 0 ? ": " : "", TEXT_ARGS(note));
}

/* --- the commands ------------------------------------------------------------------------------------ */

static status acknowledged_already(struct asked *self, const stored_alert *of)
{
    stored_event said;
    char date[PERIOD_TEXT];
    status st = store_event(engine_store(self->engine), of->acknowledged, self->memory, &said);
    if (st != STATUS_OK)
        return st;
    return people_refuse(self, "%.*s acknowledged alert %llu on %s: add to it with tocsin comment, or take it back with tocsin reopen",
                         TEXT_ARGS(said.who), (unsigned long long)of->id, date_words(london_date(said.at_s), date));
}

/* An event about an open alert, or about any. */
static status tell_about(struct asked *self, const stored_alert *of, event_kind kind, const char *what, const char *needed)
{
    text who, note;
    status st = people_who(self, &who);
    if (st == STATUS_OK)
        st = people_said(self, "note", needed, &note);
    if (st != STATUS_OK)
        return st;
    stored_event made = about_alert(of, kind, who, note);
    made.words = words_of(self, what, who, note);
    return people_tell(self, &made, NULL);
}

status people_acknowledge(struct asked *self)
{
    stored_alert of;
    status st = people_alert(self, false, &of);
    if (st == STATUS_OK && of.acknowledged != 0)
        st = acknowledged_already(self, &of);
    return st == STATUS_OK ? tell_about(self, &of, EVENT_ACKNOWLEDGED, "Acknowledged", NULL) : st;
}

status people_comment(struct asked *self)
{
    stored_alert of;
    status st = people_alert(self, true, &of);
    return st == STATUS_OK ? tell_about(self, &of, EVENT_COMMENTED, "Comment", "what the comment is") : st;
}

status people_reopen(struct asked *self)
{
    stored_alert of;
    status st = people_alert(self, false, &of);
    if (st == STATUS_OK && of.acknowledged == 0)
        st = people_refuse(self, "alert %llu is not acknowledged: there is nothing to take back", (unsigned long long)of.id);
    return st == STATUS_OK ? tell_about(self, &of, EVENT_REOPENED, "Reopened", NULL) : st;
}
