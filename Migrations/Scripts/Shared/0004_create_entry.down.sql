drop function tenancy.enter;
