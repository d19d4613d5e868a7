do $$
declare canary text;
begin
    for canary in select schema_name from public.canaries loop
        execute format('drop schema %I cascade', canary);
        perform tenancy.drop_tenant_role(canary);
    end loop;
end $$;
drop table public.canaries;
