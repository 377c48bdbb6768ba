"""TMDb's terms: what they ask in plain words, the reader's consent, the notice, and the 180 days."""

from __future__ import annotations

import json
import time

from ....features.files import replacing
from ...places import config_folder

ATTRIBUTION = "This product uses the TMDB API but is not endorsed or certified by TMDB."
TERMS_ADDRESS = "https://www.themoviedb.org/api-terms-of-use"
KEEP_DAYS = 180
KEEP_SECONDS = KEEP_DAYS * 86_400.0
FLAG = "--i-have-read-tmdb-terms"
IN_PLAIN_WORDS = f"""TMDb's terms of use, in plain words (read them yourself: {TERMS_ADDRESS}):
  * Use for machine learning needs a written agreement with TMDb. genrelab trains models: ask them first.
  * Show where the data come from. genrelab writes this notice into every report and model card:
    "{ATTRIBUTION}"
  * Keep nothing longer than {KEEP_DAYS} days. `genrelab purge tmdb` deletes what is older.
  * Posters belong to their studios."""


class TermsError(RuntimeError):
    """Raised when TMDb is asked for before its terms were read."""


def require_consent(given: bool) -> None:
    """Remember the consent when it is given now; raise unless it was given once.

    Raises
    ------
    TermsError
        With the terms in plain words and the flag that gives consent.
    """
    file = config_folder() / "consent.json"
    if given:
        with replacing(file) as temporary:
            temporary.write_text(json.dumps({"tmdb_terms": TERMS_ADDRESS, "read": int(time.time())}) + "\n")
        return
    try:
        consented = json.loads(file.read_text()).get("tmdb_terms") == TERMS_ADDRESS
    except (OSError, ValueError, AttributeError):
        consented = False
    if not consented:
        raise TermsError(
            f"nothing was fetched.\n{IN_PLAIN_WORDS}\nIf you have read the terms and may use the data, add {FLAG}; "
            "it is remembered."
        )
