-- What a person may decide about the field's work, what phones tell about themselves, and attachments that do not come.

alter table review_item drop constraint review_item_decision_check;
alter table review_item add constraint review_item_decision_check
  check (decision in ('accept_field', 'keep_office', 'merge', 'follow_up'));
-- Of a merge: the fields that the field's version gave.
alter table review_item add column fields text[] not null default '{}';

-- As last told by the phone itself, with its pull.
alter table sync_device
  add column unsent integer check (unsent >= 0),
  add column unsent_since timestamptz,
  add column told_at timestamptz,
  -- Whether the browser has promised to keep the phone's storage; null: not told.
  add column persisted boolean,
  -- When the phone told that its storage had been emptied by something else than the app.
  add column storage_lost_at timestamptz;

-- When the author was last reminded of an attachment that has not arrived (sync case 24).
alter table blob add column chased_at timestamptz;
create index blob_pending on blob (created_at) where state = 'pending';
