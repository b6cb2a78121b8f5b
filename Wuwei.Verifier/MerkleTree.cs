namespace Wuwei.Verifier;

/// <summary>The hash tree over the rows of a publication.</summary>
/// <remarks>Source: RFC 9162 (and RFC 6962) 2.1: a leaf is hashed behind a byte 0, a node behind a byte 1, so that neither passes for the other.</remarks>
public sealed class MerkleTree(Func<byte[], byte[]> digest)
{
    public byte[] Leaf(byte[] row) => digest([0, .. row]);

    /// <summary>The root over leaves in their order.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are none.</exception>
    public byte[] Root(ReadOnlySpan<byte[]> leaves)
    {
        ArgumentOutOfRangeException.ThrowIfZero(leaves.Length);
        return leaves.Length == 1 ? leaves[0] : Node(Root(leaves[..Split(leaves.Length)]), Root(leaves[Split(leaves.Length)..]));
    }

    /// <summary>What a leaf is hashed with, from its neighbour up to the root.</summary>
    public IReadOnlyList<byte[]> Path(ReadOnlySpan<byte[]> leaves, int index)
    {
        if (leaves.Length == 1)
        {
            return [];
        }

        var left = Split(leaves.Length);
        return index < left
            ? [.. Path(leaves[..left], index), Root(leaves[left..])]
            : [.. Path(leaves[left..], index - left), Root(leaves[..left])];
    }

    /// <summary>The root to which a leaf's path leads; null when there is no such path in a tree of that size.</summary>
    public byte[]? RootOf(byte[] leaf, long index, long size, IReadOnlyList<byte[]> path)
    {
        if (index < 0 || index >= size)
        {
            return null;
        }

        var (place, last, hash) = (index, size - 1, leaf);
        foreach (var sibling in path)
        {
            if (last == 0)
            {
                return null;
            }

            if ((place & 1) == 1 || place == last)
            {
                hash = Node(sibling, hash);
                while ((place & 1) == 0 && place != 0)
                {
                    (place, last) = (place >> 1, last >> 1);
                }
            }
            else
            {
                hash = Node(hash, sibling);
            }

            (place, last) = (place >> 1, last >> 1);
        }

        return last == 0 ? hash : null;
    }

    private byte[] Node(byte[] left, byte[] right) => digest([1, .. left, .. right]);

    // The largest power of two below the count.
    private static int Split(int count)
    {
        var left = 1;
        while (left * 2 < count)
        {
            left *= 2;
        }

        return left;
    }
}
