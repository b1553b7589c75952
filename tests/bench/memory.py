"""The aggregator's peak of memory: one police force area for ten years, and the country."""
from measured import Figure
from running import FORCE, YEARS_10, say

COUNTRY_INCIDENTS, PLACE = 70_000_000, 8


def places(incidents):
    """Octets of the table that finds incidents: a power of two of places, at most three quarters taken (storage/finder.h).
    It doubles, and the old one is held until the new one is filled."""
    capacity = 1 << 16
    while 4 * incidents > 3 * capacity:
        capacity *= 2
    return capacity * PLACE * 3 // 2


def measure(options, stores):
    command = "scripts/bench memory" + (" --full" if options.full else "")
    say("memory")
    _, force = stores.get(options.decade, YEARS_10, FORCE)
    figures = [Figure("memory", f"peak memory, one force area, ten years, {options.decade / 1e6:g} M", "MiB",
                      [force["aggregator_peak"] / 2 ** 20], command, 64)]
    arrivals = 40_000_000 if options.full else options.arrivals
    _, country = stores.get(arrivals, *([YEARS_10] if options.full else []))
    rest = country["aggregator_peak"] - places(arrivals)
    figures.append(Figure("memory", f"peak memory, country, {arrivals / 1e6:g} M", "MiB",
                          [country["aggregator_peak"] / 2 ** 20], command))
    figures.append(Figure("memory", "the same for 70 M: with the finder's table of that size", "MiB",
                          [(rest + places(COUNTRY_INCIDENTS)) / 2 ** 20], command, 2048))
    return figures
