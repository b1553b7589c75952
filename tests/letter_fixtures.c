#include "letter_fixtures.h"

#include "testing.h"

/* As judge_events.c writes them. */
static const char shoplifting_figures[] =
    "{\"detector\":\"baseline-year\",\"from\":\"2024-04-01\",\"to\":\"2025-03-31\","
    "\"compared_from\":\"2022-04-01\",\"compared_to\":\"2023-03-31\",\"count\":747,"
    "\"compared\":616,\"exposure\":1,\"compared_exposure\":1,\"percent\":21.26623377,"
    "\"difference\":131,\"p\":0.0005,\"dispersion\":1,\"complete\":true,"
    "\"thresholds\":[{\"level\":\"priority\",\"percent\":20,\"p\":0.001},"
    "{\"level\":\"elevated\",\"percent\":10,\"p\":0.01},{\"level\":\"elevated\",\"percent\":5,"
    "\"p\":0.001,\"difference\":200},{\"level\":\"watch\",\"percent\":10,\"difference\":25}]}";
static const char theft_figures[] =
    "{\"detector\":\"rolling-year\",\"from\":\"2024-04-01\",\"to\":\"2025-03-31\","
    "\"compared_from\":\"2023-04-01\",\"compared_to\":\"2024-03-31\",\"count\":2014,"
    "\"compared\":1803,\"exposure\":1,\"compared_exposure\":1,\"percent\":11.70271769,"
    "\"difference\":211,\"p\":0.0005,\"dispersion\":1,\"complete\":true,"
    "\"thresholds\":[{\"level\":\"priority\",\"percent\":20,\"p\":0.001},"
    "{\"level\":\"elevated\",\"percent\":10,\"p\":0.01},{\"level\":\"elevated\",\"percent\":5,"
    "\"p\":0.001,\"difference\":200},{\"level\":\"watch\",\"percent\":10,\"difference\":25}]}";
static const char robbery_figures[] =
    "{\"detector\":\"rolling-year\",\"from\":\"2024-04-01\",\"to\":\"2025-03-31\","
    "\"compared_from\":\"2023-04-01\",\"compared_to\":\"2024-03-31\",\"count\":52,"
    "\"compared\":81,\"exposure\":1,\"compared_exposure\":1,\"percent\":-35.80246914,"
    "\"difference\":-29,\"p\":0.0005,\"dispersion\":1,\"complete\":true,"
    "\"thresholds\":[{\"level\":\"priority\",\"percent\":20,\"p\":0.001},"
    "{\"level\":\"elevated\",\"percent\":10,\"p\":0.01},{\"level\":\"elevated\",\"percent\":5,"
    "\"p\":0.001,\"difference\":200},{\"level\":\"watch\",\"percent\":10,\"difference\":25}]}";
static const char ended_figures[] =
    "{\"detector\":\"baseline-year\",\"from\":\"2024-04-01\",\"to\":\"2025-03-31\","
    "\"compared_from\":\"2022-04-01\",\"compared_to\":\"2023-03-31\",\"count\":640,"
    "\"compared\":616,\"exposure\":1,\"compared_exposure\":1,\"percent\":3.896103896,"
    "\"difference\":24,\"p\":0.0005,\"dispersion\":1,\"complete\":true,"
    "\"thresholds\":[{\"level\":\"priority\",\"percent\":20,\"p\":0.001},"
    "{\"level\":\"elevated\",\"percent\":10,\"p\":0.01},{\"level\":\"elevated\",\"percent\":5,"
    "\"p\":0.001,\"difference\":200},{\"level\":\"watch\",\"percent\":10,\"difference\":25}]}";

static const text stafford[] = {{"E07000197", 9}, {"E23000015", 9}};
static const text of_theft[] = {{"theft", 5}, {"all", 3}};
static const text of_shoplifting[] = {{"shoplifting", 11}, {"theft", 5}, {"all", 3}};
static const text of_robbery[] = {{"robbery", 7}, {"all", 3}};
static const text caveats[] = {{"recording changed on 1 May 2023: principal crime rule", 53},
                               {"rises and falls with police activity", 36}};
static const text theft_caveats[] = {{"most of it is Shoplifting", 25}, {"Bicycle theft went the other way: -12.5 %", 41}};
static const event_filter stafford_elevated = {.areas = {stafford, 1}, .level = LEVEL_ELEVATED};
const letter_style duty_inspector = {
    .link = {"https://tocsin.example/", 23}, .name = {"duty inspector", 14}, .filter = &stafford_elevated};

alert_event shoplifting(void)
{
    return (alert_event){
        .number = 17, .at_s = MARCH_2026_S, .kind = EVENT_ESCALATED, .alert = 12, .batch = 17, .area = stafford[0],
        .area_name = text_of("Stafford"), .areas = {stafford, 2}, .category = of_shoplifting[0], .title = text_of("Shoplifting"),
        .categories = {of_shoplifting, 3}, .as_of = day_of(2025, 3, 31), .level_before = LEVEL_WATCH, .level = LEVEL_PRIORITY,
        .direction_before = TREND_RISING, .direction = TREND_RISING, .rule = text_of("against-baseline"),
        .lowest = of_shoplifting[0], .lowest_title = text_of("Shoplifting"),
        .words = text_of("Shoplifting in Stafford: priority, rising. 747 in the 12 months to 31 March 2025, 616 in 2022-23: "
                         "+21.3 % (p < .001)"),
        .caveats = {caveats, 2}, .figures = text_of(shoplifting_figures)};
}

alert_event theft(void)
{
    alert_event out = shoplifting();
    out.number = 18;
    out.alert = 18;
    out.kind = EVENT_RAISED;
    out.category = of_theft[0];
    out.title = text_of("Theft offences");
    out.categories = (text_list){of_theft, 2};
    out.level_before = LEVEL_NORMAL;
    out.direction_before = TREND_NONE;
    out.level = LEVEL_ELEVATED;
    out.rule = text_of("year-on-year");
    out.words = text_of("Theft offences in Stafford: elevated, rising. 2014 in the 12 months to 31 March 2025, 1803 in the 12 months before: "
                        "+11.7 % (p < .001)");
    out.caveats = (text_list){theft_caveats, 2};
    out.figures = text_of(theft_figures);
    return out;
}

alert_event robbery_falls(void)
{
    alert_event out = shoplifting();
    out.number = out.alert = out.batch = 19;
    out.kind = EVENT_RAISED;
    out.category = out.lowest = of_robbery[0];
    out.title = out.lowest_title = text_of("Robbery");
    out.categories = (text_list){of_robbery, 2};
    out.level_before = LEVEL_NORMAL;
    out.direction_before = TREND_NONE;
    out.level = LEVEL_ELEVATED;
    out.direction = TREND_FALLING;
    out.rule = text_of("year-on-year");
    out.words = text_of("Robbery in Stafford: elevated, falling. 52 in the 12 months to 31 March 2025, 81 in the 12 months before: -35.8 % (p = .009)");
    out.caveats = (text_list){0};
    out.figures = text_of(robbery_figures);
    return out;
}

alert_event shoplifting_ends(void)
{
    alert_event out = shoplifting();
    out.number = out.batch = 25;
    out.kind = EVENT_CLEARED;
    out.at_s += 12 * 86400;
    out.level_before = LEVEL_PRIORITY;
    out.level = LEVEL_NORMAL;
    out.words = text_of("Shoplifting in Stafford: normal. 640 in the 12 months to 31 March 2025, 616 in 2022-23: +3.9 % (p = .50)");
    out.caveats = (text_list){0};
    out.figures = text_of(ended_figures);
    return out;
}

alert_event shoplifting_acknowledged(void)
{
    alert_event out = shoplifting();
    out.number = out.batch = 20;
    out.kind = EVENT_ACKNOWLEDGED;
    out.at_s += 3600;
    out.words = out.figures = out.rule = (text){0};
    out.caveats = (text_list){0};
    out.who = text_of("Ann Archer");
    out.note = text_of("seen; meeting on Thursday");
    return out;
}

alert_event feed_is_late(void)
{
    return (alert_event){
        .number = 21, .at_s = MARCH_2026_S, .kind = EVENT_RAISED, .alert = 21, .batch = 21, .subject = text_of("source live"),
        .as_of = DAY_NONE, .level = LEVEL_ELEVATED,
        .words = text_of("Source live is late: nothing since 1 March 2026, 09:00; promised every 60 minutes."),
        .figures = text_of("{}")};
}

alert_event *standing_events(size_t count, arena *memory)
{
    static const alert_level levels[] = {LEVEL_PRIORITY, LEVEL_ELEVATED, LEVEL_WATCH, LEVEL_ELEVATED};
    alert_event *out = arena_take(memory, (count + 1) * sizeof *out);
    for (size_t i = 0; i < count; i++) {
        out[i] = shoplifting();
        out[i].number = out[i].alert = 101 + i;
        out[i].batch = 101;
        out[i].kind = EVENT_STANDING;
        out[i].level = levels[i % 4];
        out[i].direction = i % 4 == 3 ? TREND_FALLING : TREND_RISING;
        out[i].area_name = arena_print(memory, "Area %zu", i + 1);
    }
    return out;
}
