using System.Text;
using System.Text.Json;
using CsCheck;
using Wuwei.Verifier;

namespace Wuwei.Assessment.Tests.Publications;

/// <summary>The tree and the forms that are hashed, by published vectors and properties.</summary>
public sealed class MerkleTreeTests
{
    private static readonly MerkleTree s_tree = new(Digests.Named(Digests.Sha256)!);

    // The leaves and roots of the tests of certificate transparency's reference implementation.
    private static readonly string[] s_leaves = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

    [Theory]
    [InlineData(1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")]
    [InlineData(2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125")]
    [InlineData(3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77")]
    [InlineData(5, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4")]
    [InlineData(8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328")]
    public void Given_the_vectors_of_certificate_transparency_When_hashed_Then_the_roots_are_theirs(int count, string root) =>
        Assert.Equal(root, Convert.ToHexStringLower(s_tree.Root(s_leaves.Take(count).Select(leaf => s_tree.Leaf(Convert.FromHexString(leaf))).ToArray())));

    [Fact]
    public void Given_the_example_of_GB_T_32905_When_hashed_by_SM3_Then_the_digest_is_the_standards() => Assert.Equal(
        "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0", Convert.ToHexStringLower(Digests.Named(Digests.Sm3)!("abc"u8.ToArray())));

    [Fact]
    public void Given_a_tree_of_any_size_When_any_leaf_is_proved_Then_its_path_leads_to_the_root_and_no_other_leaf_or_place_does() =>
        Gen.Int[1, 70].SelectMany(size => Gen.Select(Gen.Const(size), Gen.Int[0, size - 1], Gen.Int[0, size + 2])).Sample((size, index, other) =>
        {
            byte[][] leaves = [.. Enumerable.Range(0, size).Select(leaf => s_tree.Leaf([(byte)leaf]))];
            var root = s_tree.Root(leaves);
            var path = s_tree.Path(leaves, index);
            return s_tree.RootOf(leaves[index], index, size, path)!.SequenceEqual(root)
                && (other == index || s_tree.RootOf(leaves[index], other, size, path)?.SequenceEqual(root) != true)
                && s_tree.RootOf(s_tree.Leaf([255]), index, size, path)?.SequenceEqual(root) != true;
        }, iter: 300);

    [Theory]
    [InlineData("""{ "b": 1.50, "a": [true, null, -0.0, 1e2] }""", """{"a":[true,null,"0","100"],"b":"1.5"}""")]
    [InlineData("""{"é":"\u6b66\/\"\\\u0001\n","Z":0.1234567890123456789012345678}""", """{"Z":"0.1234567890123456789012345678","é":"武/\"\\\u0001\n"}""")]
    public void Given_JSON_When_written_canonically_Then_there_is_one_form_and_numbers_are_text(string json, string canonical)
    {
        using var document = JsonDocument.Parse(json);
        Assert.Equal(canonical, CanonicalJson.Write(document.RootElement));
        Assert.NotNull(CanonicalJson.Read(canonical));
        Assert.Null(CanonicalJson.Read(json));
    }

    [Theory]
    [InlineData("""{"a":"1","a":"2"}""")]
    [InlineData("""{"a":"\ud800"}""")]
    [InlineData("""{"a":1}""")]
    [InlineData("")]
    public void Given_a_text_that_is_not_the_canonical_form_When_read_Then_it_is_nothing(string text) => Assert.Null(CanonicalJson.Read(text));

    [Fact]
    public void Given_rows_that_look_like_nodes_When_hashed_Then_a_leaf_never_passes_for_a_node()
    {
        byte[][] leaves = [s_tree.Leaf(Encoding.ASCII.GetBytes("a")), s_tree.Leaf(Encoding.ASCII.GetBytes("b"))];
        Assert.NotEqual(s_tree.Root(leaves), s_tree.Leaf([.. leaves[0], .. leaves[1]]));
    }
}
