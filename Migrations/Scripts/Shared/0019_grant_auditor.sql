-- What the audit reads here: names, states and versions. No person, no slug, and no error text, which may quote a row.
do $$
declare auditor text := quote_ident(current_database() || '_auditor');
begin
    execute 'grant select (id, schema_name, state, version, last_attempt_at, deleted_at, created_at) on public.tenants to ' || auditor;
    execute 'grant select (id) on public.orgs to ' || auditor;
    execute 'grant select (schema_name, created_at) on public.canaries to ' || auditor;
    execute 'grant select (version, name, checksum, created_at) on public.tenant_scripts to ' || auditor;
    execute 'grant select (name, checksum, applied_at) on public.migration_journal to ' || auditor;
end $$;
