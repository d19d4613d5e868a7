namespace Tenantry.Tests;
internal sealed class SmokeTests { [NUnit.Framework.Test] public void X() => NUnit.Framework.Assert.That(typeof(SmokeTests).Name, NUnit.Framework.Is.EqualTo("SmokeTests")); }
