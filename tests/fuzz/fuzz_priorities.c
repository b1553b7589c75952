/* Must hold for all octets: as priorities.yaml they are understood, or every fault is told in words. */
#include "figures/priorities.h"

#include "fuzz.h"
#include "proto/calendar.h"
#include "tests/rules_fixtures.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
    static rules_world *w;
    void *world = w;
    if (w == NULL) {
        (void)rules_world_make(&world);
        w = world;
    }
    faults *found = faults_create();
    priorities *made = priorities_create((text){(const char *)octets, size}, w->data->areas, w->data->groups,
                                         w->data->categories, found);
    char words[PERIOD_TEXT];
    int begins = 0;
    for (size_t i = 0; faults_line(found, i)[0] != '\0'; i++)
        MUST(i < 100000);
    if (priorities_baseline(made) != 0)
        MUST(financial_year_read(text_of(financial_year_text(priorities_baseline(made), words)), &begins) &&
             begins == priorities_baseline(made));
    priorities_destroy(&made);
    faults_destroy(&found);
    return 0;
}
