#!/usr/bin/env python3
"""Draws a lead's screen from callsync's file, as a CRM would.

    python3 examples/lead_screen.py FILE LEAD_ID [PAGE]

Only reads: the account needs the right to read the file, and none to write it. A CRM
shows this to whoever may see the lead; callsync's own rules of permission are not here.
Needs Python 3.9 with SQLite 3.37 or newer.
"""

import sqlite3
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

CALLS_PER_PAGE = 10
ZONE = ZoneInfo("Europe/Warsaw")


def local(moment):
    """The file has UTC; people want their own clock."""
    if moment is None:
        return "brak"
    utc = datetime.fromisoformat(moment.replace("Z", "+00:00"))
    return utc.astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S")


def lead_screen(file, lead_id, page):
    database = sqlite3.connect(f"{Path(file).resolve().as_uri()}?mode=ro", uri=True)
    database.row_factory = sqlite3.Row
    lead = database.execute(
        """SELECT l.name, ifnull(l.number, l.phone) AS number, u.name AS advisor, l.refreshed_at
           FROM leads l LEFT JOIN users u ON u.id = l.advisor_id WHERE l.id = ?""",
        [lead_id],
    ).fetchone()
    if lead is None:
        sys.exit(f"Nie ma leada o identyfikatorze {lead_id}")
    # Null while an advisor was never synchronised: then nothing is sure.
    (synced_at,) = database.execute(
        """SELECT CASE WHEN count(*) = count(last_synced_at) THEN min(last_synced_at) END
           FROM advisors WHERE active"""
    ).fetchone()
    calls = database.execute(
        """SELECT direction, status, started_at, duration_s, advisor, number
           FROM lead_register WHERE lead_id = ?
           ORDER BY started_at DESC, call_id DESC LIMIT ? OFFSET ?""",
        [lead_id, CALLS_PER_PAGE, (page - 1) * CALLS_PER_PAGE],
    )
    yield f"{lead['name']} (lead {lead_id})"
    yield f"Numer telefonu: {lead['number'] or 'brak'}"
    yield f"Doradca: {lead['advisor'] or 'brak'}"
    yield f"Ostatnia synchronizacja: {local(max(lead['refreshed_at'] or '', synced_at or '') or None)}"
    for call in calls:
        minutes, seconds = divmod(call["duration_s"], 60)
        yield "  ".join(
            [
                "→" if call["direction"] == "out" else "←",
                f"{call['status']:12}",
                local(call["started_at"]),
                f"{minutes:02}:{seconds:02}",
                call["advisor"] or "–",
                call["number"] or "(ukryty)",
            ]
        )


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    try:
        for line in lead_screen(sys.argv[1], int(sys.argv[2]), int((sys.argv[3:] or [1])[0])):
            print(line)
    except sqlite3.OperationalError as error:
        sys.exit(f"{sys.argv[1]}: {error}")
