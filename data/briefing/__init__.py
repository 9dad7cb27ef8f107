"""The briefing: findings in sentences made from numbers, with maps, charts and tables, as HTML, PDF and DOCX."""
