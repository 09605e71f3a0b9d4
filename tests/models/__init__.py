"""Tests of the rules: tables of cases and Hypothesis; no database."""
