drop view tenancy.directory;
