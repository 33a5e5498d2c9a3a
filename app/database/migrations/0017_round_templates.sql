-- Round schedules: which van goes where on which weekday, what stops it always uses, and which customers it serves.

-- ---------------------------------------------------------------- the list of rounds ("turbilslista", R-276, R-283)

create table round_template (
  id uuid primary key,
  region_id uuid not null references region,
  name text not null check (char_length(name) between 1 and 100),
  -- A round of one's own van, or a tour of the house's internal post (R-275, R-279).
  carrier text not null default 'van' check (carrier in ('van', 'internal_post')),
  -- Monday is 0.
  weekdays smallint[] not null check (weekdays <@ array[0, 1, 2, 3, 4, 5, 6]::smallint[] and cardinality(weekdays) > 0),
  -- Its area: how postcodes begin, and places by name; what it serves at its fixed stops belongs to it besides.
  postcode_prefixes text[] not null default '{}',
  towns text[] not null default '{}',
  -- What is ordered later than this many days before, at this time in Stockholm, goes with the next one (R-279).
  cutoff_days smallint not null default 0 check (cutoff_days between 0 and 30),
  cutoff_at time,
  -- Which day it drives when its weekday is a holiday.
  on_holiday text not null default 'after' check (on_holiday in ('after', 'before', 'none')),
  van_id uuid references location,
  driver_id uuid references user_account,
  depot_id uuid references location,
  retired_at timestamptz,
  rv bigint not null default nextval('rv_seq')
);
create index round_template_region on round_template (region_id) where retired_at is null;
create trigger round_template_rv before update on round_template for each row execute function renew_rv();

-- An entrance with porters and its like: goods for these care units are handed over there (R-276, R-277).
create table round_template_stop (
  id uuid primary key,
  template_id uuid not null references round_template on delete cascade,
  position integer not null,
  name text not null check (char_length(name) between 1 and 100),
  street text not null default '',
  postcode text not null default '',
  town text not null default '',
  carrier_note text not null default '',
  window_from time,
  window_to time,
  party_ids uuid[] not null default '{}',
  unique (template_id, position),
  check (window_from is null or window_to is null or window_from < window_to)
);

-- How a customer has agreed to get deliveries (R-122); a customer without a row gets them by the list that covers it.
create table delivery_agreement (
  customer_id uuid primary key references party,
  region_id uuid not null references region,
  kind text not null check (kind in ('round_list', 'daily')),
  rv bigint not null default nextval('rv_seq')
);
create index delivery_agreement_region on delivery_agreement (region_id);
create trigger delivery_agreement_rv before update on delivery_agreement for each row execute function renew_rv();

-- ---------------------------------------------------------------- rounds made from the list, other carriers

alter table van_round add column template_id uuid references round_template;
create unique index van_round_template on van_round (template_id, on_day) where template_id is not null;

-- Who carries it: the centre's van, the internal post to a care unit (R-275), or the post to a service point (R-281, R-282).
alter table customer_order
  add column carrier text not null default 'van' check (carrier in ('van', 'internal_post', 'postal')),
  add column sent_at timestamptz;
create index customer_order_carrier on customer_order (region_id, carrier) where carrier <> 'van';
