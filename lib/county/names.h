/* Texts that stand for the enumerations of a county in its file and in sheets: one list for both directions.
 *
 * Sets of modes are written "foot,ebike", in the order of MusterMode.
 */
#ifndef MI_COUNTY_NAMES_H
#define MI_COUNTY_NAMES_H

#include <muster/county.h>

/* "" for the empty set; free with g_free. */
char *mi_modes_format(unsigned modes);
/* Separated by ',' or ';', blanks ignored. False names the word that is no mode in *wrong (g_free). */
bool mi_modes_parse(const char *text, uint8_t *modes, char **wrong);

#endif
