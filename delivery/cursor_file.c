/* A cursor as a file. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cursor.h"

enum { PATH_SIZE = 4096, FILE_SIZE_MAX = 512 * 1024 };

static void path_of(const char *folder, text name, const char *ending, char out[PATH_SIZE])
{
    (void)snprintf(out, PATH_SIZE, "%s/%.*s.json%s", folder, TEXT_ARGS(name), ending);
}

status cursor_folder(const char *data, char *out, size_t size)
{
    (void)snprintf(out, size, "%s/delivery", data);
    if (mkdir(out, 0750) == 0 || errno == EEXIST)
        return STATUS_OK;
    return errno == ENOSPC ? STATUS_FULL : STATUS_IO;
}

/* --- writing ----------------------------------------------------------------------------------------- */

static void put_number(jsondoc *to, const char *key, uint64_t number)
{
    jsondoc_put_integer(to, key, (int64_t)number);
}

static void put_words(jsondoc *to, const char *key, const char *words)
{
    jsondoc_put_text(to, key, text_of(words));
}

static void put_message(jsondoc *to, const delivery_message *m)
{
    put_words(to, "kind", delivery_kind_text(m->kind));
    put_words(to, "lineage", m->lineage);
    put_number(to, "after", m->after);
    put_number(to, "upto", m->upto);
    jsondoc_put_integer(to, "from_s", m->from_s);
    jsondoc_put_integer(to, "due_s", m->due_s);
    jsondoc_put_bool(to, "settles", m->settles);
    jsondoc_put_integer(to, "made_s", m->made_s);
    jsondoc_put_integer(to, "attempts", m->attempts);
    jsondoc_put_integer(to, "failing_s", m->failing_s);
    jsondoc_put_integer(to, "next_s", m->next_s);
    put_words(to, "why", m->why);
    jsondoc_put_bool(to, "again", m->again);
}

static jsondoc *as_json(const delivery_cursor *self)
{
    jsondoc *all = jsondoc_object();
    jsondoc_put_bool(all, "active", self->active);
    put_words(all, "where", self->where);
    put_words(all, "lineage", self->lineage);
    put_number(all, "through", self->through);
    jsondoc_put_integer(all, "begun_s", self->begun_s);
    jsondoc_put_integer(all, "digest_s", self->digest_s);
    jsondoc_put_bool(all, "told", self->told);
    jsondoc_put_integer(all, "sent_s", self->sent_s);
    put_number(all, "sent", self->sent);
    put_words(all, "refused", self->refused);
    if (self->now.kind != DELIVERY_NOTHING)
        put_message(jsondoc_put_object(all, "message"), &self->now);
    jsondoc *dead = jsondoc_put_array(all, "dead");
    for (size_t i = 0; i < self->dead_count; i++)
        put_message(jsondoc_add_object(dead), &self->dead[i]);
    put_number(all, "dead_lost", self->dead_lost);
    jsondoc_put_integer(all, "tested_s", self->tested_s);
    put_words(all, "tested_why", self->tested_why);
    return all;
}

static bool write_whole(int fd, text content)
{
    while (content.size > 0) {
        ssize_t put = write(fd, content.at, content.size);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        content = (text){content.at + put, content.size - (size_t)put};
    }
    return fsync(fd) == 0;
}

static bool write_file(const char *path, text content)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    bool good = fd >= 0 && write_whole(fd, content);
    int fault = errno;
    if (fd >= 0)
        (void)close(fd);
    errno = fault;
    return good;
}

static bool sync_folder(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool good = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        (void)close(fd);
    return good;
}

status cursor_save(const char *folder, text name, const delivery_cursor *self)
{
    char path[PATH_SIZE], beside[PATH_SIZE];
    arena *memory = arena_create();
    jsondoc *all = as_json(self);
    path_of(folder, name, "", path);
    path_of(folder, name, ".new", beside);
    bool good = write_file(beside, jsondoc_print(all, memory)) && rename(beside, path) == 0;
    bool full = !good && (errno == ENOSPC || errno == EDQUOT);
    if (!good)
        (void)unlink(beside);
    good = good && sync_folder(folder);
    jsondoc_destroy(&all);
    arena_destroy(&memory);
    return good ? STATUS_OK : full ? STATUS_FULL : STATUS_IO;
}

/* --- reading ----------------------------------------------------------------------------------------- */

/* Reads on after a fault, so that each reader is one line; `good` tells in the end. */
struct reading {
    bool good;
};

static int64_t whole(struct reading *r, const jsondoc *of, const char *key)
{
    int64_t out = 0;
    r->good = jsondoc_integer(jsondoc_get(of, key), &out) && out >= 0 && r->good;
    return out;
}

static bool yes(struct reading *r, const jsondoc *of, const char *key)
{
    const jsondoc *found = jsondoc_get(of, key);
    r->good = r->good && found != NULL && jsondoc_kind_of(found) == JSONDOC_BOOL;
    return found != NULL && jsondoc_number(found) != 0;
}

static void words(struct reading *r, const jsondoc *of, const char *key, char *out, size_t size)
{
    const jsondoc *found = jsondoc_get(of, key);
    r->good = r->good && found != NULL && jsondoc_kind_of(found) == JSONDOC_TEXT;
    text_copy(found != NULL ? jsondoc_text(found) : (text){0}, out, size);
}

static void read_message(struct reading *r, const jsondoc *from, delivery_message *out)
{
    text kind = jsondoc_text(jsondoc_get(from, "kind"));
    for (size_t i = 1; i < DELIVERY_KINDS; i++)
        if (text_is(kind, delivery_kind_text((delivery_kind)i)))
            out->kind = (delivery_kind)i;
    r->good = r->good && out->kind != DELIVERY_NOTHING;
    words(r, from, "lineage", out->lineage, sizeof out->lineage);
    out->after = (uint64_t)whole(r, from, "after");
    out->upto = (uint64_t)whole(r, from, "upto");
    out->from_s = whole(r, from, "from_s");
    out->due_s = whole(r, from, "due_s");
    out->settles = yes(r, from, "settles");
    out->made_s = whole(r, from, "made_s");
    out->attempts = (uint32_t)whole(r, from, "attempts");
    out->failing_s = whole(r, from, "failing_s");
    out->next_s = whole(r, from, "next_s");
    words(r, from, "why", out->why, sizeof out->why);
    out->again = yes(r, from, "again");
}

static void read_dead(struct reading *r, const jsondoc *from, delivery_cursor *out)
{
    size_t count = from != NULL ? jsondoc_size(from) : 0;
    r->good = r->good && from != NULL && jsondoc_kind_of(from) == JSONDOC_ARRAY && count <= DEAD_LETTERS_MAX;
    if (!r->good || count == 0)
        return;
    out->dead = memory_new(DEAD_LETTERS_MAX, sizeof *out->dead);
    for (size_t i = 0; i < count; i++)
        read_message(r, jsondoc_at(from, i), &out->dead[out->dead_count++]);
}

static bool read_all(const jsondoc *from, delivery_cursor *out)
{
    struct reading r = {.good = jsondoc_kind_of(from) == JSONDOC_OBJECT};
    if (!r.good)
        return false;
    out->active = yes(&r, from, "active");
    words(&r, from, "where", out->where, sizeof out->where);
    words(&r, from, "lineage", out->lineage, sizeof out->lineage);
    out->through = (uint64_t)whole(&r, from, "through");
    out->begun_s = whole(&r, from, "begun_s");
    out->digest_s = whole(&r, from, "digest_s");
    out->told = yes(&r, from, "told");
    out->sent_s = whole(&r, from, "sent_s");
    out->sent = (uint64_t)whole(&r, from, "sent");
    words(&r, from, "refused", out->refused, sizeof out->refused);
    if (jsondoc_get(from, "message") != NULL)
        read_message(&r, jsondoc_get(from, "message"), &out->now);
    read_dead(&r, jsondoc_get(from, "dead"), out);
    out->dead_lost = (uint64_t)whole(&r, from, "dead_lost");
    out->tested_s = whole(&r, from, "tested_s");
    words(&r, from, "tested_why", out->tested_why, sizeof out->tested_why);
    return r.good;
}

static status read_text(const char *path, char **room, text *out)
{
    FILE *in = fopen(path, "r");
    if (in == NULL)
        return errno == ENOENT ? STATUS_NOT_FOUND : STATUS_IO;
    *room = memory_new(FILE_SIZE_MAX, 1);
    *out = (text){*room, fread(*room, 1, FILE_SIZE_MAX, in)};
    bool good = ferror(in) == 0;
    (void)fclose(in);
    return good ? STATUS_OK : STATUS_IO;
}

status cursor_load(const char *folder, text name, delivery_cursor *out, char why[NOTE_SIZE_MAX])
{
    char path[PATH_SIZE], *room = NULL;
    text content;
    jsondoc *read = NULL;
    delivery_cursor found = {0};
    path_of(folder, name, "", path);
    (void)snprintf(why, NOTE_SIZE_MAX, "a field is missing, or of another kind");
    status st = read_text(path, &room, &content);
    if (st == STATUS_OK && (jsondoc_read(content, &read, why, NOTE_SIZE_MAX) != STATUS_OK || !read_all(read, &found)))
        st = STATUS_CORRUPT;
    if (st == STATUS_OK)
        *out = found;
    else
        cursor_free(&found);
    jsondoc_destroy(&read);
    free(room);
    return st;
}

void cursor_put_aside(const char *folder, text name)
{
    char path[PATH_SIZE], aside[PATH_SIZE];
    path_of(folder, name, "", path);
    path_of(folder, name, ".damaged", aside);
    (void)rename(path, aside);
}
