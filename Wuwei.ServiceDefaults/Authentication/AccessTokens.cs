using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Wuwei.ServiceDefaults.Authentication;

/// <summary>
/// Checks access tokens, each once: checking RS256 halves what a service answers in a second, and a token does not change
/// in its ten minutes. What is remembered ends with the token, and with the set of keys it was checked against.
/// </summary>
/// <remarks>Only valid tokens are remembered (by SHA-256), so nobody can fill the memory with guesses.</remarks>
internal sealed class AccessTokens(IssuerKeys issuer, TimeProvider clock) : TokenHandler, IDisposable
{
    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };
    private readonly MemoryCache _checked = new(new MemoryCacheOptions { SizeLimit = 10_000 });

    /// <summary>How many tokens were really checked: the cache's tests count.</summary>
    internal int Checks { get; private set; }

    public void Dispose() => _checked.Dispose();

    public override SecurityToken ReadToken(string token) => _handler.ReadToken(token);

    public override async Task<TokenValidationResult> ValidateTokenAsync(string token, TokenValidationParameters validationParameters)
    {
        var hash = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
        if (_checked.TryGetValue<Checked>(hash, out var known) && known!.Keys == issuer.Current && known.Result.SecurityToken.ValidTo > clock.GetUtcNow().UtcDateTime)
        {
            return known.Result;
        }

        if (!_handler.CanReadToken(token))
        {
            return new() { IsValid = false, Exception = new SecurityTokenMalformedException("Not a token.") };
        }

        var keyId = _handler.ReadJsonWebToken(token).Kid;
        var keys = keyId == validationParameters.IssuerSigningKey?.KeyId ? issuer.Current : await issuer.WithAsync(keyId);
        var parameters = validationParameters.Clone();
        parameters.IssuerSigningKeys = [.. validationParameters.IssuerSigningKeys ?? [], .. keys.Values];
        var result = await _handler.ValidateTokenAsync(token, parameters);
        Checks++;
        if (result.IsValid)
        {
            _checked.Set(hash, new Checked(result, keys), new MemoryCacheEntryOptions
            {
                Size = 1,
                AbsoluteExpiration = new DateTimeOffset(result.SecurityToken.ValidTo, TimeSpan.Zero),
            });
        }

        return result;
    }

    private sealed record Checked(TokenValidationResult Result, object Keys);
}
