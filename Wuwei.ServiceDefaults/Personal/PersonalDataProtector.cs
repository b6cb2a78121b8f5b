using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Wuwei.ServiceDefaults.Personal;

/// <summary>The keys of personal data, from configuration section <c>PersonalData</c>; never in the database.</summary>
public sealed class PersonalDataOptions
{
    /// <summary>What new values are encrypted under: any secret text of at least 32 characters.</summary>
    [Required, MinLength(32)] public string EncryptionKey { get; set; } = "";

    /// <summary>The number stored beside values encrypted under <see cref="EncryptionKey"/>.</summary>
    [Range(1, ushort.MaxValue)] public int EncryptionKeyId { get; set; } = 1;

    /// <summary>Earlier keys by their number: still read, no longer written.</summary>
    public Dictionary<int, string> RetiredEncryptionKeys { get; } = [];

    /// <summary>
    /// A JSON file with these members, instead of or beside configuration. Only its owner may read it (mode 0600): the
    /// service does not start with one that others can read.
    /// </summary>
    public string? KeysFile { get; set; }

    /// <summary>How many persons somebody may see unmasked within an hour.</summary>
    [Range(1, 10_000)] public int RevealsPerHour { get; set; } = 50;

    /// <summary>What person keys are made with, the same in every service: at least 32 characters.</summary>
    [Required, MinLength(32)] public string LookupKey { get; set; } = "";
}

/// <summary>
/// Encrypts personal numbers for storage (AES-256-GCM) and makes the keyed hash by which services recognise a person
/// without knowing the number. Layout: version(1) | key id(2) | nonce(12) | ciphertext | tag(16).
/// </summary>
/// <remarks>
/// <para>
/// What is kept of a person comes in by <see cref="NationalId"/>, <see cref="PersonName"/>, <see cref="Phone"/> or
/// <see cref="BankCard"/>, whose <c>Parse</c> says in Chinese what is wrong with a text. Printed, logged, serialised or as a tag
/// of a span each of them is its mask, <c>6223**********1016</c>; the text is there for who writes <c>Reveal()</c>, which is
/// easy to search for. The credit code of an organisation is public, and is checked only.
/// </para>
/// <para>
/// Where a value belongs is authenticated with it: copied to another row or column it does not decrypt
/// (<see cref="CryptographicException"/>). Two seals of the same text differ, so nobody finds equal ones by looking; who has to
/// find a person again asks by <see cref="PersonKey"/>, which is the same in every service and cannot be turned back.
/// </para>
/// <para>
/// Keys come from section <c>PersonalData</c>, or from a file that only its owner may read. To change the key that seals, give
/// the new one the next number, move the old one among the retired and run <c>./wuwei rotate</c>: the services go on meanwhile. A
/// sealed column elsewhere than a register's <c>person</c> has to be added to <c>RotateKeys</c>. The lookup key cannot be
/// changed so: all person keys would be others.
/// </para>
/// <para>
/// Messages carry person keys, never numbers. One endpoint of each register shows a person unmasked, to a <c>revealer</c> who
/// says why, into the audit trail, so many an hour. <c>PersonalNumbers</c> looks through answers, logs, messages, traces and
/// databases for what got out. Reasons: docs/adr/0024-personal-data.md and 0027-reveals-and-rotation.md.
/// </para>
/// </remarks>
/// <example><code>
/// if (BankCard.Parse(form.Card, "/card").IsRefused(out var refusal, out var card)) { return refusal.ToProblem(); }
/// var row = new { id, card = protector.Encrypt(card.Reveal(), "claim.card", $"{id}") };
/// </code></example>
public sealed class PersonalDataProtector
{
    private const byte Version = 1;
    private const int NonceAt = 3, NonceLength = 12, TextAt = NonceAt + NonceLength, TagLength = 16;

    private readonly Dictionary<ushort, Ciphers> _keys;
    private readonly ushort _current;
    private readonly byte[] _lookupKey;

    public PersonalDataProtector(IOptions<PersonalDataOptions> options)
    {
        var value = options.Value;
        _current = (ushort)value.EncryptionKeyId;
        _keys = value.RetiredEncryptionKeys.ToDictionary(key => (ushort)key.Key, key => new Ciphers(Derive(key.Value, "wuwei personal data encryption")));
        _keys[_current] = new(Derive(value.EncryptionKey, "wuwei personal data encryption"));
        _lookupKey = Derive(value.LookupKey, "wuwei personal data lookup");
    }

    /// <summary>The person's key in facts and unique indexes: 32 hexadecimal digits, the same for the same number everywhere.</summary>
    public string PersonKey(NationalId number) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(_lookupKey, Encoding.ASCII.GetBytes(number.Reveal())).AsSpan(0, 16));

    /// <summary>Encrypts a value for one place.</summary>
    /// <param name="column">Where it is stored, e.g. <c>departure.national_id</c>.</param>
    /// <param name="row">The row's id.</param>
    public byte[] Encrypt(string text, string column, string row) => Encrypt(Encoding.UTF8.GetBytes(text), column, row);

    /// <summary>Encrypts what is no text, such as a part of a file.</summary>
    public byte[] Encrypt(ReadOnlySpan<byte> plain, string column, string row)
    {
        var stored = new byte[TextAt + plain.Length + TagLength];
        stored[0] = Version;
        BinaryPrimitives.WriteUInt16BigEndian(stored.AsSpan(1), _current);
        RandomNumberGenerator.Fill(stored.AsSpan(NonceAt, NonceLength));
        var cipher = _keys[_current].Take();
        cipher.Encrypt(stored.AsSpan(NonceAt, NonceLength), plain, stored.AsSpan(TextAt, plain.Length), stored.AsSpan(TextAt + plain.Length), Place(column, row));
        _keys[_current].GiveBack(cipher);
        return stored;
    }

    /// <summary>Decrypts a stored value.</summary>
    /// <exception cref="CryptographicException">It was changed, belongs to another place, or its key is not configured.</exception>
    public string Decrypt(byte[] stored, string column, string row) => Encoding.UTF8.GetString(DecryptBytes(stored, column, row));

    /// <summary>Decrypts what is no text.</summary>
    /// <exception cref="CryptographicException">As <see cref="Decrypt"/>.</exception>
    public byte[] DecryptBytes(byte[] stored, string column, string row)
    {
        if (stored.Length < TextAt + TagLength || stored[0] != Version)
        {
            throw new CryptographicException("This is not an encrypted value.");
        }

        var keyId = BinaryPrimitives.ReadUInt16BigEndian(stored.AsSpan(1));
        if (!_keys.TryGetValue(keyId, out var key))
        {
            throw new CryptographicException($"Key {keyId} of personal data is not configured.");
        }

        var plain = new byte[stored.Length - TextAt - TagLength];
        var cipher = key.Take();
        cipher.Decrypt(stored.AsSpan(NonceAt, NonceLength), stored.AsSpan(TextAt, plain.Length), stored.AsSpan(TextAt + plain.Length), plain, Place(column, row));
        key.GiveBack(cipher);
        return plain;
    }

    /// <summary>How the number of the current key stands in a stored value: its second and third byte.</summary>
    public byte[] CurrentKeyId => [(byte)(_current >> 8), (byte)_current];

    /// <summary>The value encrypted anew, under the current key.</summary>
    /// <exception cref="CryptographicException">As <see cref="Decrypt"/>.</exception>
    public byte[] Reseal(byte[] stored, string column, string row) => Encrypt(DecryptBytes(stored, column, row), column, row);

    private static byte[] Place(string column, string row) => Encoding.UTF8.GetBytes($"{column}|{row}");

    private static byte[] Derive(string secret, string purpose) => HKDF.DeriveKey(
        HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret), outputLength: 32, info: Encoding.ASCII.GetBytes(purpose));

    /// <summary>A key, ready for use: to set one up anew takes longer than to encrypt a value. Each serves one caller at a time; one that threw is left.</summary>
    private sealed class Ciphers(byte[] key)
    {
        private readonly ConcurrentBag<AesGcm> _free = [];

        public AesGcm Take() => _free.TryTake(out var cipher) ? cipher : new(key, TagLength);

        public void GiveBack(AesGcm cipher) => _free.Add(cipher);
    }
}

public static class PersonalDataRegistration
{
    extension(IHostApplicationBuilder builder)
    {
        /// <summary>Adds <see cref="PersonalDataProtector"/>; a service without keys does not start.</summary>
        public IHostApplicationBuilder AddPersonalData()
        {
            builder.Services.AddOptions<PersonalDataOptions>().BindConfiguration("PersonalData").Configure(ReadFile).ValidateDataAnnotations().ValidateOnStart();
            builder.Services.AddSingleton<PersonalDataProtector>();
            return builder;
        }
    }

    private static void ReadFile(PersonalDataOptions options)
    {
        if (options.KeysFile is not { } file)
        {
            return;
        }

        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)) != 0)
        {
            throw new OptionsValidationException("PersonalData", typeof(PersonalDataOptions), [$"{file} must be readable by its owner only: chmod 600."]);
        }

        new ConfigurationBuilder().AddJsonFile(Path.GetFullPath(file)).Build().Bind(options);
    }
}
