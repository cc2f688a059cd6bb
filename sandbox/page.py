"""The sandbox's front page: what can be asked, with samples to follow, and what it has been told to do."""

from html import escape
from typing import Any

from sandbox.control import Mode
from sandbox.offices import OFFICES
from sandbox.service_requests import FIXED, STAGES

NORWICH = next(office for office in OFFICES if office.town == "Norwich")
VOTER_INFO = "/civic_info/civicinfo/v2/voterinfo"
CALENDAR = "/qmatic/calendar-backend/public/api"

SAMPLES = [
    ("qmatic", f"{CALENDAR}/v1/branches", "DMV offices"),
    ("qmatic", f"{CALENDAR}/v1/branches/{NORWICH.id}/services", "what the Norwich office does"),
    ("qmatic", f"{CALENDAR}/v2/branches/{NORWICH.id}/dates;servicePublicId=REAL_ID", "days with free times there"),
    ("socrata", "/socrata/resource/dmv0-hour.json", "hours of the offices"),
    ("socrata", "/socrata/resource/dmv0-wait.json?office_name=Norwich", "waiting times in Norwich now"),
    ("democracy_works", "/democracy_works/elections?stateCode=CT", "elections (needs a header X-API-KEY)"),
    ("civic_info", f"{VOTER_INFO}?key=any&address=12+Main+Street,+Hartford", "where an address votes, and on what"),
    ("statuspage", "/statuspage/api/v2/summary.json", "what is up, down or closed"),
    ("open311", "/open311/services.json", "kinds of requests"),
    ("open311", "/open311/requests/24-000123.json", "a request that is in progress"),
    ("open311", "/open311/requests.xml?status=open", "open requests of the last 90 days"),
    ("", "/_control", "the orders below, as JSON"),
]

STYLE = """body{font:16px/1.5 system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem}
td,th{padding:.2rem .8rem .2rem 0;text-align:left;vertical-align:top}code{font-size:.9em}"""


def front_page(state: dict[str, Any], seed: int, now: str) -> str:
    samples = "".join(
        f"<tr><td>{escape(api)}</td><td><a href='{escape(path)}'><code>{escape(_short(path))}</code></a></td>"
        f"<td>{escape(words)}</td></tr>"
        for api, path, words in SAMPLES
    )
    orders = "".join(
        f"<tr><td>{escape(api)}</td><td>{escape(str(fault['mode']))}</td><td>{state['served'][api]}</td></tr>"
        for api, fault in state["apis"].items()
    )
    ids = "".join(
        f"<tr><td><a href='/open311/requests/{public_id}.json'>{public_id}</a></td><td>{STAGES[stage].status}</td>"
        f"<td>{escape(STAGES[stage].notes)}</td><td>{escape(quirk.value)}</td></tr>"
        for public_id, (_, stage, quirk) in FIXED.items()
    )
    apis = "".join(f"<option>{escape(api)}</option>" for api in ("*", *state["apis"]))
    modes = "".join(f"<option>{mode}</option>" for mode in Mode)
    frozen = " (ordered)" if state["now"] else ""
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Sandbox of state APIs</title><style>{STYLE}</style></head><body>
<h1>Sandbox of state APIs</h1>
<p>Everything here is made up. Seed {seed}; the time is {escape(now)}{frozen}.</p>
<h2>What can be asked</h2><table><tr><th>API</th><th>Address</th><th>What</th></tr>{samples}</table>
<h2>Orders in force</h2><table><tr><th>API</th><th>Mode</th><th>Requests so far</th></tr>{orders}</table>
<form method="post" action="/_control">
<label>API <select name="api">{apis}</select></label> <label>Mode <select name="mode">{modes}</select></label>
<button>Order</button> <button name="reset" value="1">Reset everything</button></form>
<p>Or with <code>POST /_control</code>, for example
<code>{{"api": "qmatic", "mode": "slow", "seconds": 8}}</code>, <code>{{"now": "2026-11-24T10:00:00-05:00"}}</code>
or <code>{{"reset": true}}</code>.</p>
<h2>Request numbers that never change</h2>
<table><tr><th>Number</th><th>Status</th><th>Notes</th><th>Quirk</th></tr>{ids}</table>
</body></html>
"""


def _short(path: str) -> str:
    return path.replace(NORWICH.id, f"{NORWICH.id[:6]}…")
