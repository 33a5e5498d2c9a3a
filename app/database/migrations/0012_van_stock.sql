-- The technician's van as a small store: what of each article lies in it, as a ledger. Exchanges and deviations.

alter table user_account add column van_id uuid references location;

create table stock_balance (
  id uuid primary key default gen_random_uuid(),
  region_id uuid not null references region,
  location_id uuid not null references location,
  article_id uuid not null references article,
  -- May be below nothing: what was used was there, whatever the books said (sync case 29).
  quantity integer not null,
  rv bigint not null default nextval('rv_seq'),
  unique (location_id, article_id)
);
create trigger stock_balance_rv before update on stock_balance for each row execute function renew_rv();

create table stock_entry (
  id uuid primary key,
  region_id uuid not null references region,
  location_id uuid not null references location,
  article_id uuid not null references article,
  quantity integer not null check (quantity <> 0 and abs(quantity) <= 99999),
  kind text not null check (kind in ('used', 'filled', 'returned', 'counted')),
  part_id uuid references part_used,
  by_id uuid references user_account,
  command_id uuid not null references command_log,
  at timestamptz not null,
  created_at timestamptz not null default now(),
  check ((kind = 'used') = (part_id is not null))
);
create index stock_entry_place on stock_entry (location_id, article_id, at);
create index stock_entry_part on stock_entry (part_id);
-- An entry never changes: a wrong one gets a second that takes it back.
create trigger stock_entry_immutable before update or delete on stock_entry for each row execute function refuse_change();

create function keep_stock_balance() returns trigger language plpgsql as $$
begin
  insert into stock_balance (region_id, location_id, article_id, quantity)
    values (new.region_id, new.location_id, new.article_id, new.quantity)
    on conflict (location_id, article_id) do update set quantity = stock_balance.quantity + excluded.quantity;
  perform touch(u.id) from user_account u where u.van_id = new.location_id;
  return null;
end $$;
create trigger stock_entry_balance after insert on stock_entry for each row execute function keep_stock_balance();

-- From which shelf a part was taken; null: from none that we keep books of.
alter table part_used add column location_id uuid references location;

-- The device that is kept for an exchange at the next visit (R-219).
alter table work_order add column reserved_device_id uuid references device;
create unique index work_order_reserved_device on work_order (reserved_device_id)
  where reserved_device_id is not null and state not in ('closed', 'cancelled');

create table technical_exchange (
  id uuid primary key,
  region_id uuid not null references region,
  work_order_id uuid not null references work_order,
  old_device_id uuid not null references device,
  new_device_id uuid not null references device,
  at timestamptz not null,
  -- What the old device held was uploaded to where it belongs (R-239); null: it holds nothing.
  data_uploaded boolean,
  note text not null default '' check (char_length(note) <= 500),
  by_id uuid references user_account,
  command_id uuid not null references command_log,
  check (old_device_id <> new_device_id)
);
create index technical_exchange_order on technical_exchange (work_order_id);
create index technical_exchange_devices on technical_exchange (old_device_id);
create index technical_exchange_new on technical_exchange (new_device_id);
create trigger technical_exchange_order_rv after insert on technical_exchange for each row execute function renew_order();

-- A medical device deviation, as whoever found it wrote it (R-300, R-301).
create table deviation (
  id uuid primary key,
  region_id uuid not null references region,
  work_order_id uuid not null references work_order,
  device_id uuid not null references device,
  text text not null check (char_length(text) between 1 and 2000),
  harm text not null check (harm in ('none', 'could', 'happened')),
  at timestamptz not null,
  by_id uuid references user_account,
  told_id uuid references user_account,
  command_id uuid not null references command_log
);
create index deviation_order on deviation (work_order_id);
create index deviation_device on deviation (device_id);
create trigger deviation_immutable before update or delete on deviation for each row execute function refuse_change();
create trigger deviation_order_rv after insert on deviation for each row execute function renew_order();
