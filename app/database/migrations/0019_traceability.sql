-- Traceability (SR-28): a device's manufacturing batch, notices about a batch, and the ways into a device's history.

-- The manufacturer's lot: what a safety notice names when serial numbers are not in a row.
alter table device add column batch text not null default '' check (char_length(batch) <= 60);
create index device_batch on device (region_id, batch) where batch <> '';
alter table device_purchase add column batch text not null default '' check (char_length(batch) <= 60);

alter table safety_notice
  add column batch text check (char_length(batch) between 1 and 60),
  add constraint safety_notice_batch_of_article check (batch is null or article_id is not null);

create or replace view safety_notice_covers as
  select n.id as notice_id, n.region_id, d.id as device_id
  from safety_notice n join device d on d.region_id = n.region_id and d.number = any(n.numbers)
  where n.lifted_at is null and d.status <> 'scrapped'
  union
  select n.id, n.region_id, d.id
  from safety_notice n join device d on d.region_id = n.region_id and d.article_id = n.article_id
    and (n.batch is null or d.batch = n.batch)
    and (n.serial_from is null or (char_length(d.serial) = char_length(n.serial_from)
      and d.serial collate "C" >= n.serial_from collate "C" and d.serial collate "C" <= n.serial_to collate "C"))
  where n.lifted_at is null and d.status <> 'scrapped';

-- What a device's history and a recall are read by; the partial indexes that exist serve open rows only.
create index device_block_device on device_block (device_id);
create index safety_notice_done_device on safety_notice_done (device_id);
create index pickup_line_device on pickup_line (device_id) where device_id is not null;
create index order_line_of_device on order_line (device_id) where device_id is not null;
create index holding_article_open on holding (article_id)
  where article_id is not null and starts_at is not null and ends_at is null;
create index device_component_article on device_component (article_id);
