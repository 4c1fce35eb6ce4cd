from collections import Counter

from jamila_simulators.residents import couples, find, household, residents


def test_population_is_about_three_hundred():
    assert 280 <= len(residents()) <= 340


def test_every_nik_is_unique_and_of_the_invented_region():
    niks = [person.nik for person in residents()]

    assert len(set(niks)) == len(niks)
    assert all(len(nik) == 16 and nik.startswith("631199") for nik in niks)


def test_nik_encodes_birth_date_and_sex():
    for person in residents():
        day = person.birth_date.day + (40 if person.sex == "Perempuan" else 0)
        assert person.nik[6:12] == f"{day:02d}{person.birth_date:%m%y}"
        assert person.nik[12:] != "0000"


def test_every_family_card_has_one_head():
    heads = Counter(p.no_kk for p in residents() if p.relation == "KEPALA KELUARGA")
    cards = {p.no_kk for p in residents()}

    assert all(len(no_kk) == 16 and no_kk.startswith("631199") for no_kk in cards)
    late_heads = {p.no_kk for p in residents() if p.status == "deceased"}
    assert {no_kk for no_kk, count in heads.items() if count != 1} <= late_heads
    assert set(heads) == cards


def test_at_least_forty_recorded_couples_can_have_a_newborn():
    assert len(couples()) >= 40
    for husband, wife in couples():
        assert husband.no_kk == wife.no_kk
        assert (husband.sex, wife.sex) == ("Laki-Laki", "Perempuan")
        assert husband.status == wife.status == "active"


def test_children_are_born_in_marriage_and_named_after_their_parents():
    for child in (person for person in residents() if person.relation == "ANAK"):
        mothers = [p for p in household(child.no_kk) if p.name == child.mother_name]
        assert mothers
        assert mothers[0].marriage_date is not None
        assert mothers[0].marriage_date < child.birth_date


def test_deceased_duplicate_and_inactive_records_exist():
    assert {"deceased", "duplicate", "inactive"} <= {person.status for person in residents()}


def test_unknown_nik_and_card_are_nobody():
    assert find("6311990101000999") is None
    assert household("6311990101000999") == ()
