-- What happened to the tenant's rows, written by the statement that did it. Readers of the live stream resume here.
create table events (
    id                    uuid primary key,
    at                    timestamptz not null default now(),
    kind                  text not null,
    subject_id            uuid not null,
    actor_id              uuid not null
);
