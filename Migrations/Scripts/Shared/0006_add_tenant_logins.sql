-- Which key a tenant's own login was made with; null while it has none. Not the key: what PBKDF2 makes of it.
alter table public.tenants add column login_key text;

do $$
begin
    execute 'grant execute on function tenancy.enter to ' || quote_ident(current_database() || '_tenants');
end $$;
