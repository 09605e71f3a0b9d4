"""Reviews: the comparison of two moments, signed reviews, directives, and the reports of them."""
