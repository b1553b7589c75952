/* What gnuplot is told: numbers and dates only. Words of others would be a program to it. */
#include <math.h>

#include "letter_words.h"
#include "picture_parts.h"

/* A line across, named at its right end. */
typedef struct mark {
    double at;
    double label_at;
    text label;
    const char *color;
    bool across;
} mark;

enum { MARKS_MAX = 3 };

typedef struct marks {
    mark each[MARKS_MAX];
    size_t count;
} marks;

static const struct picture_point *last_known(const picture_series *years)
{
    for (int i = PICTURE_MONTHS; i >= 0; i--)
        if (!isnan(years->each[i].count))
            return &years->each[i];
    return NULL;
}

/* The axis: from nought, but where that would press the line flat; and about four steps of a round size. */
typedef struct axis {
    double bottom, top, step;
} axis;

static double round_step(double at_least)
{
    static const double rounds[] = {1, 2, 5, 10};
    double power = pow(10, floor(log10(at_least)));
    for (size_t i = 0; i < sizeof rounds / sizeof rounds[0]; i++)
        if (rounds[i] * power >= at_least)
            return fmax(rounds[i] * power, 1);
    return 10 * power;
}

static axis axis_of(const picture_series *years, const marks *lines)
{
    double least = INFINITY, most = 1;
    for (int i = 0; i <= PICTURE_MONTHS; i++) {
        least = fmin(least, years->each[i].count); /* of a number and NAN it is the number */
        most = fmax(most, years->each[i].count);
    }
    for (size_t i = 0; i < lines->count; i++) {
        least = fmin(least, lines->each[i].at);
        most = fmax(most, lines->each[i].at);
    }
    double bottom = least > 0.5 * most ? 0.6 * least : 0;
    axis out = {.step = round_step((most - bottom) / 4)};
    out.bottom = floor(bottom / out.step) * out.step;
    out.top = most + 0.12 * (most - out.bottom);
    return out;
}

/* --- what it is compared with ---------------------------------------------------------------------------- */

static void add_mark(marks *to, double at, text label, const char *color, bool across)
{
    to->each[to->count++] = (mark){at, at, label, color, across};
}

static bool compares_years(const letter_figures *said)
{
    return said->known && (said->detector == DETECTOR_BASELINE_YEAR || said->detector == DETECTOR_ROLLING_YEAR);
}

static void add_comparator(marks *to, const alert_event *of, arena *memory)
{
    letter_figures said = letter_figures_of(of);
    char year[PERIOD_TEXT];
    if (!compares_years(&said))
        return;
    const char *name = said.detector == DETECTOR_BASELINE_YEAR
                           ? financial_year_text(financial_year_of(said.before.from), year) : "year before";
    add_mark(to, said.compared, arena_print(memory, "%.0f %s", said.compared, name), "#555555", true);
    if (isnan(said.level_percent) || of->level < LEVEL_WATCH || of->direction != TREND_RISING)
        return;
    const char *color = of->level == LEVEL_PRIORITY ? "#b3261e" : of->level == LEVEL_ELEVATED ? "#8a4b00" : "#6b5b95";
    double at = said.compared * (1 + said.level_percent / 100);
    add_mark(to, at, arena_print(memory, "%.0f: +%g %%", at, said.level_percent), color, true);
}

/* Labels stand apart by at least `gap`: from the lowest upwards. */
static void spread_labels(marks *of, double gap)
{
    for (size_t i = 0; i < of->count; i++)
        for (size_t k = i + 1; k < of->count; k++)
            if (of->each[k].at < of->each[i].at) {
                mark lower = of->each[k];
                of->each[k] = of->each[i];
                of->each[i] = lower;
            }
    for (size_t i = 1; i < of->count; i++)
        of->each[i].label_at = fmax(of->each[i].label_at, of->each[i - 1].label_at + gap);
}

/* --- the script ------------------------------------------------------------------------------------------- */

static void print_data(FILE *out, const picture_series *years)
{
    char date[DATE_TEXT];
    fputs("$years << END\n", out);
    for (int i = 0; i <= PICTURE_MONTHS; i++)
        if (isnan(years->each[i].count))
            fputc('\n', out); /* the line is broken here */
        else
            fprintf(out, "%s %.0f\n", date_text(years->each[i].to, date), years->each[i].count);
    fputs("END\n", out);
}

/* Once a year, with the months that end as the last one does. */
static void print_months(FILE *out, const picture_series *years)
{
    static const char *const names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    char date[DATE_TEXT];
    fputs("set xtics nomirror (", out);
    for (int i = 0; i <= PICTURE_MONTHS; i += 12) {
        civil at = civil_of(years->each[i].to);
        fprintf(out, "%s\"%s %d\" \"%s\"", i > 0 ? ", " : "", names[at.month - 1], at.year, date_text(years->each[i].to, date));
    }
    fputs(")\n", out);
}

static void print_marks(FILE *out, const marks *lines, const picture_series *years)
{
    char from[DATE_TEXT], to[DATE_TEXT];
    (void)date_text(years->each[0].to, from);
    (void)date_text(years->each[PICTURE_MONTHS].to, to);
    for (size_t i = 0; i < lines->count; i++) {
        const mark *m = &lines->each[i];
        if (m->across)
            fprintf(out, "set arrow from \"%s\",%.3f to \"%s\",%.3f nohead dashtype (8,5) linewidth 2 linecolor rgb \"%s\" back\n",
                    from, m->at, to, m->at, m->color);
        fprintf(out, "set label \"%.*s\" at \"%s\",%.3f left offset 0.8,0 textcolor rgb \"%s\" front\n", TEXT_ARGS(m->label), to,
                m->label_at, m->color);
    }
}

static void print_frame(FILE *out, const picture_series *years, const axis *up)
{
    char from[DATE_TEXT], to[DATE_TEXT];
    fprintf(out, "set terminal pngcairo size %d,%d font \"DejaVu Sans,14\" noenhanced background \"#ffffff\"\n", PICTURE_WIDTH,
            PICTURE_HEIGHT);
    fputs("set key off\nset border 3 linewidth 1.2 linecolor rgb \"#555555\"\nset tics scale 0.5 textcolor rgb \"#222222\"\n"
          "set grid ytics linetype 1 linewidth 0.5 linecolor rgb \"#dddddd\"\n"
          "set xdata time\nset timefmt \"%Y-%m-%d\"\nset lmargin 6.5\nset rmargin 15.5\nset bmargin 1.8\nset tmargin 1.8\n"
          "set title \"Incidents in the 12 months to each date\" font \",12\" textcolor rgb \"#222222\" offset 0,-0.5\n", out);
    fprintf(out, "set xrange [\"%s\":\"%s\"]\nset yrange [%.3f:%.3f]\nset ytics nomirror %.0f\n", date_text(years->each[0].to, from),
            date_text(years->each[PICTURE_MONTHS].to, to), up->bottom, up->top, up->step);
}

static bool enough_known(const picture_series *years)
{
    int known = 0;
    for (int i = 0; i <= PICTURE_MONTHS; i++)
        known += !isnan(years->each[i].count);
    return known >= 2;
}

text picture_script(const picture_series *years, const alert_event *of, arena *memory)
{
    static const char *const line_color = "#1f5fa8";
    marks lines = {.count = 0};
    words_writer w;
    if (!enough_known(years))
        return (text){0};
    const struct picture_point *now = last_known(years);
    add_comparator(&lines, of, memory);
    if (now == &years->each[PICTURE_MONTHS])
        add_mark(&lines, now->count, arena_print(memory, "%.0f now", now->count), line_color, false);
    axis up = axis_of(years, &lines);
    spread_labels(&lines, (up.top - up.bottom) * 0.15);
    words_open(&w);
    print_frame(w.out, years, &up);
    print_months(w.out, years);
    print_data(w.out, years);
    print_marks(w.out, &lines, years);
    fprintf(w.out, "plot $years using 1:2 with linespoints linewidth 3 pointtype 7 pointsize 0.4 linecolor rgb \"%s\"\n", line_color);
    return words_close(&w, memory);
}
