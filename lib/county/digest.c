/* SHA-256 of what a county says: every row in canonical order, every field in a fixed little-endian width, every text
 * and list with its length before it, so that no two counties share an encoding. Derived data (dense ids, adjacency)
 * are left out. */
#include <nettle/sha2.h>
#include <string.h>

#include "base/endian.h"
#include "county/county.h"

/* Raised when the encoding changes: digests of different versions never compare as equal. */
static const char encoding_name[] = "muster county content 1";

typedef struct digest {
  struct sha256_ctx sum;
  size_t used;
  uint8_t buffer[1 << 14];
} digest;

static void flush(digest *to) {
  sha256_update(&to->sum, to->used, to->buffer);
  to->used = 0;
}

static uint8_t *reserve(digest *to, size_t bytes) {
  if (to->used + bytes > sizeof to->buffer) flush(to);
  uint8_t *at = to->buffer + to->used;
  to->used += bytes;
  return at;
}

static void put8(digest *to, uint8_t value) { *reserve(to, 1) = value; }
static void put32(digest *to, uint32_t value) { mi_le32_put(reserve(to, 4), value); }
static void put64(digest *to, uint64_t value) { mi_le64_put(reserve(to, 8), value); }
static void put_id(digest *to, int64_t value) { put64(to, (uint64_t)value); }

static void put_position(digest *to, MusterPosition position) {
  put32(to, (uint32_t)position.lon_e7);
  put32(to, (uint32_t)position.lat_e7);
}

static void put_bytes(digest *to, const void *bytes, size_t count) {
  flush(to);
  sha256_update(&to->sum, count, bytes);
}

/* NULL differs from the empty text. */
static void put_text(digest *to, const char *text) {
  size_t length = text ? strlen(text) : 0;
  put64(to, text ? length : UINT64_MAX);
  if (length == 0) return;
  if (length > sizeof to->buffer)
    put_bytes(to, text, length);
  else
    memcpy(reserve(to, length), text, length);
}

static void put_polygons(digest *to, const MusterPolygons *polygons) {
  put32(to, polygons->polygon_count);
  for (uint32_t polygon = 0; polygon < polygons->polygon_count; polygon++) {
    uint32_t first = polygons->polygon_first[polygon], end = polygons->polygon_first[polygon + 1];
    put32(to, end - first);
    for (uint32_t ring = first; ring < end; ring++) {
      put32(to, polygons->ring_first[ring + 1] - polygons->ring_first[ring]);
      for (uint32_t i = polygons->ring_first[ring]; i < polygons->ring_first[ring + 1]; i++)
        put_position(to, polygons->positions[i]);
    }
  }
}

static void put_areas(digest *to, const MusterCounty *county) {
  put64(to, county->area_count);
  for (size_t i = 0; i < county->area_count; i++) {
    const MusterArea *area = &county->areas[i];
    MusterPolygons polygons = muster_county_area_polygons(county, (MusterAreaId)i);
    put8(to, area->level);
    put_id(to, area->code);
    put_id(to, area->parent_code);
    put_text(to, area->name);
    put8(to, area->kind);
    put32(to, area->residents);
    put_position(to, area->seat);
    put_text(to, area->leader_contact);
    put_id(to, area->duty_team);
    put_polygons(to, &polygons);
  }
}

static void put_teams(digest *to, const MusterCounty *county) {
  put64(to, county->team_count);
  for (size_t i = 0; i < county->team_count; i++) {
    put_id(to, county->teams[i].id);
    put_id(to, county->teams[i].area_code);
    put_text(to, county->teams[i].name);
  }
}

static void put_volunteers(digest *to, const MusterCounty *county) {
  put32(to, county->skill_count);
  for (unsigned bit = 0; bit < county->skill_count; bit++) put_text(to, county->skills[bit]);
  put64(to, county->volunteer_count);
  for (size_t i = 0; i < county->volunteer_count; i++) {
    const MusterVolunteer *volunteer = &county->volunteers[i];
    put_id(to, volunteer->id);
    put_id(to, volunteer->team);
    put8(to, volunteer->role);
    put8(to, volunteer->branch_role);
    put8(to, volunteer->modes);
    put8(to, volunteer->approved);
    put8(to, volunteer->has_work);
    put_position(to, volunteer->home);
    if (volunteer->has_work) put_position(to, volunteer->work);
    put64(to, volunteer->skills);
    put_text(to, volunteer->contact);
  }
}

static void put_places(digest *to, const MusterPost *places, size_t count) {
  put64(to, count);
  for (size_t i = 0; i < count; i++) {
    put_id(to, places[i].id);
    put_id(to, places[i].community_code);
    put_text(to, places[i].name);
    put_position(to, places[i].position);
  }
}

static void put_service(digest *to, const MusterCounty *county) {
  put_places(to, county->posts, county->post_count);
  put_places(to, county->stations, county->station_count);
  put64(to, county->post_area_count);
  for (size_t i = 0; i < county->post_area_count; i++) {
    put_id(to, county->post_areas[i].post);
    put_id(to, county->post_areas[i].community_code);
  }
  put64(to, county->shift_count);
  for (size_t i = 0; i < county->shift_count; i++) {
    const MusterShift *shift = &county->shifts[i];
    put_id(to, shift->post);
    put_id(to, shift->volunteer);
    put8(to, shift->weekdays);
    put32(to, shift->start_min);
    put32(to, shift->end_min);
  }
  put64(to, county->equipment_count);
  for (size_t i = 0; i < county->equipment_count; i++) {
    put_id(to, county->equipment[i].holder);
    put_text(to, county->equipment[i].kind);
    put32(to, county->equipment[i].count);
  }
}

static void put_roads(digest *to, const MusterRoads *roads) {
  size_t way_count = muster_roads_way_count(roads), barrier_count = muster_roads_barrier_count(roads);
  put64(to, way_count);
  for (size_t i = 0; i < way_count; i++) {
    MusterWay way;
    const int64_t *node_ids;
    const MusterPosition *positions;
    size_t node_count;
    muster_roads_way(roads, i, &way, &node_ids, &positions, &node_count);
    put_id(to, way.id);
    put8(to, way.road_class);
    put8(to, way.surface);
    put8(to, way.open_forward);
    put8(to, way.open_backward);
    put32(to, way.maxspeed_kmh);
    put32(to, way.ferry_s);
    put_text(to, way.name);
    put64(to, node_count);
    for (size_t node = 0; node < node_count; node++) {
      put_id(to, node_ids[node]);
      put_position(to, positions[node]);
    }
  }
  put64(to, barrier_count);
  for (size_t i = 0; i < barrier_count; i++) {
    int64_t node_id;
    unsigned closed_modes;
    muster_roads_barrier(roads, i, &node_id, &closed_modes);
    put_id(to, node_id);
    put32(to, closed_modes);
  }
}

void mi_county_digest(MusterCounty *county) {
  digest to = {.used = 0};
  sha256_init(&to.sum);
  put_text(&to, encoding_name);
  put_text(&to, county->note);
  put_areas(&to, county);
  put_teams(&to, county);
  put_volunteers(&to, county);
  put_service(&to, county);
  put_roads(&to, county->roads);
  flush(&to);
  uint8_t sum[SHA256_DIGEST_SIZE];
  sha256_digest(&to.sum, sizeof sum, sum);
  for (size_t i = 0; i < sizeof sum; i++) g_snprintf(county->sha256 + 2 * i, 3, "%02x", sum[i]);
}
