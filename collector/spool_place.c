#include "spool_place.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/digest.h"
#include "spool_folder.h"

enum { SHOWN_MAX = 80 /* octets of a path that its folder's name shows */ };

static text below(const char *folder, const char *name, arena *memory)
{
    return arena_print(memory, "%s/%s", folder, name);
}

static const char *set(const char *variable)
{
    const char *value = getenv(variable);
    return value != NULL && value[0] != '\0' ? value : NULL;
}

text spool_place_root(const char *given, arena *memory)
{
    if (given == NULL)
        given = set("TOCSIN_SPOOL");
    if (given != NULL)
        return arena_text(memory, text_of(given));
    if (set("XDG_STATE_HOME") != NULL)
        return below(set("XDG_STATE_HOME"), "tocsin-spool", memory);
    if (set("HOME") != NULL)
        return below(set("HOME"), ".local/state/tocsin-spool", memory);
    return text_of(geteuid() == 0 ? "/var/lib/tocsin-spool" : "");
}

static bool may_stand(char c, bool first)
{
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return letter || c == '_' || (!first && (c == '-' || c == '.'));
}

text spool_place_of(text root, text name, arena *memory)
{
    char made[SHOWN_MAX + 1];
    text shown = name;
    bool as_it_is = name.size > 0 && name.size <= SHOWN_MAX;
    if (!as_it_is && name.size > 0)
        shown = (text){name.at + name.size - SHOWN_MAX, SHOWN_MAX};
    size_t size = 0;
    for (size_t i = 0; i < shown.size; i++) {
        bool good = may_stand(shown.at[i], size == 0);
        as_it_is = as_it_is && good;
        if (good || size > 0)
            made[size++] = good ? shown.at[i] : '-';
    }
    made[size] = '\0';
    if (as_it_is)
        return arena_print(memory, "%.*s/%s", TEXT_ARGS(root), made);
    return arena_print(memory, "%.*s/%s-%08llx", TEXT_ARGS(root), made,
                       (unsigned long long)(digest_text(name) & 0xffffffff));
}

static bool is_used(text path, const text *used, size_t used_count)
{
    for (size_t i = 0; i < used_count; i++)
        if (text_equal(path, used[i]))
            return true;
    return false;
}

void spool_place_others(text folder, const text *used, size_t used_count,
                        void (*tell)(const char *path, unsigned long long octets))
{
    struct dirent **entries;
    arena *memory = arena_create();
    int count = scandir(arena_text(memory, folder).at, &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        text path = arena_print(memory, "%.*s/%s", TEXT_ARGS(folder), entries[i]->d_name);
        uint64_t left = entries[i]->d_name[0] == '.' || is_used(path, used, used_count) ? 0 : spool_folder_left(path.at);
        if (left > 0)
            tell(path.at, left);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    arena_destroy(&memory);
}
