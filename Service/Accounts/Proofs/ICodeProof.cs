namespace Tenantry.Service.Accounts.Proofs;

/// <summary>A request in which the caller shows the second factor: a code of the authenticator, or a recovery code.</summary>
public interface ICodeProof
{
    /// <summary>The code.</summary>
    string GetCode();
}
