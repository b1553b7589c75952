#include "disk_limits.h"

disk_limits disk_limits_default(void)
{
    return (disk_limits){.warn = {10, 5ull << 30}, .full = {2, 500ull << 20}};
}

uint64_t disk_limit_octets(const disk_limit *limit, uint64_t size)
{
    uint64_t part = (uint64_t)((double)size * limit->percent / 100);
    if (limit->percent <= 0)
        return limit->octets;
    return limit->octets > 0 && limit->octets < part ? limit->octets : part;
}
