-- The same hash and the same chain at half the cost. A function without a setting of its own becomes part of the statement that
-- calls it, and so names the schema of all that it uses.
create or replace function public.audit_hash(r public.audit_log) returns bytea
language sql stable
as $$
    select pg_catalog.sha256(r.previous_hash operator(pg_catalog.||) pg_catalog.convert_to(pg_catalog.jsonb_build_array(
        r.chain, r.position, r.id, pg_catalog.to_char(pg_catalog.timezone('UTC', r.at), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        r.actor_id, r.actor_kind, r.action, r.org_id, r.target, r.origin, r.details)::pg_catalog.text, 'UTF8'))
$$;

create or replace function public.chain_audit_row() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    new.chain := coalesce(new.org_id, new.actor_id, '00000000-0000-0000-0000-000000000000');
    loop
        select c.length + 1, c.head into new.position, new.previous_hash from public.audit_chains c where c.id = new.chain for update;
        exit when found;
        insert into public.audit_chains (id, length, head) values (new.chain, 0, '') on conflict do nothing;
    end loop;
    -- Under the lock, so that time and position run the same way.
    new.at := clock_timestamp();
    new.hash := public.audit_hash(new);
    update public.audit_chains c set length = new.position, head = new.hash where c.id = new.chain;
    return new;
end $$;
