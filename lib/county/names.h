/* Texts that stand for the enumerations of a county in its file and in sheets: one list for both directions.
 *
 * Sets of days are written "mon,tue,sat" (base/words.h), sets of modes "foot,ebike" (road/modes.h). Times of day are
 * "08:30", midnight at the end of a day "24:00".
 */
#ifndef MI_COUNTY_NAMES_H
#define MI_COUNTY_NAMES_H

#include <muster/county.h>

/* As mi_words_format and mi_words_parse. */
char *mi_weekdays_format(unsigned weekdays);
bool mi_weekdays_parse(const char *text, uint8_t *weekdays, char **wrong);

enum { MI_CLOCK_BYTES = 8 };
void mi_clock_format(uint16_t minutes, char out[MI_CLOCK_BYTES]);
/* "H:MM" or "HH:MM", 0:00 to 24:00. */
bool mi_clock_parse(const char *text, uint16_t *minutes);

#endif
