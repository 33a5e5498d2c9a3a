-- Returns at the centre: cleaning and quarantine, inspection, what becomes of the device, and buy-back.

create table device_return (
  id uuid primary key,
  region_id uuid not null references region,
  device_id uuid not null references device,
  pickup_line_id uuid references pickup_line,
  state text not null check (state in ('cleaning', 'inspection', 'done')),
  contamination text not null check (contamination in ('none', 'suspected', 'declared')),
  -- A contaminated device is left alone until then (R-271).
  quarantine_until timestamptz,
  received_at timestamptz not null,
  received_by uuid not null references user_account,
  cleaned_at timestamptz,
  cleaned_by uuid references user_account,
  inspected_at timestamptz,
  inspected_by uuid references user_account,
  result text check (result in ('ok', 'faults', 'deviation')),
  disposition text check (disposition in ('stock', 'repair', 'quarantine', 'scrap')),
  note text not null default '' check (char_length(note) <= 500),
  rv bigint not null default nextval('rv_seq'),
  check ((state = 'done') = (disposition is not null)),
  check ((disposition is null) = (inspected_at is null))
);
create unique index device_return_open on device_return (device_id) where state <> 'done';
create index device_return_device on device_return (device_id, received_at);
create index device_return_line on device_return (pickup_line_id);
create trigger device_return_rv before update on device_return for each row execute function renew_rv();

-- What belongs to the device against what the inspection found (R-143, R-269).
create table return_part (
  id uuid primary key,
  region_id uuid not null references region,
  return_id uuid not null references device_return,
  component_id uuid not null references device_component,
  expected integer not null check (expected > 0),
  found integer not null check (found between 0 and 9999),
  -- Who was asked for what is missing.
  asked_user uuid references user_account,
  command_id uuid not null references command_log,
  unique (return_id, component_id, command_id)
);
create index return_part_component on return_part (component_id);

-- Whether a purchase is taken back and paid for: the answer of the day, with its reason (R-272, R-273).
create table buy_back (
  id uuid primary key,
  region_id uuid not null references region,
  pickup_line_id uuid not null unique references pickup_line,
  unused boolean not null,
  original_packaging boolean not null,
  accepted boolean not null,
  reason text not null default '',
  judged_by uuid not null references user_account,
  judged_at timestamptz not null,
  check (accepted = (reason = ''))
);
create trigger buy_back_immutable before update or delete on buy_back for each row execute function refuse_change();

-- ---------------------------------------------------------------- from hand to hand (R-277, R-280)

-- The van, an entrance, the porters, and home again: a step between two places, beside loading and handing over at a door.
alter table location drop constraint location_kind_check,
  add constraint location_kind_check check (kind in ('warehouse', 'local_store', 'entrance', 'porters', 'van'));
alter table custody_event drop constraint custody_event_kind_check,
  add constraint custody_event_kind_check check (kind in ('load', 'deliver', 'collect', 'unload', 'arrive', 'hand_over'));
