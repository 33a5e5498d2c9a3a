-- The second key of a phone's readable store (SR-15): what the phone keeps under its user's PIN it also keeps under this
-- one, which is handed out only to its user, right after a sign-in.
create table sync_vault (
  device uuid primary key references sync_device on delete cascade,
  key bytea not null check (octet_length(key) = 32),
  created_at timestamptz not null default now()
);
