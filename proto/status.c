#include "status.h"

const char *status_text(status st)
{
    switch (st) {
    case STATUS_OK: return "fine";
    case STATUS_END: return "at the end";
    case STATUS_AGAIN: return "nothing now";
    case STATUS_MALFORMED: return "malformed";
    case STATUS_REFUSED: return "refused";
    case STATUS_TOO_LARGE: return "too large";
    case STATUS_NOT_FOUND: return "not found";
    case STATUS_BUSY: return "held by somebody else";
    case STATUS_FULL: return "no space left";
    case STATUS_IO: return "the disk or the network failed";
    case STATUS_CORRUPT: return "stored data contradicts itself";
    }
    return "unknown status";
}
