using Wuwei.Contracts;

namespace Wuwei.Migrations;

/// <summary>A service, as the administrators of database and broker see it.</summary>
/// <param name="Name">Its public name, the one in paths and messages.</param>
/// <param name="Folders">Folders under services/ whose scripts its database gets, in this order.</param>
internal sealed record Service(string Name, params string[] Folders)
{
    public static readonly IReadOnlyList<Service> All =
    [
        new("identity", "identity"),
        new("indicator", "indicator"),
        new("training", "register", "training"),
        new("loans", "register", "entrepreneurship-loan"),
        new("labour-transfer", "register", "labour-transfer"),
        new("assessment", "assessment"),
    ];

    /// <summary>Name of its database role and its broker user.</summary>
    public string Login => Name.Replace('-', '_');

    /// <summary>The role that owns its tables. Nobody can log in as it.</summary>
    public string Owner => $"{Login}_owner";

    public IEnumerable<Type> Publishes => Publication.All.Where(p => p.Service == Name).Select(p => p.Message);

    public IEnumerable<Subscription> Subscribes => Subscription.All.Where(s => s.Service == Name);

    /// <summary>Whether it says or hears anything, and so has an outbox and a broker user.</summary>
    public bool HasMessages => Publishes.Any() || Subscribes.Any();
}
