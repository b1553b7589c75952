#include "fault_point.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the environment asks for: read once, counted down, by whatever thread comes to the place. */
static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static struct {
    bool known;
    const char *name; /* up to the colon */
    size_t size;
    unsigned long left;
} wish;

static void read_wish(void)
{
    const char *asked = getenv("TOCSIN_FAULT_POINT"), *colon = asked != NULL ? strchr(asked, ':') : NULL;
    wish.known = true;
    if (colon == NULL)
        return;
    wish.name = asked;
    wish.size = (size_t)(colon - asked);
    wish.left = strtoul(colon + 1, NULL, 10);
}

static bool is_due(const char *name)
{
    if (!wish.known)
        read_wish();
    if (wish.left == 0 || strlen(name) != wish.size || memcmp(name, wish.name, wish.size) != 0)
        return false;
    return --wish.left == 0;
}

void fault_point(const char *name)
{
    (void)pthread_mutex_lock(&guard);
    bool due = is_due(name);
    (void)pthread_mutex_unlock(&guard);
    if (due)
        (void)raise(SIGKILL);
}

static uint32_t seconds_of(const char *name, uint32_t otherwise)
{
    const char *asked = getenv(name);
    unsigned long seconds = asked != NULL ? strtoul(asked, NULL, 10) : 0;
    return seconds > 0 ? (uint32_t)seconds : otherwise;
}

uint32_t fault_heartbeat_s(uint32_t otherwise)
{
    return seconds_of("TOCSIN_HEARTBEAT_S", otherwise);
}

uint32_t fault_patience_s(uint32_t otherwise)
{
    return seconds_of("TOCSIN_PATIENCE_S", otherwise);
}

int64_t fault_clock_s(int64_t otherwise)
{
    const char *path = getenv("TOCSIN_CLOCK");
    FILE *in = path != NULL ? fopen(path, "r") : NULL;
    long long shown = otherwise;
    if (in == NULL)
        return otherwise;
    if (fscanf(in, "%lld", &shown) != 1)
        shown = otherwise;
    (void)fclose(in);
    return shown;
}
