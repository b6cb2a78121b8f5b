using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Wuwei.ServiceDefaults.Personal;

public class PersonalDataProtectorTests
{
    private const string Number = "62060219850315101X", Column = "departure.national_id", Row = "7";

    private static readonly PersonalDataProtector s_protector = Protector();

    [Fact]
    public void Given_an_encrypted_number_When_decrypted_in_its_place_Then_it_is_the_number()
    {
        var stored = s_protector.Encrypt(Number, Column, Row);
        Assert.Equal(Number, s_protector.Decrypt(stored, Column, Row));
        Assert.Equal(1 + 2 + 12 + Number.Length + 16, stored.Length);
        Assert.Equal([1, 0, 1], stored[..3]);
        Assert.DoesNotContain(Number, Encoding.Latin1.GetString(stored), StringComparison.Ordinal);
    }

    [Fact]
    public void Given_the_same_number_twice_When_encrypted_Then_the_bytes_differ() =>
        Assert.NotEqual(s_protector.Encrypt(Number, Column, Row), s_protector.Encrypt(Number, Column, Row));

    [Theory]
    [InlineData(Column, "8")]
    [InlineData("departure.phone", Row)]
    public void Given_a_value_moved_to_another_place_When_decrypted_Then_it_fails(string column, string row)
    {
        var stored = s_protector.Encrypt(Number, Column, Row);
        Assert.ThrowsAny<CryptographicException>(() => s_protector.Decrypt(stored, column, row));
    }

    [Fact]
    public void Given_any_changed_or_missing_byte_When_decrypted_Then_it_fails()
    {
        var stored = s_protector.Encrypt(Number, Column, Row);
        for (var i = 0; i < stored.Length; i++)
        {
            var changed = stored.ToArray();
            changed[i] ^= 1;
            Assert.ThrowsAny<CryptographicException>(() => s_protector.Decrypt(changed, Column, Row));
            Assert.ThrowsAny<CryptographicException>(() => s_protector.Decrypt(stored[..i], Column, Row));
        }
    }

    [Fact]
    public void Given_a_new_key_When_the_old_one_is_retired_Then_old_values_are_still_read()
    {
        var stored = s_protector.Encrypt(Number, Column, Row);
        var rotated = Protector(options =>
        {
            options.RetiredEncryptionKeys[1] = options.EncryptionKey;
            options.EncryptionKey = new string('n', 32);
            options.EncryptionKeyId = 2;
        });
        Assert.Equal(Number, rotated.Decrypt(stored, Column, Row));
        Assert.Equal([1, 0, 2], rotated.Encrypt(Number, Column, Row)[..3]);
        Assert.Equal(s_protector.PersonKey(Id(Number)), rotated.PersonKey(Id(Number)));
    }

    [Fact]
    public void Given_a_person_When_keyed_Then_it_is_32_hex_digits_the_same_for_every_way_of_typing_and_other_under_another_key()
    {
        var key = s_protector.PersonKey(Id(Number));
        Assert.Matches("^[0-9a-f]{32}$", key);
        Assert.Equal(key, s_protector.PersonKey(Id(" ６２０６０２19850315101x")));
        Assert.NotEqual(key, s_protector.PersonKey(Id("622301198603151016")));
        Assert.NotEqual(key, Protector(options => options.LookupKey = new string('m', 32)).PersonKey(Id(Number)));
        // Pinned: every stored person key depends on it.
        Assert.Equal("5b8a64e22a1f2bf5fbd05e70933e5c3a", key);
    }

    [Fact]
    public async Task Given_a_short_key_When_the_service_starts_Then_it_does_not()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration["PersonalData:EncryptionKey"] = new string('e', 31);
        builder.Configuration["PersonalData:LookupKey"] = new string('l', 32);
        builder.AddPersonalData();
        using var host = builder.Build();
        await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
    }

    [Fact]
    public void Given_keys_in_configuration_When_bound_Then_retired_ones_are_too()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration["PersonalData:EncryptionKey"] = new string('n', 32);
        builder.Configuration["PersonalData:EncryptionKeyId"] = "2";
        builder.Configuration["PersonalData:RetiredEncryptionKeys:1"] = new string('e', 32);
        builder.Configuration["PersonalData:LookupKey"] = new string('l', 32);
        builder.AddPersonalData();
        using var host = builder.Build();
        Assert.Equal(Number, host.Services.GetRequiredService<PersonalDataProtector>().Decrypt(s_protector.Encrypt(Number, Column, Row), Column, Row));
    }

    [Fact]
    public void Given_a_value_under_an_earlier_key_When_sealed_again_Then_it_is_the_same_under_the_current_one()
    {
        var old = s_protector.Encrypt(Number, Column, Row);
        var rotated = Protector(options =>
        {
            options.RetiredEncryptionKeys[1] = options.EncryptionKey;
            options.EncryptionKey = new string('n', 32);
            options.EncryptionKeyId = 258;
        });
        var anew = rotated.Reseal(old, Column, Row);
        Assert.Equal(s_protector.CurrentKeyId, old[1..3]);
        Assert.Equal(rotated.CurrentKeyId, anew[1..3]);
        Assert.Equal(Number, rotated.Decrypt(anew, Column, Row));
        Assert.ThrowsAny<CryptographicException>(() => s_protector.Decrypt(anew, Column, Row));
        Assert.ThrowsAny<CryptographicException>(() => rotated.Reseal(old, Column, "8"));
    }

    [Theory]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite, true)]
    [InlineData(UnixFileMode.UserRead, true)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, false)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead, false)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, false)]
    public async Task Given_keys_in_a_file_When_others_may_read_it_Then_the_service_does_not_start(UnixFileMode mode, bool starts)
    {
        var file = Path.Combine(Path.GetTempPath(), $"wuwei-keys-{Guid.NewGuid()}.json");
        await File.WriteAllTextAsync(file, $$"""{ "EncryptionKey": "{{new string('n', 32)}}", "EncryptionKeyId": 2, "RetiredEncryptionKeys": { "1": "{{new string('e', 32)}}" }, "LookupKey": "{{new string('l', 32)}}" }""");
        try
        {
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(file, mode);
            }

            var builder = Host.CreateEmptyApplicationBuilder(new());
            builder.Configuration["PersonalData:KeysFile"] = file;
            builder.AddPersonalData();
            using var host = builder.Build();
            if (starts)
            {
                await host.StartAsync();
                var protector = host.Services.GetRequiredService<PersonalDataProtector>();
                Assert.Equal(Number, protector.Decrypt(s_protector.Encrypt(Number, Column, Row), Column, Row));
                Assert.Equal([1, 0, 2], protector.Encrypt(Number, Column, Row)[..3]);
            }
            else
            {
                Assert.Contains("chmod 600", (await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync())).Message, StringComparison.Ordinal);
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static NationalId Id(string typed)
    {
        Assert.False(NationalId.Parse(typed, new(2025, 6, 30)).IsRefused(out _, out var number));
        return number!;
    }

    private static PersonalDataProtector Protector(Action<PersonalDataOptions>? change = null)
    {
        var options = new PersonalDataOptions { EncryptionKey = new string('e', 32), LookupKey = new string('l', 32) };
        change?.Invoke(options);
        return new(Options.Create(options));
    }
}
