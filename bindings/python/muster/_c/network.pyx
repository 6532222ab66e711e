"""Roads, networks and searches on them: arrays of road points in, arrays of ms out."""
cimport cython
from libc.stddef cimport size_t
from libc.stdint cimport int64_t, uint32_t, uint64_t
from libc.stdlib cimport free, realloc
from libc.string cimport memcpy
import numpy as np
from muster._c.base cimport *
from muster._c.road cimport *

cdef enum:
    PAIRS_A_TURN = 256          # after so many questions Ctrl-C is looked at
    CELLS_A_TURN = 1 << 20

# As MusterRoadPoint: a place on the network.
POINT = np.dtype([("node", "u4"), ("link", "u4"), ("along_q16", "u4"), ("access_ms", "u4"), ("access_mm", "u4"),
                  ("lon_e7", "i4"), ("lat_e7", "i4")])
assert POINT.itemsize == sizeof(MusterRoadPoint)


cdef const MusterRoadPoint *points_of(object array) except? NULL:
    """The C view of a contiguous array of POINT, which must stay while it is used."""
    if array.dtype != POINT or not array.flags.c_contiguous:
        raise TypeError("expected a contiguous array of road points")
    cdef size_t address = array.ctypes.data
    return <const MusterRoadPoint *>address


cdef object polygons_to_arrays(MusterPolygons polygons):
    """(positions in degrees, first position of each ring, first ring of each polygon)"""
    cdef size_t i, rings = polygons.ring_count, count = polygons.ring_first[rings] if rings else 0
    positions = np.empty((count, 2))
    ring_first = np.zeros(rings + 1, np.uint32)
    polygon_first = np.zeros(polygons.polygon_count + 1, np.uint32)
    cdef double[:, ::1] degrees = positions
    cdef uint32_t[::1] to_rings = ring_first, to_polygons = polygon_first
    for i in range(count):
        degrees[i, 0] = polygons.positions[i].lon_e7 / 1e7
        degrees[i, 1] = polygons.positions[i].lat_e7 / 1e7
    for i in range(rings + 1 if rings else 0):
        to_rings[i] = polygons.ring_first[i]
    for i in range(polygons.polygon_count + 1 if polygons.polygon_count else 0):
        to_polygons[i] = polygons.polygon_first[i]
    return positions, ring_first, polygon_first


@cython.final
cdef class Roads:
    """Ways as a file holds them."""

    @staticmethod
    cdef Roads wrap(MusterRoads *roads):
        cdef Roads self = Roads.__new__(Roads)
        self.roads = roads
        return self

    def __dealloc__(self):
        muster_roads_free(self.roads)

    @staticmethod
    def read_osm(path, progress):
        cdef Watch watch = Watch(progress)
        cdef GError *error = NULL
        cdef bytes name = path
        cdef const char *file = name
        cdef MusterRoads *roads
        with nogil:
            roads = muster_roads_read_osm(file, watch_progress, <void *>watch, &error)
        if roads is NULL:
            watch.fail(error)
        return Roads.wrap(roads)

    @staticmethod
    def read_county(path):
        cdef GError *error = NULL
        cdef bytes name = path
        cdef const char *file = name
        cdef MusterRoads *roads
        with nogil:
            roads = muster_roads_read_county(file, &error)
        if roads is NULL:
            fail(error)
        return Roads.wrap(roads)

    def way_count(self):
        return muster_roads_way_count(self.roads)

    def seal(self, modes, elevation):
        """The network of the lowest of the modes; the others are had by Network.of_mode."""
        cdef GError *error = NULL
        cdef MusterElevation *heights = NULL
        cdef MusterBox box
        cdef MusterNetwork *network
        cdef unsigned mode_bits = modes
        cdef bytes folder = elevation
        if folder is not None and muster_roads_box(self.roads, &box):
            heights = muster_elevation_read(folder, box, &error)
            if heights is NULL:
                fail(error)
        with nogil:
            network = muster_network_new_for_modes(self.roads, mode_bits, heights, NULL, &error)
            muster_elevation_free(heights)
        if network is NULL:
            fail(error)
        return Network.wrap(network, NULL)


@cython.final
cdef class Network:
    """A network of one mode on one metric (which roads are closed, how long each takes)."""

    @staticmethod
    cdef Network wrap(MusterNetwork *network, MusterMetric *metric):
        """Takes both over; metric NULL: the network's own, all roads open."""
        cdef Network self = Network.__new__(Network)
        self.network = network
        with nogil:
            self.metric = metric if metric is not NULL else muster_network_metric(network)
        return self

    def __dealloc__(self):
        cdef size_t i
        for i in range(self.idle_count):
            muster_search_free(self.idle[i])
        free(self.idle)
        if self.metric is not NULL:
            muster_metric_unref(self.metric)
        if self.network is not NULL:
            muster_network_unref(self.network)

    cdef MusterSearch *take_search(self) except NULL:
        """A search nobody else uses meanwhile."""
        cdef MusterSearch *search
        if self.idle_count:
            self.idle_count -= 1
            return self.idle[self.idle_count]
        search = muster_search_new(self.network)
        muster_search_set_metric(search, self.metric)
        return search

    cdef int give_search(self, MusterSearch *search) except -1:
        if self.idle_count == self.idle_room:
            self.idle_room = 2 * self.idle_room + 4
            self.idle = <MusterSearch **>realloc(self.idle, self.idle_room * sizeof(MusterSearch *))
            if self.idle is NULL:
                raise MemoryError
        self.idle[self.idle_count] = search
        self.idle_count += 1
        return 0

    @staticmethod
    def open(path):
        cdef GError *error = NULL
        cdef bytes name = path
        cdef const char *file = name
        cdef MusterNetwork *network
        with nogil:
            network = muster_network_open(file, &error)
        if network is NULL:
            fail(error)
        return Network.wrap(network, NULL)

    @staticmethod
    def read_dimacs(graph, coordinates):
        cdef GError *error = NULL
        cdef bytes graph_name = graph, coordinates_name = coordinates
        cdef const char *gr = graph_name
        cdef const char *co = NULL
        cdef MusterNetwork *network
        if coordinates_name is not None:
            co = coordinates_name
        with nogil:
            network = muster_network_read_dimacs(gr, co, &error)
        if network is NULL:
            fail(error)
        return Network.wrap(network, NULL)

    def save(self, path):
        cdef GError *error = NULL
        cdef bytes name = path
        cdef const char *file = name
        cdef bint saved
        with nogil:
            saved = muster_network_save(self.network, file, &error)
        if not saved:
            fail(error)

    def of_mode(self, mode):
        """None if the network was not made for that mode."""
        cdef MusterNetwork *network = muster_network_of_mode(self.network, <MusterMode><int>mode)
        return None if network is NULL else Network.wrap(network, NULL)

    def info(self):
        cdef MusterNetworkInfo info
        muster_network_info(self.network, &info)
        return {
            "mode": text(muster_mode_name(info.mode)),
            "modes": [text(muster_mode_name(<MusterMode>mode)) for mode in range(MUSTER_MODE_COUNT)
                      if info.modes >> mode & 1],
            "node_count": info.node_count, "arc_count": info.arc_count, "link_count": info.link_count,
            "snappable_node_count": info.snappable_node_count, "cut_off_node_count": info.cut_off_node_count,
            "cut_off_length_m": info.cut_off_length_m, "turn_restriction_count": info.turn_restriction_count,
            "has_hierarchy": bool(info.has_hierarchy), "chord_count": info.chord_count,
            "has_positions": bool(info.has_positions), "from_dimacs": bool(info.from_dimacs),
            "has_slopes": bool(info.has_slopes), "bytes": info.bytes, "checksum": f"{info.checksum:016x}",
            "box": (info.box.min_lon_e7 / 1e7, info.box.min_lat_e7 / 1e7, info.box.max_lon_e7 / 1e7,
                    info.box.max_lat_e7 / 1e7) if info.has_positions else None,
        }

    # ---- nodes and places ----

    def find_nodes(self, const int64_t[::1] ids):
        """Dense nodes of outside ids; MUSTER_NONE where there is none."""
        nodes = np.empty(ids.shape[0], np.uint32)
        cdef uint32_t[::1] out = nodes
        cdef Py_ssize_t i
        with nogil:
            for i in range(ids.shape[0]):
                out[i] = muster_network_find_node(self.network, ids[i])
        return nodes

    def node_ids(self, const uint32_t[::1] nodes):
        """Outside ids of dense nodes."""
        ids = np.empty(nodes.shape[0], np.int64)
        cdef int64_t[::1] out = ids
        cdef Py_ssize_t i
        with nogil:
            for i in range(nodes.shape[0]):
                out[i] = muster_network_node_id(self.network, nodes[i])
        return ids

    def node_positions(self, const uint32_t[::1] nodes):
        """Degrees, (node, longitude and latitude)."""
        positions = np.empty((nodes.shape[0], 2))
        cdef double[:, ::1] out = positions
        cdef MusterPosition position
        cdef Py_ssize_t i
        with nogil:
            for i in range(nodes.shape[0]):
                position = muster_network_node_position(self.network, nodes[i])
                out[i, 0] = position.lon_e7 / 1e7
                out[i, 1] = position.lat_e7 / 1e7
        return positions

    def at_nodes(self, const uint32_t[::1] nodes):
        """Road points at dense nodes."""
        points = np.empty(nodes.shape[0], POINT)
        cdef MusterRoadPoint *out = <MusterRoadPoint *>points_of(points)
        cdef Py_ssize_t i
        with nogil:
            for i in range(nodes.shape[0]):
                out[i] = muster_road_point_at_node(self.network, nodes[i])
        return points

    def snap(self, const double[::1] lon_deg, const double[::1] lat_deg, double limit_m):
        """(road points, row that could not be placed or −1, why)"""
        points = np.empty(lon_deg.shape[0], POINT)
        cdef MusterRoadPoint *out = <MusterRoadPoint *>points_of(points)
        cdef MusterPosition position
        cdef Py_ssize_t i = 0, end, count = lon_deg.shape[0]
        cdef GError *error = NULL
        cdef bint placed = True, on_earth = True
        while i < count:
            end = min(i + PAIRS_A_TURN, count)
            with nogil:
                while i < end:
                    on_earth = muster_position_from_degrees(lon_deg[i], lat_deg[i], &position)
                    placed = on_earth and muster_network_snap(self.network, position, limit_m, &out[i], &error)
                    if not placed:
                        break
                    i += 1
            if not on_earth:
                return points, i, f"expected degrees on earth, found {lon_deg[i]!r}, {lat_deg[i]!r}"
            if not placed:
                why = text(error.message)
                g_error_free(error)
                return points, i, why
            PyErr_CheckSignals()
        return points, -1, None

    def first_reached(self, points):
        """The dense node that is soonest reached from each point."""
        nodes = np.full(len(points), MUSTER_NONE, np.uint32)
        cdef uint32_t[::1] out = nodes
        cdef const MusterRoadPoint *places = points_of(points)
        cdef Py_ssize_t i, count = len(points)
        cdef uint64_t limit_ms
        cdef size_t reached
        cdef const MusterReached *first
        cdef MusterSearch *search = self.take_search()
        try:
            for i in range(count):
                with nogil:
                    limit_ms = places[i].access_ms + 8000
                    while True:
                        first = muster_search_reach(search, &places[i], 1, <uint32_t>min(limit_ms,
                                                    <uint64_t>MUSTER_UNREACHABLE_MS), MUSTER_FROM_PLACE, &reached)
                        if reached or limit_ms >= MUSTER_UNREACHABLE_MS:
                            break
                        limit_ms *= 4
                    if reached:
                        out[i] = first[0].node
                if i % PAIRS_A_TURN == 0:
                    PyErr_CheckSignals()
        finally:
            self.give_search(search)
        return nodes

    # ---- times ----

    def times(self, sources, targets):
        """uint32 ms of pairs."""
        cdef const MusterRoadPoint *a = points_of(sources)
        cdef const MusterRoadPoint *b = points_of(targets)
        times_ms = np.empty(len(sources), np.uint32)
        cdef uint32_t[::1] out = times_ms
        cdef Py_ssize_t i = 0, end, count = len(sources)
        cdef MusterSearch *search = self.take_search()
        try:
            while i < count:
                end = min(i + PAIRS_A_TURN, count)
                with nogil:
                    while i < end:
                        out[i] = muster_search_time_ms(search, &a[i], &b[i])
                        i += 1
                PyErr_CheckSignals()
        finally:
            self.give_search(search)
        return times_ms

    def matrix(self, sources, targets, uint32_t[:, ::1] out):
        """Fills `out`, (source, target), uint32 ms."""
        cdef const MusterRoadPoint *a = points_of(sources)
        cdef const MusterRoadPoint *b = points_of(targets)
        cdef size_t i = 0, rows, count = len(sources), width = len(targets)
        if <size_t>out.shape[0] != count or <size_t>out.shape[1] != width:
            raise ValueError(f"expected room for {count} × {width} times, found {out.shape[0]} × {out.shape[1]}")
        cdef size_t turn = max(16, CELLS_A_TURN // max(width, <size_t>1) // 16 * 16)
        cdef MusterSearch *search
        if count == 0 or width == 0:
            return
        search = self.take_search()
        try:
            while i < count:
                rows = min(turn, count - i)
                with nogil:
                    muster_search_matrix(search, a + i, rows, b, width, &out[i, 0])
                i += rows
                PyErr_CheckSignals()
        finally:
            self.give_search(search)

    def path(self, source, target):
        """None if there is no way."""
        cdef const MusterRoadPoint *a = points_of(source)
        cdef const MusterRoadPoint *b = points_of(target)
        cdef MusterPath path
        cdef MusterSearch *search = self.take_search()
        cdef size_t i
        cdef double[:, ::1] degrees
        cdef int64_t[::1] ids
        try:
            with nogil:
                muster_search_path(search, a, b, &path)
            if path.time_ms == MUSTER_UNREACHABLE_MS:
                return None
            shape, nodes = np.empty((path.shape_count, 2)), np.empty(path.node_count, np.int64)
            degrees, ids = shape, nodes
            for i in range(path.shape_count):
                degrees[i, 0] = path.shape[i].lon_e7 / 1e7
                degrees[i, 1] = path.shape[i].lat_e7 / 1e7
            for i in range(path.node_count):
                ids[i] = muster_network_node_id(self.network, path.nodes[i])
            streets = [(text(path.streets[i].name), path.streets[i].length_mm / 1000.0, path.streets[i].time_ms)
                       for i in range(path.street_count)]
            return path.time_ms, path.length_mm / 1000.0, nodes, shape, streets
        finally:
            self.give_search(search)

    def reach(self, places, uint32_t limit_ms, bint toward):
        """(dense nodes, ms), ascending (ms, node)"""
        cdef const MusterRoadPoint *points = points_of(places)
        cdef size_t i, count = 0, place_count = len(places)
        cdef const MusterReached *reached
        cdef MusterDirection direction = MUSTER_TO_PLACE if toward else MUSTER_FROM_PLACE
        cdef MusterSearch *search = self.take_search()
        cdef uint32_t[::1] to_nodes, to_times
        try:
            with nogil:
                reached = muster_search_reach(search, points, place_count, limit_ms, direction, &count)
            nodes, times_ms = np.empty(count, np.uint32), np.empty(count, np.uint32)
            to_nodes, to_times = nodes, times_ms
            for i in range(count):
                to_nodes[i] = reached[i].node
                to_times[i] = reached[i].time_ms
            return nodes, times_ms
        finally:
            self.give_search(search)

    def reach_areas(self, places, const uint32_t[::1] limits_ms, bint toward, double margin_m):
        """Polygons, as polygons_to_arrays, one for each limit; limits ascend."""
        cdef const MusterRoadPoint *points = points_of(places)
        cdef size_t i, place_count = len(places), count = limits_ms.shape[0]
        cdef MusterDirection direction = MUSTER_TO_PLACE if toward else MUSTER_FROM_PLACE
        cdef GError *error = NULL
        cdef MusterReachArea **areas
        cdef MusterSearch *search
        cdef bint drawn
        if count == 0:
            return []
        search = self.take_search()
        room = np.zeros(count, np.uintp)
        cdef size_t address = room.ctypes.data
        areas = <MusterReachArea **>address
        with nogil:
            drawn = muster_search_reach_areas(search, points, place_count, &limits_ms[0], count, direction, margin_m,
                                              areas, &error)
        self.give_search(search)
        if not drawn:
            fail(error)
        try:
            return [polygons_to_arrays(muster_reach_area_polygons(areas[i])) for i in range(count)]
        finally:
            for i in range(count):
                muster_reach_area_free(areas[i])

    # ---- arcs and closures ----

    def arcs_of_way(self, int64_t way):
        cdef size_t count = muster_network_arcs_of_way(self.network, way, NULL, 0)
        arcs = np.empty(count, np.uint32)
        cdef uint32_t[::1] out = arcs
        if count:
            muster_network_arcs_of_way(self.network, way, &out[0], count)
        return arcs

    def arcs_between(self, int64_t tail, int64_t head):
        cdef size_t count = muster_network_arcs_between(self.network, tail, head, NULL, 0)
        arcs = np.empty(count, np.uint32)
        cdef uint32_t[::1] out = arcs
        if count:
            muster_network_arcs_between(self.network, tail, head, &out[0], count)
        return arcs

    def arcs_in_area(self, const int[:, ::1] positions_e7, const uint32_t[::1] ring_first,
                     const uint32_t[::1] polygon_first):
        cdef MusterPolygons area
        if positions_e7.shape[0] == 0:
            return np.empty(0, np.uint32)
        area.positions = <const MusterPosition *>&positions_e7[0, 0]
        area.ring_first, area.polygon_first = &ring_first[0], &polygon_first[0]
        area.ring_count, area.polygon_count = ring_first.shape[0] - 1, polygon_first.shape[0] - 1
        cdef size_t count = muster_network_arcs_in_area(self.network, &area, NULL, 0)
        arcs = np.empty(count, np.uint32)
        cdef uint32_t[::1] out = arcs
        if count:
            muster_network_arcs_in_area(self.network, &area, &out[0], count)
        return arcs

    def arc_ends(self):
        """(tails, heads), dense nodes by arc."""
        cdef MusterNetworkInfo info
        muster_network_info(self.network, &info)
        tails, heads = np.empty(info.arc_count, np.uint32), np.empty(info.arc_count, np.uint32)
        cdef uint32_t[::1] to_tails = tails, to_heads = heads
        cdef uint32_t arc
        with nogil:
            for arc in range(info.arc_count):
                to_tails[arc] = muster_network_arc_tail(self.network, arc)
                to_heads[arc] = muster_network_arc_head(self.network, arc)
        return tails, heads

    def arc_times(self):
        """uint32 ms by arc on this metric."""
        cdef MusterNetworkInfo info
        muster_network_info(self.network, &info)
        times_ms = np.empty(info.arc_count, np.uint32)
        cdef uint32_t[::1] out = times_ms
        cdef uint32_t arc
        with nogil:
            for arc in range(info.arc_count):
                out[arc] = muster_metric_arc_ms(self.metric, arc)
        return times_ms

    def close_arcs(self, const uint32_t[::1] arcs):
        """The same roads, with these arcs closed."""
        cdef MusterMetric *metric
        cdef size_t count = arcs.shape[0]
        cdef const uint32_t *first = &arcs[0] if count else NULL
        with nogil:
            metric = muster_metric_close(self.metric, first, count)
        return Network.wrap(muster_network_ref(self.network), metric)

    def with_times(self, const uint32_t[::1] weight_ms, unsigned threads):
        """The same roads with other times, by arc."""
        cdef MusterMetric *metric
        cdef MusterNetworkInfo info
        muster_network_info(self.network, &info)
        if <uint32_t>weight_ms.shape[0] != info.arc_count:
            raise ValueError(f"expected a time for each of {info.arc_count} arcs, found {weight_ms.shape[0]}")
        with nogil:
            metric = muster_metric_new(self.network, &weight_ms[0], threads)
        return Network.wrap(muster_network_ref(self.network), metric)
