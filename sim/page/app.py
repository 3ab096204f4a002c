"""What the server answers: the page, its main part alone, and the files to take away."""

from __future__ import annotations

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from sim.experiment.errors import ExperimentError
from sim.nhs import MissingExtraError
from sim.page import render, scenario_file
from sim.page.background import Background, Job
from sim.page.downloads import DOWNLOADS, Download, made
from sim.page.state import Asked, State, read
from sim.page.view import view

HOSTS = ["127.0.0.1", "localhost"]
"""Names by which the page may be asked for; another one is somebody else's page asking."""

REACHED = "Reached"
"""Request header: the stages that a page knows, -1 where it begins; it wants what comes next."""

PATIENCE = 8.0
"""Seconds for which a page that wants more is kept waiting."""

GLANCE = 0.3
"""Seconds to wait for numbers that may be there already."""

EAGER = 5
"""Up to this stage each one is shown, then at every quarter more: drawing takes time as well."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def app(background: Background) -> Starlette:
    """Return the application, which has its numbers worked out by ``background``."""

    def page(request: Request) -> Response:
        asked = read(request.query_params.multi_items())
        reached = _reached(request)
        job = None if asked.faults else _job(background, asked, reached)
        seen = job.seen() if job else None
        body = render.body(asked, seen, view(seen, background.runner) if seen else None)
        text = body if reached is not None else render.document(body)
        return HTMLResponse(text, 422 if asked.faults else 200, HEADERS)

    def scenario(state: State) -> Response:
        return _file(scenario_file.text(state).encode(), scenario_file.NAME, "application/toml")

    def file(download: Download) -> Callable[[State], Response]:
        return lambda state: _download(download, background, state)

    routes = [
        Route("/", page),
        Route("/" + scenario_file.NAME, _of_state(scenario)),
        *(Route("/" + each.name, _of_state(file(each))) for each in DOWNLOADS),
    ]
    hosts = Middleware(TrustedHostMiddleware, allowed_hosts=HOSTS, www_redirect=False)
    return Starlette(routes=routes, middleware=[hosts])


def _download(download: Download, background: Background, state: State) -> Response:
    """Return a file of the finished job of a state, when it is finished."""
    job = background.ask(state)
    while not job.over:
        job.wait(job.reached, PATIENCE)
    if not job.finished:
        return PlainTextResponse(job.error or render.STOPPED, 409, HEADERS)
    try:
        content = made(download, job, background)
    except (ExperimentError, MissingExtraError) as error:
        return PlainTextResponse(str(error), 409, HEADERS)
    return _file(content, download.name, "application/zip")


def _job(background: Background, asked: Asked, reached: int | None) -> Job:
    """Return the job of what is asked, after a wait for its next stage.

    Only a page that begins may begin a job again that was stopped for another one, or two
    pages would stop each other for ever.
    """
    follows = reached is not None and reached >= 0
    known = background.known(asked.state) if follows else None
    job = known or background.ask(asked.state)
    if reached is None:
        job.wait(0, GLANCE)
    else:
        job.wait(max(reached, 0) if reached < EAGER else reached * 5 // 4, PATIENCE)
    return job


def _reached(request: Request) -> int | None:
    """Return what a page knows already; None for a visit."""
    try:
        return int(request.headers[REACHED])
    except (KeyError, ValueError):
        return None


def _of_state(answer: Callable[[State], Response]) -> Callable[[Request], Response]:
    """Return an endpoint for a sound state; another one is told what is wrong with it."""

    def endpoint(request: Request) -> Response:
        asked = read(request.query_params.multi_items())
        if asked.faults:
            return PlainTextResponse("\n".join(asked.faults.values()), 422, HEADERS)
        return answer(asked.state)

    return endpoint


def _file(content: bytes, name: str, kind: str) -> Response:
    attached = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, 200, {**HEADERS, **attached}, media_type=kind)
