drop table public.tenant_scripts;
drop table public.former_slugs;
drop table public.memberships;
drop table public.orgs;
drop table public.tenants;
