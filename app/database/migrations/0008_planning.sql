-- Planning: what a van takes, how far it is between doors, plans in the making, and what a plan changed for a driver.

-- ---------------------------------------------------------------- what a van takes and who drives it when

-- A van without a row takes anything, and every plan says that nobody has said what it takes.
create table van_equipment (
  van_id uuid primary key references location,
  region_id uuid not null references region,
  wheelchair_slots integer not null default 0 check (wheelchair_slots between 0 and 100),
  bed_slots integer not null default 0 check (bed_slots between 0 and 100),
  volume_litres integer not null default 0 check (volume_litres between 0 and 100000),
  weight_kg integer not null default 0 check (weight_kg between 0 and 50000),
  skills text[] not null default '{}' check (skills <@ array['two_persons', 'tail_lift', 'electrician']),
  shift_from time not null default '07:00',
  shift_to time not null default '16:00',
  break_minutes integer not null default 0 check (break_minutes between 0 and 120),
  break_from time not null default '11:00',
  break_to time not null default '13:00',
  rv bigint not null default nextval('rv_seq'),
  check (shift_from < shift_to),
  check (break_from <= break_to)
);
create trigger van_equipment_rv before update on van_equipment for each row execute function renew_rv();

-- ---------------------------------------------------------------- ways

-- Positions in hundred-thousandths of a degree and nothing that says whose they are; forgotten when nobody asks any more.
create table travel_pair (
  id bigint generated always as identity primary key,
  source text not null check (char_length(source) <= 200),
  from_north integer not null,
  from_east integer not null,
  to_north integer not null,
  to_east integer not null,
  duration_s integer not null check (duration_s >= 0),
  distance_m integer not null check (distance_m >= 0),
  asked_on date not null default current_date,
  unique (source, from_north, from_east, to_north, to_east)
);
create index travel_pair_asked on travel_pair (asked_on);

-- ---------------------------------------------------------------- where addresses lie

-- What people read and search; `street` stays the key, written small. A town says which of two Storgatan it is.
alter table address_position
  add column street_name text not null default '',
  add column town text not null default '';
create index address_position_street on address_position (region_id, street text_pattern_ops);

-- ---------------------------------------------------------------- plans

create table day_plan (
  id uuid primary key,
  region_id uuid not null references region,
  on_day date not null,
  kind text not null check (kind in ('day', 'urgent')),
  -- {"stops": {stop id: round id}, "first": [stop ids]}: what somebody wants as it is.
  pins jsonb not null default '{}',
  round_ids uuid[] not null,
  -- The draft whose stops an urgent plan puts into the rounds.
  new_round_id uuid references van_round,
  seconds integer not null check (seconds between 1 and 60),
  state text not null default 'waiting'
    check (state in ('waiting', 'running', 'done', 'failed', 'cancelled', 'taken')),
  made_by uuid not null references user_account,
  made_at timestamptz not null,
  started_at timestamptz,
  finished_at timestamptz,
  -- The cost of the best plan so far, in seconds, and of the lists as they are.
  best_cost bigint,
  present_cost bigint,
  failure text not null default '',
  result jsonb,
  taken_at timestamptz,
  check ((state in ('done', 'taken')) = (result is not null))
);
create index day_plan_day on day_plan (region_id, on_day, made_at desc);

-- What a plan changed on a published round, for its driver to see and say yes to.
create table round_change (
  id uuid primary key,
  region_id uuid not null references region,
  round_id uuid not null references van_round,
  version integer not null,
  plan_id uuid not null references day_plan,
  -- {"new": [stop ids], "moved": [...], "removed": [...]}
  change jsonb not null,
  made_at timestamptz not null,
  unique (round_id, version)
);
