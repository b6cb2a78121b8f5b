using System.Text.Json.Serialization;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Personal;

namespace Wuwei.Register;

/// <summary>A person as a caller names them.</summary>
public sealed record PersonForm
{
    /// <summary>Resident identity number (GB 11643), 18 characters; 15 are put right.</summary>
    [TextLength(40, ErrorMessage = "身份证号码须为 18 位。"), JsonConverter(typeof(IdNumberConverter))]
    public required string NationalId { get; init; }

    [TextLength(100, ErrorMessage = "姓名过长。"), JsonConverter(typeof(NameTextConverter))] public required string Name { get; init; }

    /// <summary>Mobile number, 11 digits.</summary>
    [TextLength(40, ErrorMessage = "手机号码须为 11 位大陆手机号。")] public string? Phone { get; init; }
}

/// <summary>A person as answers show them: masked.</summary>
/// <param name="NationalId">e.g. <c>6206**********1234</c>.</param>
/// <param name="Name">e.g. <c>张**</c>.</param>
/// <param name="Phone">e.g. <c>138****1234</c>.</param>
public sealed record MaskedPerson(string NationalId, string Name, string? Phone);

/// <summary>A person as rules see them.</summary>
/// <param name="Key">Keyed hash of the number: the same person in every register.</param>
internal sealed record Person(string Key, NationalId NationalId, PersonName Name, Phone? Phone)
{
    /// <summary>What is held while rules look at the person's records.</summary>
    public const string Kind = "person";

    public string GuardKey => Guard.Key(Kind, Key);

    /// <summary>Reads what a caller sent.</summary>
    /// <param name="pointer">Where the person stands in the body.</param>
    public static Decision<Person> Read(PersonForm form, PersonalDataProtector protector, DateOnly today, string pointer = "/person")
    {
        if (NationalId.Parse(form.NationalId, today, $"{pointer}/nationalId").IsRefused(out var refusal, out var number)
            || PersonName.Parse(form.Name, $"{pointer}/name").IsRefused(out refusal, out var name))
        {
            return refusal;
        }

        Phone? phone = null;
        return form.Phone is not null && Phone.Parse(form.Phone, $"{pointer}/phone").IsRefused(out refusal, out phone)
            ? refusal
            : new Person(protector.PersonKey(number), number, name, phone);
    }

    /// <summary>The person as stored beside a record: encrypted, bound to its row. No part of a name or number holds a line break.</summary>
    public byte[] Seal(PersonalDataProtector protector, string column, Guid row) =>
        protector.Encrypt(string.Join('\n', NationalId.Reveal(), Name.Reveal(), Phone?.Reveal()), column, row.ToString());

    /// <summary>The person stored beside a record.</summary>
    public static Person Unseal(string key, byte[] stored, PersonalDataProtector protector, string column, Guid row) =>
        protector.Decrypt(stored, column, row.ToString()).Split('\n') is [var number, var name, var phone]
            ? new(key, NationalId.OfStored(number), PersonName.OfStored(name), phone.Length == 0 ? null : Phone.OfStored(phone))
            : throw new InvalidOperationException("A stored person has three parts.");

    public MaskedPerson Masked => new(NationalId.ToString(), Name.ToString(), Phone?.ToString());
}
