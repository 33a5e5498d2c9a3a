-- What a scan must say of a device beside its state (safety notices, blocks, maintenance announced), purchases of new
-- devices with their reserved numbers, and which labels of a print have been scanned.

-- R-303. Which devices it covers is asked each time, so that one that is bought or imported later is covered too.
create table safety_notice (
  id uuid primary key,
  region_id uuid not null references region,
  title text not null check (char_length(title) between 1 and 120),
  text text not null default '' check (char_length(text) <= 2000),
  reference text not null default '' check (char_length(reference) <= 60),
  -- What must be done with each device; '' when it is only not to be used.
  action text not null default '' check (char_length(action) <= 300),
  article_id uuid references article,
  serial_from text,
  serial_to text,
  numbers text[] not null default '{}',
  set_by uuid not null references user_account,
  set_at timestamptz not null,
  lifted_by uuid references user_account,
  lifted_at timestamptz,
  lift_note text not null default '' check (char_length(lift_note) <= 500),
  rv bigint not null default nextval('rv_seq'),
  check (article_id is not null or cardinality(numbers) > 0),
  check ((serial_from is null) = (serial_to is null)),
  check (serial_from is null or article_id is not null),
  check (char_length(serial_from) = char_length(serial_to) and serial_from collate "C" <= serial_to collate "C"),
  check ((lifted_at is null) = (lifted_by is null))
);
create index safety_notice_open on safety_notice (region_id) where lifted_at is null;
create trigger safety_notice_rv before update on safety_notice for each row execute function renew_rv();

-- The action has been done with this device: the notice is over for it.
create table safety_notice_done (
  notice_id uuid not null references safety_notice,
  device_id uuid not null references device,
  done_by uuid not null references user_account,
  done_at timestamptz not null,
  note text not null default '' check (char_length(note) <= 500),
  primary key (notice_id, device_id)
);

-- Every device that an open notice is about, done or not. Serial numbers are compared within one length, sign by sign.
create view safety_notice_covers as
  select n.id as notice_id, n.region_id, d.id as device_id
  from safety_notice n join device d on d.region_id = n.region_id and d.number = any(n.numbers)
  where n.lifted_at is null and d.status <> 'scrapped'
  union
  select n.id, n.region_id, d.id
  from safety_notice n join device d on d.region_id = n.region_id and d.article_id = n.article_id
    and (n.serial_from is null or (char_length(d.serial) = char_length(n.serial_from)
      and d.serial collate "C" >= n.serial_from collate "C" and d.serial collate "C" <= n.serial_to collate "C"))
  where n.lifted_at is null and d.status <> 'scrapped';

create view safety_notice_stops as
  select c.notice_id, c.region_id, c.device_id from safety_notice_covers c
  where not exists (select from safety_notice_done x where x.notice_id = c.notice_id and x.device_id = c.device_id);

create table device_block (
  id uuid primary key,
  region_id uuid not null references region,
  device_id uuid not null references device,
  reason text not null check (char_length(reason) between 1 and 300),
  blocked_by uuid not null references user_account,
  blocked_at timestamptz not null,
  lifted_by uuid references user_account,
  lifted_at timestamptz,
  lift_note text not null default '' check (char_length(lift_note) <= 500),
  check ((lifted_at is null) = (lifted_by is null))
);
create unique index device_block_open on device_block (device_id) where lifted_at is null;
create index device_block_region on device_block (region_id) where lifted_at is null;

-- R-228: the holder was told that maintenance comes. An order's own contact counts too and is not repeated here.
create table pm_notice (
  id uuid primary key,
  region_id uuid not null references region,
  device_id uuid not null references device,
  given_on date not null,
  how text not null check (how in ('phone', 'letter', 'message', 'in_person')),
  given_by uuid not null references user_account,
  recorded_at timestamptz not null
);
create index pm_notice_device on pm_notice (device_id, given_on);
create index pm_notice_region on pm_notice (region_id, given_on);

-- New devices of one article: ordered, or here. The numbers are reserved when it is registered.
create table device_purchase (
  id uuid primary key,
  region_id uuid not null references region,
  article_id uuid not null references article,
  numbers text[] not null check (cardinality(numbers) between 1 and 1000),
  reference text not null default '' check (char_length(reference) <= 60),
  supplier text not null default '' check (char_length(supplier) <= 120),
  purchased_on date not null,
  -- Each device's, in öre, without tax.
  price_ore bigint check (price_ore between 0 and 10000000000),
  warranty_to date,
  location_id uuid references location,
  state text not null check (state in ('ordered', 'arrived', 'cancelled')),
  registered_by uuid not null references user_account,
  registered_at timestamptz not null,
  closed_by uuid references user_account,
  closed_at timestamptz,
  rv bigint not null default nextval('rv_seq'),
  check ((state = 'ordered') = (closed_at is null)),
  check ((closed_at is null) = (closed_by is null))
);
create index device_purchase_recent on device_purchase (region_id, registered_at desc, id);
create index device_purchase_numbers on device_purchase using gin (numbers);
create trigger device_purchase_rv before update on device_purchase for each row execute function renew_rv();

alter table printed_label add column verified_at timestamptz;
alter table unclaimed_label add column verified_at timestamptz;

-- The labels of a purchase that were thrown away are printed again with the same numbers.
alter table unclaimed_label drop constraint unclaimed_label_region_id_number_key;
create unique index unclaimed_label_number on unclaimed_label (region_id, number) where discarded_at is null;
create index unclaimed_label_any_number on unclaimed_label (region_id, number);
