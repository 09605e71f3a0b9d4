"""Plain Streamlit scripts that the product is compared with. They are copied out of here and
served on their own.
"""
