using CsCheck;
using Wuwei.Outbox.Audit;

namespace Wuwei.Outbox.Tests.Audit;

/// <summary>Whatever is done to a chain, it is found: every kind of change, at every place, in chains of every shape.</summary>
public sealed class AuditWalkTests
{
    private static readonly DateOnly s_today = new(2026, 11, 26);

    // Few letters, so that texts meet; none at all and the empty one too.
    private static readonly Gen<string> s_text = Gen.String[Gen.Char["ab张\" "], 0, 3];
    private static readonly Gen<string?> s_nullable = Gen.OneOf(Gen.Const((string?)null), s_text.Select(text => (string?)text));

    private static readonly Gen<AuditEntry> s_entry = Gen.Select(
        s_text.Array[12], s_nullable.Array[5], s_text.Array[0, 3], Gen.Long[0, 1_000_000],
        (texts, nullable, roles, micros) => new AuditEntry(
            0, new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero).AddMicroseconds(micros), texts[0], texts[1], texts[2], texts[3], roles, nullable[0],
            nullable[1], texts[4], texts[5], texts[6], nullable[2], nullable[3], nullable[4]));

    private static readonly Gen<Store> s_store = Gen.Select(s_entry.Array[3, 20], Gen.Int[0, 2].Array[20]).Select(Store.Of);

    private static readonly Func<AuditEntry, AuditEntry>[] s_columns =
    [
        e => e with { EntryId = e.EntryId + 1000 }, e => e with { At = e.At.AddMicroseconds(1) }, e => e with { Xid = e.Xid + "1" },
        e => e with { Subject = e.Subject + "a" }, e => e with { Department = e.Department + "a" }, e => e with { CallerRegion = e.CallerRegion + "a" },
        e => e with { Roles = [.. e.Roles, ""] }, e => e with { Roles = [string.Concat(e.Roles), "b"] }, e => e with { Address = Other(e.Address) },
        e => e with { TraceId = Other(e.TraceId) }, e => e with { Action = e.Action + "a" }, e => e with { Record = "b" + e.Record },
        e => e with { Region = e.Region + " " }, e => e with { DecidedUnder = Other(e.DecidedUnder) }, e => e with { Before = Other(e.Before) },
        e => e with { After = Other(e.After) },
        e => e.Subject == e.Department ? e with { Subject = e.Subject + " " } : e with { Subject = e.Department, Department = e.Subject },
        e => e.Before == e.After ? e with { After = Other(e.After) } : e with { Before = e.After, After = e.Before },
        e => e with { Action = e.Action + e.Record + "a", Record = "" },
    ];

    [Fact]
    public void Given_any_chain_When_nothing_was_done_to_it_Then_there_are_no_flaws() =>
        s_store.Sample(store => Assert.Empty(store.Flaws()));

    [Fact]
    public void Given_any_chain_When_one_column_of_one_entry_is_changed_Then_the_entry_is_named() =>
        Gen.Select(s_store, Gen.Int[0, 19], Gen.OneOf(s_columns)).Sample((store, at, change) =>
        {
            var position = store.At(at);
            var entry = store.EntryAt(position);
            store.Entries.Remove(entry.EntryId);
            var changed = change(entry);
            store.Entries.Add(changed.EntryId, changed);
            Assert.Contains(store.Flaws(), flaw => flaw.Position == position && flaw.Kind is "changed" or "missing");
        });

    [Fact]
    public void Given_any_chain_When_an_entry_or_a_run_of_links_is_deleted_Then_the_first_of_them_is_named() =>
        Gen.Select(s_store, Gen.Int[0, 19], Gen.Int[1, 5], Gen.Bool, Gen.Bool).Sample((store, at, run, links, entries) =>
        {
            var position = store.At(at);
            foreach (var place in store.Links.Where(place => place.Link.Position >= position && place.Link.Position < position + run).ToArray())
            {
                _ = (links || !entries) && store.Links.Remove(place);
                _ = entries && store.Entries.Remove(place.LinkedId);
            }

            // Links that are missing are a gap, or at the end fewer than are known of; links that stay miss their entries.
            Assert.Contains(store.Flaws(), flaw => flaw.Kind is "truncated" || flaw.Position == position && flaw.Kind is "gap" or "missing");
        });

    [Fact]
    public void Given_any_chain_When_two_entries_or_two_links_change_places_Then_both_places_are_named() =>
        Gen.Select(s_store, Gen.Int[0, 19], Gen.Int[0, 19], Gen.Int[0, 3]).Sample((store, one, other, what) =>
        {
            var (first, second) = (store.At(one), store.At(other));
            if (first == second)
            {
                return;
            }

            var (a, b) = (store.Take(first), store.Take(second));
            var (entryA, entryB) = (store.Entries[a.LinkedId], store.Entries[b.LinkedId]);
            if (what == 0)
            {
                store.Entries[a.LinkedId] = entryB with { EntryId = entryA.EntryId };
                store.Entries[b.LinkedId] = entryA with { EntryId = entryB.EntryId };
            }

            store.Links.AddRange([Exchanged(a, b), Exchanged(b, a)]);
            var flaws = store.Flaws();
            Assert.Contains(flaws, flaw => flaw.Position == first);
            Assert.Contains(flaws, flaw => flaw.Position == second);

            AuditPlace Exchanged(AuditPlace mine, AuditPlace theirs) => what switch
            {
                1 => mine with { LinkedId = theirs.LinkedId },
                2 => mine with { Link = mine.Link with { Hash = theirs.Link.Hash } },
                3 => mine with { Link = mine.Link with { Position = theirs.Link.Position } },
                _ => mine,
            };
        });

    [Fact]
    public void Given_any_chain_When_a_link_or_a_checkpoint_is_changed_Then_its_place_is_named() =>
        Gen.Select(s_store, Gen.Int[0, 19], Gen.Int[0, 6]).Sample((store, at, what) =>
        {
            var position = store.At(at);
            if (what < 4)
            {
                var place = store.Take(position);
                store.Links.Add(what switch
                {
                    0 => place with { Link = place.Link with { Day = place.Link.Day.AddDays(1) } },
                    1 => place with { Link = place.Link with { Day = place.Link.Day.AddDays(-1) } },
                    2 => place with { Link = place.Link with { Hash = Other(place.Link.Hash) } },
                    _ => place with { LinkedId = place.LinkedId + 1000 },
                });
            }
            else if (store.Checkpoints.Remove(position, out var end))
            {
                _ = what == 6 || store.Checkpoints.TryAdd(position, what == 4 ? end with { Hash = Other(end.Hash) } : end with { Day = end.Day.AddDays(-1) });
            }
            else
            {
                store.Checkpoints.Add(position, store.Links.Single(place => place.Link.Position == position).Link); // where no day ends
            }

            Assert.Contains(store.Flaws(), flaw => flaw.Position == position);
        });

    [Fact]
    public void Given_any_chain_When_all_of_it_is_written_anew_after_a_change_Then_only_what_is_known_outside_tells() =>
        Gen.Select(s_store, Gen.Int[0, 19], Gen.OneOf(s_columns)).Sample((store, at, change) =>
        {
            var position = store.At(at);
            var forged = Store.Of([.. store.Links.Select(place => store.Entries[place.LinkedId] is var entry && place.Link.Position == position ? change(entry) : entry)],
                [.. store.Links.Select(place => place.Link.Day)]);
            Assert.Empty(forged.Flaws());
            var told = Assert.Single((forged with { Known = store.Known }).Flaws());
            Assert.Equal(("head", store.Known.Position), (told.Kind, told.Position!.Value));
        });

    private static string? Other(string? text) => text is null ? "" : null;

    private static byte[] Other(byte[] hash)
    {
        var other = hash.ToArray();
        other[^1] ^= 1;
        return other;
    }

    /// <summary>What the tables hold, and the head that somebody has noted elsewhere.</summary>
    private sealed record Store(Dictionary<long, AuditEntry> Entries, List<AuditPlace> Links, Dictionary<long, AuditLink> Checkpoints, AuditHead Known)
    {
        public static Store Of((AuditEntry[] Entries, int[] Steps) seed)
        {
            var day = new DateOnly(2026, 11, 1);
            // No two are alike; their numbers are not in the order of the chain.
            return Of([.. seed.Entries.Select((entry, i) => entry with { EntryId = (i + 1) * 7 % 101, At = entry.At.AddSeconds(i) })],
                [.. seed.Entries.Select((_, i) => day = day.AddDays(seed.Steps[i]))]);
        }

        public static Store Of(AuditEntry[] entries, DateOnly[] days)
        {
            var store = new Store(entries.ToDictionary(entry => entry.EntryId), [], [], new(0, ""));
            var head = AuditLink.Start;
            foreach (var (entry, day) in entries.Zip(days))
            {
                if (day > head.Day && head.Position > 0)
                {
                    store.Checkpoints.Add(head.Position, head);
                }

                store.Links.Add(new(head = AuditChain.Next(head, day, entry), entry.EntryId, null));
            }

            return store with { Known = new(head.Position, Convert.ToHexStringLower(head.Hash)) };
        }

        public long At(int index) => index % Links.Count + 1;

        public AuditEntry EntryAt(long position) => Entries[Links.Single(place => place.Link.Position == position).LinkedId];

        public AuditPlace Take(long position)
        {
            var place = Links.Single(place => place.Link.Position == position);
            Links.Remove(place);
            return place;
        }

        public List<AuditFlaw> Flaws()
        {
            var walk = new AuditWalk(Checkpoints, s_today);
            foreach (var place in Links.OrderBy(place => place.Link.Position))
            {
                walk.Take(place with { Entry = Entries.GetValueOrDefault(place.LinkedId) });
            }

            walk.Finish(isEnd: true);
            walk.Compare([Known], Links.Select(place => place.Link).DistinctBy(link => link.Position).ToDictionary(link => link.Position));
            return walk.Flaws;
        }
    }
}
