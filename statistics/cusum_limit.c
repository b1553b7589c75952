#include "cusum_limit.h"

#include <assert.h>
#include <math.h>

#include "distributions.h"

enum { TENTHS = 10 };

/* The chain's states are sums in tenths, 0 to n; being above n is the alarm. Its run length from 0 is the first entry
 * of (I - Q)^-1 1, Q being the chances to go from state to state. Q for n + 1 states is Q for n with a row and
 * a column more; so I - Q = L U is extended state by state, and each step adds one non-negative term to the run length:
 *     arl(n) = sum over i <= n of start[i] rest[i],   U' start = (1, 0, ...),   L rest = (1, 1, ...)
 * All that is off the diagonals is negative or 0, so nothing cancels. */
typedef struct chain {
    cusum_room *room;
    double mean;
    int allowance; /* in tenths: how far a count of 0 goes down, so L has a band of this width */
    int states;
    double arl;
} chain;

/* The chance to go from one sum to another. */
static double step_chance(const chain *self, int from, int to)
{
    int up = to - from + self->allowance;
    if (to == 0)
        return up >= 0 ? poisson_at_most(up / TENTHS, self->mean) : 0;
    return up >= 0 && up % TENTHS == 0 ? poisson_exactly(up / TENTHS, self->mean) : 0;
}

static int band_start(const chain *self, int row)
{
    return row > self->allowance ? row - self->allowance : 0;
}

/* L u = the new column of I - Q, above the diagonal. */
static void add_column(chain *self, int n)
{
    double(*f)[CUSUM_STATES] = self->room->factors;
    for (int i = 0; i < n; i++) {
        double value = -step_chance(self, i, n);
        for (int k = band_start(self, i); k < i; k++)
            value -= f[i][k] * f[k][n];
        f[i][n] = value;
    }
}

/* U' l = the new row, left of the diagonal. */
static void add_row(chain *self, int n)
{
    double(*f)[CUSUM_STATES] = self->room->factors;
    int first = band_start(self, n);
    for (int j = first; j < n; j++) {
        double value = -step_chance(self, n, j);
        for (int k = first; k < j; k++)
            value -= f[n][k] * f[k][j];
        f[n][j] = value / f[j][j];
    }
}

static void add_state(chain *self)
{
    int n = self->states++;
    double(*f)[CUSUM_STATES] = self->room->factors;
    double pivot = 1 - step_chance(self, n, n), start = n == 0 ? 1 : 0, rest = 1;
    add_column(self, n);
    add_row(self, n);
    for (int k = band_start(self, n); k < n; k++) {
        pivot -= f[n][k] * f[k][n];
        rest -= f[n][k] * self->room->rest[k];
    }
    for (int i = 0; i < n; i++)
        start -= f[i][n] * self->room->start[i];
    f[n][n] = pivot;
    self->room->start[n] = start / pivot;
    self->room->rest[n] = rest;
    self->arl += self->room->start[n] * rest;
}

double cusum_arl(double mean, double allowance, double interval, cusum_room *room)
{
    chain made = {.room = room, .mean = mean, .allowance = (int)lround(allowance * TENTHS)};
    int top = (int)lround(interval * TENTHS);
    assert(mean > 0 && made.allowance >= 1 && top >= 0 && top < CUSUM_STATES);
    while (made.states <= top)
        add_state(&made);
    return made.arl;
}

bool cusum_limit_find(double mean, double ratio, double arl_wanted, cusum_room *room, cusum_plan *out)
{
    assert(mean > 0 && ratio > 1);
    double lucas = mean * (ratio - 1) / log(ratio) * TENTHS;
    chain made = {.room = room, .mean = mean, .allowance = lucas < 1 ? 1 : (int)lround(fmin(lucas, 1e6))};
    while (made.states < CUSUM_STATES && !(made.arl >= arl_wanted))
        add_state(&made);
    if (!(made.arl >= arl_wanted))
        return false;
    double interval = (double)(made.states - 1) / TENTHS;
    *out = (cusum_plan){
        .allowance = (double)made.allowance / TENTHS,
        .interval = interval,
        .limit = interval * log(ratio),
        .arl_in_control = made.arl,
    };
    return true;
}
