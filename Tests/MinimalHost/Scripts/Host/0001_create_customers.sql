-- This host's own people and orgs: customers, each with keys instead of users and sessions.
create schema app;

create table app.customers (
    id          uuid primary key references public.tenants on delete cascade,
    slug        text not null unique,
    name        text not null
);

create table app.keys (
    id          uuid primary key,
    customer_id uuid not null references app.customers on delete cascade,
    is_admin    boolean not null
);

create or replace view tenancy.directory (id, slug, name) as select c.id, c.slug, c.name from app.customers c;
