"""Tests of models/attendance/unit_names.py."""

import pytest

from models.attendance.ledger import Delegation
from models.attendance.unit_names import locality, office_in_unit, official_name


@pytest.mark.parametrize(
    ("kind", "name", "official"),
    [
        ("Huyện", "Kỳ Sơn", "Huyện Kỳ Sơn"),
        ("Xã", "Xã Kim Liên", "Xã Kim Liên"),
        ("Đặc khu", "Cồn Cỏ", "Đặc khu Cồn Cỏ"),
        ("Cơ quan", "Sở Y tế", "Sở Y tế"),
        ("", "Khách mời", "Khách mời"),
    ],
)
def test_documents_name_a_unit_with_its_kind_once(kind, name, official):
    unit = Delegation(event_id=1, code="1", name_vi=name, name_en="", kind_vi=kind, sort_key="")
    assert official_name(unit)["vi"] == official


@pytest.mark.parametrize(
    ("office", "unit", "written"),
    [
        ("Bí thư Đảng ủy xã", "Xã Kim Liên", "Bí thư Đảng ủy xã Kim Liên"),
        ("Bí thư Đảng ủy xã", "Huyện Kỳ Sơn", "Bí thư Đảng ủy xã, huyện Kỳ Sơn"),
        ("Chủ tịch UBND xã Kim Liên", "Xã Kim Liên", "Chủ tịch UBND xã Kim Liên"),
        ("Giám đốc", "Sở Y tế", "Giám đốc, Sở Y tế"),
        ("Bí thư", "Tỉnh đoàn Nghệ An", "Bí thư, Tỉnh đoàn Nghệ An"),
        ("", "Xã Kim Liên", "Xã Kim Liên"),
        ("Cử tri", "", "Cử tri"),
    ],
)
def test_documents_say_who_speaks_as_an_office_writes_it(office, unit, written):
    assert office_in_unit(office, unit) == written


@pytest.mark.parametrize(
    ("address", "dated"),
    [
        ("Vinh, Nghệ An", "Nghệ An"),
        ("Nhà văn hóa tỉnh, phường Trường Vinh", "Trường Vinh"),
        ("Vinh", "Vinh"),
        ("", ""),
    ],
)
def test_a_document_is_dated_at_the_place_and_not_at_the_house(address, dated):
    assert locality(address) == dated
