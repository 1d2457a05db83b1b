"""Tests of which `make test` takes the first cases alone: others take long, and ask the same again of another page,
width, order or way. `make test-deep` has those.
"""

from __future__ import annotations

from collections import Counter

import pytest

TAKEN = {
    "admin/test_dataset_admin.py": {
        "test_images_are_found_by_their_whole_image_id": 2,
        "test_the_data_set_is_not_edited_by_hand": 2,
    },
    "browser/test_accessibility.py": {"test_axe_finds_nothing": 3},
    "browser/test_boxes.py": {"test_boxes_lie_on_the_picture_and_are_switched_by_a_key": 1},
    "browser/test_choices.py": {
        "test_every_kind_of_choice_adds_up": 4,
        "test_labels_chosen_while_something_is_on_its_way_add_up": 2,
    },
    "browser/test_filters.py": {
        "test_choosing_a_value_leads_to_as_many_images_as_it_says_and_is_taken_back": 1,
    },
    "browser/test_first_page.py": {"test_a_choice_taken_back_leaves_all_images_by_image_id": 1},
    "browser/test_grid.py": {
        "test_every_tile_has_title_author_and_license_as_text": 1,
        "test_so_many_pictures_are_whole_above_the_fold_in_rows_of_one_height": 1,
    },
    "browser/test_look.py": {"test_enter_and_clicks_for_another_window_lead_to_the_page": 1},
    "browser/test_ranges.py": {"test_handles_move_by_keyboard_and_say_their_value": 1},
    "browser/test_review_keys.py": {
        "test_a_key_held_down_counts_once": 1,
        "test_keys_of_a_sheet_and_after_it_write_one_verdict_each_and_never_over_another": 1,
    },
    "browser/test_small_screens.py": {"test_licenses_are_shown_whole": 1},
    "browser/test_weight.py": {
        "test_nothing_jumps_while_pictures_and_facets_arrive": 1,
        "test_the_first_page_is_light": 1,
    },
    "exports/test_export_formats.py": {"test_a_limit_takes_the_first_images_in_the_querys_order": 72},
    "facets/test_likeness.py": {"test_the_most_alike_of_many_images_are_those_of_a_plain_loop": 2},
    "facets/test_store.py": {
        "test_a_file_of_another_length_is_found_and_named": 40,
        "test_a_flipped_byte_anywhere_is_found_and_named": 40,
    },
    "openimages/test_round_trip.py": {"test_a_data_set_comes_back_as_it_was": 1},
    "rights/test_credit_everywhere.py": {"test_every_picture_at_every_address_has_its_credit": 1},
    "sets/test_pictures.py": {"test_pictures_are_kept_once_where_files_of_the_formats_hold_them": 1},
    "thumbnails/test_hostile.py": {"test_ends_in_time_and_leaves_the_worker_alive": 30},
    "viewer/test_slow_clients.py": {"test_requests_that_do_not_end_hold_nobody_up": 2},
    "views/test_views.py": {"test_every_number_beside_a_value_is_the_count_of_the_page_it_leads_to": 4},
}
"""How many, by module and test."""


def later_cases(items: list[pytest.Item]) -> set[str]:
    """The ids of all cases of these tests but the first ones."""
    seen, later = Counter[tuple[str, str]](), set[str]()
    for item in items:
        module, _, name = item.nodeid.removeprefix("tests/").partition("::")
        test = name.partition("[")[0]
        taken = TAKEN.get(module, {}).get(test)
        if taken is None:
            continue
        seen[module, test] += 1
        if seen[module, test] > taken:
            later.add(item.nodeid)
    return later
