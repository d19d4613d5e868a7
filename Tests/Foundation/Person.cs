namespace Tenantry.Tests.Foundation;

/// <summary>Somebody who is logged in.</summary>
internal sealed class Person(HttpClient client, Guid id, string email) : IDisposable
{
    public Guid Id => id;

    public string Email => email;

    public HttpClient Client => client;

    public Task<Answer> GetAsync(string path) => Answer.ToAsync(client, HttpMethod.Get, path);

    public Task<Answer> PostAsync(string path, object? body = null, params (string Name, string Value)[] headers) => Answer.ToAsync(client, HttpMethod.Post, path, body, headers);

    public Task<Answer> PatchAsync(string path, object? body, params (string Name, string Value)[] headers) => Answer.ToAsync(client, HttpMethod.Patch, path, body, headers);

    public Task<Answer> DeleteAsync(string path, object? body = null, params (string Name, string Value)[] headers) => Answer.ToAsync(client, HttpMethod.Delete, path, body, headers);

    public void Dispose() => client.Dispose();
}
