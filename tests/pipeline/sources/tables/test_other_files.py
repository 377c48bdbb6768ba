"""Files that are no tables are refused by what they are."""

import pytest

from genrelab.pipeline.sources.tables.dialect import TableError
from genrelab.pipeline.sources.tables.other_files import refuse_other_archives, refuse_other_files


@pytest.mark.parametrize(
    ("start", "what"),
    [(b"%PDF-1.7", "a PDF document"), (b"Rar!\x1a", "a RAR archive"), (b"\x89PNG\r\n\x1a\n" + bytes(20), "a picture")],
)
def test_files_by_their_first_bytes(start, what):
    with pytest.raises(TableError, match=f"expected a table, found {what}"):
        refuse_other_files(start)
    refuse_other_files(b"Title,Year\n")


def test_archives_by_the_names_inside():
    with pytest.raises(TableError, match="an Apple Numbers file; export it as CSV or Excel"):
        refuse_other_archives(["Index/Document.iwa", "Metadata/Properties.plist"])
    refuse_other_archives(["films.csv"])
