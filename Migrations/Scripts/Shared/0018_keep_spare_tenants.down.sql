-- Their schemas and roles stay, and `tenantry doctor` names them.
delete from public.tenants where spare_scripts is not null;
drop index public.tenants_failed_spare;
drop index public.tenants_spare;
alter table public.tenants drop column spare_scripts;
