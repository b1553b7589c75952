#include "codebook.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "proto/map.h"

/* One kind: numbers to codes, and keys to numbers. A place's key is its three texts, with NULs between. */
struct kind {
    stored_code *codes; /* [id - 1] */
    text *keys;
    size_t count, capacity, key_capacity;
    map *numbers;
};

struct codebook {
    struct kind kinds[CODE_KINDS];
    stored_code *fresh;
    size_t fresh_count, fresh_capacity;
    arena *memory;
};

codebook *codebook_create(void)
{
    codebook *self = memory_new(1, sizeof *self);
    self->memory = arena_create();
    for (int kind = 1; kind < CODE_KINDS; kind++)
        self->kinds[kind].numbers = map_create();
    return self;
}

void codebook_destroy(codebook **self)
{
    if (*self == NULL)
        return;
    for (int kind = 1; kind < CODE_KINDS; kind++) {
        map_destroy(&(*self)->kinds[kind].numbers);
        free((*self)->kinds[kind].codes);
        free((*self)->kinds[kind].keys);
    }
    free((*self)->fresh);
    arena_destroy(&(*self)->memory);
    free(*self);
    *self = NULL;
}

enum { KEY_SIZE_MAX = 3 * CODE_SIZE_MAX + 2 };

/* Writes a place's key into room for KEY_SIZE_MAX octets. */
static text place_key(char *room, text code, text name, text hint)
{
    const text parts[] = {code, name, hint};
    size_t used = 0;
    for (int i = 0; i < 3; i++) {
        assert(parts[i].size <= CODE_SIZE_MAX);
        if (i > 0)
            room[used++] = '\0';
        if (parts[i].size > 0)
            memcpy(room + used, parts[i].at, parts[i].size);
        used += parts[i].size;
    }
    return (text){room, used};
}

static uint32_t find(const codebook *self, code_kind kind, text key)
{
    uint32_t id;
    return map_find(self->kinds[kind].numbers, key, &id) ? id : 0;
}

uint32_t codebook_find(const codebook *self, code_kind kind, text code)
{
    assert(kind != CODE_PLACE);
    return find(self, kind, code);
}

uint32_t codebook_find_place(const codebook *self, text code, text name, text hint)
{
    char room[KEY_SIZE_MAX];
    return find(self, CODE_PLACE, place_key(room, code, name, hint));
}

static text key_of(arena *memory, const stored_code *code)
{
    if (code->kind != CODE_PLACE)
        return code->code;
    return place_key(arena_take(memory, KEY_SIZE_MAX), code->code, code->name, code->hint);
}

/* Puts a code under the next number of its kind. */
static const stored_code *add(codebook *self, code_kind kind, text code, text name, text hint)
{
    struct kind *k = &self->kinds[kind];
    stored_code made = {
        .kind = kind,
        .id = (uint32_t)k->count + 1,
        .code = arena_text(self->memory, code),
        .name = arena_text(self->memory, name),
        .hint = arena_text(self->memory, hint),
    };
    k->codes = memory_room(k->codes, k->count, &k->capacity, sizeof *k->codes);
    k->keys = memory_room(k->keys, k->count, &k->key_capacity, sizeof *k->keys);
    k->codes[k->count] = made;
    k->keys[k->count] = key_of(self->memory, &made);
    map_put(k->numbers, k->keys[k->count], made.id);
    return &k->codes[k->count++];
}

struct loading {
    codebook *to;
    bool strange; /* numbers with a gap, a code twice: not ours */
};

static void take_stored(void *context, const stored_code *code)
{
    struct loading *into = context;
    codebook *self = into->to;
    bool known_kind = code->kind > 0 && code->kind < CODE_KINDS;
    if (!known_kind || code->id != self->kinds[code->kind].count + 1)
        into->strange = true;
    else {
        (void)add(self, code->kind, code->code, code->name, code->hint);
        into->strange = into->strange || map_count(self->kinds[code->kind].numbers) != code->id;
    }
}

status codebook_load(codebook *self, store *from)
{
    struct loading into = {.to = self};
    status st = store_codes(from, take_stored, &into);
    return st == STATUS_OK && into.strange ? STATUS_CORRUPT : st;
}

static uint32_t number(codebook *self, code_kind kind, text key, text code, text name, text hint)
{
    uint32_t id = find(self, kind, key);
    if (id != 0)
        return id;
    const stored_code *made = add(self, kind, code, name, hint);
    self->fresh = memory_room(self->fresh, self->fresh_count, &self->fresh_capacity, sizeof *self->fresh);
    self->fresh[self->fresh_count++] = *made;
    return made->id;
}

uint32_t codebook_number(codebook *self, code_kind kind, text code)
{
    assert(kind != CODE_PLACE);
    return code.size == 0 ? 0 : number(self, kind, code, code, (text){0}, (text){0});
}

uint32_t codebook_place_number(codebook *self, text code, text name, text hint)
{
    if (code.size + name.size + hint.size == 0)
        return 0;
    char room[KEY_SIZE_MAX];
    return number(self, CODE_PLACE, place_key(room, code, name, hint), code, name, hint);
}

stored_code codebook_at(const codebook *self, code_kind kind, uint32_t id)
{
    const struct kind *k = &self->kinds[kind];
    return id == 0 || id > k->count ? (stored_code){.kind = kind, .code = {"", 0}, .name = {"", 0}, .hint = {"", 0}}
                                    : k->codes[id - 1];
}

uint32_t codebook_last(const codebook *self, code_kind kind)
{
    return (uint32_t)self->kinds[kind].count;
}

const stored_code *codebook_new(const codebook *self, size_t *count)
{
    *count = self->fresh_count;
    return self->fresh;
}

void codebook_settle(codebook *self)
{
    self->fresh_count = 0;
}

void codebook_forget_new(codebook *self)
{
    while (self->fresh_count > 0) {
        stored_code gone = self->fresh[--self->fresh_count];
        struct kind *k = &self->kinds[gone.kind];
        assert(k->count == gone.id);
        k->count--;
        (void)map_remove(k->numbers, k->keys[k->count]);
    }
}
