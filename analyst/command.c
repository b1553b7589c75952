#include "command.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "known_on.h"

__attribute__((format(printf, 2, 0))) static void say(const command *self, const char *format, va_list args)
{
    (void)fprintf(stderr, "tocsin %s: ", self->name);
    (void)vfprintf(stderr, format, args);
    (void)fputc('\n', stderr);
}

int command_wrong(const command *self, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say(self, format, args);
    va_end(args);
    (void)fprintf(stderr, "try tocsin %s --help\n", self->name);
    return COMMAND_USAGE;
}

int command_fault(const command *self, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say(self, format, args);
    va_end(args);
    return COMMAND_FAULT;
}

static bool format_read(const char *word, output_format *out)
{
    static const char *const words[FORMATS] = {"table", "csv", "json"};
    for (int i = 0; i < FORMATS; i++)
        if (strcmp(word, words[i]) == 0) {
            *out = (output_format)i;
            return true;
        }
    return false;
}

int command_option(command *self, int option)
{
    switch (option) {
    case OPTION_DATA: self->data = optarg; return -1;
    case OPTION_FORMAT:
        return format_read(optarg, &self->format) ? -1
                                                  : command_wrong(self, "--format wants table, csv or json, not '%s'", optarg);
    case OPTION_HELP: (void)fputs(self->usage, stdout); return COMMAND_FINE;
    default: (void)fprintf(stderr, "try tocsin %s --help\n", self->name); return COMMAND_USAGE;
    }
}

const char *command_default_data(void)
{
    const char *told = getenv("TOCSIN_DATA");
    if (told != NULL && told[0] != '\0')
        return told;
    return access("tocsin-data/tocsin.db", F_OK) == 0 ? "tocsin-data" : "/var/lib/tocsin";
}

/* In place of the store one of what was known then. */
static status look_back(const command *self, store **opened, char why[NOTE_SIZE_MAX])
{
    store *past = NULL;
    status st = known_on_open(*opened, self->known_on, &past, why);
    if (st != STATUS_OK)
        return st;
    store_end_reading(*opened);
    store_close(opened);
    *opened = past;
    return STATUS_OK;
}

static int tell_unread(const command *self, status st, const char *why)
{
    if (st == STATUS_NOT_FOUND)
        return command_fault(self, "%s has no reference data yet: start tocsin-aggregator on it", self->data);
    return command_fault(self, "can't read the store in %s: %s", self->data, why);
}

int command_open(const command *self, store **opened, figures **read)
{
    char why[NOTE_SIZE_MAX];
    *read = NULL;
    if (store_open_reader(self->data, opened, why) != STATUS_OK)
        return command_fault(self, "%s", why);
    why[0] = '\0';
    status st = store_begin_reading(*opened);
    if (st == STATUS_OK && self->known_on != 0)
        st = look_back(self, opened, why);
    if (st == STATUS_OK)
        st = figures_open(*opened, read);
    if (st == STATUS_OK)
        return -1;
    int result = tell_unread(self, st, why[0] != '\0' ? why : store_trouble(*opened));
    command_close(opened, read);
    return result;
}

void command_close(store **opened, figures **read)
{
    figures_close(read);
    if (*opened != NULL)
        store_end_reading(*opened);
    store_close(opened);
}

bool command_date(const command *self, const char *option, const char *value, day_number *out)
{
    if (date_read(text_of(value), out))
        return true;
    (void)command_wrong(self, "%s wants a date that exists, as 2025-03-31, not '%s'", option, value);
    return false;
}

int command_text(const command *self, const char *path, arena *memory, text *out)
{
    enum { FILE_SIZE_MAX = 1 << 20 };
    FILE *in = fopen(path, "rb");
    if (in == NULL)
        return command_fault(self, "%s: %s", path, strerror(errno));
    char *octets = arena_take(memory, FILE_SIZE_MAX);
    size_t size = fread(octets, 1, FILE_SIZE_MAX, in);
    bool good = !ferror(in) && size < FILE_SIZE_MAX;
    (void)fclose(in);
    *out = (text){octets, size};
    return good ? -1 : command_fault(self, "%s: can't be read, or is over 1 MiB", path);
}

static size_t add_word(char *words, size_t used, text word)
{
    if (used >= NOTE_SIZE_MAX)
        return used;
    return used + (size_t)snprintf(words + used, NOTE_SIZE_MAX - used, "%s%.*s", used > 0 ? ", " : "", TEXT_ARGS(word));
}

static bool kind_came_before(const groups *of, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (text_equal(groups_at(of, i)->kind, groups_at(of, index)->kind))
            return true;
    return false;
}

int command_no_level(const command *self, const figures *from, const char *level, bool kinds)
{
    enum { LEVELS_MAX = 16 };
    const reference *data = figures_reference(from);
    char words[NOTE_SIZE_MAX] = "none";
    text levels[LEVELS_MAX];
    size_t count = geography_levels(data->areas, levels, LEVELS_MAX), used = 0;
    for (size_t i = 0; i < count; i++)
        used = add_word(words, used, levels[i]);
    for (size_t i = 0; i < groups_count(data->groups) && kinds; i++)
        if (!kind_came_before(data->groups, i))
            used = add_word(words, used, groups_at(data->groups, i)->kind);
    return command_wrong(self, "there is no level '%s': there are %s", level, words);
}

int command_known_on(command *self, const char *value)
{
    if (!command_date(self, "--known-on", value, &self->known_on))
        return COMMAND_USAGE;
    return self->known_on > 0 ? -1 : command_wrong(self, "--known-on wants a date after 1970-01-01, not '%s'", value);
}
