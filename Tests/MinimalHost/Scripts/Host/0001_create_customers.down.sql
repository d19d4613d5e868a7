create or replace view tenancy.directory (id, slug, name) as select o.id, o.slug, o.name from public.orgs o;
drop schema app cascade;
