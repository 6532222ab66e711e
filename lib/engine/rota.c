/* Shifts at posts (`shifts = follow`): who has one stands at the post, on duty, while it lasts; then they go where they
 * belong, on duty or not as before.
 *
 * A shift's beginning is newer than any position told before it. Their own word since then, a position or a duty, holds
 * beyond its end. Who is on the way or on scene is moved when free again; open alerts stand. Shifts of one volunteer
 * that touch are one. Between two changes nobody's shift changes, so one deadline serves all.
 */
#include "engine/state.h"

#include <string.h>

void mi_rota_init(MusterEngine *engine) {
  if (engine->county) engine->shifts = mi_shifts_new(engine->county);
  if (!engine->shifts) return;
  size_t count;
  muster_county_volunteers(engine->county, &count);
  engine->shift_posts = g_new(MusterPostId, count);
  memset(engine->shift_posts, 0xff, count * sizeof *engine->shift_posts); /* MUSTER_NONE */
}

void mi_rota_clear(MusterEngine *engine) {
  mi_shifts_free(engine->shifts);
  g_free(engine->shift_posts);
}

static bool is_of_county(const MusterEngine *engine, MusterResponder responder) {
  size_t count;
  muster_county_volunteers(engine->county, &count);
  return responder < count;
}

MusterPostId mi_rota_post(const MusterEngine *engine, MusterResponder responder) {
  return engine->shifts && is_of_county(engine, responder) ? engine->shift_posts[responder] : MUSTER_NONE;
}

static bool follows(const MusterEngine *engine) { return engine->settings->shifts == MI_SHIFTS_FOLLOW; }

static void turn(MusterEngine *engine, MusterResponder responder, MusterPostId post, int64_t at_ms) {
  mi_responder *person = mi_responder_at(engine, responder);
  MusterPostId before = engine->shift_posts[responder];
  engine->shift_posts[responder] = post;
  if (person->state == MI_AWAY) return;
  if (before == MUSTER_NONE) {
    person->duty_beyond = person->on_duty;
    person->on_duty = true;
  } else if (post == MUSTER_NONE) {
    person->on_duty = person->duty_beyond;
    person->duty_beyond = false;
  }
  if (post != MUSTER_NONE) person->placed_ms = MI_NEVER;
  bool stays = person->state == MI_ASSIGNED || person->state == MI_ON_SCENE || person->placed_ms != MI_NEVER;
  if (!stays) mi_workday_place(engine, responder, at_ms);
  mi_people_refresh(engine, responder);
}

void mi_rota_change(MusterEngine *engine, int64_t at_ms) {
  if (!engine->shifts) return;
  const mi_settings *settings = engine->settings;
  const MusterPostId *posts =
      follows(engine) ? mi_shifts_posts_at(engine->shifts, at_ms, settings->midnight_s, settings->first_weekday) : NULL;
  MusterSpan32 people = mi_shifts_people(engine->shifts);
  for (size_t i = 0; i < people.count; i++) {
    MusterPostId post = posts ? posts[people.data[i]] : MUSTER_NONE;
    if (post != engine->shift_posts[people.data[i]]) turn(engine, people.data[i], post, at_ms);
  }
  mi_deadline_heap_cancel(&engine->deadlines, &engine->shift_change);
  if (!posts) return;
  int64_t next_ms = mi_shifts_next_ms(engine->shifts, at_ms, settings->midnight_s, settings->first_weekday);
  engine->shift_change = mi_deadline_heap_add(&engine->deadlines, next_ms, MI_DEADLINE_SHIFT, 0);
}

void mi_rota_note_duty(MusterEngine *engine, MusterResponder responder) {
  mi_responder *person = mi_responder_at(engine, responder);
  if (mi_rota_post(engine, responder) != MUSTER_NONE) person->duty_beyond = person->on_duty;
}

/* The change that is due tells between which two it is now. */
bool mi_rota_restore(MusterEngine *engine) {
  if (engine->shift_change != MUSTER_NONE && follows(engine)) {
    const mi_settings *settings = engine->settings;
    int64_t at_ms = engine->deadlines.entries[engine->shift_change].at_ms - 1;
    const MusterPostId *posts =
        mi_shifts_posts_at(engine->shifts, at_ms, settings->midnight_s, settings->first_weekday);
    MusterSpan32 people = mi_shifts_people(engine->shifts);
    for (size_t i = 0; i < people.count; i++) engine->shift_posts[people.data[i]] = posts[people.data[i]];
  }
  bool holds = true;
  for (MusterResponder i = 0; i < engine->people.count; i++)
    holds &= !mi_responder_at(engine, i)->duty_beyond || mi_rota_post(engine, i) != MUSTER_NONE;
  return holds;
}
