from halles.world.reactions import COUNT_CAP, NONE, REACTIONS, summed, with_one


def test_reactions_are_only_numbers_in_the_order_of_their_names():
    counts = with_one(with_one(with_one(NONE, "applaud"), "surprise"), "applaud")
    assert dict(zip(REACTIONS, counts, strict=True)) == {
        "applaud": 2,
        "laugh": 0,
        "agree": 0,
        "heart": 0,
        "surprise": 1,
    }


def test_what_several_nodes_counted_is_added_and_never_more_than_fits():
    assert summed((1, 2, 3, 4, 5), (5, 4, 3, 2, 1)) == (6, 6, 6, 6, 6)
    assert summed((COUNT_CAP, 0, 0, 0, 0), (1, 0, 0, 0, 0))[0] == COUNT_CAP
