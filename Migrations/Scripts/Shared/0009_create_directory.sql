-- What the operators' commands call a tenant. A host with a table of orgs of its own puts its own view in this one's place.
create view tenancy.directory (id, slug, name) as select o.id, o.slug, o.name from public.orgs o;
