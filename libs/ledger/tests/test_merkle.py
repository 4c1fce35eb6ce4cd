"""Known answers, the worked example of RFC 9162 section 2.1.5, and every small tree."""

import hashlib

import pytest

from jamila_ledger.merkle import (
    EMPTY_ROOT,
    Frontier,
    is_consistent,
    leaf_hash,
    prove_consistency,
    prove_inclusion,
    root_of_path,
)

# The leaves with which implementations of RFC 6962 are tested, and the roots of their first 0 to 8.
LEAVES = [
    *(b"", b"\x00", b"\x10", b" !", b"01"),
    *(bytes(range(0x40, 0x44)), bytes(range(0x50, 0x58)), bytes(range(0x60, 0x70))),
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def root_by_definition(leaves):
    """MTH of RFC 9162, 2.1.1, as it stands there."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    left, right = root_by_definition(leaves[:split]), root_by_definition(leaves[split:])
    return hashlib.sha256(b"\x01" + left + right).digest()


def frontier_of(leaves):
    tree = Frontier()
    for leaf in leaves:
        tree.push(leaf)
    return tree


@pytest.mark.parametrize("size", range(9))
def test_the_known_roots_are_met(size):
    assert frontier_of(LEAVES[:size]).root().hex() == ROOTS[size]
    assert root_by_definition(LEAVES[:size]).hex() == ROOTS[size]


def test_the_empty_tree_has_the_hash_of_nothing():
    assert Frontier().root() == EMPTY_ROOT == prove_inclusion([], []).root


def example():
    """The tree of seven leaves of RFC 9162, 2.1.5, every node computed by hand."""

    def node(left, right):
        return hashlib.sha256(b"\x01" + left + right).digest()

    leaves = [f"d{n}".encode() for n in range(7)]
    a, b, c, d, e, f, j = (hashlib.sha256(b"\x00" + leaf).digest() for leaf in leaves)
    g, h, i = node(a, b), node(c, d), node(e, f)
    k, m = node(g, h), node(i, j)
    nodes = {"a": a, "b": b, "c": c, "d": d, "e": e, "f": f, "g": g, "h": h, "i": i, "j": j}
    return leaves, {**nodes, "k": k, "l": m, "root": node(k, m)}


@pytest.mark.parametrize(
    ("index", "path"), [(0, "bhl"), (3, "cgl"), (4, "fjk"), (6, "ik")], ids=str
)
def test_inclusion_proofs_of_the_rfc(index, path):
    leaves, nodes = example()
    proofs = prove_inclusion(leaves, [index])
    assert proofs.paths[index] == [nodes[name] for name in path]
    assert (proofs.size, proofs.root) == (7, nodes["root"])


@pytest.mark.parametrize(("first", "proof"), [(3, "cdgl"), (4, "l"), (6, "ijk")], ids=str)
def test_consistency_proofs_of_the_rfc(first, proof):
    leaves, nodes = example()
    made = prove_consistency(leaves, first, 7)
    assert made == [nodes[name] for name in proof]


@pytest.mark.parametrize("size", range(1, 34))
def test_every_inclusion_in_every_small_tree_is_proved_and_no_other(size):
    leaves = [n.to_bytes(32, "big") for n in range(size)]
    proofs = prove_inclusion(leaves, range(size))
    assert proofs.root == root_by_definition(leaves)
    for index, path in proofs.paths.items():
        assert root_of_path(leaves[index], index, size, path) == proofs.root
        assert root_of_path(b"other", index, size, path) != proofs.root
        wrong = (index + 1) % size
        assert size == 1 or root_of_path(leaves[index], wrong, size, path) != proofs.root
        assert root_of_path(leaves[index], index, size, [*path, bytes(32)]) is None
        assert not path or root_of_path(leaves[index], index, size, path[:-1]) != proofs.root


@pytest.mark.parametrize("second", range(1, 34))
def test_every_small_tree_is_consistent_with_its_beginnings_and_no_other(second):
    leaves = [n.to_bytes(32, "big") for n in range(second)]
    newer = (second, root_by_definition(leaves))
    for first in range(1, second + 1):
        older = (first, root_by_definition(leaves[:first]))
        proof = prove_consistency(leaves, first, second)
        assert is_consistent(older, newer, proof)
        forged = (first, root_by_definition([*leaves[: first - 1], b"other"]))
        assert not is_consistent(forged, newer, proof)
        assert not is_consistent(older, newer, [*proof, bytes(32)])
        assert not proof or not is_consistent(older, newer, proof[:-1])


@pytest.mark.parametrize("at", range(20))
def test_a_frontier_goes_on_where_another_stood(at):
    leaves = [n.to_bytes(32, "big") for n in range(20)]
    half = frontier_of(leaves[:at])
    resumed = Frontier(half.size, half.peaks)
    for leaf in leaves[at:]:
        resumed.push(leaf)
    assert resumed.root() == root_by_definition(leaves)


@pytest.mark.parametrize("parts", [(1, 1, 1, 40), (40,), (5, 0, 30, 8), (7, 8, 9, 10, 3), (32, 11)])
def test_adding_several_leaves_is_adding_each(parts):
    leaves, tree = [n.to_bytes(32, "big") for n in range(sum(parts))], Frontier()
    for part in parts:
        tree.extend(leaves[tree.size : tree.size + part])
        assert tree.peaks == frontier_of(leaves[: tree.size]).peaks


@pytest.mark.parametrize(("size", "peaks"), [(3, [b"x"]), (0, [b"x"]), (-1, [])])
def test_peaks_that_do_not_fit_the_size_are_refused(size, peaks):
    with pytest.raises(ValueError, match="peaks"):
        Frontier(size, peaks)


@pytest.mark.parametrize("index", [-1, 3, 4])
def test_a_leaf_that_is_not_there_is_not_proved(index):
    with pytest.raises(ValueError, match="leaves only"):
        prove_inclusion([b"a", b"b", b"c"], [index])
    assert root_of_path(b"a", index, 3, []) is None


@pytest.mark.parametrize(("first", "second"), [(0, 3), (3, 2), (1, 4)])
def test_an_impossible_consistency_is_not_proved(first, second):
    with pytest.raises(ValueError, match=r"begins|fewer"):
        prove_consistency([b"a", b"b", b"c"], first, second)
    assert not is_consistent((first, b""), (second, b""), [])


def test_a_leaf_and_a_node_are_kept_apart():
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(left + right) != frontier_of([b"a", b"b"]).root()
