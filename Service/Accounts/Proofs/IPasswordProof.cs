namespace Tenantry.Service.Accounts.Proofs;

/// <summary>A request in which the caller repeats the password: a session alone may not do what it asks for.</summary>
public interface IPasswordProof
{
    /// <summary>The caller's present password.</summary>
    string GetPassword();
}
