-- A host's own entry stays here too.
do $do$
begin
    if (select encode(sha256(convert_to(p.prosrc, 'UTF8')), 'hex') from pg_proc p
        where p.oid = 'tenancy.enter(text, uuid, text, uuid, boolean, integer, integer)'::regprocedure)
        <> 'b62792322caa404b3a752209e346efe6ac367d1081abf3327f529eeacf31a11d' then
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

    org := org_id;
    if org_slug is not null then
        select o.id into org from public.orgs o where o.slug = org_slug;
        -- Also where the slug is nobody's: whose it is, if anybody's, is not told.
        if org_id is not null and org is distinct from org_id then raise exception 'ambiguous' using errcode = 'TN400'; end if;
    end if;
    -- Where there is no such org, an id that is no org's is looked for, at the same cost.
    select m.role into held_role from public.memberships m where m.org_id = coalesce(org, session_id) and m.user_id = caller;
    select t.state, t.version, t.schema_name, t.plan into tenant_state, tenant_version, schema_name, tenant_plan
    from public.tenants t where t.id = coalesce(org, session_id);
    if held_role is null or tenant_state = 'deleting' then raise exception 'not found' using errcode = 'TN404'; end if;
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

drop function public.verify_slugs;
drop trigger orgs_copy_slug on public.orgs;
drop function public.copy_slug;
alter table public.tenants drop column slug;
