-- The org's slug stands in the registry too, so that an entry by slug finds the tenant at once and needs no org. A spare has none,
-- nor has the tenant of a host with orgs of its own.
alter table public.tenants add column slug text unique;

-- Every change of an org's slug is the registry's in the same statement, whoever makes it. Row by row in the same order, so that
-- what the org's slug may become, the copy may: a swap, where orgs are renamed one after the other.
create function public.copy_slug() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_op <> 'INSERT' and old.id is distinct from new.id then
        update public.tenants t set slug = null where t.id = old.id;
    end if;
    if tg_op <> 'DELETE' then
        update public.tenants t set slug = new.slug where t.id = new.id and t.slug is distinct from new.slug;
    end if;
    return null;
end $$;

create trigger orgs_copy_slug after insert or delete or update of id, slug on public.orgs
    for each row execute function public.copy_slug();

update public.tenants t set slug = o.slug from public.orgs o where o.id = t.id;

-- The schemas of the tenants whose slug is not their org's: for the auditor, who reads no slug.
create function public.verify_slugs() returns table (schema_name text)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select t.schema_name from public.tenants t left join public.orgs o on o.id = t.id where t.slug is distinct from o.slug
$$;

do $$
begin
    execute 'grant execute on function public.verify_slugs to ' || quote_ident(current_database() || '_auditor');
end $$;

-- The entry again, with one look-up fewer. Only in the place of the one before, known by its text: a host's own stays.
do $do$
begin
    if (select encode(sha256(convert_to(p.prosrc, 'UTF8')), 'hex') from pg_proc p
        where p.oid = 'tenancy.enter(text, uuid, text, uuid, boolean, integer, integer)'::regprocedure)
        <> 'e6b0946b30a7516d279e51c32cb021c1aa591bb9bd74a02ce149aaea21f06f28' then
        return;
    end if;
    execute $entry$
create or replace function tenancy.enter(
    read_only text, session_id uuid, org_slug text, org_id uuid, admin_required boolean, oldest integer, newest integer,
    out schema_name text, out path text, out limits text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
    caller uuid;
    org uuid;
    held_role text;
    tenant_state text;
    tenant_version integer;
    tenant_plan text;
    granted record;
    was_set text;
begin
    select s.user_id into caller from public.sessions s where s.id = session_id and s.ended_at is null and s.expires_at > now();
    if caller is null then raise exception 'session ended' using errcode = 'TN401'; end if;

    if org_slug is null then
        select t.id, t.state, t.version, t.schema_name, t.plan into org, tenant_state, tenant_version, schema_name, tenant_plan
        from public.tenants t where t.id = org_id;
    else
        select t.id, t.state, t.version, t.schema_name, t.plan into org, tenant_state, tenant_version, schema_name, tenant_plan
        from public.tenants t where t.slug = org_slug;
        -- Also where the slug is nobody's: whose it is, if anybody's, is not told.
        if org_id is not null and org is distinct from org_id then raise exception 'ambiguous' using errcode = 'TN400'; end if;
    end if;
    -- Where there is no such org, an id that is no org's is looked for, at the same cost.
    select m.role into held_role from public.memberships m where m.org_id = coalesce(org, session_id) and m.user_id = caller;
    if org is null or held_role is null or tenant_state = 'deleting' then raise exception 'not found' using errcode = 'TN404'; end if;
    if tenant_state = 'suspended' then raise exception 'suspended' using errcode = 'TN423'; end if;
    if tenant_state <> 'active' or tenant_version not between oldest and newest then
        raise exception 'unavailable' using errcode = 'TN503';
    end if;
    if admin_required and held_role <> 'admin' then raise exception 'admin required' using errcode = 'TN403'; end if;

    path := schema_name || ', pg_temp';
    was_set := set_config('transaction_read_only', read_only, true);
    if tenant_plan <> 'default' then
        select p.statement_timeout, p.lock_timeout, p.requests_per_second, p.pool_share into granted
        from public.plans p where p.name = tenant_plan;
        if granted.statement_timeout is not null then was_set := set_config('statement_timeout', granted.statement_timeout, true); end if;
        if granted.lock_timeout is not null then was_set := set_config('lock_timeout', granted.lock_timeout, true); end if;
        limits := coalesce(granted.requests_per_second, 0) || ' ' || coalesce(granted.pool_share, 0);
    end if;
end $$
    $entry$;
end $do$;
