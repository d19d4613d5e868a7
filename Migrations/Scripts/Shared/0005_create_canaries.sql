-- Two schemas that belong to no org, made like any tenant's: a service that starts tries each against the other.
create table public.canaries (
    schema_name           text primary key check (schema_name ~ '^t_[0-9a-z]{10,40}$'),
    created_at            timestamptz not null default now()
);
