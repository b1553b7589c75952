/* A batch as programs take it: JSON of ours. */
#include "letter_page.h"
#include "letter_words.h"

text letter_webhook(const letter_style *style, letter_events batch, text key, arena *memory)
{
    jsondoc *all = jsondoc_object();
    jsondoc_put_text(all, "key", key);
    jsondoc_put_text(all, "subscription", letter_clean(style->name, memory));
    jsondoc *events = jsondoc_put_array(all, "events");
    jsondoc_put_integer(all, "count", (int64_t)batch.count);
    for (size_t i = 0; i < batch.count; i++) {
        jsondoc *one = alert_event_json(&batch.at[i]);
        text link = letter_link(style, batch.at[i].alert, memory);
        if (link.size > 0)
            jsondoc_put_text(one, "link", link);
        else
            jsondoc_put_null(one, "link");
        jsondoc_add(events, &one);
    }
    text made = jsondoc_print(all, memory);
    jsondoc_destroy(&all);
    return made;
}
