"""Plain programs that the product is compared with: Streamlit scripts, which are copied out of here
and served on their own, and a broadcast.
"""
