/* How many alerts and pages each rule makes, level by level. */
#include <math.h>
#include <stdio.h>

#include "backtest_parts.h"
#include "proto/csv_reader.h"
#include "proto/jsondoc.h"

/* One rule and level. */
struct sum {
    const watch_rule *rule;
    alert_level level;
    size_t alerts, pages;
    double stood; /* days, of all of them */
};

enum { WEEKS_MIN = 4 }; /* a rate of less would be none */

/* NAN: of so few days there is no rate. */
static double a_week(size_t count, day_number from, day_number to)
{
    double weeks = (double)(to - from + 1) / 7;
    return weeks < WEEKS_MIN ? (double)NAN : (double)count / weeks;
}

/* As long as the rule could say anything. */
static double rule_a_week(const replay *of, const struct sum *one, size_t count)
{
    day_number from = of->said_from[one->rule->index];
    return from == INT32_MAX ? (double)NAN : a_week(count, from, of->looked.to);
}

static struct sum sum_of(const replay *of, const watch_rule *rule, alert_level at)
{
    struct sum made = {.rule = rule, .level = at, .pages = of->pages[rule->index][at]};
    for (size_t i = 0; i < of->count; i++) {
        const episode *e = &of->each[i];
        if (e->highest != at || !text_equal(e->rule, rule->name))
            continue;
        made.alerts++;
        made.stood += days_stood(of, e);
    }
    return made;
}

static bool reaches(const watch_rule *rule, alert_level at)
{
    for (size_t i = 0; i < rule->threshold_count; i++)
        if (rule->thresholds[i].level == at)
            return true;
    return false;
}

/* Every rule with every level that it can reach, the highest first. */
static void visit_sums(const struct backtesting *self, const replay *of,
                       void (*visit)(void *context, const replay *of, const struct sum *one), void *context)
{
    for (size_t r = 0; r < of->by->count; r++)
        for (int at = LEVEL_PRIORITY; at >= (int)self->lowest; at--) {
            if (!reaches(&of->by->each[r], (alert_level)at))
                continue;
            struct sum one = sum_of(of, &of->by->each[r], (alert_level)at);
            visit(context, of, &one);
        }
}

/* --- a table --------------------------------------------------------------------------------------- */

static const char *rate(double of, char out[24])
{
    (void)snprintf(out, 24, isnan(of) ? "-" : "%.2f", of);
    return out;
}

static void print_row(void *context, const replay *of, const struct sum *one)
{
    char from[DATE_TEXT], alerts[24], pages[24];
    day_number said = of->said_from[one->rule->index];
    (void)context;
    printf("  %-24.*s %-9s %-10s %6zu %8s %6zu %8s", TEXT_ARGS(one->rule->name), alert_level_text(one->level),
           said == INT32_MAX ? "-" : date_text(said, from), one->alerts, rate(rule_a_week(of, one, one->alerts), alerts),
           one->pages, rate(rule_a_week(of, one, one->pages), pages));
    if (one->alerts > 0)
        printf(" %12.0f", one->stood / (double)one->alerts);
    putchar('\n');
}

static size_t pages_of(const struct backtesting *self, const replay *of)
{
    size_t pages = 0;
    for (size_t r = 0; r < of->by->count; r++)
        for (int at = LEVELS - 1; at >= (int)self->lowest; at--)
            pages += of->pages[r][at];
    return pages;
}

static void print_rate(const char *behind, size_t count, const replay *of)
{
    double each_week = a_week(count, of->looked.from, of->looked.to);
    if (!isnan(each_week))
        printf(", %.2f a week", each_week);
    fputs(behind, stdout);
}

void backtest_print_sums(const struct backtesting *self, const replay *of)
{
    char from[DATE_TEXT], to[DATE_TEXT];
    size_t pages = pages_of(self, of);
    if (of->looked.to < of->looked.from) {
        printf("%s: nothing that these rules watch is covered\n", of->shown);
        return;
    }
    printf("%s: %zu %s from %s to %s", of->shown, of->count, of->count == 1 ? "alert" : "alerts",
           date_text(of->looked.from, from), date_text(of->looked.to, to));
    print_rate("; ", of->count, of);
    printf("%zu %s", pages, pages == 1 ? "page" : "pages");
    print_rate("\n", pages, of);
    printf("  %-24s %-9s %-10s %6s %8s %6s %8s %12s\n", "rule", "level", "from", "alerts", "a week", "pages", "a week",
           "days stood");
    visit_sums(self, of, print_row, NULL);
}

/* --- for other tools -------------------------------------------------------------------------------- */

static void print_csv_number(double value)
{
    if (!isnan(value))
        printf("%.4f", value);
    putchar(',');
}

static void print_csv_row(void *context, const replay *of, const struct sum *one)
{
    char from[DATE_TEXT];
    day_number said = of->said_from[one->rule->index];
    (void)context;
    csv_write_field(stdout, text_of(of->shown));
    putchar(',');
    csv_write_field(stdout, one->rule->name);
    printf(",%s,%s,%zu,", alert_level_text(one->level), said == INT32_MAX ? "" : date_text(said, from), one->alerts);
    print_csv_number(rule_a_week(of, one, one->alerts));
    printf("%zu,", one->pages);
    print_csv_number(rule_a_week(of, one, one->pages));
    if (one->alerts > 0)
        printf("%.1f", one->stood / (double)one->alerts);
    putchar('\n');
}

static void add_json_row(void *context, const replay *of, const struct sum *one)
{
    char from[DATE_TEXT];
    day_number said = of->said_from[one->rule->index];
    jsondoc *row = jsondoc_add_object(context);
    jsondoc_put_text(row, "rules", text_of(of->shown));
    jsondoc_put_text(row, "rule", one->rule->name);
    jsondoc_put_text(row, "level", text_of(alert_level_text(one->level)));
    if (said == INT32_MAX)
        jsondoc_put_null(row, "from");
    else
        jsondoc_put_text(row, "from", text_of(date_text(said, from)));
    jsondoc_put_integer(row, "alerts", (int64_t)one->alerts);
    jsondoc_put_number(row, "alerts_a_week", rule_a_week(of, one, one->alerts));
    jsondoc_put_integer(row, "pages", (int64_t)one->pages);
    jsondoc_put_number(row, "pages_a_week", rule_a_week(of, one, one->pages));
    jsondoc_put_number(row, "days_stood", one->alerts > 0 ? one->stood / (double)one->alerts : (double)NAN);
}

void backtest_print_only_sums(const struct backtesting *self)
{
    jsondoc *all = jsondoc_array();
    if (self->base.format == FORMAT_CSV)
        puts("rules,rule,level,from,alerts,alerts_a_week,pages,pages_a_week,days_stood");
    for (size_t k = 0; k < self->replay_count; k++)
        if (self->base.format == FORMAT_CSV)
            visit_sums(self, &self->replays[k], print_csv_row, NULL);
        else if (self->base.format == FORMAT_JSON)
            visit_sums(self, &self->replays[k], add_json_row, all);
        else
            backtest_print_sums(self, &self->replays[k]);
    if (self->base.format == FORMAT_JSON)
        jsondoc_write(all, stdout, true);
    jsondoc_destroy(&all);
}
