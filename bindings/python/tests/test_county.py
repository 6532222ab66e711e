"""Counties: the C program's, round trips of their tables, edits and their errors."""

import json
import pickle

import numpy as np
import pytest

import muster


def test_as_the_program(county, program, tmp_path):
    program("county", "reference", "--seed", 7, "--scale", "0.02", "-o", tmp_path / "c.gpkg")
    with open(county._path, "rb") as file:
        assert (tmp_path / "c.gpkg").read_bytes() == file.read()
    told = json.loads(program("county", "check", tmp_path / "c.gpkg", "--json"))
    assert told["volunteers"] == county.counts["volunteers"] and told["grids"] == county.counts["grid"]
    assert county.check() == ([], [])
    assert pickle.loads(pickle.dumps(county)).sha256 == county.sha256


def test_tables_round_trip(county):
    tables = county.tables()
    assert set(tables) == set(muster.TABLES)
    assert county.edit(**tables).sha256 == county.sha256
    shuffled = {name: frame.sample(frac=1, random_state=3) for name, frame in tables.items()}
    assert county.edit(**shuffled).sha256 == county.sha256
    grids = tables["grids"]
    assert grids.crs == 4326 and county.edit(grids=grids.to_crs(4326)).sha256 == county.sha256
    assert county.table("volunteers").id.tolist() == county.volunteer_ids.tolist()


def test_an_edit_is_another_county(county, tmp_path):
    posts = county.table("posts")
    moved = posts.to_crs(32649)
    moved["geometry"] = moved.translate(30, 0)
    other = county.edit(posts=moved)
    assert other.sha256 != county.sha256 and county.table("posts").equals(posts)
    metres = other.table("posts").to_crs(32649).distance(posts.to_crs(32649))
    assert metres.to_numpy() == pytest.approx(30, abs=0.1)
    fewer = county.edit(posts=posts.iloc[1:])
    assert {defect.kind for defect in fewer.check().defects} == {"orphan"}
    other.to_gpkg(tmp_path / "other.gpkg")
    assert muster.County.open(tmp_path / "other.gpkg").sha256 == other.sha256


def test_errors_name_table_row_and_id(county):
    volunteers = county.table("volunteers")
    volunteers.loc[3, "role"] = "chief"
    name = volunteers.id.iloc[3]
    with pytest.raises(muster.MusterError, match=rf'^layer "volunteers", row 3 \(id {name}\): role: .*found "chief"'):
        county.edit(volunteers=volunteers)
    with pytest.raises(ValueError, match="'people'"):
        county.table("people")
    with pytest.raises(TypeError, match="GeoDataFrame"):
        county.edit(posts=county.table("teams"))
    with pytest.raises(muster.MusterError, match="nowhere.gpkg"):
        muster.County.open("nowhere.gpkg")


def test_places(county, network):
    seats = county.grid_seats_deg
    assert (county.grids_at(*seats.T) == county.grid_codes).all()
    assert county.grids_at([0.0], [0.0]).tolist() == [0]
    assert county.grid_residents.sum() == county.table("grids").residents.sum()
    posts = county.table("posts")
    assert posts.id.tolist() == county.post_ids.tolist()
    assert np.column_stack([posts.geometry.x, posts.geometry.y]) == pytest.approx(county.posts_deg, abs=1e-7)
    times = network.matrix_ms(tuple(county.stations_deg.T), posts)
    assert times.shape == (len(county.station_ids), len(posts))


def test_over_real_roads_and_stopping(data):
    extract = data("osm/monaco-osrm.osm.pbf")
    made = muster.County.over(extract, grids=12, teams=4, volunteers=60)
    assert made.counts["grid"] == 12 and made.counts["volunteers"] == 60
    assert muster.County.over(extract, grids=12, teams=4, volunteers=60).sha256 == made.sha256

    class Stop(Exception):
        pass

    def stop(share):
        raise Stop

    with pytest.raises(Stop):
        muster.County.over(extract, progress=stop)


def test_sheets(county, tmp_path):
    (tmp_path / "areas.geojson").write_text('{"type": "FeatureCollection", "features": [{"type": "Feature"}]}')
    with pytest.raises(muster.MusterError, match=r"areas.geojson"):
        muster.County.from_sheets(tmp_path / "areas.geojson")


def test_pictures(county):
    import matplotlib

    matplotlib.use("agg")
    assert county.plot().get_xlabel() == "longitude, °"
    assert "leaflet" in county.explore()._repr_html_()
    assert "volunteers" in county._repr_html_()
