"""Counties: whole ones in and out, their numbers as arrays. Tables with words and shapes go by the county file."""
cimport cython
from cpython.buffer cimport PyBUF_READ
from cpython.memoryview cimport PyMemoryView_FromMemory
from libc.stddef cimport size_t
from libc.stdint cimport int32_t, int64_t, uint32_t, uint64_t
import numpy as np
from muster._c.base cimport *
from muster._c.people cimport *
from muster._c.road cimport (MUSTER_MODE_COUNT, MusterElevation, MusterNetwork, MusterRoads, muster_elevation_free,
                             muster_elevation_read, muster_network_new_for_modes, muster_roads_box)
from muster._c.network cimport Network, Roads, polygons_to_arrays


cdef object rows_of(const void *rows, size_t count, size_t stride, fields):
    """The rows as one read-only structured array over the county's own memory, which it does not keep."""
    names, formats, offsets = zip(*fields)
    layout = np.dtype({"names": names, "formats": formats, "offsets": offsets, "itemsize": stride})
    if count == 0:
        return np.empty(0, layout)
    memory = PyMemoryView_FromMemory(<char *>rows, count * stride, PyBUF_READ)
    return np.frombuffer(memory, layout)


@cython.final
cdef class County:
    """One sealed county; any thread."""

    @staticmethod
    cdef County wrap(MusterCounty *county):
        cdef County self = County.__new__(County)
        self.county = county
        return self

    def __dealloc__(self):
        if self.county is not NULL:
            muster_county_unref(self.county)

    @staticmethod
    def open(path):
        cdef GError *error = NULL
        cdef bytes name = path
        cdef const char *file = name
        cdef MusterCounty *county
        with nogil:
            county = muster_county_open(file, &error)
        if county is NULL:
            fail(error)
        return County.wrap(county)

    @staticmethod
    def reference(uint64_t seed, double scale, progress):
        cdef Watch watch = Watch(progress)
        cdef GError *error = NULL
        cdef MusterCounty *county
        with nogil:
            county = muster_county_reference(seed, scale, watch_progress, <void *>watch, &error)
        if county is NULL:
            watch.fail(error)
        return County.wrap(county)

    @staticmethod
    def over(Roads roads not None, uint64_t seed, uint32_t grids, uint32_t teams, uint32_t volunteers, progress):
        """The roads become the county's; the handle is empty afterwards."""
        cdef Watch watch = Watch(progress)
        cdef GError *error = NULL
        cdef MusterCountyOverOptions options
        cdef MusterRoads *taken = roads.roads
        cdef MusterCounty *county
        options.seed, options.grids, options.teams, options.volunteers = seed, grids, teams, volunteers
        roads.roads = NULL
        with nogil:
            county = muster_county_over(taken, &options, watch_progress, <void *>watch, &error)
        if county is NULL:
            watch.fail(error)
        return County.wrap(county)

    @staticmethod
    def read_sheets(bytes areas, bytes volunteers, bytes teams, bytes posts, bytes stations, bytes shifts,
                    bytes equipment, bytes roads, bytes encoding, bytes datum, bytes crs):
        """(county, None) or (None, defects)"""
        cdef GError *error = NULL
        cdef char *defects = NULL
        cdef MusterCountyImport sheets
        cdef MusterCounty *county
        sheets.areas_geojson = NULL if areas is None else <const char *>areas
        sheets.volunteers_csv = NULL if volunteers is None else <const char *>volunteers
        sheets.teams_csv = NULL if teams is None else <const char *>teams
        sheets.posts_csv = NULL if posts is None else <const char *>posts
        sheets.stations_csv = NULL if stations is None else <const char *>stations
        sheets.shifts_csv = NULL if shifts is None else <const char *>shifts
        sheets.equipment_csv = NULL if equipment is None else <const char *>equipment
        sheets.roads_osm = NULL if roads is None else <const char *>roads
        sheets.encoding = <const char *>encoding
        sheets.crs = NULL if crs is None else <const char *>crs
        if not muster_datum_from_name(datum, &sheets.datum, &error):
            fail(error)
        with nogil:
            county = muster_county_import(&sheets, &defects, &error)
        if county is not NULL:
            g_free(defects)
            return County.wrap(county), None
        if defects is not NULL:
            if error is not NULL:
                g_error_free(error)
            return None, take_text(defects)
        fail(error)

    def save(self, path):
        cdef GError *error = NULL
        cdef bytes name = path
        cdef const char *file = name
        cdef bint saved
        with nogil:
            saved = muster_county_save(self.county, file, &error)
        if not saved:
            fail(error)

    def sha256(self):
        return text(muster_county_sha256(self.county))

    def note(self):
        return text(muster_county_note(self.county))

    def skills(self):
        """Names, by bit."""
        names = []
        while muster_county_skill_name(self.county, len(names)) is not NULL:
            names.append(text(muster_county_skill_name(self.county, len(names))))
        return names

    def counts(self):
        cdef size_t count
        cdef uint32_t first
        counts = {}
        for level in range(MUSTER_AREA_LEVEL_COUNT):
            muster_county_level(self.county, <MusterAreaLevel>level, &first, &count)
            counts[text(muster_area_level_name(<MusterAreaLevel>level))] = count
        muster_county_teams(self.county, &count)
        counts["teams"] = count
        muster_county_volunteers(self.county, &count)
        counts["volunteers"] = count
        muster_county_posts(self.county, &count)
        counts["posts"] = count
        muster_county_stations(self.county, &count)
        counts["stations"] = count
        muster_county_shifts(self.county, &count)
        counts["shifts"] = count
        muster_county_equipment(self.county, &count)
        counts["equipment"] = count
        return counts

    def volunteers(self):
        """A view, which lives no longer than the county: keep both."""
        cdef MusterVolunteer row
        cdef size_t count
        cdef const MusterVolunteer *rows = muster_county_volunteers(self.county, &count)
        cdef size_t origin = <size_t>&row
        return rows_of(rows, count, sizeof(MusterVolunteer), [
            ("id", "i8", <size_t>&row.id - origin), ("team", "i8", <size_t>&row.team - origin),
            ("role", "u1", <size_t>&row.role - origin), ("modes", "u1", <size_t>&row.modes - origin),
            ("approved", "?", <size_t>&row.approved - origin), ("has_work", "?", <size_t>&row.has_work - origin),
            ("home_lon_e7", "i4", <size_t>&row.home.lon_e7 - origin),
            ("home_lat_e7", "i4", <size_t>&row.home.lat_e7 - origin),
            ("work_lon_e7", "i4", <size_t>&row.work.lon_e7 - origin),
            ("work_lat_e7", "i4", <size_t>&row.work.lat_e7 - origin),
            ("skills", "u8", <size_t>&row.skills - origin)])

    def areas(self):
        """A view, as volunteers."""
        cdef MusterArea row
        cdef size_t count
        cdef const MusterArea *rows = muster_county_areas(self.county, &count)
        cdef size_t origin = <size_t>&row
        return rows_of(rows, count, sizeof(MusterArea), [
            ("code", "i8", <size_t>&row.code - origin), ("parent_code", "i8", <size_t>&row.parent_code - origin),
            ("level", "u1", <size_t>&row.level - origin), ("kind", "u1", <size_t>&row.kind - origin),
            ("residents", "u4", <size_t>&row.residents - origin),
            ("seat_lon_e7", "i4", <size_t>&row.seat.lon_e7 - origin),
            ("seat_lat_e7", "i4", <size_t>&row.seat.lat_e7 - origin),
            ("duty_team", "i8", <size_t>&row.duty_team - origin)])

    def posts(self, bint stations):
        """A view, as volunteers."""
        cdef MusterPost row
        cdef size_t count
        cdef const MusterPost *rows
        cdef size_t origin = <size_t>&row
        rows = muster_county_stations(self.county, &count) if stations else muster_county_posts(self.county, &count)
        return rows_of(rows, count, sizeof(MusterPost), [
            ("id", "i8", <size_t>&row.id - origin), ("community_code", "i8", <size_t>&row.community_code - origin),
            ("lon_e7", "i4", <size_t>&row.position.lon_e7 - origin),
            ("lat_e7", "i4", <size_t>&row.position.lat_e7 - origin)])

    def area_polygons(self, uint32_t area):
        return polygons_to_arrays(muster_county_area_polygons(self.county, area))

    def locate(self, const double[::1] lon_deg, const double[::1] lat_deg):
        """Codes of the grids that hold the positions; 0 outside all."""
        cdef const MusterArea *areas = muster_county_areas(self.county, NULL)
        cdef MusterPosition position
        cdef uint32_t area
        cdef Py_ssize_t i
        if lon_deg.shape[0] != lat_deg.shape[0]:
            raise ValueError(f"expected as many longitudes as latitudes, found {lon_deg.shape[0]} and {lat_deg.shape[0]}")
        codes = np.zeros(lon_deg.shape[0], np.int64)
        cdef int64_t[::1] out = codes
        with nogil:
            for i in range(lon_deg.shape[0]):
                if muster_position_from_degrees(lon_deg[i], lat_deg[i], &position):
                    area = muster_county_locate(self.county, position)
                    if area != MUSTER_NONE:
                        out[i] = areas[area].code
        return codes

    def check(self):
        """([(kind, sentence)], notes)"""
        cdef MusterDefects *defects
        cdef size_t i, count, note_count
        with nogil:
            defects = muster_county_check(self.county)
        try:
            listed = muster_defects_list(defects, &count)
            notes = muster_defects_notes(defects, &note_count)
            return ([(text(muster_defect_kind_name(listed[i].kind)), text(listed[i].text)) for i in range(count)],
                    [text(notes[i]) for i in range(note_count)])
        finally:
            muster_defects_free(defects)

    def seal_roads(self, unsigned modes, bytes elevation):
        """The network of the county's roads for the lowest of the modes."""
        cdef const MusterRoads *roads = muster_county_roads(self.county)
        cdef GError *error = NULL
        cdef MusterElevation *heights = NULL
        cdef MusterNetwork *network
        cdef MusterBox box
        if elevation is not None and muster_roads_box(roads, &box):
            heights = muster_elevation_read(elevation, box, &error)
            if heights is NULL:
                fail(error)
        with nogil:
            network = muster_network_new_for_modes(roads, modes, heights, NULL, &error)
            muster_elevation_free(heights)
        if network is NULL:
            fail(error)
        return Network.wrap(network, NULL)
