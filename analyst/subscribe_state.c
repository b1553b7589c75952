/* Where a durable subscriber is: {"lineage": "...", "number": 41}, replaced as a whole after each event. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/jsondoc.h"
#include "subscribe_parts.h"

enum { NAME_MAX_SIZE = 64, STATE_SIZE_MAX = 4096, BESIDE_SIZE = 16 };

/* --- where ------------------------------------------------------------------------------------------ */

static bool is_name(const char *name)
{
    size_t size = strlen(name);
    return size > 0 && size <= NAME_MAX_SIZE && name[0] != '.' && strchr(name, '/') == NULL;
}

static bool make_folders(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        bool there = mkdir(path, 0700) == 0 || errno == EEXIST;
        *slash = '/';
        if (!there)
            return false;
    }
    return true;
}

int subscribe_state_named(const command *base, const char *name, subscribe_state *out)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    int size;
    if (!is_name(name))
        return command_wrong(base, "--durable wants a name of 1 to 64 octets without '/', not '%s'", name);
    if (state != NULL && state[0] == '/')
        size = snprintf(out->path, sizeof out->path, "%s/tocsin/%s.json", state, name);
    else if (home != NULL && home[0] == '/')
        size = snprintf(out->path, sizeof out->path, "%s/.local/state/tocsin/%s.json", home, name);
    else
        return command_fault(base, "there is no $XDG_STATE_HOME and no $HOME to remember '%s' in: say --state FILE", name);
    if (size < 0 || (size_t)size >= sizeof out->path - BESIDE_SIZE)
        return command_fault(base, "the path of the state file is too long: say --state FILE");
    if (!make_folders(out->path))
        return command_fault(base, "can't make the folder of %s: %s", out->path, strerror(errno));
    return -1;
}

static bool beside(const subscribe_state *self, const char *end, char out[4096])
{
    int size = snprintf(out, 4096, "%s%s", self->path, end);
    return size > 0 && size < 4096;
}

/* --- reading ---------------------------------------------------------------------------------------- */

static bool take(text from, follow_cursor *out)
{
    char why[NOTE_SIZE_MAX];
    int64_t number = -1;
    jsondoc *read = NULL;
    bool good = jsondoc_read(from, &read, why, sizeof why) == STATUS_OK && jsondoc_kind_of(read) == JSONDOC_OBJECT &&
                jsondoc_integer(jsondoc_get(read, "number"), &number) && number >= 0;
    text lineage = good ? jsondoc_text(jsondoc_get(read, "lineage")) : (text){0};
    if (good && lineage.size < sizeof out->lineage) {
        out->number = (uint64_t)number;
        text_copy(lineage, out->lineage, sizeof out->lineage);
    } else
        good = false;
    jsondoc_destroy(&read);
    return good;
}

static int lock(const command *base, subscribe_state *self)
{
    char path[4096];
    if (!beside(self, ".lock", path))
        return command_fault(base, "the path %s is too long", self->path);
    self->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (self->lock < 0)
        return command_fault(base, "can't write %s: %s", path, strerror(errno));
    if (flock(self->lock, LOCK_EX | LOCK_NB) != 0)
        return command_fault(base, "another subscriber uses %s: give this one a name of its own (--durable)", self->path);
    return -1;
}

int subscribe_state_open(const command *base, subscribe_state *self, follow_cursor *out, bool *found)
{
    char content[STATE_SIZE_MAX];
    int done = lock(base, self);
    if (done >= 0)
        return done;
    FILE *in = fopen(self->path, "re");
    *found = in != NULL;
    if (in == NULL)
        return errno == ENOENT ? -1 : command_fault(base, "can't read %s: %s", self->path, strerror(errno));
    size_t size = fread(content, 1, sizeof content, in);
    (void)fclose(in);
    if (!take((text){content, size}, out))
        return command_fault(base, "%s is no state of a subscriber: remove it to begin anew", self->path);
    return -1;
}

/* --- writing ---------------------------------------------------------------------------------------- */

static bool write_whole(const char *path, const follow_cursor *at)
{
    FILE *out = fopen(path, "we");
    if (out == NULL)
        return false;
    bool good = fprintf(out, "{\"lineage\": \"%s\", \"number\": %llu}\n", at->lineage, (unsigned long long)at->number) > 0;
    good = fflush(out) == 0 && fsync(fileno(out)) == 0 && good;
    return fclose(out) == 0 && good;
}

bool subscribe_state_write(const command *base, const subscribe_state *self, const follow_cursor *at)
{
    char path[4096];
    if (self->lock < 0)
        return true;
    if (beside(self, ".new", path) && write_whole(path, at) && rename(path, self->path) == 0)
        return true;
    (void)command_fault(base, "can't write %s: %s", self->path, strerror(errno));
    return false;
}

void subscribe_state_close(subscribe_state *self)
{
    if (self->lock >= 0)
        (void)close(self->lock);
    self->lock = -1;
}
