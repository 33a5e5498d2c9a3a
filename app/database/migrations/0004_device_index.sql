-- The device index of a region: the newest snapshot whole, and how each came of the one before it.

create table device_index (
  region_id uuid not null references region,
  version bigint not null,
  sha256 bytea not null,
  -- gzip; only the newest snapshot is kept, of the others the delta that led to them.
  snapshot bytea,
  delta bytea,
  size integer not null,
  -- What the rows looked like that it was made of; the same again makes no new version.
  made_of text not null,
  made_at timestamptz not null default now(),
  primary key (region_id, version),
  unique (region_id, sha256)
);

create function touch_device_index() returns trigger language plpgsql as $$
begin
  perform touch(new.region_id);
  return null;
end $$;
create trigger device_index_touch after insert on device_index for each row execute function touch_device_index();
