#include "funnel.h"

#include "byar.h"

funnel_place funnel_place_of(double count, double population, double benchmark)
{
    byar_limits inner = byar_rate(count, population, 1, 0.95);
    byar_limits outer = byar_rate(count, population, 1, 0.998);
    if (benchmark < outer.low)
        return FUNNEL_HIGH_998;
    if (benchmark < inner.low)
        return FUNNEL_HIGH_95;
    if (benchmark > outer.high)
        return FUNNEL_LOW_998;
    return benchmark > inner.high ? FUNNEL_LOW_95 : FUNNEL_WITHIN;
}

const char *funnel_place_text(funnel_place place)
{
    static const char *const words[] = {
        [FUNNEL_WITHIN] = "Not significant",  [FUNNEL_HIGH_95] = "High (0.025)", [FUNNEL_HIGH_998] = "High (0.001)",
        [FUNNEL_LOW_95] = "Low (0.025)",      [FUNNEL_LOW_998] = "Low (0.001)",
    };
    return words[place];
}
