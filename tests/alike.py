"""Tests of which the run on PostgreSQL takes the first case alone, since the others ask the database nothing else.

What their cases differ in is decided before or after the database: words of an address that are refused, formats,
links, methods, roles. A recording of all statements found none, and no kind of value in one, that is asked in the
further cases alone; images stand in the index's order, not in one of the database. Cases that search the database,
import or write hostile texts are not among them: what they find may hang on it. A test of another name runs whole.
"""

from __future__ import annotations

import pytest

ALIKE = {
    "admin/test_bad_forms.py": ("test_an_actions_reason_is_a_reason",),
    "admin/test_images.py": ("test_an_image_that_is_not_there_is_not_found",),
    "admin/test_lists.py": ("test_a_list_is_filtered_by_its_filters_only",),
    "admin/test_roles.py": (
        "test_an_admin_changes_nobody_who_may_more",
        "test_every_write_needs_the_forms_token",
    ),
    "admin/test_status.py": ("test_only_administrators_see_it",),
    "api/test_api.py": (
        "test_every_number_is_the_count_of_the_page_it_leads_to",
        "test_faults_are_400_in_json",
        "test_images_that_are_not_there_are_404",
        "test_suggestions_name_what_is_wrong",
    ),
    "api/test_box_terms.py": (
        "test_a_data_set_without_boxes_says_so",
        "test_what_is_wrong_is_named",
    ),
    "api/test_boxes.py": ("test_other_kinds_are_refused",),
    "api/test_comparison.py": (
        "test_a_label_that_there_is_not_is_404",
        "test_a_mid_may_have_its_first_slash_and_slashes_may_be_escaped",
        "test_a_precision_adds_the_threshold_that_surely_reaches_it",
        "test_parameters_that_cannot_be_taken_are_named",
        "test_what_has_not_changed_is_304",
    ),
    "api/test_curation_api.py": ("test_a_body_without_rows_is_refused",),
    "api/test_http.py": (
        "test_a_post_of_a_stranger_is_told_what_is_allowed",
        "test_nothing_can_be_written",
    ),
    "api/test_relationships.py": ("test_what_is_wrong_is_named",),
    "curation/test_writes_in_the_site.py": (
        "test_a_few_addresses_do_not_use_up_the_hour",
        "test_a_license_check_that_contradicts_itself_is_refused",
        "test_addresses_to_go_on_to_are_visible_ascii",
    ),
    "exports/test_box_exports.py": ("test_every_format_has_the_boxes_that_a_loop_finds",),
    "exports/test_export_formats.py": (
        "test_a_limit_out_of_range_is_refused_by_name",
        "test_a_limit_takes_the_first_images_in_the_querys_order",
        "test_finished_tables_have_an_etag_that_holds_until_something_changes",
        "test_names_in_tables_and_exports_for_spreadsheets_are_marked",
        "test_pairs_are_those_that_were_asked_for",
        "test_tables_for_spreadsheets_begin_with_a_byte_order_mark",
        "test_the_head_tells_the_number_of_records_that_follow",
    ),
    "exports/test_exports.py": (
        "test_free_text_is_made_harmless_on_request_only",
        "test_images_and_labels_stand_in_the_querys_order",
    ),
    "exports/test_layout_exports.py": (
        "test_a_line_that_is_another_by_now_ends_the_file",
        "test_coco_has_the_masks_that_a_loop_finds",
        "test_every_image_with_a_mask_has_its_credit",
        "test_hidden_images_have_no_rows_in_files",
        "test_pictures_and_files_that_are_away_are_named",
    ),
    "query/test_query_language.py": (
        "test_an_address_takes_the_parameters_named_and_no_others",
        "test_confidences_are_spelt_as_the_table_says",
    ),
    "rights/test_credit_everywhere.py": ("test_every_picture_at_every_address_has_its_credit",),
    "rights/test_credit_views.py": (
        "test_a_sheet_credits_exactly_the_images_of_the_query",
        "test_an_image_without_author_title_or_page_is_credited_too",
        "test_every_credit_has_title_author_source_and_license",
        "test_every_credit_says_what_was_changed_where_that_is_asked",
        "test_files_are_named_and_typed_and_tell_their_version",
        "test_parameters_that_cannot_be_taken_are_refused_by_name",
        "test_sheets_are_compressed_as_they_are_sent",
        "test_sheets_are_only_read",
        "test_the_images_stand_in_the_querys_order_once_each",
        "test_the_page_has_as_many_credits_as_fit_and_leads_on",
        "test_without_a_data_set_the_answer_says_what_to_run",
    ),
    "sets/test_box_sets.py": ("test_wrong_boxes_are_named_by_field",),
    "sets/test_build.py": ("test_every_format_has_the_rows_of_plain_python",),
    "sets/test_mask_sets.py": ("test_masks_lie_on_the_pictures_of_a_set",),
    "sets/test_preview.py": (
        "test_every_link_leads_to_as_many_images_as_it_says",
        "test_the_numbers_are_those_of_the_set_that_is_built",
    ),
    "sets/test_site_sets.py": (
        "test_a_part_of_a_file",
        "test_nothing_but_a_sets_files_is_given_out",
        "test_other_ranges",
        "test_what_is_wrong_is_named",
    ),
    "thumbnails/test_box_view.py": ("test_a_box_that_there_is_not_is_not_found",),
    "thumbnails/test_commands.py": ("test_wrong_arguments_are_named",),
    "thumbnails/test_view.py": ("test_anything_else_is_not_found", "test_nothing_but_reading"),
    "views/test_about.py": (
        "test_each_state_is_explained_as_elsewhere_on_the_site",
        "test_every_footer_leads_there",
    ),
    "views/test_author_page.py": ("test_there_is_no_page_of_nobody",),
    "views/test_boxes_page.py": ("test_what_it_does_not_take_is_refused",),
    "views/test_browse_pages.py": (
        "test_a_form_drops_what_has_no_words",
        "test_a_picture_smaller_than_its_place_is_told",
        "test_numbers_are_taken_as_people_write_them",
        "test_other_numbers_are_refused",
        "test_other_pages_take_numbers_of_their_forms_alike",
        "test_the_nearest_address_is_one_of_the_page_that_was_asked",
        "test_words_that_are_refused_are_named",
    ),
    "views/test_comparison_views.py": (
        "test_every_number_is_the_count_of_the_page_it_leads_to",
        "test_pages_ask_the_database_little",
        "test_what_cannot_be_read_is_refused_by_name",
        "test_what_it_cannot_say_stands_on_the_page",
    ),
    "views/test_faults.py": (
        "test_forms_say_why_nothing_was_written_as_pages_and_as_json",
        "test_pages_forms_and_the_api_answer_an_error_of_reading_alike",
    ),
    "views/test_first_page.py": ("test_links_to_all_images_by_image_id_say_the_order",),
    "views/test_image_boxes.py": ("test_other_layers_are_refused",),
    "views/test_label_page.py": (
        "test_a_threshold_between_levels_is_that_of_the_next",
        "test_each_threshold_says_what_it_keeps",
    ),
    "views/test_views.py": (
        "test_a_bad_address_is_named_and_the_nearest_good_one_offered",
        "test_an_image_that_is_not_there_is_not_found",
        "test_canonical_links_and_what_search_engines_may_list",
        "test_every_number_beside_a_value_is_the_count_of_the_page_it_leads_to",
        "test_every_page_refuses_what_it_does_not_know",
        "test_forms_lead_to_canonical_addresses",
        "test_pages_are_only_read",
        "test_what_leads_elsewhere_says_of_which_version_it_is",
    ),
}


def further_cases(items: list[pytest.Item]) -> set[str]:
    """The ids of all cases but the first of each test in the table."""
    seen, further = set[tuple[str, str]](), set[str]()
    for item in items:
        module, _, name = item.nodeid.removeprefix("tests/").partition("::")
        test = name.partition("[")[0]
        if test in ALIKE.get(module, ()):
            if (module, test) in seen:
                further.add(item.nodeid)
            seen.add((module, test))
    return further
