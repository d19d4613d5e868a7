-- Computes every chain anew and tells where it breaks, without telling what its rows say: so that the auditor, who reads no
-- person, can have the log proven. A chain that is sound has no break; 0 is a head that is not the last row's.
create function public.verify_audit_log() returns table (chain uuid, length bigint, head text, broken_at bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    with linked as (
        select l.chain, l.position, l.hash, l.previous_hash, public.audit_hash(l) as computed,
               lag(l.hash) over link as hash_before, lag(l.position) over link as position_before
        from public.audit_log l
        window link as (partition by l.chain order by l.position)),
    walked as (
        select k.chain, max(k.position) as length, min(k.position) filter (
            where k.hash <> k.computed or k.previous_hash <> coalesce(k.hash_before, '') or k.position <> coalesce(k.position_before, 0) + 1) as broken_at
        from linked k group by k.chain)
    select coalesce(c.id, w.chain), coalesce(c.length, 0), encode(coalesce(c.head, ''), 'hex'), coalesce(w.broken_at, case
        when c.id is null or w.length is distinct from nullif(c.length, 0)
          or c.head is distinct from coalesce((select l.hash from public.audit_log l where l.chain = c.id and l.position = c.length), '') then 0 end)
    from public.audit_chains c full join walked w on w.chain = c.id
$$;

do $$
declare auditor text := quote_ident(current_database() || '_auditor');
begin
    execute 'grant execute on function public.verify_audit_log to ' || auditor;
    -- Enough to see that what an earlier report has fixed is still there.
    execute 'grant select (chain, position, hash) on public.audit_log to ' || auditor;
end $$;
