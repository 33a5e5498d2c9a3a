-- Stock-taking by scan (R-180): what was found at a place, how that differs from what should be there, and what was put right.

create table stock_count (
  id uuid primary key,
  region_id uuid not null references region,
  location_id uuid not null references location,
  counted_by uuid not null references user_account,
  begun_at timestamptz not null,
  counted_at timestamptz not null,
  note text not null default '' check (char_length(note) <= 500),
  rv bigint not null default nextval('rv_seq')
);
create index stock_count_region on stock_count (region_id, counted_at desc, id);
create index stock_count_location on stock_count (location_id, counted_at desc);

-- One device of a count: scanned there, or missed there. A number that the region does not have has no device.
create table stock_count_line (
  id uuid primary key,
  region_id uuid not null references region,
  count_id uuid not null references stock_count,
  number text not null check (number ~ '^[0-9]{4,8}$'),
  device_id uuid references device,
  scan_raw text check (char_length(scan_raw) <= 500),
  scanned_at timestamptz,
  finding text not null check (finding in ('expected', 'missing', 'unexpected', 'elsewhere', 'unknown')),
  -- As they were when it was counted.
  status text,
  home_location_id uuid references location,
  adjusted text check (adjusted in ('placed_here', 'lost')),
  adjusted_at timestamptz,
  adjusted_by uuid references user_account,
  reason text check (reason in ('moved', 'never_registered', 'not_found', 'other')),
  reason_note text not null default '' check (char_length(reason_note) <= 500),
  rv bigint not null default nextval('rv_seq'),
  unique (count_id, number),
  check ((finding = 'missing') = (scanned_at is null)),
  check ((finding = 'unknown') = (device_id is null)),
  check ((adjusted is null) = (adjusted_at is null) and (adjusted is null) = (reason is null))
);
create index stock_count_line_device on stock_count_line (device_id);

create trigger stock_count_rv before update on stock_count for each row execute function renew_rv();
create trigger stock_count_line_rv before update on stock_count_line for each row execute function renew_rv();
