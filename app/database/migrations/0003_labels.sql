-- Labels: a region's templates and print profiles, print jobs, and pre-printed labels that no device has yet.

-- The built-in templates and profiles lie in the code; a row with the id of one stands in its place.
create table label_template (
  region_id uuid not null references region,
  id uuid not null,
  kind text not null check (kind in ('device', 'next_pm', 'return', 'contaminated', 'deviation', 'load_carrier', 'shelf')),
  name text not null check (char_length(name) between 1 and 60),
  document jsonb not null,
  retired boolean not null default false,
  changed_by uuid not null references user_account,
  changed_at timestamptz not null,
  rv bigint not null default nextval('rv_seq'),
  primary key (region_id, id)
);
create unique index label_template_name on label_template (region_id, swedish_order(name)) where not retired;

create table label_profile (
  region_id uuid not null references region,
  id uuid not null,
  name text not null check (char_length(name) between 1 and 60),
  document jsonb not null,
  retired boolean not null default false,
  changed_by uuid not null references user_account,
  changed_at timestamptz not null,
  rv bigint not null default nextval('rv_seq'),
  primary key (region_id, id)
);
create unique index label_profile_name on label_profile (region_id, swedish_order(name)) where not retired;

-- One batch of labels with tokens. While it is open its file can be made again, for the tokens follow from the seed and
-- a key that is not in the database; closing it forgets the seed, and with it the tokens (SR-06).
create table label_print (
  id uuid primary key references command_log,
  region_id uuid not null references region,
  kind text not null check (kind in ('device', 'unclaimed')),
  template jsonb not null,
  host text not null,
  owner text not null,
  phone text not null,
  count integer not null check (count between 1 and 10000),
  first_number text not null,
  last_number text not null,
  seed bytea,
  older_end timestamptz not null,
  printed_by uuid not null references user_account,
  printed_at timestamptz not null,
  state text not null default 'open' check (state in ('open', 'verified', 'discarded', 'expired')),
  closed_by uuid references user_account,
  closed_at timestamptz,
  check ((state = 'open') = (closed_at is null)),
  check (state = 'open' or seed is null)
);
create index label_print_open on label_print (region_id, printed_at) where state = 'open';
create index label_print_recent on label_print (region_id, printed_at desc);

-- Which labels of devices came from which print, in its order.
create table printed_label (
  label_id uuid primary key references device_label,
  print_id uuid not null references label_print,
  position integer not null check (position > 0),
  unique (print_id, position)
);

-- Printed ahead with a number of the reserved series; claimed by scan. The number is never given out again.
create table unclaimed_label (
  id uuid primary key,
  region_id uuid not null references region,
  number text not null check (number ~ '^[0-9]{4,8}$'),
  token_hash bytea not null unique,
  print_id uuid not null references label_print,
  position integer not null check (position > 0),
  claimed_label_id uuid references device_label,
  claimed_at timestamptz,
  discarded_at timestamptz,
  unique (region_id, number),
  unique (print_id, position),
  check ((claimed_label_id is null) = (claimed_at is null)),
  check (claimed_at is null or discarded_at is null)
);

create trigger label_template_rv before update on label_template for each row execute function renew_rv();
create trigger label_profile_rv before update on label_profile for each row execute function renew_rv();
