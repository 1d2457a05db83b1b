"""What a credit is made of, with its missing parts worked out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from browse.rights.authors import flickr_account
from browse.rights.kept import kept_property
from browse.rights.licenses import LicenseInfo, license_from_url
from browse.rights.links import web_link
from browse.rights.texts import one_line

UNKNOWN_AUTHOR = "an unknown author"
CHANGES = ("cropped", "resized", "changed")
"""What a credit can say was done to a picture; licenses ask to indicate it."""


class Creditable(Protocol):
    """A picture as pages, API and exports carry it; None or empty where the data set says nothing."""

    @property
    def image_id(self) -> str: ...
    @property
    def title(self) -> str | None: ...
    @property
    def author_name(self) -> str | None: ...
    @property
    def author_url(self) -> str | None: ...
    @property
    def landing_url(self) -> str | None: ...
    @property
    def original_url(self) -> str | None: ...
    @property
    def license_url(self) -> str | None: ...


@dataclass(frozen=True)
class Credit:
    """The data set's words on whose a picture is; empty where it says nothing. Nothing needs to be escaped or clean.

    in_doubt: whether the newest check of its license did not find it as listed.
    changes: some of CHANGES, what was done to the picture.
    """

    title: str = ""
    author: str = ""
    author_url: str = ""
    landing_url: str = ""
    license_url: str = ""
    image_id: str = ""
    original_url: str = ""
    in_doubt: bool = False
    changes: tuple[str, ...] = ()

    @kept_property
    def title_text(self) -> str:
        """The title on one line; empty where there is none."""
        return one_line(self.title)

    @kept_property
    def author_text(self) -> str:
        """The author's name, else the Flickr account's, else "an unknown author"."""
        return one_line(self.author) or one_line(flickr_account(self.author_url) or "") or UNKNOWN_AUTHOR

    @kept_property
    def is_author_known(self) -> bool:
        """Whether there is a name to credit."""
        return self.author_text != UNKNOWN_AUTHOR

    @kept_property
    def author_link(self) -> str | None:
        """The author's profile."""
        return web_link(self.author_url)

    @kept_property
    def source_link(self) -> str | None:
        """The picture's page, else the picture itself."""
        return web_link(self.landing_url) or web_link(self.original_url)

    @kept_property
    def changes_text(self) -> str:
        """Such as "cropped and resized from the original"; empty where nothing was changed."""
        if not self.changes:
            return ""
        *first, last = self.changes
        return f"{' and '.join(filter(None, (', '.join(first), last)))} from the original"

    @kept_property
    def license(self) -> LicenseInfo:
        """The license as listed in the data set."""
        return license_from_url(self.license_url)


def credit_of(picture: Creditable, changes: tuple[str, ...] = ()) -> Credit:
    """The credit of a picture, to which these changes were made."""
    return Credit(
        title=picture.title or "",
        author=picture.author_name or "",
        author_url=picture.author_url or "",
        landing_url=picture.landing_url or "",
        license_url=picture.license_url or "",
        image_id=picture.image_id,
        original_url=picture.original_url or "",
        changes=changes,
    )
