do $$
declare auditor text := quote_ident(current_database() || '_auditor');
begin
    execute 'revoke select (id, schema_name, state, version, last_attempt_at, deleted_at, created_at) on public.tenants from ' || auditor;
    execute 'revoke select (id) on public.orgs from ' || auditor;
    execute 'revoke select (schema_name, created_at) on public.canaries from ' || auditor;
    execute 'revoke select (version, name, checksum, created_at) on public.tenant_scripts from ' || auditor;
    execute 'revoke select (name, checksum, applied_at) on public.migration_journal from ' || auditor;
end $$;
