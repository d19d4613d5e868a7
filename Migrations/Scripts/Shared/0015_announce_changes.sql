-- What may end somebody's right is announced on the channel `tenantry` by the commit of the change itself, so also when it was
-- made in psql. A payload is an id and nothing more: whoever can log in can listen.
do $$
begin
    if not has_function_privilege('pg_catalog.pg_notify(text, text)', 'execute') then
        raise exception 'the owner may not execute pg_notify'
            using hint = 'Run `tenantry migrate --shared` with an admin connection, whose bootstrap grants it.';
    end if;
end $$;

create function public.announce() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    perform pg_notify('tenantry', to_jsonb(old) ->> tg_argv[0]);
    return null;
end $$;

create trigger memberships_announce after update or delete on public.memberships
    for each row execute function public.announce('user_id');
create trigger sessions_announce after delete or update of ended_at, expires_at on public.sessions
    for each row execute function public.announce('user_id');
create trigger tenants_announce after delete or update of state on public.tenants
    for each row execute function public.announce('id');

-- For what was committed in a tenant's schema, where nothing may notify. Of names that are no org's it says nothing.
create function public.announce_orgs(slugs text[], ids uuid[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    perform pg_notify('tenantry', o.id::text) from public.orgs o where o.slug = any(slugs) or o.id = any(ids);
end $$;

do $$
begin
    execute 'grant execute on function public.announce_orgs to ' || quote_ident(current_database() || '_control');
end $$;
