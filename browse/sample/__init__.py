"""A small generated data set in the layout of Open Images V1, with drawn pictures, for a first look at the viewer.

Pure: neither Django nor a database. `write_sample` writes a folder; `sample_files` gives the files in memory, quickly
where pictures are not needed.
"""

from browse.sample.files import (
    FEWEST_IMAGES,
    MARKER,
    MARKER_FILE,
    SampleError,
    sample_files,
    usable_cores,
    write_sample,
)

__all__ = ["FEWEST_IMAGES", "MARKER", "MARKER_FILE", "SampleError", "sample_files", "usable_cores", "write_sample"]
