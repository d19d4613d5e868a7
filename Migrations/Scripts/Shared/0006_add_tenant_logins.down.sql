do $$
begin
    execute 'revoke execute on function tenancy.enter from ' || quote_ident(current_database() || '_tenants');
end $$;
alter table public.tenants drop column login_key;
