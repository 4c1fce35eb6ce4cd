"""Growth is told from warming up."""

import pytest

from jamila_faults.soak import Sample, growth


def samples(*megabytes):
    return [Sample(number, {"review": each}) for number, each in enumerate(megabytes)]


def test_what_grows_with_the_work_is_found():
    (review,) = growth(samples(*range(60, 260, 10)))

    assert not review.is_flat
    assert (review.process, review.cases_between) == ("review", 15)


@pytest.mark.parametrize(
    "sizes",
    [[40, 60, *[100] * 18], [100] * 20, [*[100] * 10, *[110] * 10], [300, 200, *[100] * 18]],
    ids=["warms up", "flat", "a cache fills", "shrinks"],
)
def test_what_only_warms_up_is_not_growth(sizes):
    (review,) = growth(samples(*sizes))

    assert review.is_flat


def test_a_cache_of_a_set_size_may_fill_and_no_more():
    grown = [Sample(number, {"mongod": each}) for number, each in enumerate(range(150, 350, 10))]
    beyond = [Sample(number, {"mongod": each}) for number, each in enumerate(range(250, 450, 10))]

    assert growth(grown)[0].is_flat
    assert not growth(beyond)[0].is_flat


def test_a_process_that_was_not_there_at_first_is_judged_by_what_it_has():
    early, late = Sample(0, {}), Sample(9, {"review": 90.0})

    assert [each.process for each in growth([early, early, late])] == ["review"]
