"""Write every page and every part of a page that is made, and remove pages that are made no more."""

from generate.pages import leftover, made

for page, text in made().items():
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(text, encoding="utf-8")
for page in leftover():
    page.unlink()
