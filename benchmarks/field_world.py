"""A region with as many devices as wanted and ten recorded events for each, made in the database itself.

Everything is made up from device numbers by arithmetic: the same count gives the same region. Triggers are off while it
is filled; what they would have made (row versions, touches) is no part of what is measured.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from app.database import connection, execute, fetch_value, new_id, unit_of_work
from app.identity import repository
from app.identity.actor import Role
from app.policy.regions import VASTMANLAND
from app.policy.repository import store_policy

ARTICLES: Final = 300
BIG_ARTICLE: Final = "30000"
"""One device in five is of it."""
SMALL_ARTICLE: Final = "30001"
"""One device in forty is of it."""
OLD_DEVICE: Final = "99999999"
"""Twenty years old: forty holders, and all that has been done with it."""
EVENTS: Final = 10

# An id that follows from a kind and a number, so that rows find each other without being read.
_IDS: Final = """
create function bench_id(kind text, n bigint) returns uuid language sql immutable as
$$ select md5(kind || ':' || n)::uuid $$
"""

_FILL: Final = (
    # Persons and devices. $1 region, $2 first, $3 last.
    """
    insert into person (id, region_id, personal_number, first_name, last_name, street, postcode, town)
    select bench_id('p', n), $1, lpad(n::text, 12, '0'), 'Prov', 'Person ' || n, 'Provgatan ' || n % 90, '97212',
      'Luleå'
    from generate_series($2::bigint, $3::bigint) n
    """,
    """
    insert into device (id, region_id, number, serial, batch, article_id, purchased_on, status, last_pm, next_pm)
    select bench_id('d', n), $1, (10000000 + n)::text, 'S' || lpad(n::text, 9, '0'), 'B' || n % 400,
    bench_id('a', case when n % 5 = 0 then 0 when n % 40 = 1 then 1 else 2 + n % 298 end), date '2016-01-01',
    'with_holder', date '2026-01-01', date '2026-01-01' + (n % 700)::int from generate_series($2, $3::bigint) n
    """,
    # Two holdings: one that ended, one that goes on.
    """
    insert into holding (id, region_id, device_id, person_id, starts_at, ends_at, source)
    select bench_id('h' || k, n), $1, bench_id('d', n), bench_id('p', $2 + (n * 7 + k) % ($3 - $2 + 1)),
    timestamptz '2018-01-01' + make_interval(years => k * 3, hours => (n % 5000)::int),
    case k when 0 then timestamptz '2020-01-01' + make_interval(hours => (n % 5000)::int) end, 'bench'
    from generate_series($2, $3::bigint) n, generate_series(0, 1) k
    """,
    # Five links of custody: out, home, to the store, out, and half of them on the way home again.
    """
    insert into custody_event (id, region_id, device_id, article_id, kind, from_kind, from_id, to_kind, to_id, at,
    by_user, command_id)
    select bench_id('c' || k, n), $1, bench_id('d', n), bench_id('a', 0),
    case k when 0 then 'deliver' when 1 then 'collect' when 2 then 'arrive' when 3 then 'deliver' else 'collect' end,
    'location', bench_id('l', n % 50), case when k in (0, 3) then 'holder' else 'location' end,
    case when k in (0, 3) then bench_id('p', n) else bench_id('l', n % 50) end,
    case k when 0 then timestamptz '2018-01-01' when 1 then timestamptz '2020-01-01' when 2 then timestamptz
      '2020-01-01'
    when 3 then timestamptz '2021-01-01' else timestamptz '2020-06-01' + make_interval(years => (n % 2)::int * 3) end
    + make_interval(hours => (n % 5000)::int + case k when 2 then 9 else 0 end),
    (select id from user_account where region_id = $1 limit 1),
      (select id from command_log where region_id = $1 limit 1)
    from generate_series($2, $3::bigint) n, generate_series(0, 4) k
    """,
    # A work order, its protocol and a label. One order in a hundred is open, of ten open ones one waits for triage.
    """
    insert into work_order (id, region_id, number, type, state, device_id, article_id, person_id, fault_text,
    proposed_priority, proposed_place, team_id, registered_at, contacted_at, started_at, done_at, closed_at, outcome,
    contact_due, done_due, assessed_priority, assessed_at)
    select bench_id('w', n), $1, (10000000 + n)::text, 'corrective',
      case when n % 100 = 0 then 'registered' else 'closed' end,
    bench_id('d', n), bench_id('a', 2), bench_id('p', n), 'Bromsen tar inte.', 1 + (n % 4)::int, 'at_holder',
    bench_id('t', n % 12), w.at, w.at + interval '5 hours', case when n % 100 > 0 then w.at + interval '2 days' end,
    case when n % 100 > 0 then w.at + make_interval(days => 2 + (n % 9)::int) end,
    case when n % 100 > 0 then w.at + make_interval(days => 3 + (n % 9)::int) end,
    case when n % 100 > 0 then 'repaired' end, w.at + interval '1 day', w.at + interval '7 days',
    case when n % 1000 > 0 then 1 + (n % 4)::int end, case when n % 1000 > 0 then w.at end
    from generate_series($2, $3::bigint) n,
      lateral (select now() - make_interval(mins => (n % 3000000)::int * 10) as at) w
    """,
    """
    insert into service_protocol (id, region_id, work_order_id, device_id, template_id, template_version,
    template_sha256, answers, verdict, judgement, technician_id, signed_at, command_id)
    select bench_id('s', n), $1, bench_id('w', n), bench_id('d', n), 'manual-wheelchair', '1', repeat('0', 64), '{}',
    'approved', '{}', (select id from user_account where region_id = $1 limit 1), timestamptz '2024-01-01',
    (select id from command_log where region_id = $1 limit 1) from generate_series($2, $3::bigint) n
    """,
    """
    insert into device_label (id, region_id, device_id, version, token_hash)
    select bench_id('v', n), $1, bench_id('d', n), 1, decode(md5('v' || n) || md5(n::text), 'hex')
    from generate_series($2, $3::bigint) n
    """,
)

# One device of twenty years: a holder each half-year, and what comes with each.
_OLD: Final = (
    """
    insert into device (id, region_id, number, serial, article_id, purchased_on, status) values
    (bench_id('old', 0), $1, '99999999', 'S-OLD', bench_id('a', 5), date '2006-01-01', 'with_holder')
    """,
    """
    insert into holding (id, region_id, device_id, person_id, starts_at, ends_at, source)
    select bench_id('oh', k), $1, bench_id('old', 0), bench_id('p', 1 + k), at,
      case when k < 39 then at + interval '170 days' end,
    'bench' from generate_series(0, 39) k, lateral (select timestamptz '2006-02-01' + k * interval '183 days' as at) x
    """,
    """
    insert into custody_event (id, region_id, device_id, article_id, kind, from_kind, from_id, to_kind, to_id, at,
    by_user, command_id)
    select bench_id('oc' || j, k), $1, bench_id('old', 0), bench_id('a', 5),
    case j when 0 then 'deliver' when 1 then 'collect' else 'arrive' end, 'location', bench_id('l', 1),
    case j when 0 then 'holder' else 'location' end, case j when 0 then bench_id('p', 1 + k) else bench_id('l',
      1) end,
    timestamptz '2006-02-01' + k * interval '183 days' + case j when 0 then interval '0' else interval '169 days' end
    + j * interval '1 hour', (select id from user_account where region_id = $1 limit 1),
    (select id from command_log where region_id = $1 limit 1) from generate_series(0, 39) k, generate_series(0, 2) j
    """,
    """
    insert into work_order (id, region_id, number, type, state, device_id, article_id, fault_text, proposed_priority,
    proposed_place, registered_at, started_at, done_at, closed_at, outcome)
    select bench_id('ow', k), $1, (90000000 + k)::text, 'corrective', 'closed', bench_id('old', 0), bench_id('a', 5),
    'Bromsen tar inte.', 1, 'at_holder', at, at + interval '1 day', at + interval '2 days', at + interval '2 days',
      'repaired'
    from generate_series(0, 79) k, lateral (select timestamptz '2006-03-01' + k * interval '91 days' as at) x
    """,
    """
    insert into service_protocol (id, region_id, work_order_id, device_id, template_id, template_version,
    template_sha256, answers, verdict, judgement, technician_id, signed_at, command_id)
    select bench_id('os', k), $1, bench_id('ow', k), bench_id('old', 0), 'manual-wheelchair', '1', repeat('0', 64),
      '{}',
    'approved', '{}', (select id from user_account where region_id = $1 limit 1),
    timestamptz '2006-03-03' + k * interval '91 days', (select id from command_log where region_id = $1 limit 1)
    from generate_series(0, 79) k
    """,
    """
    insert into device_label (id, region_id, device_id, version, token_hash)
    select bench_id('ov', k), $1, bench_id('old', 0), 1 + k, decode(md5('ov' || k) || md5('o' || k), 'hex')
    from generate_series(0, 9) k
    """,
    """
    insert into safety_notice (id, region_id, title, article_id, set_by, set_at, lifted_by, lifted_at)
    select bench_id('n', k), $1, 'Meddelande ' || k, bench_id('a', k), u.id, timestamptz '2020-01-01', u.id, now()
    from generate_series(0, 199) k, (select id from user_account where region_id = $1 limit 1) u
    """,
)


async def make_region() -> tuple[UUID, UUID]:
    """Store an empty region with Västmanland's policy, articles, teams,
    stores and a planner. Returns region and user."""
    region_id = new_id()
    await execute(_IDS)
    await execute("insert into region (id, code, name) values ($1, $2, 'Region Prov')", region_id, VASTMANLAND.region)
    await store_policy(region_id, VASTMANLAND)
    async with unit_of_work():
        user_id = await repository.insert_user(
            region_id=region_id,
            username="planerare",
            name="Pia Provplanerare",
            password_hash="",
            language="sv",
            must_change_password=False,
            phone="",
            email="",
        )
        await repository.insert_membership(user_id, Role.PLANNER, None, [])
    await execute(
        "insert into command_log (id, region_id, author, type, v, payload_raw, payload_sha256, at, at_est, verdict)"
        " values ($1, $2, $3, 'bench', 1, 'x', 'x', now(), now(), 'applied')",
        new_id(),
        region_id,
        user_id,
    )
    await execute(
        "insert into article (id, region_id, number, name, iso_class, kind, stock_status, charging,"
        " individually_numbered) select bench_id('a', n), $1, (30000 + n)::text, 'Artikel ' || n, '12 22 03', 'device',"
        " 'stocked', 'rent', true from generate_series(0, $2 - 1) n",
        region_id,
        ARTICLES,
    )
    await execute(
        "insert into team (id, region_id, name) select bench_id('t', n), $1, 'Avdelning ' || n"
        " from generate_series(0, 11) n",
        region_id,
    )
    await execute(
        "insert into location (id, region_id, kind, number, name)"
        " select bench_id('l', n), $1, 'warehouse', 'L' || n, 'Lager ' || n from generate_series(0, 49) n",
        region_id,
    )
    return region_id, user_id


async def fill(region_id: UUID, first: int, last: int) -> int:
    """Store devices ``first`` to ``last`` with their events, and the old one with the first; returns all events."""
    async with unit_of_work():
        await execute("set local session_replication_role = replica")
        for statement in _FILL:
            await execute(statement, region_id, first, last)
        for statement in _OLD if first == 1 else ():
            await execute(statement, region_id)
    async with connection() as raw:
        await raw.execute("vacuum analyze")
    tables = ("holding", "custody_event", "work_order", "service_protocol", "device_label")
    return sum([int(await fetch_value(f"select count(*) from {table}")) for table in tables])  # noqa: S608 - our names
