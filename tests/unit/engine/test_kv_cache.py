"""Which slot a prompt gets."""

from fimble.engine.kv_cache import KVCache

HERE, THERE, FAR = list(range(0, 40)), list(range(100, 140)), list(range(200, 240))


def run(cache: KVCache, ids: list[int], key: str = "a") -> int:
    """As a pass over all ids does; how many were there."""
    match = cache.match(ids, key)
    cache.trim(match.slot, match.length)
    cache.extend(match.slot, ids[match.length :])
    return match.length


def test_an_edit_that_goes_back_to_its_place_finds_it() -> None:
    cache = KVCache(4)
    assert [run(cache, ids) for ids in (HERE, THERE, HERE, THERE)] == [0, 0, 39, 39]


def test_a_document_gives_up_its_own_places_not_those_of_others() -> None:
    cache = KVCache(3)
    run(cache, FAR, "b")
    for ids in (HERE, THERE, [7] * 40, [8] * 40):
        assert run(cache, ids) == 0
    assert run(cache, FAR, "b") == 39
    assert run(cache, [7] * 40) == 39


def test_a_few_shared_ids_do_not_cost_a_document_its_slot() -> None:
    cache = KVCache(2)
    run(cache, HERE, "a")
    run(cache, HERE[:10] + FAR, "b")
    assert run(cache, HERE, "a") == 39


def test_deleting_most_of_a_document_reuses_what_is_left() -> None:
    cache = KVCache(2)
    run(cache, HERE + THERE + FAR)
    assert run(cache, HERE) == 39


def test_the_least_recent_place_is_lost_first() -> None:
    cache = KVCache(2)
    for ids, key in ((HERE, "a"), (THERE, "b"), (HERE, "a"), (FAR, "c")):
        run(cache, ids, key)
    assert [run(cache, HERE, "a"), run(cache, THERE, "b")] == [39, 0]
