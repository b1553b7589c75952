#include "watchdog_config.h"

#include <string.h>

#include "figures/nearest.h"

enum { KEEP_MAX = 3660 };

struct reading {
    const char *path;
    faults *found;
};

#define FAULT(self, at, ...) faults_add((self)->found, FAULT_ERROR, (self)->path, yamlnode_line(at), __VA_ARGS__)

/* A map with these keys and no others. */
static bool is_map(const struct reading *self, yamlnode value, const char *of, const char *const *names, size_t count,
                   const char *example)
{
    if (yamlnode_kind_of(value) != YAMLNODE_MAP) {
        FAULT(self, value, "'%s' should be a map: %s", of, example);
        return false;
    }
    for (size_t i = 0; i < yamlnode_count(value); i++) {
        char words[NEAREST_WORDS];
        yamlnode key = yamlnode_key(value, i);
        nearest like = nearest_to(yamlnode_text(key));
        bool known = false;
        for (size_t k = 0; k < count; k++) {
            known = known || text_is(yamlnode_text(key), names[k]);
            nearest_offer(&like, text_of(names[k]), text_of(names[k]));
        }
        if (!known)
            FAULT(self, key, "'%s' has no key '%.*s'%s", of, TEXT_ARGS(yamlnode_text(key)), nearest_words(&like, words));
    }
    return true;
}

/* --- disk ---------------------------------------------------------------------------------------------- */

/* "5GiB", "5G", "500M". */
static bool read_octets(text said, uint64_t *out)
{
    static const char *const units[] = {"KiB", "K", "MiB", "M", "GiB", "G", "TiB", "T"};
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        size_t size = strlen(units[i]);
        uint64_t number, unit = 1ull << (10 * (i / 2 + 1));
        if (said.size <= size || memcmp(said.at + said.size - size, units[i], size) != 0)
            continue;
        if (!text_to_u64((text){said.at, said.size - size}, &number) || number == 0 || number > UINT64_MAX / 4 / unit)
            return false;
        *out = number * unit;
        return true;
    }
    return false;
}

static bool read_percent(text said, double *out)
{
    double number;
    if (said.size < 2 || said.at[said.size - 1] != '%' || !text_to_double((text){said.at, said.size - 1}, &number) ||
        !(number > 0 && number < 100))
        return false;
    *out = number;
    return true;
}

/* One, or a share and a size with a | between them: then the smaller counts. */
static bool read_limit(text said, disk_limit *out)
{
    disk_limit made = {0};
    text rest = said, one;
    while (text_split(&rest, '|', &one)) {
        one = text_trim(one);
        bool taken = made.percent > 0 ? false : read_percent(one, &made.percent);
        if (!taken && (made.octets > 0 || !read_octets(one, &made.octets)))
            return false;
    }
    if (made.percent <= 0 && made.octets == 0)
        return false;
    *out = made;
    return true;
}

static void take_limit(const struct reading *self, yamlnode value, disk_limit *out)
{
    if (yamlnode_is(value) && !read_limit(yamlnode_text(value), out))
        FAULT(self, value, "'%.*s' is no limit of free space: write 10%%, 5GiB, or 10%%|5GiB for the smaller of the two",
              TEXT_ARGS(yamlnode_text(value)));
}

void watchdog_config_disk(const char *path, yamlnode value, disk_limits *out, faults *found)
{
    static const char *const names[] = {"warn", "full"};
    const struct reading self = {path, found};
    if (!is_map(&self, value, "disk", names, 2, "{warn: 10%|5GiB, full: 2%|500MiB}"))
        return;
    take_limit(&self, yamlnode_get(value, "warn"), &out->warn);
    take_limit(&self, yamlnode_get(value, "full"), &out->full);
    /* Where it can be seen: a share and a size have no order of their own. */
    bool shares = out->warn.octets == 0 && out->full.octets == 0 && out->full.percent > out->warn.percent;
    bool sizes = out->warn.percent <= 0 && out->full.percent <= 0 && out->full.octets > out->warn.octets;
    if (shares || sizes)
        FAULT(&self, value, "'full' should be less than 'warn': it is the worse of the two");
}

/* --- backup -------------------------------------------------------------------------------------------- */

backup_plan backup_plan_default(void)
{
    return (backup_plan){.at_s = 3 * 3600, .keep = 7, .verify = true};
}

static void read_folder(const struct reading *self, yamlnode value, backup_plan *out)
{
    text said = yamlnode_text(value);
    if (said.size > 0 && said.at[0] == '/' && said.size < sizeof out->folder)
        text_copy(said, out->folder, sizeof out->folder);
    else
        FAULT(self, value, "the folder '%.*s' should be a whole path, beginning with /", TEXT_ARGS(said));
}

static void read_at(const struct reading *self, yamlnode value, backup_plan *out)
{
    text said = yamlnode_text(value);
    uint64_t hour = 0, minute = 0;
    bool good = said.size == 5 && said.at[2] == ':' && text_to_u64((text){said.at, 2}, &hour) &&
                text_to_u64((text){said.at + 3, 2}, &minute) && hour < 24 && minute < 60;
    if (good)
        out->at_s = (uint32_t)(hour * 3600 + minute * 60);
    else
        FAULT(self, value, "'%.*s' is no time of day: write \"03:00\"", TEXT_ARGS(said));
}

static void read_keep(const struct reading *self, yamlnode value, backup_plan *out)
{
    uint64_t number;
    if (text_to_u64(yamlnode_text(value), &number) && number >= 1 && number <= KEEP_MAX)
        out->keep = (uint32_t)number;
    else
        FAULT(self, value, "keep is '%.*s' and should be how many backups stay, from 1 to %d", TEXT_ARGS(yamlnode_text(value)),
              KEEP_MAX);
}

static void read_verify(const struct reading *self, yamlnode value, backup_plan *out)
{
    text said = yamlnode_text(value);
    if (text_is(said, "true") || text_is(said, "false"))
        out->verify = text_is(said, "true");
    else
        FAULT(self, value, "verify is '%.*s' and should be true or false", TEXT_ARGS(said));
}

void watchdog_config_backup(const char *path, yamlnode value, backup_plan *out, faults *found)
{
    static const struct key {
        const char *name;
        void (*read)(const struct reading *self, yamlnode value, backup_plan *out);
    } keys[] = {{"folder", read_folder}, {"at", read_at}, {"keep", read_keep}, {"verify", read_verify}};
    enum { KEYS = sizeof keys / sizeof keys[0] };
    const char *names[KEYS];
    const struct reading self = {path, found};
    for (size_t i = 0; i < KEYS; i++)
        names[i] = keys[i].name;
    if (!is_map(&self, value, "backup", names, KEYS, "{folder: /backup, at: \"03:00\", keep: 7, verify: true}"))
        return;
    for (size_t i = 0; i < KEYS; i++)
        if (yamlnode_is(yamlnode_get(value, names[i])))
            keys[i].read(&self, yamlnode_get(value, names[i]), out);
    if (!yamlnode_is(yamlnode_get(value, "folder")))
        FAULT(&self, value, "'backup' has no folder: say where backups go");
}
