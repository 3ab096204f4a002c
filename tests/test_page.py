"""The what-if page without a browser: what may be chosen, what is refused, what is run."""

import contextlib
import io
import re
import socket
import subprocess
import sys
import threading
import zipfile
from decimal import Decimal
from urllib.parse import parse_qsl

import httpx
import pandas as pd
import pytest
import uvicorn

from sim import api
from sim.cli import main
from sim.experiment import worker
from sim.experiment.errors import ReplicationError
from sim.page import downloads, scenario_file
from sim.page.app import app
from sim.page.background import Background
from sim.page.levers import choices
from sim.page.state import read
from sim.page.view import view

PLACE = "arrangements.place_based.teams.place.wte"
CUT = "contexts.cut_33.wte_multiplier"
KNOWN = "arrangements.place_based.knowledge.unknown_effort_multiplier"


def measured(wte, replication):
    """Stand in for the model: more staff, more in time."""
    rows = [
        ("resolution_in_clock_share", min(0.01 * wte + 0.001 * replication, 1.0), "share"),
        ("load", 0.5, "ratio"),
        ("wte", wte, "whole-time equivalents"),
        ("cost_total_gbp", 50_000.0 * wte, "GBP per year"),
    ]
    frame = pd.DataFrame(rows, columns=["measure", "value", "unit"])
    return frame.assign(case_type="all", body="all", role="all", period="all")


@pytest.fixture
def background(tmp_path, monkeypatch):
    def simulate(point, replication, by):
        (who,) = worker.scenario_of(point.document).arrangements.values()
        wte = sum(float(team.wte) for team in who.teams.values()) * point.wte_scale
        return measured(wte, replication)

    monkeypatch.setattr(worker, "simulate", simulate)
    return Background(tmp_path)


@contextlib.contextmanager
def served(background):
    """Yield a client of the page, which is served by a thread."""
    server = uvicorn.Server(uvicorn.Config(app(background), log_level="warning"))
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with httpx.Client(base_url=address, timeout=60, trust_env=False) as client:
        yield client
    background.stop()
    server.should_exit = True
    thread.join()


@pytest.fixture
def client(background):
    with served(background) as client:
        yield client


@pytest.mark.parametrize("name", [one.scenario for one in choices().questions])
def test_every_lever_goes_as_far_as_it_says(name):
    asked = read([("scenario", name), ("context", "cut_33")]).state
    assert len({lever.name for lever in asked.levers}) == len(asked.levers) >= 5
    for end in ("low", "high"):
        typed = [(lever.name, str(getattr(lever, end))) for lever in asked.levers]
        found = read([("scenario", name), ("context", "cut_33"), *typed])
        assert not found.faults
        loaded = scenario_file.load(found.state)
        for lever, value in found.state.moved:
            for key in lever.keys:
                place = loaded.document
                for part in key.split("."):
                    place = place[part]
                assert Decimal(repr(place)) * lever.times == value


def test_file_says_only_what_is_different():
    state = read([("area", "NHS Sussex ICB"), ("context", "cut_33"), (CUT, "55"), (KNOWN, "1.4")])
    loaded, shipped = scenario_file.load(state.state), api.load("one-icb-2023")
    told = " ".join(api.diff(shipped, loaded))
    assert 'extends = "one-icb-2023"' in scenario_file.text(state.state)
    assert "Sussex" in told
    assert loaded.scenario.contexts["cut_33"].wte_multiplier.central == 0.55
    same = loaded.scenario.model_dump()["arrangements"]
    other = shipped.scenario.model_dump()["arrangements"]
    changed = {name for name, one in same.items() if one != other[name]}
    assert changed == {"icb", "place_based"}  # what is known is worth the same in both


def test_an_arrangement_beside_itself_unchanged(background):
    """Its own levers change the copy; what goes for both changes both."""
    chosen = [("arrangement", "place_based"), ("base", "place_based"), (KNOWN, "1.4")]
    state = read([*chosen, (PLACE, "3")]).state
    assert read(parse_qsl(state.query)).state == state
    loaded = scenario_file.load(state).scenario
    copy, own = (loaded.arrangements[name] for name in state.compared)
    assert loaded.compare.base == "place_based"
    assert [float(one.teams["place"].wte) for one in (copy, own)] == [3, 2]
    assert [float(one.knowledge.unknown_effort_multiplier) for one in (copy, own)] == [1.4, 1.4]
    moved, same = (shown(background, one) for one in (state, read(chosen).state))
    assert "Place teams within an ICB (changed), beside Place teams within an ICB</h2>" in moved
    assert "Nothing differs yet" not in moved
    assert "</span>none seen" not in moved
    assert "Nothing differs yet" in same
    assert "</span>none seen" in same


def shown(background, state):
    """Return the page of a state when all its numbers are in."""
    job = background.ask(state)
    while not job.over:
        job.wait(job.reached, 10)
    with served(background) as client:
        return client.get("/?" + state.query).text


def test_address_is_the_state():
    state = read([(PLACE, "3.50"), ("base", "regional"), ("arrangement", "place_based")]).state
    assert state.changes == ((PLACE, Decimal("3.5")),)
    assert read(parse_qsl(state.query)).state == state
    assert read([(PLACE, "2"), ("area", "")]).state == read([]).state  # as it always is


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        (PLACE, "99", "Place team: must be a number from 0.5 to 8"),
        (PLACE, "many", "Place team: enter a number from 0.5 to 8"),
        (PLACE, "nan", "Place team: must be a number from 0.5 to 8"),
        ("area", "NHS Susex ICB", 'did you mean "NHS Sussex ICB"?'),
        ("scenario", "../../etc/passwd", "There is no scenario"),
        ("arangement", "icb", "did you mean arrangement?"),
        ("context", "<script>", "There is no context"),
    ],
)
def test_mistakes_are_told_in_the_page(client, name, value, message):
    answer = client.get("/", params={name: value})
    text = re.sub(r"&#34;", '"', answer.text)
    assert answer.status_code == 422
    assert "There is a problem" in text
    assert message in text
    assert "<script>\n" not in text.split("There is a problem")[1].split("</form>")[0]
    assert client.get("/what-if.toml", params={name: value}).status_code == 422


def test_only_this_machine_may_ask(client):
    assert client.get("/", headers={"Host": "sim.example"}).status_code == 400
    assert client.get("/", headers={"Host": "localhost:8765"}).status_code == 200


def test_numbers_come_in_stages(client, background):
    first = client.get("/", params={PLACE: "3"}, headers={"Reached": "-1"}).text
    assert "replications" in first
    job = background.ask(read([(PLACE, "3")]).state)
    while not job.over:
        job.wait(job.reached, 10)
    done = client.get("/", params={PLACE: "3"}).text
    assert 'data-going="no"' in done
    assert "All 5 replications are in." in done
    assert "As staffed" in done
    assert "Same money" in done


def test_numbers_and_words_are_of_the_same_moment(background, monkeypatch):
    """A job that ends while its first numbers are drawn is not said to have ended."""
    go_on, plain = threading.Event(), worker.simulate

    def slowly(point, replication, by):
        assert replication < 2 or go_on.wait(20)
        return plain(point, replication, by)

    def late(seen, runner):
        go_on.set()
        job = background.ask(read([]).state)
        while not job.over:
            job.wait(job.reached, 10)
        return view(seen, runner)

    monkeypatch.setattr(worker, "simulate", slowly)
    monkeypatch.setattr("sim.page.app.view", late)
    with served(background) as client:
        text = client.get("/", headers={"Reached": "-1"}).text
    assert "2 of 5 replications so far." in text
    assert "Means of 2 replications" in text
    assert 'data-going="yes"' in text


def test_archives_hold_charts_and_report(background, monkeypatch, tmp_path):
    monkeypatch.setattr(api.Results, "save", lambda run: _written(tmp_path / "charts", "a.svg"))
    report = downloads.Download("report.zip", "", lambda run: [run.folder / "manifest.json"])
    monkeypatch.setattr("sim.page.app.DOWNLOADS", (downloads.DOWNLOADS[0], report))
    with served(background) as client:
        for name, held in (("charts.zip", ["a.svg"]), ("report.zip", ["manifest.json"])):
            answer = client.get("/" + name)
            assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
            assert zipfile.ZipFile(io.BytesIO(answer.content)).namelist() == held


def _written(folder, name):
    folder.mkdir(exist_ok=True)
    (folder / name).write_text("x", encoding="utf-8")
    return folder


def test_a_new_question_stops_the_old_one(background, monkeypatch):
    begun, go_on, plain = threading.Event(), threading.Event(), worker.simulate

    def slowly(point, replication, by):
        begun.set()
        go_on.wait(20)
        return plain(point, replication, by)

    monkeypatch.setattr(worker, "simulate", slowly)
    old = background.ask(read([]).state)
    assert begun.wait(20)
    new = background.ask(read([(PLACE, "3")]).state)
    go_on.set()
    while not new.over:
        new.wait(new.reached, 20)
    assert new.finished
    assert old.stopped
    assert old.reached == 0
    assert background.known(old.state) is old  # a page that still waits does not begin it again
    assert background.ask(old.state) is not old


def test_a_failure_is_told(client, monkeypatch):
    def fails(task, store, by):
        raise ReplicationError("the third officer fell asleep")

    monkeypatch.setattr(worker, "finish", fails)
    text = client.get("/", headers={"Reached": "-1"}).text
    assert "the third officer fell asleep" in text
    assert 'data-going="no"' in text
    assert client.get("/charts.zip").status_code == 409


def test_port_in_use(capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit) as stopped:
            main(["explore", "--port", str(port), "--no-browser"])
    assert stopped.value.code == 2
    assert f"port {port}: address already in use; choose another" in capsys.readouterr().err


CUT_OFF = """
import asyncio, os, signal, threading, urllib.request
from pathlib import Path
from sim.page import app, serve

async def endless(scope, receive, send):
    if scope["type"] == "http":
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.sleep(60)

class Idle:
    def __init__(self, out): pass
    def ask(self, state): pass
    def stop(self): pass

def look(address):
    threading.Thread(target=urllib.request.urlopen, args=[address], daemon=True).start()

threading.excepthook = lambda _: None  # of who looks, and is cut off
app.app, serve.Background, serve.webbrowser.open = lambda _: endless, Idle, look
serve.serve(0, Path("."), browser=True)
"""


def test_what_takes_too_long_is_cut_off_without_a_word(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", CUT_OFF],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "Stopped" in done.stdout
