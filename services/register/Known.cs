using System.Runtime.InteropServices;
using Wuwei.Register.Policy;

namespace Wuwei.Register;

/// <summary>
/// What bears on a group of changes: the records they name and those that share a key with them. Kept up to date while
/// the changes are decided one after the other, so that each sees what the earlier ones did.
/// </summary>
internal class Known<TRecord>(PolicyParameters policy, DateOnly today) where TRecord : Registered
{
    private readonly Dictionary<Guid, TRecord> _records = [];
    private readonly Dictionary<string, HashSet<Guid>> _byKey = [];
    private readonly Dictionary<Guid, int> _stored = [];

    public PolicyParameters Policy { get; } = policy;

    public DateOnly Today { get; } = today;

    public TRecord? Find(Guid id) => _records.GetValueOrDefault(id);

    /// <summary>The revision a change gives: one for each transaction, however many items of a batch change the record.</summary>
    public int NextRevision(Guid id) => _stored.GetValueOrDefault(id) + 1;

    /// <summary>Takes note of a record as it is stored.</summary>
    public void Load(TRecord record)
    {
        _stored[record.Id] = record.Revision;
        Put(record);
    }

    /// <summary>Takes note of a record as it was decided.</summary>
    /// <param name="before">As it was; null: there was none.</param>
    public virtual void Accept(TRecord? before, TRecord record) => Put(record);

    private void Put(TRecord record)
    {
        _records[record.Id] = record;
        foreach (var key in record.Keys)
        {
            (CollectionsMarshal.GetValueRefOrAddDefault(_byKey, key, out _) ??= []).Add(record.Id);
        }
    }

    /// <summary>The other records that count and share a key with this one.</summary>
    public IReadOnlyCollection<TRecord> Others(TRecord record) => [.. record.Keys
        .SelectMany(key => _byKey.GetValueOrDefault(key, []).Where(id => _records[id].Keys.Contains(key)))
        .Distinct()
        .Where(id => id != record.Id)
        .Select(id => _records[id])
        .Where(other => !other.IsCancelled)];
}
