drop function public.verify_audit_log;

do $$
begin
    execute 'revoke select (chain, position, hash) on public.audit_log from ' || quote_ident(current_database() || '_auditor');
end $$;
