-- The registry: one row for each schema, whether or not an org has it.
create table public.tenants (
    id                    uuid primary key,
    schema_name           text not null unique check (schema_name ~ '^t_[0-9a-z]{10,40}$'),
    state                 text not null check (state in ('provisioning', 'active', 'suspended', 'deleting', 'failed')),
    version               integer not null default 0,
    last_attempt_at       timestamptz,
    last_error            text,
    deleted_at            timestamptz,
    created_at            timestamptz not null default now()
);
create index tenants_version on public.tenants (version);

-- An org's id is its tenant's id.
create table public.orgs (
    id                    uuid primary key references public.tenants on delete cascade,
    slug                  text not null unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) between 3 and 40),
    name                  text not null,
    revision              integer not null default 1,
    created_at            timestamptz not null default now(),
    updated_at            timestamptz not null default now()
);

create table public.memberships (
    org_id                uuid not null references public.orgs on delete cascade,
    user_id               uuid not null references public.users on delete cascade,
    role                  text not null check (role in ('admin', 'member')),
    created_at            timestamptz not null default now(),
    primary key (org_id, user_id)
);
create index memberships_user_id on public.memberships (user_id);

-- A slug given up stays reserved for its former org for a while; a slug whose org is gone, for nobody.
create table public.former_slugs (
    slug                  text primary key,
    org_id                uuid not null,
    reserved_until        timestamptz not null
);

-- The scripts that tenants were migrated with: an edited one is noticed by one query.
create table public.tenant_scripts (
    version               integer primary key,
    name                  text not null,
    checksum              text not null,
    created_at            timestamptz not null default now()
);

do $$
declare control text := quote_ident(current_database() || '_control');
begin
    -- The control plane may end and rename an org; making one and moving its version is the owner's.
    execute 'grant select on public.tenants to ' || control;
    execute 'grant update (state, deleted_at) on public.tenants to ' || control;
    execute 'grant select on public.orgs to ' || control;
    execute 'grant update (slug, name, revision, updated_at) on public.orgs to ' || control;
    execute 'grant select, insert, update, delete on public.memberships, public.former_slugs to ' || control;
end $$;
