-- The first schema. Ids are UUIDv7 made in Python; human numbers are unique columns, never keys.
-- Works on PostgreSQL 15 and later: no uuidv7(), no builtin locale.

create extension if not exists btree_gist;

-- Uniqueness only, never order: a cached sequence hands out numbers out of commit order (docs/sync.md).
create sequence rv_seq cache 64;

create function renew_rv() returns trigger language plpgsql as $$
begin
  new.rv := nextval('rv_seq');
  return new;
end $$;

-- Swedish order without ICU: å, ä, ö sort after z. Immutable, so that it can be indexed.
create function swedish_order(value text) returns text immutable strict parallel safe language sql as
$$ select translate(lower(value), 'ÅÄÖåäö', '{|}{|}') collate "C" $$;

-- ---------------------------------------------------------------- regions and policy

create table region (
  id uuid primary key,
  code text not null unique,
  name text not null
);

create table service_policy (
  id uuid primary key,
  region_id uuid not null references region,
  valid_from date not null,
  document jsonb not null,
  unique (region_id, valid_from)
);

create table number_series (
  region_id uuid not null references region,
  name text not null,
  next_value bigint not null,
  primary key (region_id, name)
);

-- One numeric space for all kinds of orders (R-343..R-345): a number says what it is only here.
create table order_number (
  region_id uuid not null references region,
  number text not null check (number ~ '^[0-9]{8}$'),
  kind text not null check (kind in ('work_order', 'customer_order', 'pickup_order')),
  subject_id uuid not null,
  primary key (region_id, number)
);

-- ---------------------------------------------------------------- identity

create table team (
  id uuid primary key,
  region_id uuid not null references region,
  name text not null,
  unique (region_id, name)
);

-- Customers, payers and care units. A customer names its payer (R-041, R-104).
create table party (
  id uuid primary key,
  region_id uuid not null references region,
  kind text not null check (kind in ('customer', 'payer', 'care_unit')),
  number text not null,
  name text not null,
  phone text not null default '',
  street text not null default '',
  postcode text not null default '',
  town text not null default '',
  entry_code text not null default '',
  payer_id uuid references party,
  team_id uuid references team,
  unique (region_id, kind, number)
);

create table user_account (
  id uuid primary key,
  region_id uuid not null references region,
  username text not null,
  name text not null,
  phone text not null default '',
  email text not null default '',
  language text not null default 'sv' check (language in ('sv', 'en')),
  password_hash text not null,
  must_change_password boolean not null default false,
  active boolean not null default true,
  created_at timestamptz not null default now(),
  deactivated_at timestamptz
);
create unique index user_account_username on user_account (lower(username));

create table membership (
  id uuid primary key,
  region_id uuid not null references region,
  user_id uuid not null references user_account,
  role text not null check (role in ('technician', 'driver', 'planner', 'customer_service', 'prescriber',
                                     'warehouse', 'auditor', 'admin')),
  team_id uuid references team,
  active boolean not null default true,
  created_at timestamptz not null default now()
);
create unique index membership_once on membership (user_id, role, coalesce(team_id, '00000000-0000-0000-0000-000000000000'));

create table membership_customer (
  membership_id uuid not null references membership,
  party_id uuid not null references party,
  primary key (membership_id, party_id)
);

create table sign_in_failure (
  id uuid primary key,
  key_hash bytea not null,
  failed_at timestamptz not null default now()
);
create index sign_in_failure_key on sign_in_failure (key_hash, failed_at);

-- ---------------------------------------------------------------- registry

create table location (
  id uuid primary key,
  region_id uuid not null references region,
  kind text not null check (kind in ('warehouse', 'local_store', 'entrance', 'van')),
  number text not null,
  name text not null,
  unique (region_id, number)
);

create table person (
  id uuid primary key,
  region_id uuid not null references region,
  identity_kind text not null default 'personal' check (identity_kind in ('personal', 'coordination', 'reserve')),
  personal_number text not null check (char_length(personal_number) = 12),
  first_name text not null,
  last_name text not null,
  phone text not null default '',
  mobile text not null default '',
  care_of text not null default '',
  street text not null default '',
  postcode text not null default '',
  town text not null default '',
  entry_code text not null default '',
  protected_identity boolean not null default false,
  rv bigint not null default nextval('rv_seq'),
  unique (region_id, personal_number)
);

create table article (
  id uuid primary key,
  region_id uuid not null references region,
  number text not null,
  name text not null,
  unit text not null default 'st',
  iso_class text not null,
  kind text not null check (kind in ('device', 'accessory', 'consumable', 'service')),
  stock_status text not null check (stock_status in ('stocked', 'order_only', 'expired')),
  charging text not null check (charging in ('rent', 'sale', 'sale_with_return')),
  vision_aid boolean not null default false,
  individually_numbered boolean not null default false,
  exchangeable boolean not null default false,
  site_restriction text not null default 'none' check (site_restriction in ('none', 'centre_or_prescriber')),
  pm_interval_months integer check (pm_interval_months between 1 and 120),
  supplier text not null default '',
  supplier_article_number text not null default '',
  rv bigint not null default nextval('rv_seq'),
  unique (region_id, number)
);
create index article_name on article (region_id, swedish_order(name));

create table device (
  id uuid primary key,
  region_id uuid not null references region,
  number text not null check (number ~ '^[0-9]{4,8}$'),
  serial text not null default '',
  article_id uuid not null references article,
  owner text not null default '',
  purchased_on date,
  warranty_to date,
  status text not null check (status in ('in_stock', 'reserved', 'in_transit', 'with_holder', 'pickup_requested',
    'collected', 'arrived', 'cleaning', 'inspection', 'in_repair', 'quarantined', 'scrapped', 'lost')),
  scrapped_on date,
  last_pm date,
  next_pm date,
  home_location_id uuid references location,
  rv bigint not null default nextval('rv_seq'),
  unique (region_id, number)
);
create index device_number_end on device (region_id, reverse(number) text_pattern_ops);
create index device_number_start on device (region_id, number text_pattern_ops);
create index device_article on device (article_id);
create index device_serial on device (region_id, serial) where serial <> '';

-- A K-number is the main device's number on the component's row; two components can share it (R-143).
create table device_component (
  id uuid primary key,
  region_id uuid not null references region,
  device_id uuid not null references device,
  main_number text not null,
  article_id uuid not null references article,
  quantity integer not null default 1 check (quantity > 0),
  serial text not null default '',
  delivered_on date
);
create index device_component_device on device_component (device_id);

create table special_adaptation (
  id uuid primary key,
  region_id uuid not null references region,
  device_id uuid not null references device,
  number text not null,
  made_on date not null,
  text text not null,
  safety_note text not null
);
create index special_adaptation_device on special_adaptation (device_id);

-- Who has what: one device, or an article by quantity (R-019). Ordered and not yet delivered: starts_at is null (R-063).
create table holding (
  id uuid primary key,
  region_id uuid not null references region,
  device_id uuid references device,
  article_id uuid references article,
  quantity integer not null default 1 check (quantity > 0),
  person_id uuid references person,
  party_id uuid references party,
  prescriber_id uuid references user_account,
  customer_id uuid references party,
  payer_id uuid references party,
  ordered_at timestamptz,
  starts_at timestamptz,
  ends_at timestamptz,
  source text not null default '',
  check ((device_id is null) <> (article_id is null)),
  check ((person_id is null) <> (party_id is null)),
  check (device_id is null or quantity = 1),
  check (ends_at is null or (starts_at is not null and ends_at >= starts_at)),
  constraint holding_no_overlap exclude using gist (device_id with =, tstzrange(starts_at, ends_at) with &&)
    where (device_id is not null and starts_at is not null)
);
create unique index holding_one_open on holding (device_id) where (ends_at is null and device_id is not null and starts_at is not null);
create index holding_person on holding (person_id);
create index holding_party on holding (party_id);

create table device_label (
  id uuid primary key,
  region_id uuid not null references region,
  device_id uuid not null references device,
  version integer not null check (version between 1 and 9999),
  token_hash bytea not null unique,
  created_at timestamptz not null default now(),
  revoked_at timestamptz,
  unique (device_id, version)
);

-- ---------------------------------------------------------------- offline sync (docs/sync.md)

create table sync_meta (
  one boolean primary key default true check (one),
  epoch uuid not null
);
insert into sync_meta (epoch) values (gen_random_uuid());

create table sync_device (
  id uuid primary key,
  region_id uuid not null references region,
  user_id uuid not null references user_account,
  push_key_hash bytea not null unique,
  build text not null default '',
  schema integer not null default 1,
  last_seq bigint not null default 0,
  base_cookie uuid,
  pend_cookie uuid,
  last_pull bigint not null default 0,
  snap pg_snapshot,
  snap_day date,
  digest_n bigint not null default 0,
  digest_xor bigint not null default 0,
  state text not null default 'active' check (state in ('active', 'lost', 'wipe')),
  storage_id uuid,
  created_at timestamptz not null default now(),
  last_seen timestamptz not null default now()
);
create index sync_device_user on sync_device (user_id);

create table session (
  id uuid primary key,
  region_id uuid not null references region,
  user_id uuid not null references user_account,
  token_hash bytea not null unique,
  sync_device_id uuid references sync_device,
  created_at timestamptz not null default now(),
  rotated_at timestamptz not null default now(),
  expires_at timestamptz not null,
  last_seen timestamptz not null default now(),
  revoked_at timestamptz
);
create index session_of_user on session (user_id);

create table client_view (
  device uuid not null references sync_device on delete cascade,
  kind text not null,
  id uuid not null,
  rv bigint not null,
  primary key (device, kind, id)
);
create table client_view_pending (
  device uuid not null references sync_device on delete cascade,
  kind text not null,
  id uuid not null,
  rv bigint,
  primary key (device, kind, id)
);

create table sync_touch (
  xid xid8 not null default pg_current_xact_id(),
  scope uuid not null,
  at timestamptz not null default now()
);
create index sync_touch_scope on sync_touch (scope, xid);
create index sync_touch_at on sync_touch (at);

-- The log of every command: the only way to change a row. device and seq are null for office commands.
create table command_log (
  id uuid primary key,
  region_id uuid not null references region,
  device uuid references sync_device,
  seq bigint,
  author uuid references user_account,
  type text not null,
  v integer not null,
  payload_raw bytea not null,
  payload_sha256 bytea not null,
  at timestamptz not null,
  at_est timestamptz not null,
  received_at timestamptz not null default now(),
  aggregate uuid,
  base_rv bigint,
  verdict text not null check (verdict in ('applied', 'recorded', 'parked', 'quarantined', 'refused')),
  code text not null default '',
  detail jsonb not null default '{}',
  result jsonb,
  clock_skewed boolean not null default false,
  rv bigint not null default nextval('rv_seq'),
  unique (device, seq)
);
create index command_log_aggregate on command_log (aggregate, received_at);
create index command_log_author on command_log (author, received_at);
create index command_log_received on command_log (received_at);
create index command_log_device on command_log (device, received_at) where device is not null;
create index command_log_parked on command_log (device, aggregate) where verdict = 'parked';

-- Same id with other bytes: the second payload is kept here, the first stays what it was (R3).
create table command_fork (
  id uuid primary key,
  command_id uuid not null references command_log,
  device uuid references sync_device,
  seq bigint,
  payload_raw bytea not null,
  payload_sha256 bytea not null,
  received_at timestamptz not null default now()
);

create table review_item (
  id uuid primary key,
  region_id uuid not null references region,
  command_id uuid not null references command_log,
  subject_kind text not null default '',
  subject_id uuid,
  reason text not null,
  detail jsonb not null default '{}',
  state text not null default 'open' check (state in ('open', 'decided')),
  decision text check (decision in ('accept_field', 'keep_office', 'follow_up')),
  note text not null default '',
  decided_by uuid references user_account,
  decided_at timestamptz,
  created_at timestamptz not null default now()
);
create index review_item_open on review_item (region_id, created_at) where state = 'open';
create index review_item_command on review_item (command_id);

create table blob (
  sha256 bytea primary key,
  size bigint not null check (size >= 0),
  mime text not null,
  received bigint not null default 0,
  state text not null default 'pending' check (state in ('pending', 'complete')),
  created_at timestamptz not null default now(),
  completed_at timestamptz
);
create table command_blob (
  command_id uuid not null references command_log,
  sha256 bytea not null references blob,
  role text not null,
  primary key (command_id, sha256, role)
);
create index command_blob_sha256 on command_blob (sha256);

-- ---------------------------------------------------------------- field

create table work_order (
  id uuid primary key,
  region_id uuid not null references region,
  number text not null,
  type text not null check (type in ('corrective', 'preventive', 'installation', 'adaptation', 'consultation')),
  state text not null check (state in ('registered', 'triaged', 'booked', 'started', 'waiting', 'done', 'closed', 'cancelled')),
  waiting_for text check (waiting_for in ('parts', 'patient', 'supplier', 'prescriber')),
  device_id uuid references device,
  article_id uuid not null references article,
  quantity integer not null default 1 check (quantity > 0),
  person_id uuid references person,
  party_id uuid references party,
  customer_id uuid references party,
  prescriber_id uuid references user_account,
  registered_by uuid references user_account,
  fault_text text not null check (char_length(fault_text) between 1 and 2000),
  proposed_priority integer not null check (proposed_priority between 1 and 6),
  proposed_place text not null check (proposed_place in ('at_holder', 'at_centre', 'at_unit', 'pickup_for_repair')),
  proposed_team_id uuid references team,
  proposed_basic_need text check (proposed_basic_need in ('sleep', 'toilet', 'eat_drink')),
  assessed_priority integer check (assessed_priority between 1 and 6),
  assessed_place text check (assessed_place in ('at_holder', 'at_centre', 'at_unit', 'pickup_for_repair')),
  assessed_basic_need text check (assessed_basic_need in ('sleep', 'toilet', 'eat_drink')),
  assessed_by uuid references user_account,
  assessed_at timestamptz,
  assessment_final boolean not null default false,
  team_id uuid references team,
  assigned_to uuid references user_account,
  planned_on date,
  booked_from timestamptz,
  booked_to timestamptz,
  contact_name text not null default '',
  contact_phone text not null default '',
  care_of text not null default '',
  street text not null default '',
  postcode text not null default '',
  town text not null default '',
  entry_code text not null default '',
  instructions text not null default '',
  linked_order text,
  follows uuid references work_order,
  registered_at timestamptz not null,
  contacted_at timestamptz,
  started_at timestamptz,
  started_by uuid references user_account,
  done_at timestamptz,
  closed_at timestamptz,
  cancelled_at timestamptz,
  cancel_reason text,
  cancel_note text not null default '',
  outcome text check (outcome in ('repaired', 'adjusted', 'inspected', 'exchanged', 'referred', 'no_fault_found', 'not_repairable')),
  performed_by uuid references user_account,
  protocol_verdict text check (protocol_verdict in ('approved', 'not_approved', 'incomplete')),
  contact_due timestamptz,
  start_due timestamptz,
  done_due timestamptz,
  missed_told_at timestamptz,
  rv bigint not null default nextval('rv_seq'),
  unique (region_id, number),
  check (person_id is null or party_id is null),
  check ((state = 'waiting') = (waiting_for is not null)),
  check (state <> 'cancelled' or cancel_reason is not null)
);
create index work_order_team on work_order (team_id, state);
create index work_order_assigned on work_order (assigned_to, state);
create index work_order_device on work_order (device_id);
create index work_order_region on work_order (region_id, registered_at desc, id);
create index work_order_registered_by on work_order (registered_by);
create index work_order_prescriber on work_order (prescriber_id);
create index work_order_due on work_order (region_id, done_due) where state not in ('done', 'closed', 'cancelled');

create table time_entry (
  id uuid primary key,
  region_id uuid not null references region,
  work_order_id uuid not null references work_order,
  technician_id uuid not null references user_account,
  started_at timestamptz not null,
  minutes integer not null check (minutes between 1 and 1440),
  comment text not null check (char_length(comment) <= 2000),
  visible_to_prescriber boolean not null default true,
  command_id uuid not null references command_log
);
create index time_entry_order on time_entry (work_order_id);

create table part_used (
  id uuid primary key,
  region_id uuid not null references region,
  work_order_id uuid not null references work_order,
  article_number text not null,
  name text not null default '',
  quantity integer not null check (quantity between 1 and 9999),
  command_id uuid not null references command_log
);
create index part_used_order on part_used (work_order_id);

create table visit (
  id uuid primary key,
  region_id uuid not null references region,
  work_order_id uuid not null references work_order,
  technician_id uuid not null references user_account,
  at timestamptz not null,
  outcome text not null,
  additional boolean not null default false,
  command_id uuid not null references command_log
);
create index visit_order on visit (work_order_id);

create table service_protocol (
  id uuid primary key,
  region_id uuid not null references region,
  work_order_id uuid references work_order,
  device_id uuid references device,
  template_id text not null,
  template_version text not null,
  template_sha256 text not null,
  answers jsonb not null,
  verdict text not null check (verdict in ('approved', 'not_approved', 'incomplete')),
  judgement jsonb not null,
  seen_rv bigint,
  technician_id uuid not null references user_account,
  signed_at timestamptz not null,
  command_id uuid not null references command_log,
  created_at timestamptz not null default now()
);
create index service_protocol_order on service_protocol (work_order_id);
create index service_protocol_device on service_protocol (device_id);

-- A signed protocol never changes (I11); a correction is a new protocol.
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% rows never change', tg_table_name using errcode = 'integrity_constraint_violation';
end $$;
create trigger service_protocol_immutable before update or delete on service_protocol
  for each row execute function refuse_change();

-- ---------------------------------------------------------------- messages, jobs, audit

create table message (
  id uuid primary key,
  region_id uuid not null references region,
  recipient_id uuid not null references user_account,
  kind text not null,
  work_order_id uuid references work_order,
  params jsonb not null default '{}',
  once_key text unique,
  created_at timestamptz not null default now(),
  read_at timestamptz,
  rv bigint not null default nextval('rv_seq')
);
create index message_recipient on message (recipient_id, created_at desc);

create table push_subscription (
  id uuid primary key,
  region_id uuid not null references region,
  user_id uuid not null references user_account,
  endpoint text not null unique,
  p256dh text not null,
  auth text not null,
  created_at timestamptz not null default now(),
  dropped_at timestamptz
);
create index push_subscription_user on push_subscription (user_id) where dropped_at is null;

create table job (
  id uuid primary key,
  kind text not null,
  args jsonb not null default '{}',
  once_key text unique,
  run_at timestamptz not null default now(),
  attempts integer not null default 0,
  state text not null default 'waiting' check (state in ('waiting', 'done', 'given_up')),
  last_error text not null default '',
  created_at timestamptz not null default now(),
  finished_at timestamptz
);
create index job_waiting on job (run_at) where state = 'waiting';

create table audit_batch (
  number bigint primary key,
  previous_hash bytea not null,
  hash bytea not null,
  rows integer not null check (rows > 0),
  closed_at timestamptz not null default now()
);
create table audit_entry (
  command_id uuid primary key references command_log,
  batch bigint not null references audit_batch,
  position integer not null,
  unique (batch, position)
);
create trigger audit_batch_immutable before update or delete on audit_batch for each row execute function refuse_change();
create trigger audit_entry_immutable before update or delete on audit_entry for each row execute function refuse_change();

-- Who saw which patient, from which unit, when (SR-08).
create table access_log (
  id uuid primary key,
  region_id uuid not null references region,
  at timestamptz not null default now(),
  user_id uuid not null references user_account,
  unit text not null,
  person_id uuid not null references person,
  action text not null
);
create index access_log_person on access_log (person_id, at);
create index access_log_user on access_log (user_id, at);

-- ---------------------------------------------------------------- row versions and touches

create trigger person_rv before update on person for each row execute function renew_rv();
create trigger article_rv before update on article for each row execute function renew_rv();
create trigger device_rv before update on device for each row execute function renew_rv();
create trigger work_order_rv before update on work_order for each row execute function renew_rv();
create trigger message_rv before update on message for each row execute function renew_rv();
create trigger command_log_rv before update on command_log for each row execute function renew_rv();

create function touch(scope_id uuid) returns void language sql as
$$ insert into sync_touch (scope) select scope_id where scope_id is not null $$;

-- The old and the new owner are both touched, or the one who lost the row would keep it.
create function touch_work_order() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then
    perform touch(s) from (select unnest(array[old.assigned_to, old.team_id, old.registered_by, old.prescriber_id]) s) x;
  end if;
  if tg_op <> 'DELETE' then
    perform touch(s) from (select unnest(array[new.assigned_to, new.team_id, new.registered_by, new.prescriber_id]) s) x;
  end if;
  return null;
end $$;
create trigger work_order_touch after insert or update or delete on work_order for each row execute function touch_work_order();

-- A device's card shows its open orders: an order that opens, closes or moves renews the card.
create function renew_card_of_order() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' or new.state is distinct from old.state or new.device_id is distinct from old.device_id
     or new.assessed_priority is distinct from old.assessed_priority or new.team_id is distinct from old.team_id then
    update device set rv = rv where id = new.device_id;
    if tg_op = 'UPDATE' and new.device_id is distinct from old.device_id then
      update device set rv = rv where id = old.device_id;
    end if;
  end if;
  return null;
end $$;
create trigger work_order_card after insert or update on work_order for each row execute function renew_card_of_order();

create function touch_device() returns trigger language plpgsql as $$
begin
  insert into sync_touch (scope)
    select distinct s from work_order w, unnest(array[w.assigned_to, w.team_id]) s
    where w.device_id = new.id and s is not null and (w.state not in ('closed', 'cancelled')
      or coalesce(w.closed_at, w.cancelled_at) > now() - interval '4 days');
  return null;
end $$;
create trigger device_touch after update on device for each row execute function touch_device();

create function renew_card() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then update device set rv = rv where id = old.device_id; end if;
  if tg_op <> 'DELETE' then update device set rv = rv where id = new.device_id; end if;
  return null;
end $$;
create trigger device_component_card after insert or update or delete on device_component for each row execute function renew_card();
create trigger special_adaptation_card after insert or update or delete on special_adaptation for each row execute function renew_card();
create trigger device_label_card after insert or update or delete on device_label for each row execute function renew_card();
create trigger holding_card after insert or update or delete on holding for each row execute function renew_card();

create function renew_cards_of_article() returns trigger language plpgsql as $$
begin
  update device set rv = rv where article_id = new.id;
  update work_order set rv = rv where article_id = new.id and state not in ('closed', 'cancelled');
  return null;
end $$;
create trigger article_cards after update on article for each row execute function renew_cards_of_article();

create function renew_orders_of_person() returns trigger language plpgsql as $$
begin
  update work_order set rv = rv where person_id = new.id and state not in ('closed', 'cancelled');
  return null;
end $$;
create trigger person_orders after update on person for each row execute function renew_orders_of_person();

create function renew_order() returns trigger language plpgsql as $$
begin
  update work_order set rv = rv where id = new.work_order_id;
  return null;
end $$;
create trigger time_entry_order_rv after insert or update on time_entry for each row execute function renew_order();
create trigger part_used_order_rv after insert or update on part_used for each row execute function renew_order();
create trigger visit_order_rv after insert or update on visit for each row execute function renew_order();
create trigger service_protocol_order_rv after insert on service_protocol for each row execute function renew_order();

-- An order says whether an attachment is still on its way, so it changes when one is named and when one arrives.
create function renew_orders_of_blob() returns trigger language plpgsql as $$
begin
  update work_order set rv = rv where id in (
    select c.aggregate from command_blob b join command_log c on c.id = b.command_id where b.sha256 = new.sha256);
  return null;
end $$;
create trigger blob_orders after update of state on blob for each row execute function renew_orders_of_blob();
create trigger command_blob_orders after insert on command_blob for each row execute function renew_orders_of_blob();

create function touch_message() returns trigger language plpgsql as $$
begin
  perform touch(coalesce(new.recipient_id, old.recipient_id));
  return null;
end $$;
create trigger message_touch after insert or update or delete on message for each row execute function touch_message();

create function touch_command() returns trigger language plpgsql as $$
begin
  perform touch(new.author);
  return null;
end $$;
create trigger command_log_touch after insert or update on command_log for each row execute function touch_command();

-- A decision on a review item reaches the phone through the verdict row (docs/sync.md, "Shape").
create function renew_command_of_review() returns trigger language plpgsql as $$
begin
  update command_log set rv = rv where id = new.command_id;
  return null;
end $$;
create trigger review_item_command_rv after insert or update on review_item for each row execute function renew_command_of_review();

create function touch_membership() returns trigger language plpgsql as $$
begin
  perform touch(coalesce(new.user_id, old.user_id));
  return null;
end $$;
create trigger membership_touch after insert or update or delete on membership for each row execute function touch_membership();

create function touch_user() returns trigger language plpgsql as $$
begin
  perform touch(new.id);
  return null;
end $$;
create trigger user_account_touch after update on user_account for each row execute function touch_user();

create function touch_policy() returns trigger language plpgsql as $$
begin
  perform touch(new.region_id);
  return null;
end $$;
create trigger service_policy_touch after insert or update on service_policy for each row execute function touch_policy();
