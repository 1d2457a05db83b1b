"""Tests of which `make test` takes the first cases alone: others take long, and ask the same again of another page,
width, order or way, or on PostgreSQL what SQLite has answered. `make test-deep` has those.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pytest

TAKEN = {
    "admin/test_dataset_admin.py": {
        "test_images_are_found_by_their_whole_image_id": 2,
        "test_the_data_set_is_not_edited_by_hand": 2,
    },
    "browser/test_accessibility.py": {"test_axe_finds_nothing": 2},
    "browser/test_boxes.py": {"test_boxes_lie_on_the_picture_and_are_switched_by_a_key": 1},
    "browser/test_choices.py": {
        "test_every_kind_of_choice_adds_up": 2,
        "test_labels_chosen_while_something_is_on_its_way_add_up": 1,
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
    "exports/test_export_formats.py": {
        "test_a_limit_takes_the_first_images_in_the_querys_order": 72,
        "test_the_head_tells_the_number_of_records_that_follow": 2,
    },
    "facets/test_cross_table.py": {"test_a_table_tells_what_one_query_a_value_tells": 1},
    "facets/test_likeness.py": {"test_the_most_alike_of_many_images_are_those_of_a_plain_loop": 2},
    "facets/test_store.py": {
        "test_a_file_of_another_length_is_found_and_named": 40,
        "test_a_flipped_byte_anywhere_is_found_and_named": 40,
    },
    "openimages/test_round_trip.py": {"test_a_data_set_comes_back_as_it_was": 1},
    "rights/test_credit_everywhere.py": {"test_every_picture_at_every_address_has_its_credit": 1},
    "sets/test_pictures.py": {"test_pictures_are_kept_once_where_files_of_the_formats_hold_them": 1},
    "thumbnails/test_hostile.py": {"test_ends_in_time_and_leaves_the_worker_alive": 30},
    "viewer/test_slow_clients.py": {"test_requests_that_do_not_end_hold_nobody_up": 1},
    "views/test_views.py": {"test_every_number_beside_a_value_is_the_count_of_the_page_it_leads_to": 2},
}
"""How many, by module and test."""

TAKEN_ON_POSTGRESQL = {
    "admin/test_bad_forms.py": {
        "test_a_bad_field_is_named_and_nothing_written": 3,
        "test_an_action_is_on_rows_that_are_numbers": 3,
    },
    "admin/test_roles.py": {"test_only_reviewers_and_admins_write_here": 8},
    "curation/test_writes_in_the_site.py": {
        "test_every_page_is_read_by_those_whom_it_is_for_and_by_nobody_else": 1,
        "test_forms_are_taken_from_those_who_may_send_them_and_from_nobody_else": 1,
    },
    "dataset/test_index_exchange.py": {
        "test_a_node_gives_its_index_to_nodes_with_its_secret_key_alone": 0,
    },
    "exports/test_export_formats.py": {
        "test_the_head_tells_the_number_of_records_that_follow": 0,
        "test_two_different_downloads_never_have_one_name": 0,
    },
    "exports/test_layout_exports.py": {"test_every_layout_has_the_rows_that_a_loop_finds": 1},
    "facets/test_boxes.py": {"test_a_term_without_a_second_number_has_no_limit": 0},
    "openimages/test_bad_input.py": {"test_a_gzip_bomb_is_not_read_on": 0},
    "openimages/test_dataset_digest.py": {
        "test_few_rows_sorted_at_once_are_the_same_data": 0,
        "test_more_images_than_one_run_holds": 0,
    },
    "openimages/test_hierarchy_import.py": {"test_other_json_is_passed_over_with_the_reason": 1},
    "openimages/test_import.py": {"test_every_packing_gives_the_same_data": 1},
    "openimages/test_made_release.py": {"test_what_is_made_is_imported_row_by_row": 0},
    "openimages/test_unread.py": {"test_unusual_files_give_the_same_data": 1},
    "rights/test_credit_everywhere.py": {"test_every_picture_at_every_address_has_its_credit": 0},
    "search/test_engine_setting.py": {"test_the_reference_engine_serves_the_same_pages": 3},
    "sets/test_pictures.py": {
        "test_each_format_holds_or_points_to_the_pictures": 0,
        "test_killed_thrice_no_good_picture_is_fetched_twice": 0,
        "test_pictures_are_kept_once_where_files_of_the_formats_hold_them": 0,
        "test_those_that_failed_are_asked_for_again_where_that_is_wanted": 0,
        "test_what_stalls_ends_in_time_and_is_asked_for_once_more": 0,
    },
    "viewer/test_streams.py": {"test_over_http_1_0_up_to_100000_rows_come_with_their_length": 1},
}
"""The same of the run on PostgreSQL: what these ask hangs on files, hosts, forms or pages, not on the database."""


def later_cases(items: list[pytest.Item], *, on_postgresql: bool = False) -> set[str]:
    """The ids of all cases of these tests but the first ones."""
    return _beyond(TAKEN, items) | (_beyond(TAKEN_ON_POSTGRESQL, items) if on_postgresql else set())


def _beyond(table: Mapping[str, Mapping[str, int]], items: list[pytest.Item]) -> set[str]:
    seen, later = Counter[tuple[str, str]](), set[str]()
    for item in items:
        module, _, name = item.nodeid.removeprefix("tests/").partition("::")
        test = name.partition("[")[0]
        taken = table.get(module, {}).get(test)
        if taken is None:
            continue
        seen[module, test] += 1
        if seen[module, test] > taken:
            later.add(item.nodeid)
    return later
