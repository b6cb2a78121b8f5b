using Wuwei.Outbox;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Personal;

namespace Wuwei.Register.Persons;

/// <summary>The persons of a register's records, whatever the records are.</summary>
internal interface IPersons
{
    /// <summary>There is no such record, or none that the caller may see.</summary>
    Refusal NotFound { get; }

    /// <summary>One record, if the caller may see it.</summary>
    Task<Registered?> FindRecordAsync(Guid id, Caller caller, CancellationToken cancellation);

    /// <summary>Seals persons under the current key that are sealed under an earlier one, some records at a time.</summary>
    /// <param name="after">The last record that was looked at before.</param>
    /// <returns>The last record looked at, null when there is none after it; how many were sealed, and how many somebody was changing.</returns>
    Task<(Guid? Next, int Sealed, int Busy)> RotateAsync(Guid after, int limit, PersonalDataProtector protector, UnitOfWork work);
}
