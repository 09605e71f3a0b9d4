"""Tests of what people see, below the pages: the charts as specifications."""
