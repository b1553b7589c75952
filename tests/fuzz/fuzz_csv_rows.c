/* Must hold for all octets: as a canonical CSV file they give sound records and faults that can be sent, the same in pieces as at
 * once and from behind any row; or they are refused with words. */
#include "fuzz.h"
#include "rows.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
    rows_must_hold(csv_rows_create, (text){(const char *)octets, size});
    return 0;
}
