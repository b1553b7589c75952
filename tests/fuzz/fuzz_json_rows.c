/* Must hold for all octets: as canonical JSON lines they give sound records and faults that can be sent, the same in pieces as at
 * once and from behind any line. */
#include "fuzz.h"
#include "rows.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
    rows_must_hold(json_rows_create, (text){(const char *)octets, size});
    return 0;
}
