/* One subscription, key by key. */
#include <stdio.h>

#include "figures/nearest.h"
#include "figures/subject.h"
#include "subscriptions_parts.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const char *const whens_in_words[DELIVERY_WHENS] = {"at-once", "daily", "weekly"};

const char *delivery_when_text(delivery_when when)
{
    return whens_in_words[when];
}

/* --- who --------------------------------------------------------------------------------------------- */

static bool is_alphanumeric(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool subscription_name_is_good(text name)
{
    bool good = name.size > 0 && name.size <= SUBSCRIPTION_NAME_MAX && is_alphanumeric(name.at[0]);
    for (size_t i = 1; i < name.size && good; i++)
        good = is_alphanumeric(name.at[i]) || name.at[i] == '-' || name.at[i] == '_' || name.at[i] == '.';
    return good;
}

static void read_name(subscription_reading *self, yamlnode node)
{
    text name;
    if (!subscription_text(self, node, "name", &name))
        return;
    if (subscription_name_is_good(name))
        self->one->name = name;
    else
        subscription_fault(self, node, "'%.*s' is no name of a subscription: letters, digits, '-', '_' and '.', at most %d, the "
                           "first a letter or digit", TEXT_ARGS(name), SUBSCRIPTION_NAME_MAX);
}

/* --- what --------------------------------------------------------------------------------------------- */

/* A former area's events are told of the one that took it over. */
static text code_of_area(subscription_reading *self, yamlnode node, const subject *of)
{
    const geography *areas = self->data->areas;
    if (of->area == AREA_NONE || geography_area(areas, of->area)->successor == AREA_NONE)
        return of->code;
    const area *now = geography_area(areas, geography_area(areas, of->area)->successor);
    subscription_warning(self, node, "%.*s (%.*s) is a former area: name %.*s (%.*s), which took it over", TEXT_ARGS(of->name),
                         TEXT_ARGS(of->code), TEXT_ARGS(now->name), TEXT_ARGS(now->code));
    return now->code;
}

static bool find_area(subscription_reading *self, yamlnode node, text word, text *code)
{
    char words[NOTE_SIZE_MAX];
    subject of;
    bool found = subject_called(self->data, word, &of, words);
    if (found)
        *code = code_of_area(self, node, &of);
    else
        subscription_fault(self, node, "%s", words);
    return found;
}

static bool find_category(subscription_reading *self, yamlnode node, text word, text *code)
{
    char perhaps[NEAREST_WORDS];
    const offence_tree *tree = self->data->categories;
    nearest near = nearest_to(word);
    int found = offence_tree_find(tree, word);
    for (int i = 0; found == CATEGORY_NONE && i < offence_tree_count(tree); i++) {
        const category *c = offence_tree_category(tree, i);
        nearest_offer(&near, c->code, c->code);
        nearest_offer(&near, c->title, c->code);
    }
    if (found == CATEGORY_NONE)
        subscription_fault(self, node, "there is no category '%.*s'%s", TEXT_ARGS(word), nearest_words(&near, perhaps));
    else
        *code = offence_tree_category(tree, found)->code;
    return found != CATEGORY_NONE;
}

static text_list read_codes(subscription_reading *self, yamlnode node, const char *what, const char *example,
                            bool (*find)(subscription_reading *, yamlnode, text, text *))
{
    size_t count = subscription_list(self, node, what, example);
    text *codes = arena_take(self->to->memory, (count + 1) * sizeof *codes);
    text_list made = {codes, 0};
    if (count == 1 && text_is(yamlnode_text(subscription_list_at(node, 0)), "all"))
        return made;
    for (size_t i = 0; i < count; i++) {
        yamlnode one = subscription_list_at(node, i);
        text word, code;
        if (subscription_text(self, one, what, &word) && find(self, one, word, &code))
            codes[made.count++] = arena_text(self->to->memory, code);
    }
    return made;
}

void subscription_read_areas(subscription_reading *self, yamlnode node)
{
    self->one->filter.areas = read_codes(self, node, "areas", "E07000197, Staffordshire", find_area);
}

void subscription_read_categories(subscription_reading *self, yamlnode node)
{
    self->one->filter.categories = read_codes(self, node, "categories", "burglary, theft", find_category);
}

static void read_level(subscription_reading *self, yamlnode node)
{
    static const char *const words[] = {"watch", "elevated", "priority"};
    size_t level;
    if (subscription_choice(self, node, "level", words, COUNT(words), &level))
        self->one->filter.level = (alert_level)(LEVEL_WATCH + level);
}

static void read_about(subscription_reading *self, yamlnode node)
{
    static const char *const words[EVENT_ABOUTS] = {"all", "series", "tocsin"};
    size_t about;
    if (subscription_choice(self, node, "about", words, EVENT_ABOUTS, &about))
        self->one->filter.about = (event_about)about;
}

/* --- when --------------------------------------------------------------------------------------------- */

static void read_when(subscription_reading *self, yamlnode node)
{
    size_t when;
    if (subscription_choice(self, node, "when", whens_in_words, DELIVERY_WHENS, &when))
        self->one->when = (delivery_when)when;
}

static bool read_clock(subscription_reading *self, yamlnode node, const char *what, int *minute)
{
    if (clock_read(yamlnode_text(node), minute))
        return true;
    subscription_fault(self, node, "%s is '%.*s' and should be a time of day from \"00:00\" to \"23:59\", in quotes", what,
                       TEXT_ARGS(yamlnode_text(node)));
    return false;
}

static void read_at(subscription_reading *self, yamlnode node)
{
    (void)read_clock(self, node, "at", &self->one->due.minute);
}

static bool read_weekday(subscription_reading *self, yamlnode node, const char *what, int *day)
{
    const char *words[7];
    size_t found;
    for (int i = 0; i < 7; i++)
        words[i] = weekday_text(i);
    if (weekday_read(yamlnode_text(node), day))
        return true;
    (void)subscription_choice(self, node, what, words, 7, &found);
    return false;
}

static void read_on(subscription_reading *self, yamlnode node)
{
    (void)read_weekday(self, node, "on", &self->one->due.weekday);
}

static void read_quiet_from(subscription_reading *self, yamlnode node)
{
    (void)read_clock(self, node, "from", &self->one->quiet.from);
}

static void read_quiet_to(subscription_reading *self, yamlnode node)
{
    (void)read_clock(self, node, "to", &self->one->quiet.to);
}

static void read_quiet_days(subscription_reading *self, yamlnode node)
{
    int day;
    size_t count = subscription_list(self, node, "days", "saturday, sunday");
    self->one->quiet.days = 0;
    for (size_t i = 0; i < count; i++)
        if (read_weekday(self, subscription_list_at(node, i), "days", &day))
            self->one->quiet.days = (uint8_t)(self->one->quiet.days | (1u << day));
}

static void read_override(subscription_reading *self, yamlnode node)
{
    static const char *const words[] = {"priority", "never"};
    size_t which;
    if (subscription_choice(self, node, "override", words, COUNT(words), &which))
        self->one->override = which == 0 ? LEVEL_PRIORITY : LEVELS;
}

static void read_quiet(subscription_reading *self, yamlnode node)
{
    static const subscription_key keys[] = {
        {"from", read_quiet_from}, {"to", read_quiet_to}, {"days", read_quiet_days}, {"override", read_override},
    };
    self->one->quiet.days = EVERY_DAY;
    if (!subscription_keys(self, node, "'quiet'", keys, COUNT(keys)))
        return;
    if (!yamlnode_is(yamlnode_get(node, "from")) || !yamlnode_is(yamlnode_get(node, "to")))
        subscription_fault(self, node, "'quiet' should say from when to when: {from: \"20:00\", to: \"07:00\"}");
    else if (self->one->quiet.from == self->one->quiet.to && self->one->quiet.days == EVERY_DAY)
        subscription_fault(self, node, "these quiet hours never end: let 'from' and 'to' differ, or name 'days'");
}

static void read_all_is_well(subscription_reading *self, yamlnode node)
{
    static const char *const words[] = {"false", "true"};
    size_t which;
    if (subscription_choice(self, node, "all-is-well", words, COUNT(words), &which))
        self->one->all_is_well = which == 1;
}

/* --- all of it ----------------------------------------------------------------------------------------- */

static void check_when(subscription_reading *self, yamlnode node)
{
    subscription *one = self->one;
    if (one->when == DELIVERY_AT_ONCE && (yamlnode_is(yamlnode_get(node, "at")) || yamlnode_is(yamlnode_get(node, "on"))))
        subscription_fault(self, node, "what is told at once has no 'at' or 'on': write 'when: daily' or 'when: weekly'");
    if (one->when == DELIVERY_DAILY && yamlnode_is(yamlnode_get(node, "on")))
        subscription_fault(self, node, "a daily digest has no 'on': write 'when: weekly'");
    if (one->when != DELIVERY_AT_ONCE && yamlnode_is(yamlnode_get(node, "quiet")))
        subscription_fault(self, node, "a digest comes at its time: 'quiet' is for what is told at once");
    if (one->all_is_well && (one->when == DELIVERY_AT_ONCE || one->mail.count == 0))
        subscription_fault(self, node, "'all-is-well' is said by a digest by mail: give it 'mail' and 'when: daily' or 'weekly'");
    if (one->when == DELIVERY_DAILY)
        one->due.weekday = -1;
}

static void check_places(subscription_reading *self, yamlnode node)
{
    bool mail = yamlnode_is(yamlnode_get(node, "mail")), hook = yamlnode_is(yamlnode_get(node, "webhook"));
    if (!yamlnode_is(yamlnode_get(node, "name")))
        subscription_fault(self, node, "the subscription has no 'name': its place in the list of events is kept under it");
    if (mail == hook)
        subscription_fault(self, node, mail ? "the subscription has both 'mail' and 'webhook': make two of it"
                                            : "the subscription goes nowhere: give it 'mail: [ann@example.org]' or 'webhook: {url: https://...}'");
}

void subscription_read_one(subscription_reading *self, yamlnode node)
{
    static const subscription_key keys[] = {
        {"name", read_name}, {"mail", subscription_read_addresses}, {"webhook", subscription_read_hook},
        {"areas", subscription_read_areas}, {"categories", subscription_read_categories}, {"level", read_level},
        {"about", read_about}, {"when", read_when}, {"at", read_at}, {"on", read_on}, {"quiet", read_quiet},
        {"all-is-well", read_all_is_well},
    };
    *self->one = (subscription){.line = yamlnode_line(node), .due = {.minute = 8 * 60}, .override = LEVEL_PRIORITY};
    if (!subscription_keys(self, node, "a subscription", keys, COUNT(keys)))
        return;
    check_places(self, node);
    check_when(self, node);
}
