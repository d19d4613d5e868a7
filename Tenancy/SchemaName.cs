namespace Tenantry.Tenancy;
