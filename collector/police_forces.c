#include "police_forces.h"

static const struct force {
    const char *name;
    const char *area;
} forces[] = {
    {"Metropolitan Police Service", "E23000001"}, {"Cumbria Constabulary", "E23000002"},
    {"Lancashire Constabulary", "E23000003"}, {"Merseyside Police", "E23000004"},
    {"Greater Manchester Police", "E23000005"}, {"Cheshire Constabulary", "E23000006"},
    {"Northumbria Police", "E23000007"}, {"Durham Constabulary", "E23000008"},
    {"North Yorkshire Police", "E23000009"}, {"West Yorkshire Police", "E23000010"},
    {"South Yorkshire Police", "E23000011"}, {"Humberside Police", "E23000012"},
    {"Cleveland Police", "E23000013"}, {"West Midlands Police", "E23000014"},
    {"Staffordshire Police", "E23000015"}, {"West Mercia Police", "E23000016"},
    {"Warwickshire Police", "E23000017"}, {"Derbyshire Constabulary", "E23000018"},
    {"Nottinghamshire Police", "E23000019"}, {"Lincolnshire Police", "E23000020"},
    {"Leicestershire Police", "E23000021"}, {"Leicestershire Constabulary", "E23000021"},
    {"Northamptonshire Police", "E23000022"}, {"Cambridgeshire Constabulary", "E23000023"},
    {"Norfolk Constabulary", "E23000024"}, {"Suffolk Constabulary", "E23000025"},
    {"Bedfordshire Police", "E23000026"}, {"Hertfordshire Constabulary", "E23000027"},
    {"Essex Police", "E23000028"}, {"Thames Valley Police", "E23000029"},
    {"Hampshire Constabulary", "E23000030"}, {"Hampshire and Isle of Wight Constabulary", "E23000030"},
    {"Surrey Police", "E23000031"}, {"Kent Police", "E23000032"},
    {"Sussex Police", "E23000033"}, {"City of London Police", "E23000034"},
    {"Devon & Cornwall Police", "E23000035"}, {"Devon and Cornwall Police", "E23000035"},
    {"Avon and Somerset Constabulary", "E23000036"}, {"Avon and Somerset Police", "E23000036"},
    {"Gloucestershire Constabulary", "E23000037"}, {"Wiltshire Police", "E23000038"},
    {"Dorset Police", "E23000039"}, {"North Wales Police", "W15000001"},
    {"Gwent Police", "W15000002"}, {"South Wales Police", "W15000003"},
    {"Dyfed-Powys Police", "W15000004"},
};

text police_force_area(text name)
{
    for (size_t i = 0; i < sizeof forces / sizeof forces[0]; i++)
        if (text_equal_caseless(name, text_of(forces[i].name)))
            return text_of(forces[i].area);
    return (text){"", 0};
}

#define TYPE(words) {words, sizeof words - 1}

static const text six[] = {
    TYPE("Anti-social behaviour"), TYPE("Burglary"), TYPE("Other crime"), TYPE("Robbery"), TYPE("Vehicle crime"),
    TYPE("Violent crime"),
};
static const text eleven[] = {
    TYPE("Anti-social behaviour"), TYPE("Burglary"), TYPE("Criminal damage and arson"), TYPE("Drugs"),
    TYPE("Other crime"), TYPE("Other theft"), TYPE("Public disorder and weapons"), TYPE("Robbery"),
    TYPE("Shoplifting"), TYPE("Vehicle crime"), TYPE("Violent crime"),
};
static const text fourteen[] = {
    TYPE("Anti-social behaviour"), TYPE("Bicycle theft"), TYPE("Burglary"), TYPE("Criminal damage and arson"),
    TYPE("Drugs"), TYPE("Other crime"), TYPE("Other theft"), TYPE("Possession of weapons"), TYPE("Public order"),
    TYPE("Robbery"), TYPE("Shoplifting"), TYPE("Theft from the person"), TYPE("Vehicle crime"),
    TYPE("Violence and sexual offences"),
};

const text *police_crime_types(month_number of, size_t *count)
{
    static const month_number september_2011 = 2011 * 12 + 8, may_2013 = 2013 * 12 + 4;
    if (of < september_2011) {
        *count = sizeof six / sizeof six[0];
        return six;
    }
    if (of < may_2013) {
        *count = sizeof eleven / sizeof eleven[0];
        return eleven;
    }
    *count = sizeof fourteen / sizeof fourteen[0];
    return fourteen;
}
