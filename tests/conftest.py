"""What several test modules share: the shop, served for real."""

from collections.abc import Iterator

import pytest

from .servers import serve


@pytest.fixture(scope="session")
def shop_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The example under gunicorn, as ``make demo`` seeds it."""
    with serve("gunicorn", tmp_path_factory.mktemp("shop")) as url:
        yield url
