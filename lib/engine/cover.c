/* Cover: how many available people a volunteer leaves behind. The ground of somebody in a county is their grid, and its
 * cover are those available in it and in the grids that touch it; on a table it is the place they stand at, by itself;
 * outside every grid, and on roads without a county, there is none.
 *
 * Covers are counted as people come and go, in O(grids that touch), and only under a policy that asks for it. All of it
 * follows from where people stand, so a snapshot holds nothing of it.
 */
#include "engine/state.h"

static void list_touching(mi_cover *cover, const MusterCounty *county) {
  size_t areas, pairs;
  muster_county_areas(county, &areas);
  const MusterAdjacency *adjacency = muster_county_adjacency(county, &pairs);
  cover->first_touching = g_new0(uint32_t, areas + 1);
  cover->touching = g_new(MusterAreaId, 2 * pairs);
  for (size_t i = 0; i < pairs; i++) {
    cover->first_touching[adjacency[i].a + 1]++;
    cover->first_touching[adjacency[i].b + 1]++;
  }
  for (size_t i = 0; i < areas; i++) cover->first_touching[i + 1] += cover->first_touching[i];
  g_autofree uint32_t *next = g_memdup2(cover->first_touching, (areas + 1) * sizeof *next);
  for (size_t i = 0; i < pairs; i++) {
    cover->touching[next[adjacency[i].a]++] = adjacency[i].b;
    cover->touching[next[adjacency[i].b]++] = adjacency[i].a;
  }
  cover->counts = mi_reserve(cover->counts, &cover->capacity, areas, sizeof *cover->counts);
}

void mi_cover_init(MusterEngine *engine) {
  engine->cover.is_counted = mi_policy_ever_sets(engine->policy, offsetof(mi_settings, cover_surcharge_s));
  if (engine->cover.is_counted && engine->county) list_touching(&engine->cover, engine->county);
}

void mi_cover_clear(mi_cover *cover) {
  g_free(cover->counts);
  g_free(cover->first_touching);
  g_free(cover->touching);
}

static uint32_t find_ground(const MusterEngine *engine, MusterPlace place) {
  if (!engine->county) return place.matrix_id;
  return place.matrix_id == MUSTER_NONE ? muster_county_locate(engine->county, place.position) : MUSTER_NONE;
}

void mi_cover_count(MusterEngine *engine, const mi_responder *person, int change) {
  mi_cover *cover = &engine->cover;
  if (!cover->is_counted || person->ground == MUSTER_NONE) return;
  cover->counts[person->ground] += (uint32_t)change;
  if (!engine->county) return;
  for (uint32_t i = cover->first_touching[person->ground]; i < cover->first_touching[person->ground + 1]; i++)
    cover->counts[cover->touching[i]] += (uint32_t)change;
}

void mi_cover_move(MusterEngine *engine, mi_responder *person, MusterPlace place) {
  mi_cover *cover = &engine->cover;
  if (!cover->is_counted) return;
  if (person->available) mi_cover_count(engine, person, -1);
  person->ground = find_ground(engine, place);
  if (!engine->county && person->ground != MUSTER_NONE)
    cover->counts = mi_reserve(cover->counts, &cover->capacity, (size_t)person->ground + 1, sizeof *cover->counts);
  if (person->available) mi_cover_count(engine, person, 1);
}

bool mi_cover_left(const MusterEngine *engine, MusterResponder responder, uint32_t *left) {
  const mi_responder *person = &engine->responders[responder];
  if (!engine->cover.is_counted || person->ground == MUSTER_NONE) return false;
  *left = engine->cover.counts[person->ground] - person->available;
  return true;
}

void mi_cover_add_name(MusterEngine *engine, MusterResponder responder) {
  if (!engine->county) {
    mi_text_add(&engine->text, "their place");
    return;
  }
  uint32_t grid = mi_responder_at(engine, responder)->ground;
  mi_text_add(&engine->text, "grid ");
  mi_text_add(&engine->text, muster_county_areas(engine->county, NULL)[grid].name);
  mi_text_add(&engine->text, " and those that touch it");
}
