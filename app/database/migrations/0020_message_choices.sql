-- What a reader has put away stays for whoever keeps the records; of what happens, each chooses what the phone rings for.
alter table message add column put_away_at timestamptz;

create table push_choice (
  user_id uuid not null references user_account,
  kind text not null check (kind ~ '^[a-z_]+\.[a-z_]+$'),
  wanted boolean not null,
  primary key (user_id, kind)
);
