-- Customer orders, pick-up orders, van rounds with custody and proof, and the public's fault reports.

-- ---------------------------------------------------------------- customer orders (app/orders)

create table customer_order (
  id uuid primary key,
  region_id uuid not null references region,
  number text not null,
  kind text not null check (kind in ('prescription', 'unit_order')),
  state text not null check (state in ('registered', 'processing', 'dispatchable', 'in_transit', 'delivered', 'cancelled')),
  person_id uuid references person,
  party_id uuid references party,
  customer_id uuid references party,
  payer_id uuid references party,
  prescriber_id uuid references user_account,
  registered_by uuid not null references user_account,
  registered_at timestamptz not null,
  -- The day it can leave the centre, not the day it arrives (R-120, R-121).
  earliest_dispatch date not null,
  -- The orderer's own address is the default; home must be chosen (R-114).
  to_home boolean not null default false,
  contact_name text not null default '',
  contact_phone text not null default '',
  care_of text not null default '',
  street text not null default '',
  postcode text not null default '',
  town text not null default '',
  entry_code text not null default '',
  -- Two notes with two readers: the carrier (R-116) and the warehouse (R-117). They are never shown to the other.
  carrier_note text not null default '',
  warehouse_note text not null default '',
  co_delivery boolean not null default false,
  urgent boolean not null default false,
  linked_order text,
  delivered_at timestamptz,
  cancelled_at timestamptz,
  cancel_reason text,
  cancel_note text not null default '',
  rv bigint not null default nextval('rv_seq'),
  unique (region_id, number),
  check ((person_id is null) <> (party_id is null)),
  check (state <> 'cancelled' or cancel_reason is not null)
);
create index customer_order_region on customer_order (region_id, registered_at desc, id);
create index customer_order_person on customer_order (person_id) where state not in ('delivered', 'cancelled');
create index customer_order_party on customer_order (party_id) where state not in ('delivered', 'cancelled');
create index customer_order_registered_by on customer_order (registered_by);
create index customer_order_prescriber on customer_order (prescriber_id);
create index customer_order_customer on customer_order (customer_id);

-- A numbered article is one line per device, so that the warehouse can say which one goes out (R-073).
create table order_line (
  id uuid primary key,
  region_id uuid not null references region,
  order_id uuid not null references customer_order,
  position integer not null,
  article_id uuid not null references article,
  quantity integer not null check (quantity between 1 and 9999),
  device_id uuid references device,
  state text not null default 'open' check (state in ('open', 'delivered', 'cancelled')),
  -- In a van right now; the order's state follows from its lines.
  loaded boolean not null default false,
  delivered_quantity integer not null default 0 check (delivered_quantity >= 0),
  delivered_at timestamptz,
  unique (order_id, position),
  check (device_id is null or quantity = 1),
  check (not loaded or state = 'open')
);
create index order_line_order on order_line (order_id);
create unique index order_line_one_open on order_line (device_id) where state = 'open' and device_id is not null;

-- What a delivery made, so that it can be annulled: a holding that ends when it starts never was (its row stays as
-- history). succeeded_by is the hand-over that ended it; null when it is open or ended by an arrival.
alter table holding add column order_line_id uuid references order_line;
alter table holding add column succeeded_by uuid references holding;
create index holding_order_line on holding (order_line_id) where order_line_id is not null;
create index holding_succeeded_by on holding (succeeded_by) where succeeded_by is not null;
create index holding_device on holding (device_id, starts_at);

-- ---------------------------------------------------------------- pick-up orders (routing/pickups)

create table pickup_order (
  id uuid primary key,
  region_id uuid not null references region,
  number text not null,
  kind text not null default 'normal' check (kind in ('normal', 'executing_return')),
  -- Registered: nothing has come back yet. Closed: it is returned, not merely collected (R-254, R-255).
  state text not null check (state in ('registered', 'closed', 'cancelled')),
  reason text not null check (reason in ('need_ended', 'wrongly_ordered', 'returned_not_deregistered', 'other')),
  person_id uuid references person,
  party_id uuid references party,
  customer_id uuid references party,
  prescriber_id uuid references user_account,
  registered_by uuid not null references user_account,
  registered_at timestamptz not null,
  wanted_on date,
  contact_name text not null default '',
  contact_phone text not null default '',
  care_of text not null default '',
  street text not null default '',
  postcode text not null default '',
  town text not null default '',
  entry_code text not null default '',
  info text not null default '' check (char_length(info) <= 2000),
  closed_at timestamptz,
  cancelled_at timestamptz,
  cancel_reason text,
  cancel_note text not null default '',
  rv bigint not null default nextval('rv_seq'),
  unique (region_id, number),
  check ((person_id is null) <> (party_id is null)),
  check (state <> 'cancelled' or cancel_reason is not null)
);
create index pickup_order_region on pickup_order (region_id, registered_at desc, id);
create index pickup_order_person on pickup_order (person_id);
create index pickup_order_party on pickup_order (party_id);
create index pickup_order_registered_by on pickup_order (registered_by);
create index pickup_order_customer on pickup_order (customer_id);

create table pickup_line (
  id uuid primary key,
  region_id uuid not null references region,
  pickup_order_id uuid not null references pickup_order,
  position integer not null,
  device_id uuid references device,
  article_id uuid not null references article,
  quantity integer not null default 1 check (quantity between 1 and 9999),
  holding_id uuid references holding,
  owner text not null default '',
  charging text not null check (charging in ('rent', 'sale', 'sale_with_return')),
  hygiene text not null default 'unknown' check (hygiene in ('unknown', 'clean', 'cleaned_contaminated', 'dirty')),
  state text not null default 'requested' check (state in
    ('requested', 'planned', 'collected', 'arrived', 'not_found', 'refused_dirty', 'wrong_item', 'lost', 'cancelled')),
  -- Collected although nobody had ordered it (sync case 10).
  unplanned boolean not null default false,
  collected_at timestamptz,
  arrived_at timestamptz,
  unique (pickup_order_id, position)
);
create index pickup_line_order on pickup_line (pickup_order_id);
create unique index pickup_line_one_open on pickup_line (device_id)
  where device_id is not null and state in ('requested', 'planned', 'collected');
create unique index pickup_line_one_open_holding on pickup_line (holding_id)
  where holding_id is not null and state in ('requested', 'planned', 'collected');

-- ---------------------------------------------------------------- van rounds (routing/rounds)

create table van_round (
  id uuid primary key,
  region_id uuid not null references region,
  name text not null,
  on_day date not null,
  van_id uuid references location,
  driver_id uuid references user_account,
  depot_id uuid not null references location,
  state text not null default 'draft' check (state in ('draft', 'published', 'in_progress', 'returned')),
  version integer not null default 0,
  published_at timestamptz,
  started_at timestamptz,
  returned_at timestamptz,
  rv bigint not null default nextval('rv_seq'),
  check (state = 'draft' or (van_id is not null and driver_id is not null))
);
create index van_round_day on van_round (region_id, on_day);
create index van_round_driver on van_round (driver_id, on_day);

create table stop (
  id uuid primary key,
  region_id uuid not null references region,
  -- null: taken off its round; what it was about waits in the queue again.
  round_id uuid references van_round,
  position integer not null default 0,
  state text not null default 'planned' check (state in ('planned', 'done', 'partial', 'failed', 'cancelled')),
  person_id uuid references person,
  party_id uuid references party,
  contact_name text not null default '',
  contact_phone text not null default '',
  care_of text not null default '',
  street text not null default '',
  postcode text not null default '',
  town text not null default '',
  entry_code text not null default '',
  carrier_note text not null default '',
  latitude double precision check (latitude between -90 and 90),
  longitude double precision check (longitude between -180 and 180),
  window_from timestamptz,
  window_to timestamptz,
  failed_code text,
  failed_note text not null default '',
  -- The driver's command that marked it failed; null when the office did.
  failed_by uuid references command_log,
  -- The office took it off or cancelled it. What was delivered all the same still counts (sync case 14).
  cancelled_at timestamptz,
  done_at timestamptz,
  rv bigint not null default nextval('rv_seq'),
  check (person_id is null or party_id is null),
  check ((latitude is null) = (longitude is null)),
  check (state <> 'failed' or failed_code is not null)
);
create index stop_round on stop (round_id, position);
create index stop_person on stop (person_id);

-- Every driver who has had the stop, and on which round, for outcomes that arrive after it moved (sync case 20).
create table stop_driver (
  stop_id uuid not null references stop,
  driver_id uuid not null references user_account,
  round_id uuid not null references van_round,
  since timestamptz not null default now(),
  primary key (stop_id, driver_id)
);

create table stop_task (
  id uuid primary key,
  region_id uuid not null references region,
  stop_id uuid not null references stop,
  position integer not null default 0,
  kind text not null check (kind in ('deliver', 'collect')),
  order_line_id uuid references order_line,
  pickup_line_id uuid references pickup_line,
  device_id uuid references device,
  article_id uuid not null references article,
  quantity integer not null default 1 check (quantity between 1 and 9999),
  state text not null default 'planned' check (state in ('planned', 'loaded', 'done', 'failed', 'cancelled')),
  done_quantity integer not null default 0 check (done_quantity >= 0),
  failed_code text,
  failed_by uuid references command_log,
  hygiene text check (hygiene in ('unknown', 'clean', 'cleaned_contaminated', 'dirty')),
  -- Collected although nobody had ordered it (sync case 10).
  unplanned boolean not null default false,
  loaded_at timestamptz,
  done_at timestamptz,
  check (order_line_id is null or pickup_line_id is null)
);
create index stop_task_stop on stop_task (stop_id, position);
create index stop_task_device on stop_task (device_id);
create index stop_task_order_line on stop_task (order_line_id);
create index stop_task_pickup_line on stop_task (pickup_line_id);

-- Each try that did not succeed, kept whatever becomes of the stop (sync cases 12 and 13).
create table stop_attempt (
  id uuid primary key,
  region_id uuid not null references region,
  stop_id uuid not null references stop,
  driver_id uuid not null references user_account,
  at timestamptz not null,
  code text not null,
  note text not null default '',
  -- It fails the stop, until the stop is planned anew; a try on another day's plan is history only (sync case 12).
  counts boolean not null default false,
  command_id uuid not null references command_log,
  undone_by uuid references command_log
);
create index stop_attempt_stop on stop_attempt (stop_id);

-- Who had the goods when: facts, never changed. `standing` says whether the fold by event time counts the event as a
-- link of the one chain (J12), as the same as a link (merged), or keeps it beside for a person to look at (sync case 9).
-- `ruling`: held back by a rule, or made a link by a person's decision. `beside_code`: why it stands beside.
create table custody_event (
  id uuid primary key,
  region_id uuid not null references region,
  device_id uuid references device,
  article_id uuid not null references article,
  quantity integer not null default 1 check (quantity between 1 and 9999),
  kind text not null check (kind in ('load', 'deliver', 'collect', 'unload', 'arrive')),
  from_kind text not null check (from_kind in ('location', 'holder')),
  from_id uuid not null,
  to_kind text not null check (to_kind in ('location', 'holder')),
  to_id uuid not null,
  at timestamptz not null,
  round_id uuid references van_round,
  stop_id uuid references stop,
  task_id uuid references stop_task,
  by_user uuid not null references user_account,
  scan_raw text,
  command_id uuid not null references command_log,
  hygiene text check (hygiene in ('unknown', 'clean', 'cleaned_contaminated', 'dirty')),
  standing text not null default 'chain' check (standing in ('chain', 'merged', 'beside', 'undone')),
  ruling text check (ruling in ('held', 'forced')),
  beside_code text not null default '',
  undone_by uuid references command_log,
  check (standing <> 'undone' or undone_by is not null),
  check (ruling is distinct from 'held' or standing = 'undone' or beside_code <> '')
);
create index custody_event_device on custody_event (device_id, at);
create index custody_event_task on custody_event (task_id, at);
create index custody_event_round on custody_event (round_id);
create index custody_event_stop on custody_event (stop_id);
create index custody_event_command on custody_event (command_id);

create function custody_fact_stays() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or (to_jsonb(new) - '{standing,ruling,beside_code,undone_by}'::text[])
      is distinct from (to_jsonb(old) - '{standing,ruling,beside_code,undone_by}'::text[]) then
    raise exception 'custody_event facts never change' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger custody_event_facts before update or delete on custody_event for each row execute function custody_fact_stays();

-- A signature is for exactly the items that were on the screen above it: their canonical JSON and its hash.
create table proof_of_delivery (
  id uuid primary key,
  region_id uuid not null references region,
  stop_id uuid not null references stop,
  signer_name text not null,
  method text not null check (method in ('name', 'signature', 'photo')),
  blob_sha256 bytea,
  items jsonb not null check (jsonb_array_length(items) > 0),
  items_sha256 text not null,
  driver_id uuid not null references user_account,
  at timestamptz not null,
  command_id uuid not null references command_log,
  check ((method = 'name') = (blob_sha256 is null))
);
create index proof_of_delivery_stop on proof_of_delivery (stop_id);
create index proof_of_delivery_command on proof_of_delivery (command_id);
create trigger proof_of_delivery_immutable before update or delete on proof_of_delivery
  for each row execute function refuse_change();

-- ---------------------------------------------------------------- fault reports (field/fault_reports)

create table fault_report (
  id uuid primary key,
  region_id uuid not null references region,
  -- null: the typed number is not one of ours; the one who reports is told nothing of that (R-212).
  device_id uuid references device,
  typed_number text,
  source text not null check (source in ('label', 'number')),
  state text not null check (state in ('received', 'work_order_created', 'referred', 'duplicate', 'rejected')),
  topic text not null,
  text text not null check (char_length(text) between 1 and 4000),
  contact_name text not null default '',
  contact_phone text not null default '',
  language text not null default 'sv',
  -- Taken in while the form was flooded: kept, and sorted last in triage (SR-12).
  held boolean not null default false,
  same_hash bytea not null,
  times_sent integer not null default 1,
  answer text not null default '',
  work_order_id uuid references work_order,
  -- The prescriber whom triage passed it to, who may read it from then on (R-025).
  referred_to uuid references user_account,
  received_at timestamptz not null,
  decided_at timestamptz,
  decided_by uuid references user_account,
  command_id uuid not null references command_log,
  rv bigint not null default nextval('rv_seq')
);
create index fault_report_open on fault_report (region_id, received_at) where state = 'received';
create index fault_report_work_order on fault_report (work_order_id);
create index fault_report_device on fault_report (device_id);
create index fault_report_same on fault_report (same_hash, received_at);

-- Only the hash of the secret link is kept; the same report sent again gets a link of its own.
create table fault_report_link (
  token_hash bytea primary key,
  fault_report_id uuid not null references fault_report,
  created_at timestamptz not null default now()
);

create table fault_report_photo (
  id uuid primary key,
  region_id uuid not null references region,
  fault_report_id uuid not null references fault_report,
  position integer not null check (position between 1 and 3),
  sha256 bytea not null,
  size integer not null,
  created_at timestamptz not null default now(),
  unique (fault_report_id, position)
);

create table fault_report_subscription (
  id uuid primary key,
  fault_report_id uuid not null references fault_report,
  endpoint text not null,
  p256dh text not null,
  auth text not null,
  language text not null default 'sv',
  created_at timestamptz not null default now(),
  dropped_at timestamptz,
  unique (fault_report_id, endpoint)
);

-- What the public has tried, so that limits hold for every worker and after a restart (SR-12). Keys are hashes.
create table public_attempt (
  id uuid primary key,
  kind text not null,
  key_hash bytea not null,
  at timestamptz not null default now()
);
create index public_attempt_key on public_attempt (kind, key_hash, at);

-- ---------------------------------------------------------------- row versions and touches

create trigger customer_order_rv before update on customer_order for each row execute function renew_rv();
create trigger pickup_order_rv before update on pickup_order for each row execute function renew_rv();
create trigger van_round_rv before update on van_round for each row execute function renew_rv();
create trigger stop_rv before update on stop for each row execute function renew_rv();
create trigger fault_report_rv before update on fault_report for each row execute function renew_rv();

create function renew_customer_order() returns trigger language plpgsql as $$
begin
  update customer_order set rv = rv where id = new.order_id;
  return null;
end $$;
create trigger order_line_order_rv after insert or update on order_line for each row execute function renew_customer_order();

create function renew_pickup_order() returns trigger language plpgsql as $$
begin
  update pickup_order set rv = rv where id = new.pickup_order_id;
  return null;
end $$;
create trigger pickup_line_order_rv after insert or update on pickup_line for each row execute function renew_pickup_order();

create function touch_van_round() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then perform touch(old.driver_id); end if;
  if tg_op <> 'DELETE' then perform touch(new.driver_id); end if;
  return null;
end $$;
create trigger van_round_touch after insert or update or delete on van_round for each row execute function touch_van_round();

-- The old round's driver loses the stop, the new one's gets it.
create function touch_stop() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then perform touch(driver_id) from van_round where id = old.round_id; end if;
  if tg_op <> 'DELETE' then perform touch(driver_id) from van_round where id = new.round_id; end if;
  return null;
end $$;
create trigger stop_touch after insert or update or delete on stop for each row execute function touch_stop();

create function renew_stop() returns trigger language plpgsql as $$
begin
  update stop set rv = rv where id = new.stop_id;
  return null;
end $$;
create trigger stop_task_stop_rv after insert or update on stop_task for each row execute function renew_stop();
create trigger stop_attempt_stop_rv after insert or update on stop_attempt for each row execute function renew_stop();
create trigger proof_stop_rv after insert on proof_of_delivery for each row execute function renew_stop();

-- Facts in a stop's row that lie elsewhere: the article's name, how many components, and the person's protection.
create function renew_stops_of_person() returns trigger language plpgsql as $$
begin
  update stop set rv = rv where person_id = new.id and state not in ('done', 'cancelled');
  return null;
end $$;
create trigger person_stops after update on person for each row execute function renew_stops_of_person();

create function renew_stops_of_article() returns trigger language plpgsql as $$
begin
  update stop set rv = rv where id in (select stop_id from stop_task where article_id = new.id)
    and state not in ('done', 'cancelled');
  return null;
end $$;
create trigger article_stops after update of number, name on article for each row execute function renew_stops_of_article();

create function renew_stops_of_component() returns trigger language plpgsql as $$
begin
  update stop set rv = rv where id in (select stop_id from stop_task
      where device_id = (case when tg_op = 'DELETE' then old.device_id else new.device_id end))
    and state not in ('done', 'cancelled');
  return null;
end $$;
create trigger device_component_stops after insert or update or delete on device_component
  for each row execute function renew_stops_of_component();

-- An order that is cancelled leaves its round at once; a stop with nothing left to do is cancelled too.
create function drop_tasks_of_line() returns trigger language plpgsql as $$
begin
  update stop_task set state = 'cancelled' where state in ('planned', 'loaded')
    and (order_line_id = new.id or pickup_line_id = new.id);
  update stop s set state = 'cancelled', cancelled_at = coalesce(cancelled_at, now()) where state = 'planned'
    and id in (select stop_id from stop_task
      where order_line_id = new.id or pickup_line_id = new.id)
    and not exists (select from stop_task t where t.stop_id = s.id and t.state <> 'cancelled');
  return null;
end $$;
create trigger order_line_tasks after update of state on order_line for each row
  when (new.state = 'cancelled' and old.state <> 'cancelled') execute function drop_tasks_of_line();
create trigger pickup_line_tasks after update of state on pickup_line for each row
  when (new.state = 'cancelled' and old.state <> 'cancelled') execute function drop_tasks_of_line();

-- A round's row says how many stops it has.
create function renew_round_of_stop() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and new.round_id is not distinct from old.round_id then return null; end if;
  update van_round set rv = rv where id = new.round_id or (tg_op = 'UPDATE' and id = old.round_id);
  return null;
end $$;
create trigger stop_round_rv after insert or update of round_id on stop for each row execute function renew_round_of_stop();

-- ---------------------------------------------------------------- verdicts that changed (offline_sync)

-- A later command can change what became of an earlier one: a custody event from another phone, with an earlier event
-- time. command_log is chained by the audit and stays as it was; what holds now is its last revision.
create table command_revision (
  id uuid primary key,
  command_id uuid not null references command_log,
  caused_by uuid not null references command_log,
  verdict text not null check (verdict in ('applied', 'recorded')),
  code text not null default '',
  detail jsonb not null default '{}',
  position bigint generated always as identity,
  created_at timestamptz not null default now()
);
create index command_revision_command on command_revision (command_id, position desc);
create trigger command_revision_immutable before update or delete on command_revision
  for each row execute function refuse_change();
create trigger command_revision_command_rv after insert on command_revision
  for each row execute function renew_command_of_review();

create view command_standing as
  select c.id as command_id, coalesce(r.verdict, c.verdict) as verdict, coalesce(r.code, c.code) as code,
    coalesce(r.detail, c.detail) as detail
  from command_log c left join lateral (select verdict, code, detail from command_revision r where r.command_id = c.id
    order by r.position desc limit 1) r on true;

-- ---------------------------------------------------------------- where addresses lie

alter table location
  add column latitude double precision check (latitude between -90 and 90),
  add column longitude double precision check (longitude between -180 and 180),
  add constraint location_position check ((latitude is null) = (longitude is null));

-- Written small (`swedish_order`), so that a typed address finds its position whatever its case.
create table address_position (
  region_id uuid not null references region,
  postcode text not null,
  street text not null,
  latitude double precision not null check (latitude between -90 and 90),
  longitude double precision not null check (longitude between -180 and 180),
  source text not null check (source in ('import', 'driver', 'demo')),
  primary key (region_id, postcode, street)
);

-- ---------------------------------------------------------------- users (app/administration)

-- `rv` lets the second of two administrators see that the first was there. A start password is good for a few days only.
alter table user_account
  add column rv bigint not null default nextval('rv_seq'),
  add column start_password_until timestamptz;
-- What an administrator edits; a language or a password of one's own is nobody's conflict.
create trigger user_account_rv before update of username, name, phone, email, active on user_account
  for each row execute function renew_rv();

create function renew_user() returns trigger language plpgsql as $$
begin
  update user_account set rv = nextval('rv_seq') where id = coalesce(new.user_id, old.user_id);
  return null;
end $$;
create trigger membership_user_rv after insert or update or delete on membership for each row execute function renew_user();
create index user_account_region on user_account (region_id, swedish_order(name), id);
