/* Must hold for all octets: as any one file of the reference folder, beside good ones, they are understood or every fault is told;
 * and what was understood can be asked for anything. The first octet chooses the file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "figures/reference.h"
#include "fuzz.h"
#include "tests/fixtures.h"

static const struct file {
    const char *name, *content;
} files[] = {
    {"areas.csv", "code,name,level,parent,valid_from,valid_to,successor,aliases\nEW,England and Wales,national,,,,,\nF1,First,force,EW,,,,\n"
                  "D1,Stafford,district,F1,,,,\nD2,Lichfield,district,F1,2019-04-01,,,Lich\nFD,Former,district,F1,,2019-03-31,D2,\n"
                  "L1,Stafford 001A,lsoa,D1,,,,\n"},
    {"categories.csv", "category,title,parent,marker,police_generated,bridging\nall-crime,All crime,,,,\ntheft,Theft,all-crime,,,\n"
                       "burglary,Burglary,theft,,,yes\nhome,Home,burglary,,,\nasb,ASB,,,,\nhate,Hate crime,all-crime,hate,,\n"},
    {"offences.csv", "offence,description,category,valid_from,valid_to\n30C,,home,,\nB,,burglary,,2014-12-31\nB,,home,2015-01-01,\nASB,,asb,,\n"},
    {"populations.csv", "area,year,population,source\nD1,2023,1000,x\nD1,2024,1010,x\nD2,2024,500,x\n"},
    {"groups.csv", "group,name,kind,member\nG1,Both,csp,D1\nG1,Both,csp,D2\n"},
    {"sources.csv", "origin,title,rank,promised_interval\nlive,Live,1,24h\npolice,Open data,2,35d\n"},
    {"comparators.csv", "area,comparator\nD1,G1\nD1,EW\n"},
    {"comparator_rates.csv", "comparator,category,period,rate,population,definition,source\nEW,theft,2024-25,2.5,1000,x,y\n"},
    {"recording_changes.csv", "date,area,category,text,source\n2017-04-01,,burglary,Words,ONS\n"},
    {"indicators.csv", "priority,measure,area,period,value,n,source\nP,feel safe,D1,2024-25,61,500,survey\n"},
    {"priorities.yaml", "baseline: 2022-23\n"},
};
enum { FILES = sizeof files / sizeof files[0] };

static char folder[FOLDER_SIZE];

static void remove_all(void)
{
    folder_remove(folder);
}

static void make_all(void)
{
    folder_make(folder);
    for (size_t i = 0; i < FILES; i++)
        file_write(folder, files[i].name, text_of(files[i].content));
    (void)atexit(remove_all);
}

/* Anything may be asked, of any area or category by any other. */
static void ask(const reference *r)
{
    int areas = geography_count(r->areas), categories = offence_tree_count(r->categories);
    for (int i = 0; i < areas; i++) {
        const area *each = geography_area(r->areas, i);
        MUST(geography_find(r->areas, each->code) >= 0);
        int up = i, steps = 0;
        while ((up = geography_up(r->areas, up)) != AREA_NONE)
            MUST(++steps <= areas); /* no area lies in itself */
        (void)geography_place(r->areas, each->code, each->name, (text){"", 0});
        MUST(geography_contains(r->areas, i, i));
    }
    for (int i = 0; i < categories; i++) {
        const category *each = offence_tree_category(r->categories, i);
        MUST(offence_tree_find(r->categories, each->code) == i);
        for (int k = 0; k < categories; k++)
            (void)offence_tree_contains(r->categories, i, k);
    }
    for (size_t i = 0; i < offence_tree_offence_count(r->categories); i++)
        (void)offence_tree_place(r->categories, text_of("B"), day_of(2015, 1, 1));
    int year;
    double people;
    for (int i = 0; i < areas; i++)
        if (populations_nearest(r->populations, &i, 1, financial_year(2024), &year, &people))
            MUST(people > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
    char digest[DIGEST_HEX_SIZE];
    if (folder[0] == '\0')
        make_all();
    if (size == 0)
        return 0;
    const struct file *chosen = &files[octets[0] % FILES];
    file_write(folder, chosen->name, (text){(const char *)octets + 1, size - 1});
    faults *found = faults_create();
    reference *made = reference_read(folder, NULL, found, digest);
    for (size_t i = 0; faults_line(found, i)[0] != '\0'; i++)
        MUST(i < 100000);
    MUST(made != NULL);
    if (faults_count(found, FAULT_ERROR) == 0)
        ask(made);
    reference_destroy(&made);
    faults_destroy(&found);
    file_write(folder, chosen->name, text_of(chosen->content));
    return 0;
}
