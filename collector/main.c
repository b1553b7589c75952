/* tocsin-collector: reads records and carries them to the aggregator. */
#include "options.h"
#include "runner.h"

int main(int argc, char **argv)
{
    options chosen;
    int done = options_take(argc, argv, &chosen);
    return done >= 0 ? done : runner_run(&chosen);
}
