drop function public.read_audit_log;
drop trigger audit_log_chain on public.audit_log;
drop function public.chain_audit_row();
drop function public.audit_hash(public.audit_log);
alter table public.audit_log
    drop column hash,
    drop column previous_hash,
    drop column position,
    drop column chain,
    drop column origin;
create index audit_log_org_id on public.audit_log (org_id, id);
drop table public.audit_chains;

do $$
begin
    execute 'grant insert on public.audit_log to ' || quote_ident(current_database() || '_control');
end $$;
