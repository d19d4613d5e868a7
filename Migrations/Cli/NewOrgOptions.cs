using System.CommandLine;
using System.CommandLine.Parsing;

namespace Tenantry.Migrations.Cli;

/// <summary>What the commands that make an org ask for beside its slug.</summary>
internal static class NewOrgOptions
{
    public static Option<string> Name(bool required)
    {
        var option = new Option<string>("--name") { Description = "Its name as people write it", Required = required };
        option.Validators.Add(result => Refuse(result, name => IsName(name) ? null : "--name has 1 to 100 characters on one line."));
        return option;
    }

    public static Option<string> Admin(bool required)
    {
        var option = new Option<string>("--admin") { Description = "E-mail address of its first admin", Required = required };
        option.Validators.Add(result => Refuse(result, Accounts.FindFault));
        return option;
    }

    public static bool IsName(string name) => name.Trim().Length is >= 1 and <= 100 && !name.Any(char.IsControl);

    private static void Refuse(OptionResult result, Func<string, string?> findFault)
    {
        if (result.Tokens is [var token] && findFault(token.Value) is { } fault) result.AddError(fault);
    }
}
