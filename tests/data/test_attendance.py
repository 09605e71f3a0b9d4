"""Tests of data/attendance.py: check-in, absences, what is kept, search."""
from data import attendance, database
from tests.stage import *

def test_x(event):
    give(attendance.admit, by="desk.ban_1", when="D+1 07:00", badge=VAN, item_id=item("phien_chinh"))
def test_y(sample): pass
