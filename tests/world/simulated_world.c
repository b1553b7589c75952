/* Runs histories of simulated worlds: `simulated_world FROM TO` many of them, `simulated_world --seed N --trace` one,
 * with everything that happens in it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "history.h"
#include "proto/log.h"

static int usage(void)
{
    (void)fputs("usage: simulated_world FROM TO\n"
                "       simulated_world --seed N [--trace]\n"
                "\n"
                "Runs the histories of seeds; exit status 1 when one of them breaks a promise.\n", stderr);
    return 2;
}

static int run(const ground *on, uint64_t from, uint64_t to, bool shown)
{
    uint64_t broken = 0;
    for (uint64_t seed = from; seed <= to; seed++) {
        history_result said = history_run(on, seed, shown);
        if (!said.fine)
            printf("seed %llu, %s\n    build/dev/bin/simulated_world --seed %llu --trace\n", (unsigned long long)seed, said.fault,
                   (unsigned long long)seed);
        broken += !said.fine;
        (void)fflush(stdout);
    }
    printf("%llu histories, %llu broke a promise\n", (unsigned long long)(to - from + 1), (unsigned long long)broken);
    return broken == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    uint64_t from = 0, to = 0;
    bool one = argc >= 3 && strcmp(argv[1], "--seed") == 0, shown = argc == 4 && strcmp(argv[3], "--trace") == 0;
    if (one && (argc == 3 || shown))
        from = to = strtoull(argv[2], NULL, 10);
    else if (argc == 3 && argv[1][0] != '-') {
        from = strtoull(argv[1], NULL, 10);
        to = strtoull(argv[2], NULL, 10);
    } else
        return usage();
    log_threshold((log_level)(LOG_ERROR + 1)); /* what goes wrong is meant to */
    ground on = ground_make();
    int status_to_exit = run(&on, from, to, shown);
    ground_remove(&on);
    return status_to_exit;
}
