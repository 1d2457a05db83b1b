"""The charts' library is written out of its package, once for each version of it."""

from __future__ import annotations

from pathlib import Path

from django.contrib.staticfiles import finders
from pytest_django import Settings

from viewer import assets


def test_it_is_found_under_its_name_and_listed_for_collecting(settings: Settings, tmp_path: Path) -> None:
    settings.GENERATED_DIR = tmp_path
    finder = assets.ChartLibraryFinder()
    ((name, storage),) = finder.list(None)
    assert name == assets.CHART_LIBRARY
    assert finder.find(name) == storage.path(name) == str(tmp_path / name)
    assert finder.find(name, find_all=True) == [storage.path(name)]
    assert finder.find("charts/other.js") == []
    assert "viewer.assets.ChartLibraryFinder" in finders.settings.STATICFILES_FINDERS
    assert "window.vegaEmbed=" in (tmp_path / name).read_text()


def test_it_is_written_again_only_for_another_version(tmp_path: Path) -> None:
    path = tmp_path / assets.CHART_LIBRARY
    path.parent.mkdir()
    path.write_text("/* vl-convert-python 0.0.1 */\nold")
    assert "vegaEmbed" in assets.written(tmp_path).read_text()
    written = path.stat().st_mtime_ns
    assert assets.written(tmp_path).stat().st_mtime_ns == written
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_our_scripts_import_each_other_by_their_digests_and_packages_scripts_stay(tmp_path: Path) -> None:
    files = {
        "js/one.js": 'import { two } from "./two.js";\n',
        "js/two.js": "export const two = 2;\n",
        "package/js/three.js": 'import { four } from "./nowhere";\n',
    }
    storage = assets.SharedAssetStorage(location=tmp_path, base_url="/static/")
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    hashed = {name: made for name, made, _ in storage.post_process({name: (storage, name) for name in files}) if made}
    two = Path(hashed["js/two.js"]).name
    assert (tmp_path / hashed["js/one.js"]).read_text() == files["js/one.js"].replace("two.js", two)
    assert (tmp_path / hashed["package/js/three.js"]).read_text() == files["package/js/three.js"]
