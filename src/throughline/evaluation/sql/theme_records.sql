SELECT t.theme_no, t.member FROM raw_themes AS t
