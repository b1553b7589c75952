/* What a backtest has found: a table, or rows for other tools. */
#include <stdio.h>

#include "backtest_parts.h"
#include "proto/csv_reader.h"
#include "proto/jsondoc.h"

int days_stood(const replay *of, const episode *e)
{
    return (e->ended == DAY_NONE ? of->looked.to + 1 : e->ended) - e->raised;
}

static void print_episode(const struct backtesting *self, const replay *of, const episode *e)
{
    char raised[DATE_TEXT];
    printf("%s  %-8s  %s: %s, %s for %d %s%s\n            %.*s (rule %.*s)\n", date_text(e->raised, raised),
           alert_level_text(e->highest), arena_print(self->memory, "%.*s", TEXT_ARGS(geography_area(self->data->areas, e->area)->name)).at,
           arena_print(self->memory, "%.*s", TEXT_ARGS(offence_tree_category(self->data->categories, e->category)->title)).at,
           trend_text(e->direction), days_stood(of, e), days_stood(of, e) == 1 ? "day" : "days", e->ended == DAY_NONE ? " so far" : "", TEXT_ARGS(e->words),
           TEXT_ARGS(e->rule));
}

/* The same series and direction, standing at the same time for at least a day. */
static bool meets(const replay *a, const episode *left, const replay *b, const episode *right)
{
    return left->area == right->area && left->category == right->category && left->direction == right->direction &&
           left->raised < right->raised + days_stood(b, right) && right->raised < left->raised + days_stood(a, left);
}

static void print_only(const struct backtesting *self, const replay *in, const replay *not_in)
{
    size_t shown = 0;
    for (size_t i = 0; i < in->count; i++) {
        bool both = false;
        for (size_t k = 0; k < not_in->count && !both; k++)
            both = meets(in, &in->each[i], not_in, &not_in->each[k]);
        if (both)
            continue;
        if (shown++ == 0)
            printf("\nOnly by %s:\n", in->shown);
        print_episode(self, in, &in->each[i]);
    }
    if (shown == 0)
        printf("\nEvery alert by %s stands by the other, too.\n", in->shown);
}

static void print_table(const struct backtesting *self)
{
    const replay *first = &self->replays[0];
    if (self->replay_count == 2) {
        print_only(self, first, &self->replays[1]);
        print_only(self, &self->replays[1], first);
        putchar('\n');
    } else
        for (size_t i = 0; i < first->count; i++)
            print_episode(self, first, &first->each[i]);
    for (size_t k = 0; k < self->replay_count; k++)
        backtest_print_sums(self, &self->replays[k]);
}

static void print_json(const struct backtesting *self)
{
    jsondoc *all = jsondoc_array();
    for (size_t k = 0; k < self->replay_count; k++)
        for (size_t i = 0; i < self->replays[k].count; i++) {
            const episode *e = &self->replays[k].each[i];
            jsondoc *one = jsondoc_add_object(all);
            jsondoc_put_text(one, "rules", text_of(self->replays[k].shown));
            jsondoc_put_text(one, "area", geography_area(self->data->areas, e->area)->code);
            jsondoc_put_text(one, "category", offence_tree_category(self->data->categories, e->category)->code);
            jsondoc_put_text(one, "level", text_of(alert_level_text(e->highest)));
            jsondoc_put_text(one, "direction", text_of(trend_text(e->direction)));
            jsondoc_put_date(one, "raised", e->raised);
            jsondoc_put_date(one, "ended", e->ended);
            jsondoc_put_integer(one, "days", days_stood(&self->replays[k], e));
            jsondoc_put_text(one, "rule", e->rule);
            jsondoc_put_text(one, "words", e->words);
        }
    jsondoc_write(all, stdout, true);
    jsondoc_destroy(&all);
}

static void print_csv(const struct backtesting *self)
{
    char raised[DATE_TEXT], ended[DATE_TEXT];
    puts("rules,area,category,level,direction,raised,ended,days,rule,words");
    for (size_t k = 0; k < self->replay_count; k++)
        for (size_t i = 0; i < self->replays[k].count; i++) {
            const episode *e = &self->replays[k].each[i];
            csv_write_field(stdout, text_of(self->replays[k].shown));
            printf(",%.*s,%.*s,%s,%s,%s,%s,%d,", TEXT_ARGS(geography_area(self->data->areas, e->area)->code),
                   TEXT_ARGS(offence_tree_category(self->data->categories, e->category)->code),
                   alert_level_text(e->highest), trend_text(e->direction), date_text(e->raised, raised),
                   date_text(e->ended, ended), days_stood(&self->replays[k], e));
            csv_write_field(stdout, e->rule);
            putchar(',');
            csv_write_field(stdout, e->words);
            putchar('\n');
        }
}

void backtest_print(const struct backtesting *self)
{
    if (self->sums) {
        backtest_print_only_sums(self);
        return;
    }
    switch (self->base.format) {
    case FORMAT_CSV: print_csv(self); break;
    case FORMAT_JSON: print_json(self); break;
    case FORMAT_TABLE:
    case FORMATS: print_table(self); break;
    }
}
