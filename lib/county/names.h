/* Texts that stand for the enumerations of a county in its file and in sheets: one list for both directions.
 *
 * Sets are written as words between commas, in their fixed order: modes "foot,ebike", days "mon,tue,sat". Read, the
 * words may stand in any order, between ',' or ';', with blanks around them. Times of day are "08:30", midnight at the
 * end of a day "24:00".
 */
#ifndef MI_COUNTY_NAMES_H
#define MI_COUNTY_NAMES_H

#include <muster/county.h>

/* "" for the empty set; free with g_free. */
char *mi_modes_format(unsigned modes);
char *mi_weekdays_format(unsigned weekdays);
/* False puts the word that is none of the set into *wrong (g_free). */
bool mi_modes_parse(const char *text, uint8_t *modes, char **wrong);
bool mi_weekdays_parse(const char *text, uint8_t *weekdays, char **wrong);

enum { MI_CLOCK_BYTES = 8 };
void mi_clock_format(uint16_t minutes, char out[MI_CLOCK_BYTES]);
/* "H:MM" or "HH:MM", 0:00 to 24:00. */
bool mi_clock_parse(const char *text, uint16_t *minutes);

#endif
