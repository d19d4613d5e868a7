create table projects (
    id                    uuid primary key,
    name                  text not null,
    description           text not null default '',
    status                text not null default 'active' check (status in ('active', 'archived')),
    created_by            uuid not null,
    revision              integer not null default 1,
    created_at            timestamptz not null default now(),
    updated_at            timestamptz not null default now()
);
