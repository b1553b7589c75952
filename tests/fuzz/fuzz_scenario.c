/* Must hold for all octets: as a scenario they are refused with words that name a line, or are within its bounds; and a small one
 * invents just as many incidents as it says. */
#include <string.h>

#include "collector/scenario.h"
#include "collector/simulate.h"
#include "fuzz.h"

enum { INVENTED_MAX = 300 };

static unsigned told;

static void tell(const char *path, const char *words)
{
    (void)path;
    MUST(words[0] != '\0');
    told++;
}

/* How many incidents stand in the end, by the scenario. */
static uint64_t wanted(const scenario *s)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < s->series_count; i++) {
        const scenario_series *each = &s->series[i];
        MUST(each->offence_count > 0 && each->offence_count <= SCENARIO_OFFENCES_MAX);
        MUST(each->year_count <= SCENARIO_YEARS_MAX && each->marker_count <= SCENARIO_MARKERS_MAX);
        for (size_t y = 0; y < each->year_count; y++)
            sum += each->years[y].count;
    }
    MUST(s->place_count > 0 && s->series_count > 0 && s->cover_count <= CLAIMS_MAX);
    return sum;
}

/* Each incident has a first version; a second one stands in its place. */
static uint64_t invented(feed *from)
{
    uint64_t standing = 0;
    message m;
    arena *memory = arena_create();
    MUST(from->class->resume(from, &(position){0}) == STATUS_OK);
    while (from->class->next(from, memory, &m) == STATUS_OK)
        for (size_t i = 0; m.kind == MESSAGE_RECORDS && i < m.records.incident_count; i++) {
            const incident *r = &m.records.incidents[i];
            const char *field;
            MUST(incident_fault(r, &field) == NULL);
            standing += r->status == RECORD_RECORDED;
            /* A correction that reinstates adds one, one that cancels takes one away, any other leaves it. */
            if (r->revision == 2 && r->status == RECORD_RECORDED)
                standing--;
            else if (r->revision == 1 && r->status == RECORD_CANCELLED)
                standing++;
            else if (r->revision == 2)
                standing--;
        }
    arena_destroy(&memory);
    return standing;
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
    const char *path = path_of((text){(const char *)octets, size});
    told = 0;
    scenario *made = scenario_read(path, tell);
    MUST((made == NULL) == (told > 0));
    uint64_t sum = made != NULL ? wanted(made) : INVENTED_MAX + 1;
    scenario_destroy(&made);
    if (sum > INVENTED_MAX)
        return 0;
    feed *from = simulate_create(path, tell);
    MUST(from != NULL);
    MUST(invented(from) == sum);
    from->class->destroy(from);
    return 0;
}
