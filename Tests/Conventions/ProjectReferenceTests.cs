using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;
using Tenantry.Tests.Foundation;

namespace Tenantry.Tests.Conventions;

/// <summary>References go one way, only Service knows HTTP, and only Tenancy and Migrations open connections.</summary>
internal sealed class ProjectReferenceTests
{
    [TestCase("Tenancy")]
    [TestCase("Migrations", "Tenancy")]
    [TestCase("Service", "Migrations")]
    public void References_go_one_way(string project, params string[] allowed)
    {
        var references = XDocument.Parse(Repository.Read($"{project}/{project}.csproj")).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')));
        Assert.That(references, Is.EqualTo(allowed));
    }

    [TestCase(typeof(Tenantry.Tenancy.TenantConnection))]
    [TestCase(typeof(Tenantry.Migrations.Provisioning.Provisioner))]
    public void Only_the_service_knows_http(Type inAssembly) =>
        Assert.That(inAssembly.Assembly.GetReferencedAssemblies().Select(assembly => assembly.Name).Where(name => name!.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal)), Is.Empty);

    [Test]
    public void The_service_names_no_type_that_opens_a_connection()
    {
        // The compiled references, not the source: an alias or a `var` cannot hide from them.
        using var image = new PEReader(File.OpenRead(typeof(Tenantry.Service.Errors.ErrorCode).Assembly.Location));
        var metadata = image.GetMetadataReader();
        var npgsql = metadata.TypeReferences.Select(metadata.GetTypeReference)
            .Where(type => metadata.GetString(type.Namespace).StartsWith("Npgsql", StringComparison.Ordinal))
            .Select(type => metadata.GetString(type.Name));
        Assert.That(npgsql, Is.SubsetOf(new[] { "NpgsqlException", "PostgresException", "PostgresErrorCodes" }));
    }

    [Test]
    public void Nothing_but_tenancy_and_migrations_references_npgsql_directly() =>
        Assert.That(Repository.List("*.csproj", "Service").Where(file => Repository.Read(file).Contains("\"Npgsql\"", StringComparison.Ordinal)), Is.Empty);
}
