#include "jsondoc.h"

#include <jansson.h>
#include <math.h>

/* A jsondoc is jansson's own value under our name. */
static json_t *inner(const jsondoc *self)
{
    return (json_t *)(uintptr_t)self;
}

static jsondoc *outer(json_t *value)
{
    return (jsondoc *)(void *)value;
}

jsondoc *jsondoc_object(void)
{
    return outer(json_object());
}

jsondoc *jsondoc_array(void)
{
    return outer(json_array());
}

void jsondoc_destroy(jsondoc **self)
{
    if (*self != NULL)
        json_decref(inner(*self));
    *self = NULL;
}

static void put(jsondoc *object, const char *key, json_t *value)
{
    (void)json_object_set_new(inner(object), key, value);
}

static json_t *text_value(text value)
{
    json_t *made = json_stringn(value.size > 0 ? value.at : "", value.size);
    return made != NULL ? made : json_null();
}

void jsondoc_put_text(jsondoc *object, const char *key, text value)
{
    put(object, key, text_value(value));
}

void jsondoc_put_number(jsondoc *object, const char *key, double value)
{
    put(object, key, isfinite(value) ? json_real(value) : json_null());
}

void jsondoc_put_integer(jsondoc *object, const char *key, int64_t value)
{
    put(object, key, json_integer(value));
}

void jsondoc_put_bool(jsondoc *object, const char *key, bool value)
{
    put(object, key, json_boolean(value));
}

void jsondoc_put_null(jsondoc *object, const char *key)
{
    put(object, key, json_null());
}

void jsondoc_put(jsondoc *object, const char *key, jsondoc **value)
{
    put(object, key, inner(*value));
    *value = NULL;
}

void jsondoc_put_date(jsondoc *object, const char *key, day_number value)
{
    char date[DATE_TEXT];
    if (value == DAY_NONE)
        jsondoc_put_null(object, key);
    else
        jsondoc_put_text(object, key, text_of(date_text(value, date)));
}

jsondoc *jsondoc_put_object(jsondoc *object, const char *key)
{
    json_t *made = json_object();
    put(object, key, made);
    return outer(made);
}

jsondoc *jsondoc_put_array(jsondoc *object, const char *key)
{
    json_t *made = json_array();
    put(object, key, made);
    return outer(made);
}

jsondoc *jsondoc_add_object(jsondoc *array)
{
    json_t *made = json_object();
    (void)json_array_append_new(inner(array), made);
    return outer(made);
}

void jsondoc_add_text(jsondoc *array, text value)
{
    (void)json_array_append_new(inner(array), text_value(value));
}

void jsondoc_add(jsondoc *array, jsondoc **value)
{
    (void)json_array_append_new(inner(array), inner(*value));
    *value = NULL;
}

enum { SIGNIFICANT_DIGITS = 10 };

static size_t style(bool indented)
{
    return JSON_ENCODE_ANY | JSON_REAL_PRECISION(SIGNIFICANT_DIGITS) | (indented ? JSON_INDENT(2) : (size_t)0);
}

void jsondoc_write(const jsondoc *self, FILE *out, bool indented)
{
    (void)json_dumpf(inner(self), out, style(indented));
    (void)fputc('\n', out);
}

text jsondoc_print(const jsondoc *self, arena *memory)
{
    size_t size = json_dumpb(inner(self), NULL, 0, style(false));
    char *made = arena_take(memory, size + 1);
    (void)json_dumpb(inner(self), made, size, style(false));
    made[size] = '\0';
    return (text){made, size};
}

status jsondoc_read(text from, jsondoc **out, char *why, size_t why_size)
{
    json_error_t error;
    json_t *made = json_loadb(from.at, from.size, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &error);
    if (made == NULL) {
        (void)snprintf(why, why_size, "%s (at octet %d)", error.text, error.position);
        text_mend(why); /* it quotes what it could not read */
        return STATUS_MALFORMED;
    }
    *out = outer(made);
    return STATUS_OK;
}

jsondoc_kind jsondoc_kind_of(const jsondoc *self)
{
    switch (json_typeof(inner(self))) {
    case JSON_OBJECT: return JSONDOC_OBJECT;
    case JSON_ARRAY: return JSONDOC_ARRAY;
    case JSON_STRING: return JSONDOC_TEXT;
    case JSON_INTEGER:
    case JSON_REAL: return JSONDOC_NUMBER;
    case JSON_TRUE:
    case JSON_FALSE: return JSONDOC_BOOL;
    case JSON_NULL: break;
    }
    return JSONDOC_NULL;
}

const jsondoc *jsondoc_get(const jsondoc *object, const char *key)
{
    return outer(json_object_get(inner(object), key));
}

size_t jsondoc_size(const jsondoc *array)
{
    return json_array_size(inner(array));
}

const jsondoc *jsondoc_at(const jsondoc *array, size_t index)
{
    return outer(json_array_get(inner(array), index));
}

const char *jsondoc_key(const jsondoc *object, size_t index)
{
    void *at = json_object_iter(inner(object));
    while (at != NULL && index-- > 0)
        at = json_object_iter_next(inner(object), at);
    return at != NULL ? json_object_iter_key(at) : NULL;
}

text jsondoc_text(const jsondoc *self)
{
    if (self == NULL || !json_is_string(inner(self)))
        return (text){"", 0};
    return (text){json_string_value(inner(self)), json_string_length(inner(self))};
}

double jsondoc_number(const jsondoc *self)
{
    if (self != NULL && json_is_boolean(inner(self)))
        return json_boolean_value(inner(self)) ? 1 : 0;
    return self != NULL ? json_number_value(inner(self)) : 0;
}

bool jsondoc_integer(const jsondoc *self, int64_t *out)
{
    if (self == NULL || !json_is_integer(inner(self)))
        return false;
    *out = json_integer_value(inner(self));
    return true;
}
