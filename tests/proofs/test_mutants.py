"""What breaks the service on purpose fits the service as it is. `./run torture --mutants` shows that it is caught."""

import pytest

from tests.torture.mutants import ALL, Mutant
from tests.torture.mutating import ROOT, Unusable, mutated


@pytest.mark.parametrize("mutant", ALL, ids=lambda mutant: mutant.name)
def test_a_mutant_is_still_python_and_its_proof_is_there(mutant: Mutant):
    source = (ROOT / mutant.file).read_text()
    path, *_, name = mutant.proof.partition("[")[0].split("::")

    compile(mutated(mutant, source), mutant.file, "exec")

    assert f"def {name}(" in (ROOT / path).read_text()


def test_a_mutant_whose_text_is_gone_is_an_error():
    with pytest.raises(Unusable):
        mutated(ALL[0], "something else")


def test_every_mutant_has_a_name_of_its_own():
    assert len({mutant.name for mutant in ALL}) == len(ALL)
